using System.CommandLine;
using Pictor.Cli.Commands;

namespace Pictor.Cli;

/// <summary>Every verb, on one page.</summary>
internal static class CommandList
{
    public static RootCommand Create(GlobalOptions globals, Surroundings surroundings)
    {
        var verbs = new Verbs(globals, surroundings);
        var root = new RootCommand("Pictures from the command line, from Pictor or any OpenAI-compatible server.")
        {
            GenerateCommand.Create(verbs),
            EditCommand.Create(verbs),
            VariationCommand.Create(verbs),
            ChatCommand.Create(verbs),
            BatchCommand.Create(verbs),
            ComposeCommand.Create(verbs),
            CostCommand.Create(verbs),
            ModelsCommand.Create(verbs),
            JobsCommand.Create(verbs),
            JobCommand.Create(verbs),
            UsageCommand.Create(verbs),
            KeysCommand.Create(verbs),
            ChannelsCommand.Create(verbs),
            DeliveriesCommand.Create(verbs),
            ListenCommand.Create(verbs),
            ConfigCommand.Create(verbs),
            DoctorCommand.Create(verbs),
            CompletionCommand.Create(verbs),
        };
        foreach (var option in globals.All)
        {
            root.Add(option);
        }

        return root;
    }
}
