using System.Text;

namespace Pictor.Providers.Sandbox;

/// <summary>Says in English what the sandbox understood: the second half of a revised prompt.</summary>
internal static class Account
{
    public static string Of(Description description, int references)
    {
        var text = new StringBuilder("The sandbox drew ");
        if (references > 0)
        {
            text.Append(references == 1 ? "from one reference image: " : $"from {references} reference images: ");
        }

        text.Append(Subject(description, references > 0));
        if (description.Texts.Count > 0)
        {
            text.Append($", with the text “{description.Texts[0]}”");
        }

        return text.Append('.').ToString();
    }

    private static string Subject(Description description, bool edit)
    {
        if (edit && description.Edits.Count > 0)
        {
            return string.Join(", ", description.Edits.Select(step => Words(step.Kind)));
        }

        if (description.IsPlain)
        {
            return string.Join(" and ", description.Shapes.Select(Shape));
        }

        var subjects = string.Join(" and ", description.Subjects.Select(subject => $"{subject.Count} {Words(subject.Kind)}"));
        if (description.HasScene)
        {
            var scenery = string.Join(", ", Enum.GetValues<Scenery>().Where(part => int.IsPow2((int)part) && description.Scenery.HasFlag(part)).Select(Words));
            return $"a layered scene of {scenery}{(subjects.Length > 0 ? " with " + subjects : "")}";
        }

        return subjects.Length > 0 ? subjects : "an abstract composition in colours taken from the words";
    }

    private static string Shape(ShapeGroup group) =>
        $"{group.Count} {(group.Extent is { } extent ? $"{(extent < 0.2 ? "tiny" : extent < 0.3 ? "small" : extent < 0.5 ? "medium" : extent < 0.7 ? "large" : "huge")} " : "")}{(group.Colour is { } colour ? colour + " " : "")}{Words(group.Kind)}{(group.Count > 1 ? "s" : "")}";

    /// <summary><c>FlipHorizontal</c> → <c>flip horizontal</c>.</summary>
    private static string Words<T>(T value)
        where T : struct, Enum =>
        string.Concat(value.ToString().Select((letter, i) => char.IsUpper(letter) ? (i > 0 ? " " : "") + char.ToLowerInvariant(letter) : letter.ToString()));
}
