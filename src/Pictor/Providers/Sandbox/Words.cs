namespace Pictor.Providers.Sandbox;

/// <summary>What a word of a prompt is to the reader of descriptions.</summary>
internal enum WordKind
{
    Unknown,
    Filler,
    Colour,
    Tone,
    Shape,
    Size,
    Count,
    Number,
    Place,
    Relation,
    PostRelation,
    On,
    At,
    And,
    From,
    To,
    Background,
    Gradient,
    Transparent,
    Outlined,
    Row,
    Column,
    Scene,
    Subject,
    Edit,
    Comma,
    Stop,
    Quote,
    Letters,
}

/// <summary>One word or phrase with its meaning.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Value">The member of the enumeration that belongs to the kind, a count, or a packed colour.</param>
/// <param name="Scenery">What it adds to a scene, whatever else it is (a moon is a shape and scenery).</param>
/// <param name="Text">The word as it was written.</param>
internal readonly record struct Word(WordKind Kind, int Value = 0, Scenery Scenery = Scenery.None, string Text = "");

internal enum ShapeKind
{
    Circle,
    Square,
    Rectangle,
    Triangle,
    Star,
    Heart,
    Hexagon,
    Pentagon,
    Octagon,
    Diamond,
    Ellipse,
    Ring,
    Cross,
    Arrow,
    Line,
    Crescent,
    Cloud,
    Semicircle,
    Drop,
}

/// <summary>How shapes stand to each other, seen from the first one.</summary>
internal enum Relation
{
    None,
    LeftOf,
    RightOf,
    Above,
    Below,
    Beside,
    Inside,
    Around,
}

/// <summary>A ninth of the picture, row by row.</summary>
internal enum Place
{
    TopLeft,
    Top,
    TopRight,
    Left,
    Centre,
    Right,
    BottomLeft,
    Bottom,
    BottomRight,
}

internal enum SubjectKind
{
    Cat,
    Dog,
    Fox,
    Cup,
    House,
    Tree,
    Boat,
    Flower,
    Robot,
    Rocket,
    Fish,
    Bird,
    Car,
    Balloon,
    Lighthouse,
    Book,
}

internal enum EditKind
{
    Grayscale,
    Sepia,
    Blur,
    Brighter,
    Darker,
    Contrast,
    Invert,
    Rotate,
    CounterClockwise,
    UpsideDown,
    Flip,
    FlipHorizontal,
    FlipVertical,
    Tint,
    Crop,
}

/// <summary>What a scene is made of.</summary>
[Flags]
internal enum Scenery
{
    None = 0,
    Sunset = 1 << 0,
    Sunrise = 1 << 1,
    Night = 1 << 2,
    Day = 1 << 3,
    Mountains = 1 << 4,
    Ocean = 1 << 5,
    Lake = 1 << 6,
    Forest = 1 << 7,
    City = 1 << 8,
    Snow = 1 << 9,
    Desert = 1 << 10,
    Stars = 1 << 11,
    Moon = 1 << 12,
    Sun = 1 << 13,
    Clouds = 1 << 14,
    Mist = 1 << 15,
    Rain = 1 << 16,
    Field = 1 << 17,
    Beach = 1 << 18,
    Aurora = 1 << 19,
    Space = 1 << 20,
    Autumn = 1 << 21,
    Spring = 1 << 22,
    Table = 1 << 23,

    /// <summary>Any of these makes a scene of a prompt.</summary>
    Places = Sunset | Sunrise | Mountains | Ocean | Lake | Forest | City | Snow | Desert | Field | Beach | Aurora | Space,

    /// <summary>These make a scene only where nothing else was described.</summary>
    Skies = Night | Day | Stars | Moon | Sun | Clouds | Mist | Rain | Autumn | Spring,
}

/// <summary>Questions to a set of scenery.</summary>
internal static class SceneryParts
{
    public static bool HasAny(this Scenery scenery, Scenery parts) => (scenery & parts) != Scenery.None;
}
