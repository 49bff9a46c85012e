using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Pictor.Tests.Docs;

/// <summary>The summaries of src/Pictor, as the compiler collected them, in Markdown.</summary>
internal static partial class DocComments
{
    private static readonly Dictionary<string, XElement> Summaries =
        XDocument.Load(Path.ChangeExtension(typeof(Gateway).Assembly.Location, ".xml"))
            .Descendants("member")
            .Where(member => member.Element("summary") is not null)
            .ToDictionary(member => member.Attribute("name")!.Value, member => member.Element("summary")!);

    /// <exception cref="InvalidOperationException">Nobody has written one.</exception>
    public static string Of(Type type) => Of($"T:{type.FullName}");

    /// <inheritdoc cref="Of(Type)"/>
    public static string Of(PropertyInfo property) => Of($"P:{property.DeclaringType!.FullName}.{property.Name}");

    private static string Of(string name) =>
        Summaries.TryGetValue(name, out var summary)
            ? Blanks().Replace(string.Concat(summary.Nodes().Select(Markdown)), " ").Trim()
            : throw new InvalidOperationException($"{name[2..]} is a setting and has no summary.");

    private static string Markdown(XNode node) => node switch
    {
        XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
        XElement { Name.LocalName: "see" or "paramref" or "typeparamref" } link => $"`{(link.Attribute("langword") ?? link.Attribute("cref") ?? link.Attribute("name"))!.Value.Split('.', ':')[^1]}`",
        XElement other => string.Concat(other.Nodes().Select(Markdown)),
        XText text => text.Value,
        _ => "",
    };

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
