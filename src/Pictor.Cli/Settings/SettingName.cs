namespace Pictor.Cli.Settings;

/// <summary>One setting: its name in the settings file and the environment variables that carry it, ours first.</summary>
internal sealed record SettingName(string Name, string[] Variables, string Meaning)
{
    public static readonly SettingName BaseUrl = new("base_url", ["PICTOR_BASE_URL", "OPENAI_BASE_URL", "NEW_API_BASE_URL"], "address of the gateway or relay");
    public static readonly SettingName ApiKey = new("api_key", ["PICTOR_API_KEY", "OPENAI_API_KEY", "NEW_API_KEY"], "the key");
    public static readonly SettingName Model = new("model", ["PICTOR_MODEL", "IMAGE_MODEL"], "model where none is given");
    public static readonly SettingName Size = new("size", ["PICTOR_SIZE", "IMAGE_SIZE"], "size where neither size nor ratio is given");
    public static readonly SettingName Count = new("n", ["PICTOR_N", "IMAGE_N"], "pictures a request");
    public static readonly SettingName Timeout = new("timeout", ["PICTOR_TIMEOUT", "REQUEST_TIMEOUT"], "seconds to wait for a picture");
    public static readonly SettingName Output = new("output", ["PICTOR_OUTPUT"], "folder for pictures");
    public static readonly SettingName Show = new("show", ["PICTOR_SHOW"], "true shows pictures in the terminal; kitty, iterm2, sixel, blocks choose how");

    public static IReadOnlyList<SettingName> All { get; } = [BaseUrl, ApiKey, Model, Size, Count, Timeout, Output, Show];
}
