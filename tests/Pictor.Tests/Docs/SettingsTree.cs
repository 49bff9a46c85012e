using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;

namespace Pictor.Tests.Docs;

/// <summary>All settings of the gateway, found by the option types' own <c>Section</c>.</summary>
internal static class SettingsTree
{
    // What is not a constant in the code must not be one in the documents.
    private static readonly Dictionary<string, string> ComputedDefaults = new(StringComparer.Ordinal)
    {
        ["Pictor:Providers:Sandbox:Concurrent"] = "the number of processors",
    };

    // Bound from a place of its own, because it is the one setting everybody needs.
    private static readonly Dictionary<string, string> Moved = new(StringComparer.Ordinal) { ["Pictor:Storage:Data"] = "Pictor:Data" };

    /// <summary>Every type whose name says that it holds settings.</summary>
    public static IReadOnlyList<Type> OptionTypes { get; } =
        [.. typeof(Gateway).Assembly.GetTypes().Where(type => type.IsClass && type.Name.EndsWith("Options", StringComparison.Ordinal)).OrderBy(type => type.FullName, StringComparer.Ordinal)];

    /// <summary>In the order of their paths.</summary>
    public static IReadOnlyList<SettingsSection> Sections { get; } =
        [.. OptionTypes.Where(type => SectionOf(type) is not null).SelectMany(type => Read(type, SectionOf(type)!)).OrderBy(section => section.Path, StringComparer.Ordinal)];

    public static string? SectionOf(Type type) => type.GetField("Section", BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static)?.GetRawConstantValue() as string;

    /// <summary>The type of the values where a setting is a dictionary by id; null elsewhere.</summary>
    public static Type? ItemOf(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Dictionary<,>) ? type.GetGenericArguments()[1] : null;

    private static IEnumerable<SettingsSection> Read(Type type, string path)
    {
        var defaults = Activator.CreateInstance(type, nonPublic: true)!;
        var properties = type.GetProperties(BindingFlags.Public | BindingFlags.Instance);
        var own = properties.Where(property => !IsSection(property)).Select(property => Read(property, path, property.GetValue(defaults))).ToList();
        if (own.Count > 0)
        {
            yield return new SettingsSection(path, DocComments.Of(type), type, own);
        }

        foreach (var property in properties.Where(IsSection))
        {
            foreach (var section in Read(ItemOf(property.PropertyType)!, $"{path}:{property.Name}:<id>"))
            {
                yield return section;
            }
        }
    }

    private static bool IsSection(PropertyInfo property) => ItemOf(property.PropertyType) is { } item && item != typeof(string);

    private static Setting Read(PropertyInfo property, string section, object? value)
    {
        var path = $"{section}:{property.Name}";
        var isById = ItemOf(property.PropertyType) is not null;
        return new Setting(
            Moved.GetValueOrDefault(path, path) + (isById ? ":<id>" : ""),
            property,
            DocComments.Of(property),
            ComputedDefaults.GetValueOrDefault(path) ?? Write(value),
            ComputedDefaults.ContainsKey(path) || isById ? null : value,
            property.GetCustomAttribute<RangeAttribute>());
    }

    private static string Write(object? value) => value switch
    {
        null or "" or System.Collections.IDictionary { Count: 0 } => "none",
        bool yes => yes ? "`true`" : "`false`",
        TimeSpan time => $"`{time:c}`",
        _ => $"`{Convert.ToString(value, CultureInfo.InvariantCulture)}`",
    };
}

/// <summary>The settings of one option type.</summary>
/// <param name="Path">Like <c>Pictor:Jobs</c>.</param>
/// <param name="Summary">What the type's comment says.</param>
/// <param name="Type">The option type.</param>
/// <param name="Settings">In the order of the code.</param>
internal sealed record SettingsSection(string Path, string Summary, Type Type, IReadOnlyList<Setting> Settings);

/// <summary>One setting.</summary>
/// <param name="Path">Its whole path.</param>
/// <param name="Property">What it is bound to.</param>
/// <param name="Description">What the property's comment says.</param>
/// <param name="Default">For readers, in Markdown.</param>
/// <param name="Value">The default as the code has it, where it is the same everywhere.</param>
/// <param name="Range">The bounds, where an attribute tells them.</param>
internal sealed record Setting(string Path, PropertyInfo Property, string Description, string Default, object? Value, RangeAttribute? Range)
{
    public Type Type => Nullable.GetUnderlyingType(Property.PropertyType) ?? SettingsTree.ItemOf(Property.PropertyType) ?? Property.PropertyType;

    /// <summary>The name as an environment variable.</summary>
    public string Variable => Path.Replace(":", "__", StringComparison.Ordinal);

    /// <summary>What kind of value it takes.</summary>
    public string Kind =>
        Type == typeof(string) ? "text"
        : Type == typeof(bool) ? "`true`, `false`"
        : Type == typeof(TimeSpan) ? "time"
        : Type == typeof(int) || Type == typeof(long) ? "whole number"
        : Type == typeof(double) || Type == typeof(decimal) ? "number"
        : Type.IsEnum ? string.Join(", ", Enum.GetNames(Type).Select(name => $"`{name}`"))
        : throw new InvalidOperationException($"{Path} has a type that the documents do not know: {Type}.");
}
