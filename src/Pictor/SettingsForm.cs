using System.ComponentModel;
using System.Reflection;
using Microsoft.Extensions.Options;
using Pictor.Routing;
using Pictor.Storage;

namespace Pictor;

/// <summary>
/// Finds what the binder passes over in silence: names that no setting has, and values that cannot be read. A channel whose
/// weight cannot be read would be left out as a whole, and the Sandbox would answer in its place.
/// </summary>
internal sealed class SettingsForm(IConfiguration configuration) : IValidateOptions<SettingsForm.Names>
{
    private const string Root = "Pictor";
    private const string AnyId = "<id>";
    private static readonly List<(string[] Path, Type Type)> Known = [.. All().Select(setting => (setting.Path.Split(':'), setting.Type))];

    /// <summary>Every value that cannot be read, one line each. To be asked before anything is bound.</summary>
    public static IReadOnlyList<string> Unreadable(IConfiguration configuration) =>
        [.. Given(configuration).Select(given => Find(given.Path) is { } type && !CanRead(given.Value, type) ? $"{given.Path}: '{given.Value}' is not {Kind(type)}." : null).OfType<string>()];

    /// <summary>Every name that no setting has; told together with what the sections' own validators find.</summary>
    public ValidateOptionsResult Validate(string? name, Names options)
    {
        var unknown = Given(configuration).Where(given => Find(given.Path) is null).Select(given => $"{given.Path} is no setting; docs/configuration.md has all of them.").ToList();
        return unknown.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(unknown);
    }

    /// <summary>Every setting with the value that holds, given or by default; those by id only where they are given.</summary>
    public static IEnumerable<(string Path, object? Value)> Effective(IConfiguration configuration)
    {
        var given = Given(configuration).Where(given => given.Value.Length > 0).ToDictionary(given => given.Path, given => (object?)given.Value, StringComparer.OrdinalIgnoreCase);
        return All().Where(setting => !setting.Path.Contains(AnyId, StringComparison.Ordinal)).Select(setting => (setting.Path, Value: given.GetValueOrDefault(setting.Path, setting.Default)))
            .Concat(given.Where(one => Known.Exists(known => known.Path.Contains(AnyId) && Fits(known.Path, one.Key))).Select(one => (one.Key, one.Value)))
            .OrderBy(setting => setting.Item1, StringComparer.Ordinal);
    }

    private static IEnumerable<(string Path, string Value)> Given(IConfiguration configuration) =>
        configuration.GetSection(Root).AsEnumerable().Where(pair => pair.Value is not null && pair.Key != Root).Select(pair => (pair.Key, pair.Value!)).OrderBy(pair => pair.Key, StringComparer.Ordinal);

    private static Type? Find(string path) => Known.Find(known => Fits(known.Path, path)).Type;

    private static bool Fits(string[] known, string path)
    {
        var parts = path.Split(':');
        return known.Length == parts.Length && known.Zip(parts).All(pair => pair.First == AnyId || pair.First.Equals(pair.Second, StringComparison.OrdinalIgnoreCase));
    }

    // As the binder reads it: nothing is a value of what may be absent.
    private static bool CanRead(string value, Type type)
    {
        var inner = Nullable.GetUnderlyingType(type);
        try
        {
            return (inner is not null && value.Length == 0) || TypeDescriptor.GetConverter(inner ?? type).ConvertFromInvariantString(value) is not null;
        }
        catch (Exception fault) when (fault is ArgumentException or FormatException or OverflowException or NotSupportedException)
        {
            return false;
        }
    }

    private static string Kind(Type type) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        { IsEnum: true } words => "one of " + string.Join(", ", Enum.GetNames(words)),
        var kind when kind == typeof(bool) => "true or false",
        var kind when kind == typeof(TimeSpan) => "a time like 00:00:30 or 7.00:00:00",
        var kind when kind == typeof(double) || kind == typeof(decimal) => "a number",
        _ => "a whole number, or too large a one",
    };

    private static IEnumerable<(string Path, Type Type, object? Default)> All() =>
        typeof(SettingsForm).Assembly.GetTypes()
            .Select(type => (Type: type, Section: type.GetField("Section", BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static)?.GetRawConstantValue() as string))
            .Where(options => options.Section is not null && options.Type.Name.EndsWith("Options", StringComparison.Ordinal))
            .SelectMany(options => Below(options.Section!, options.Type))
            // What a provider has of its own stands beside the common settings; the channels' validator knows the names.
            .Append(($"{RoutingOptions.Section}:{nameof(RoutingOptions.Channels)}:{AnyId}:{AnyId}", typeof(string), null));

    private static IEnumerable<(string Path, Type Type, object? Default)> Below(string path, Type type)
    {
        var defaults = Activator.CreateInstance(type, nonPublic: true);
        return type.GetProperties(BindingFlags.Public | BindingFlags.Instance).SelectMany(property => property.PropertyType switch
        {
            { IsGenericType: true } many when many.GetGenericTypeDefinition() == typeof(Dictionary<,>) && many.GetGenericArguments()[1] is var item =>
                item == typeof(string) ? [($"{path}:{property.Name}:{AnyId}", item, null)] : Below($"{path}:{property.Name}:{AnyId}", item),
            // The one setting that everybody needs has a place of its own.
            var one => [(property.Name == nameof(StorageOptions.Data) && type == typeof(StorageOptions) ? $"{Root}:Data" : $"{path}:{property.Name}", one, property.GetValue(defaults))],
        });
    }

    /// <summary>Nothing is bound to it: it is there to be checked at start.</summary>
    internal sealed class Names;
}
