using System.Collections;
using Microsoft.Extensions.Options;

namespace Pictor.Tests.Docs;

public sealed class SettingsTreeTests
{
    [Fact]
    public void Every_option_type_has_its_section_or_is_a_part_of_one()
    {
        var parts = SettingsTree.OptionTypes.SelectMany(type => type.GetProperties()).Select(property => SettingsTree.ItemOf(property.PropertyType)).ToHashSet();
        SettingsTree.OptionTypes.Where(type => SettingsTree.SectionOf(type) is null && !parts.Contains(type)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_documented_setting_is_read_from_its_path()
    {
        var changed = Settings().Where(setting => Other(setting) is not null).ToDictionary(setting => setting, setting => Other(setting)!);
        changed.Count.ShouldBeGreaterThan(20);
        using var folder = new TemporaryFolder();
        await using var app = Gateway.Create([$"--Pictor:Data={folder.Path}", .. changed.Select(entry => $"--{entry.Key.Path}={entry.Value}")]);
        foreach (var (setting, value) in changed)
        {
            var type = setting.Property.DeclaringType!;
            var options = typeof(IOptionsMonitor<>).MakeGenericType(type).GetProperty("CurrentValue")!.GetValue(app.Services.GetRequiredService(typeof(IOptionsMonitor<>).MakeGenericType(type)));
            setting.Property.GetValue(options).ShouldBe(value, setting.Path);
        }
    }

    [Fact]
    public async Task The_defaults_are_without_a_mistake()
    {
        using var folder = new TemporaryFolder();
        await using var app = Gateway.Create([$"--Pictor:Data={folder.Path}"]);
        Should.NotThrow(() => app.Services.GetRequiredService<IStartupValidator>().Validate());
    }

    // Without those by id, which have no path until somebody gives them one.
    private static IEnumerable<Setting> Settings() =>
        SettingsTree.Sections.SelectMany(section => section.Settings).Where(setting => !setting.Path.Contains("<id>", StringComparison.Ordinal));

    /// <summary>A value beside the default that is still in its range.</summary>
    private static object? Other(Setting setting) => setting.Property.GetValue(Activator.CreateInstance(setting.Property.DeclaringType!, nonPublic: true)) switch
    {
        bool yes => !yes,
        int number => number - 1 > 0 ? number - 1 : number + 1,
        long number => number - 1,
        TimeSpan time => time + TimeSpan.FromMilliseconds(1),
        IDictionary => null,
        _ => null,
    };
}
