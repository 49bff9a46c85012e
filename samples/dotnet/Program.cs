// The official OpenAI SDK: one picture as a link, one as bytes, and how a refusal looks.
using System.ClientModel;
using OpenAI;
using OpenAI.Images;

var address = new Uri(Environment.GetEnvironmentVariable("OPENAI_BASE_URL") ?? "http://127.0.0.1:5080/v1");
var key = new ApiKeyCredential(Environment.GetEnvironmentVariable("OPENAI_API_KEY") ?? throw new InvalidOperationException("Set OPENAI_API_KEY."));
var images = new ImageClient("flux-kontext-pro", key, new OpenAIClientOptions { Endpoint = address });

GeneratedImage linked = await images.GenerateImageAsync("Sunset over mountains");
Console.WriteLine(linked.ImageUri);

GeneratedImage whole = await images.GenerateImageAsync("Sunset over mountains", new ImageGenerationOptions { ResponseFormat = GeneratedImageFormat.Bytes });
await File.WriteAllBytesAsync("sunset.jpg", whole.ImageBytes.ToArray());
Console.WriteLine($"sunset.jpg: {whole.ImageBytes.Length} bytes");

try
{
    await images.GenerateImageAsync("Sunset over mountains", new ImageGenerationOptions { Size = new GeneratedImageSize(0, 0) });
}
catch (ClientResultException refusal)
{
    Console.WriteLine($"{refusal.Status}: {refusal.Message}");
}
