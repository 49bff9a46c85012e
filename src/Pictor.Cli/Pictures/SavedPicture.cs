using System.Text.Json.Nodes;
using Pictor.Imaging;

namespace Pictor.Cli.Pictures;

/// <summary>A picture on disk, measured on its bytes.</summary>
internal sealed record SavedPicture(string Path, long Bytes, string Sha256, int? Width, int? Height, PictureFormat Format, long? Seed, string? RevisedPrompt)
{
    public JsonObject ToJson(string shownPath)
    {
        var json = new JsonObject { ["path"] = shownPath, ["bytes"] = Bytes, ["sha256"] = Sha256 };
        if (Width is not null)
        {
            json["width"] = Width;
            json["height"] = Height;
        }

        json["format"] = PictureNames.Of(Format);
        if (Seed is not null)
        {
            json["seed"] = Seed;
        }

        if (RevisedPrompt is not null)
        {
            json["revised_prompt"] = RevisedPrompt;
        }

        return json;
    }
}
