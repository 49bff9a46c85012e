namespace Pictor.Providers.Sandbox;

/// <summary>What a prompt describes, as far as it was understood.</summary>
internal sealed record Description
{
    /// <summary>Shapes in the order they were named.</summary>
    public IReadOnlyList<ShapeGroup> Shapes { get; init; } = [];

    /// <summary>What is behind: null where nothing was said.</summary>
    public Backdrop? Background { get; init; }

    public Scenery Scenery { get; init; }

    public IReadOnlyList<SubjectGroup> Subjects { get; init; } = [];

    /// <summary>Quoted passages, to be written.</summary>
    public IReadOnlyList<string> Texts { get; init; } = [];

    /// <summary>Where the text was asked to be, if anywhere.</summary>
    public Place? TextPlace { get; init; }

    /// <summary>What colour the text was asked to be, if any.</summary>
    public Colour? TextColour { get; init; }

    /// <summary>Every colour that was named, in order.</summary>
    public IReadOnlyList<Colour> Colours { get; init; } = [];

    public IReadOnlyList<EditStep> Edits { get; init; } = [];

    /// <summary>Words that mean something to people and nothing to this reader.</summary>
    public int UnknownWords { get; init; }

    public bool HasScene => Scenery.HasAny(Scenery.Places)
        || (Shapes.Count == 0 && Subjects.Count == 0 && Scenery.HasAny(Scenery.Skies) && Texts.Count == 0);

    /// <summary>True where the shapes are what the prompt is about, and not words in passing.</summary>
    public bool IsPlain => Shapes.Count > 0 && !HasScene && Subjects.Count == 0 && UnknownWords <= 4 + (4 * Shapes.Count);
}

/// <summary>One shape or several alike.</summary>
internal sealed record ShapeGroup(ShapeKind Kind)
{
    public Colour? Colour { get; init; }

    public int Count { get; init; } = 1;

    /// <summary>Its larger side as a share of the picture's short side; null where nothing was said.</summary>
    public double? Extent { get; init; }

    public Place? Place { get; init; }

    public bool Outlined { get; init; }

    public bool InRow { get; init; }

    public bool InColumn { get; init; }

    /// <summary>How this one stands to the one named before it.</summary>
    public Relation ToPrevious { get; init; }
}

/// <summary>A subject and how often it was asked for.</summary>
internal sealed record SubjectGroup(SubjectKind Kind, int Count, Colour? Colour);

/// <summary>A plain colour, a gradient from top to bottom, or nothing at all.</summary>
internal sealed record Backdrop(Colour First, Colour? Second = null, bool Transparent = false);

/// <summary>One change to a reference image.</summary>
/// <param name="Kind">What to do.</param>
/// <param name="Degrees">For a rotation: 90, 180 or 270 clockwise.</param>
/// <param name="Colour">For a tint.</param>
internal sealed record EditStep(EditKind Kind, int Degrees = 0, Colour? Colour = null);
