namespace Pictor.Cli.Commands;

/// <summary>What a picture is for, and the ratio that suits it.</summary>
internal static class Uses
{
    private static readonly (string Name, string Ratio)[] Table =
    [
        ("social_media_post", "1:1"),
        ("mobile_wallpaper", "9:16"),
        ("desktop_wallpaper", "16:9"),
        ("portrait_photo", "2:3"),
        ("landscape_photo", "3:2"),
        ("website_banner", "7:3"),
        ("bookmark_design", "3:7"),
    ];

    public static IEnumerable<string> Names => Table.Select(row => row.Name);

    public static string RatioOf(string name) => Table.First(row => row.Name == name).Ratio;
}
