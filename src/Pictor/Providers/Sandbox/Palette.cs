namespace Pictor.Providers.Sandbox;

/// <summary>Five colours that go together: from the colours of a prompt, from its mood, else from the seed.</summary>
internal sealed record Palette(IReadOnlyList<Colour> Colours)
{
    private static readonly (string Words, string Colours)[] Moods =
    [
        ("coffee wood autumn vintage retro leather chocolate antique 咖啡 木 秋 复古", "3b2417 8c5a33 d39a5f f0d9b5 b5472f"),
        ("fire warm hot summer energy passion flame lava 火 夏 暖 热", "3a0f1c b3202c f05a28 fdb833 fff0c9"),
        ("calm cold ice winter water cool peace quiet sea 冷 水 冰 静", "0d2b45 1f6f8b 54b5c4 c6e9ea f7f3e3"),
        ("nature plant leaf garden forest organic jungle tea 自然 植物 花园 叶 茶", "17332a 2f6b4f 79a86b d9e3b4 e0893f"),
        ("love romantic dream soft baby wedding sweet gentle 爱 梦 浪漫 温柔 甜", "4a2545 b5557f f08fa8 fbd3d1 ffe9c7"),
        ("tech future cyber neon ai digital code data robot electric 科技 未来 数字 电", "0c0f2c 3a2fd0 8e44ec ff4fa3 33e1ed"),
        ("fun party kids happy joy candy play music birthday 快乐 派对 儿童 音乐 糖", "2b2d6e ff5d73 ffb84c 49c6b0 fff4dd"),
        ("elegant luxury classic gold jewel royal 优雅 奢华 古典 金", "10182b 2c3e63 b08d4b e3cf9b f7f2e4"),
        ("dark mystery gothic horror shadow night 黑暗 神秘 夜", "0b0c14 27203f 5b3a6b a3526f e8a87c"),
        ("minimal clean simple modern logo brand business 极简 简约 现代 标志 商务", "1d2a3a 3d6b8c e4572e f3c969 f4f1ea"),
    ];

    private static readonly string[] Free =
    [
        "264653 2a9d8f e9c46a f4a261 e76f51", "22223b 4a4e69 9a8c98 c9ada7 f2e9e4", "003049 d62828 f77f00 fcbf49 eae2b7", "355070 6d597a b56576 e56b6f eaac8b",
        "0b3954 087e8b bfd7ea ff5a5f c81d25", "2d3047 419d78 e0a458 fffdf7 c04abc", "1b2a49 5b7db1 f2d0a4 e8998d c44536", "233d4d fe7f2d fcca46 a1c181 619b8a",
    ];

    public Colour Deep => Colours.MinBy(colour => colour.Luminance);

    public Colour Pale => Colours.MaxBy(colour => colour.Luminance);

    /// <summary>The most colourful one.</summary>
    public Colour Accent => Colours.MaxBy(colour => Math.Max(colour.R, Math.Max(colour.G, colour.B)) - Math.Min(colour.R, Math.Min(colour.G, colour.B)));

    public static Palette For(string text, IReadOnlyList<Colour> named, SeededRandom random, Finish finish)
    {
        var colours = Hex(Mood(text) ?? random.Pick(Free));
        if (named.Count > 0)
        {
            // The named colours lead; a dark and a pale one, both tinged by the first, hold them together.
            var first = named[0];
            colours = [.. named.Take(4), .. Fill(first).Take(Math.Max(2, 5 - named.Count))];
        }

        return new Palette(finish.Tune(colours));

        IEnumerable<Colour> Fill(Colour first) => [first.Mix(Colour.Hex("101623"), 0.78), first.Mix(Colour.Hex("fffaf0"), 0.82), first.Turned(28).Mix(Colour.White, 0.12), first.Turned(-32).Darker(0.2)];
    }

    private static string? Mood(string text)
    {
        var words = text.ToLowerInvariant().Split([' ', ',', '.', '\n', ':', ';', '!', '?', '"', '-'], StringSplitOptions.RemoveEmptyEntries).ToHashSet();
        foreach (var (names, colours) in Moods)
        {
            if (names.Split(' ').Any(name => name[0] >= 0x2e80 ? text.Contains(name, StringComparison.Ordinal) : words.Contains(name)))
            {
                return colours;
            }
        }

        return null;
    }

    private static Colour[] Hex(string colours) => [.. colours.Split(' ').Select(Colour.Hex)];
}
