using System.CommandLine;
using System.Globalization;
using Pictor.Cli.Http;
using Pictor.Cli.Settings;

namespace Pictor.Cli;

/// <summary>One run of a command: the settings that hold for it, the screen, and the way to the server.</summary>
internal sealed class Session : IDisposable
{
    private readonly Lazy<GatewayClient> _client;

    public Session(Surroundings surroundings, ParseResult line, GlobalOptions globals)
    {
        Surroundings = surroundings;
        Line = line;
        Screen = new Screen(surroundings, line.GetValue(globals.Json), line.GetValue(globals.Quiet));
        Layers = new SettingLayers(surroundings);
        AddressSetting = Layers.Find(SettingName.BaseUrl, line.GetValue(globals.BaseUrl));
        KeySetting = Layers.FindKey(line.GetValue(globals.ApiKey), AddressSetting);
        var timeout = Layers.Find(SettingName.Timeout, line.GetValue(globals.Timeout));
        PatienceIsGiven = timeout is not null;
        Timeout = timeout is null ? TimeSpan.FromSeconds(600) : Seconds(timeout.Value);
        _client = new Lazy<GatewayClient>(() =>
        {
            TellWhichKey(Layers.Find(SettingName.ApiKey, line.GetValue(globals.ApiKey)));
            return new GatewayClient(Address.Parse(AddressSetting?.Value ?? Address.Default), KeySetting?.Value, Timeout);
        });
    }

    public Surroundings Surroundings { get; }

    public ParseResult Line { get; }

    public Screen Screen { get; }

    public SettingLayers Layers { get; }

    public Setting? AddressSetting { get; }

    public Setting? KeySetting { get; }

    public TimeSpan Timeout { get; }

    public bool PatienceIsGiven { get; }

    /// <summary>The way to the server, with or without a key: some servers on this machine need none.</summary>
    public GatewayClient Client => _client.Value;

    /// <summary>The way to the server for what needs a key.</summary>
    /// <exception cref="CliException">There is none, and the server is not asked.</exception>
    public GatewayClient Authorized => KeySetting is not null ? Client
        : throw new CliException("There is no key. Set PICTOR_API_KEY (or OPENAI_API_KEY, NEW_API_KEY), give --api-key, or keep one: pictor config set api_key -", ExitCode.Auth);

    public string? Find(SettingName name, string? flag) => Layers.Find(name, flag)?.Value;

    public CancellationToken Now => Surroundings.Interrupts.Now;

    public void Dispose()
    {
        // Whatever it ends with is told behind this, on a line of its own.
        Screen.Move(null);
        if (_client.IsValueCreated)
        {
            _client.Value.Dispose();
        }
    }

    private static TimeSpan Seconds(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and <= 86_400
            ? TimeSpan.FromSeconds(seconds)
            : throw CliException.Usage($"The timeout '{text}' is not a number of seconds.");

    // A key of the environment stays here when the address brings its own: it is told, since elsewhere the environment goes first.
    private void TellWhichKey(Setting? first)
    {
        if (first is not null && KeySetting is { } key && key.Value != first.Value)
        {
            Screen.Notice($"The key is {key.Variable} from {key.Source}, which stands beside {AddressSetting!.Variable}; {first.Variable} from {first.Source} is for another address and is not sent there.");
        }
    }
}
