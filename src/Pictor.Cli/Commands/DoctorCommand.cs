using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Pictor.Cli.Batch;
using Pictor.Cli.Http;
using Pictor.Cli.Pictures;
using Pictor.Cli.Settings;
using Pictor.Cli.Terminal;
using Pictor.Imaging;

namespace Pictor.Cli.Commands;

/// <summary><c>pictor doctor</c>: reach, key, clock, a dry estimate, the output folder, the picture library, the terminal.</summary>
internal static class DoctorCommand
{
    private static readonly TimeSpan LargestSkew = TimeSpan.FromSeconds(60);

    public static Command Create(Verbs verbs)
    {
        var output = new OutputOptions();
        return verbs.Verb(new Command("doctor", "Check reach, key, clock, price, folder and terminal; spends nothing.") { output.Output }, session => new Checkup(session, output).RunAsync());
    }

    private sealed class Checkup(Session session, OutputOptions output)
    {
        private int _exitCode = ExitCode.Ok;

        public async Task<int> RunAsync()
        {
            Tell("address", true, $"{Address.Parse(session.AddressSetting?.Value ?? Address.Default).V1} ({session.AddressSetting?.Source ?? "default"})");
            var models = await ServerAsync();
            if (models is not null)
            {
                Clock(models);
                await PriceAsync(models);
            }

            Folder();
            Library();
            Tell("terminal", true, session.Surroundings.OutIsTerminal ? TerminalKind.Detect(session.Surroundings) + " pictures" : "stdout is no terminal");
            return _exitCode;
        }

        private async Task<ApiAnswer?> ServerAsync()
        {
            try
            {
                var answer = await session.Client.GetAsync("models", session.Now);
                Tell("reach", true, $"{answer.Body.Member("data").Items().Count()} models");
                Tell("key", session.KeySetting is not null, session.KeySetting is { } key ? $"accepted: {ConfigCommand.Masked(key.Value)} ({key.Source})" : "there is none; the server tells its models without", ExitCode.Auth);
                return answer;
            }
            catch (ApiException fault) when (fault.ExitCode == ExitCode.Auth)
            {
                Tell("reach", true, "the server answers");
                Tell("key", false, session.KeySetting is null ? "there is none: set PICTOR_API_KEY" : Screen.Clean(fault.Message), ExitCode.Auth);
            }
            catch (CliException fault) when (fault is ApiException or NoAnswerException)
            {
                Tell("reach", false, Screen.Clean(fault.Message));
            }

            return null;
        }

        private void Clock(ApiAnswer answer)
        {
            if (answer.Date is { } server)
            {
                var skew = session.Surroundings.Time.GetUtcNow() - server;
                Tell("clock", skew.Duration() < LargestSkew, string.Create(CultureInfo.InvariantCulture, $"{skew.TotalSeconds:+0;-0;0} s against the server{(skew.Duration() < LargestSkew ? "" : ": signed links and webhooks will fail")}"));
            }
        }

        private async Task PriceAsync(ApiAnswer models)
        {
            var model = session.Find(SettingName.Model, null) ?? models.Body.Member("data").Items().Select(item => item.Text("id")).FirstOrDefault();
            if (model is null)
            {
                Tell("price", false, "the key may use no model");
                return;
            }

            try
            {
                var estimate = await new PriceBook(session.Client).PriceOfAsync(new JsonObject { ["model"] = model }, session.Now);
                Tell("price", true, estimate is null ? $"the server tells none for {model}" : $"one picture of {model}: {estimate.Cost.ToString("0.00####", CultureInfo.InvariantCulture)} {estimate.Currency}");
            }
            catch (CliException fault)
            {
                Tell("price", false, Screen.Clean(fault.Message));
            }
        }

        private void Folder()
        {
            var target = PictureTarget.Parse(output.Place(session), "doctor", session.Surroundings);
            try
            {
                // The folder is made when there is a picture for it; here the nearest one that exists is tried.
                var folder = target.Folder;
                while (!Directory.Exists(folder))
                {
                    folder = Path.GetDirectoryName(folder)!;
                }

                WholeFile.Prepare(folder);
                Tell("folder", true, target.Folder);
            }
            catch (CliException fault)
            {
                Tell("folder", false, fault.Message);
            }
        }

        private void Library()
        {
            try
            {
                Tell("pictures", true, $"libvips {NativeVips.Version}: compose and pictures in the terminal work");
            }
            catch (PictureException fault)
            {
                // Everything else works without it.
                Tell("pictures", true, "compose and --show will not work: " + fault.Message);
            }
        }

        private void Tell(string what, bool isGood, string text, int exitCode = ExitCode.Failed)
        {
            _exitCode = isGood || _exitCode != ExitCode.Ok ? _exitCode : exitCode;
            if (session.Screen.IsJson)
            {
                session.Screen.Result(new JsonObject { ["check"] = what, ["ok"] = isGood, ["text"] = text });
            }
            else
            {
                session.Screen.Result($"{(isGood ? "ok  " : "BAD ")} {what,-9} {text}");
            }
        }
    }
}
