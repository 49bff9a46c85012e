using System.Collections.Frozen;

namespace Pictor.Providers.Sandbox;

/// <summary>The dictionary: every word and phrase that is understood, English and Chinese, lower case.</summary>
internal static class Lexicon
{
    /// <summary>The longest phrase in English words and in Chinese characters.</summary>
    public const int LongestPhrase = 4;

    private static readonly FrozenDictionary<string, Word> Entries = Build();

    public static bool TryFind(string phrase, out Word word) => Entries.TryGetValue(phrase, out word);

    private static FrozenDictionary<string, Word> Build()
    {
        var words = new Dictionary<string, Word>(StringComparer.Ordinal);
        foreach (var (kind, names) in LexiconRows.Scenes)
        {
            Add(new Word(WordKind.Scene, Scenery: kind), names);
        }

        foreach (var (kind, names) in LexiconRows.Subjects)
        {
            Add(new Word(WordKind.Subject, (int)kind), names);
        }

        foreach (var (kind, names) in LexiconRows.Edits)
        {
            Add(new Word(WordKind.Edit, (int)kind), names);
        }

        foreach (var (kind, value, names) in LexiconRows.Grammar)
        {
            Add(new Word(kind, value), names);
        }

        foreach (var (hex, names) in ColourNames.Rows)
        {
            var colour = Colour.Hex(hex);
            Add(new Word(WordKind.Colour, (colour.R << 16) | (colour.G << 8) | colour.B), names);
        }

        foreach (var (kind, scenery, names) in LexiconRows.Shapes)
        {
            Add(new Word(WordKind.Shape, (int)kind, scenery), names);
        }

        Add(new Word(WordKind.Unknown), LexiconRows.Others);
        AddChineseCounts();
        return words.ToFrozenDictionary(StringComparer.Ordinal);

        void Add(Word word, string names)
        {
            foreach (var name in names.Split(", "))
            {
                words[name] = word;
            }
        }

        void AddChineseCounts()
        {
            string[][] numerals = [["一"], ["二", "两"], ["三"], ["四"], ["五"], ["六"], ["七"], ["八"], ["九"], ["十"], ["十一"], ["十二"]];
            for (var i = 0; i < numerals.Length; i++)
            {
                foreach (var numeral in numerals[i])
                {
                    words.TryAdd(numeral, new Word(WordKind.Count, i + 1));
                    foreach (var measure in "个個只颗朵条座棵匹张片艘架幅道轮弯间栋辆本杯把支枚块")
                    {
                        words[numeral + measure] = new Word(WordKind.Count, i + 1);
                    }
                }
            }
        }
    }
}
