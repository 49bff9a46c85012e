using System.Text;

namespace Pictor.FakeUpstreams;

/// <summary>The one mechanism of faults, for every dialect: an answer is replaced, or it is damaged on its way out.</summary>
/// <remarks>
/// Replaced: <c>status=NNN</c> with <c>body=vendor</c> (unless said), <c>none</c>, <c>html</c> or <c>text</c>, or with <c>raw=…</c> (any JSON, written as in a
/// link: a proxy's, which proves nothing), <c>code=…</c>, <c>retry-after=S</c>;
/// <c>fault=html</c>, <c>truncated-json</c>, <c>big</c> (<c>bytes=N</c>, 60 MB unless said), <c>empty-object</c>, <c>content-type=…</c>.
/// Damaged: <c>fault=reset-after-body</c>, <c>reset-after-headers</c>, <c>reset-in-body</c>, <c>silence</c>, <c>drip</c>, <c>wrong-length</c>.
/// Everything that a vendor's own rules have to do (moderation, missing results) is the dialect's.
/// </remarks>
internal static class Faults
{
    private const int BigBytes = 60 * 1024 * 1024;

    private static readonly byte[] Page = "<!DOCTYPE html><html><head><title>error 524</title></head><body><h1>A timeout occurred</h1></body></html>"u8.ToArray();

    public static FakeAnswer Replace(FakeAnswer answer, Directives directives, IDialect dialect)
    {
        if (directives.Has("status"))
        {
            answer = Refuse(directives.Number("status", 500), directives, dialect);
        }

        answer = directives["fault"] switch
        {
            "html" => answer with { ContentType = "text/html; charset=utf-8", Body = [Page], IsStream = false },
            "truncated-json" => Truncated(answer),
            "big" => Big(answer, directives.Number("bytes", BigBytes)),
            "empty-object" => answer with { Body = ["{}"u8.ToArray()] },
            _ => answer,
        };
        return directives["content-type"] is { } type ? answer with { ContentType = type == "none" ? null : type } : answer;
    }

    public static async Task SendAsync(HttpContext http, FakeAnswer answer, Directives directives)
    {
        var fault = directives["fault"];
        if (fault == "reset-after-body")
        {
            http.Abort();
            return;
        }

        if (fault == "silence")
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }

        var response = http.Response;
        response.StatusCode = answer.Status;
        response.ContentType = answer.ContentType;
        foreach (var (name, value) in answer.Headers)
        {
            response.Headers[name] = value;
        }

        if (!answer.IsStream)
        {
            response.ContentLength = answer.Length + (fault == "wrong-length" ? 1000 : 0);
        }

        await response.StartAsync(http.RequestAborted);
        await response.Body.FlushAsync(http.RequestAborted);
        if (fault != "reset-after-headers")
        {
            await WriteAsync(http, answer, fault);
        }

        if (fault is "reset-after-headers" or "reset-in-body" or "wrong-length")
        {
            http.Abort();
        }
    }

    private static async Task WriteAsync(HttpContext http, FakeAnswer answer, string? fault)
    {
        var body = http.Response.Body;
        var left = fault == "reset-in-body" ? answer.Length / 2 : answer.Length;
        var gate = answer.Gate;
        foreach (var whole in answer.Body)
        {
            var piece = whole[..(int)Math.Min(whole.Length, left)];
            left -= piece.Length;
            if (fault == "drip")
            {
                for (var i = 0; i < piece.Length; i++)
                {
                    await body.WriteAsync(piece.Slice(i, 1), http.RequestAborted);
                    await body.FlushAsync(http.RequestAborted);
                }
            }
            else
            {
                await body.WriteAsync(piece, http.RequestAborted);
            }

            if (answer.IsStream)
            {
                await body.FlushAsync(http.RequestAborted);
                await (gate?.WaitAsync(http.RequestAborted) ?? Task.CompletedTask);
                gate = null;
            }
        }

        await body.FlushAsync(http.RequestAborted);
    }

    private static FakeAnswer Refuse(int status, Directives directives, IDialect dialect)
    {
        var body = directives.Has("raw") ? "raw" : directives["body"] ?? "vendor";
        var answer = body switch
        {
            "raw" => FakeAnswer.Text(status, Uri.UnescapeDataString(directives["raw"]!)),
            "none" => new FakeAnswer { Status = status, ContentType = null },
            "html" => new FakeAnswer { Status = status, ContentType = "text/html; charset=utf-8", Body = [Page] },
            "text" => FakeAnswer.Text(status, "upstream connect error or disconnect/reset before headers", "text/plain"),
            _ => dialect.Error(status, $"The fake was told to answer {status}.", directives["code"]),
        };

        // What a caller may take for a refusal before work; anything else may have run and is paid for.
        if (status is >= 400 and < 500 || (status == 503 && body == "vendor"))
        {
            answer = answer.Refused($"status {status}");
        }

        return directives["retry-after"] is { } seconds ? answer.WithHeader("Retry-After", seconds) : answer;
    }

    private static FakeAnswer Truncated(FakeAnswer answer)
    {
        var left = answer.Length / 2;
        var body = new List<ReadOnlyMemory<byte>>();
        foreach (var piece in answer.Body)
        {
            body.Add(piece[..(int)Math.Min(piece.Length, left)]);
            left -= body[^1].Length;
        }

        return answer with { Body = body };
    }

    private static FakeAnswer Big(FakeAnswer answer, int bytes)
    {
        var padding = new byte[1024 * 1024];
        Array.Fill(padding, (byte)'x');
        var body = new List<ReadOnlyMemory<byte>> { Encoding.ASCII.GetBytes("{\"padding\":\"") };
        for (var left = bytes; left > 0; left -= padding.Length)
        {
            body.Add(padding.AsMemory(0, Math.Min(left, padding.Length)));
        }

        body.Add("\",\"rest\":"u8.ToArray());
        body.AddRange(answer.Body);
        body.Add("}"u8.ToArray());
        return answer with { Body = body, IsStream = false };
    }
}
