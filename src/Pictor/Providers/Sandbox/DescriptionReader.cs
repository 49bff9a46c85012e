namespace Pictor.Providers.Sandbox;

/// <summary>
/// Reads a description in one pass: attributes are collected until a shape, a subject or a background takes them; what is
/// left at a comma or at the end belongs to the shape before.
/// </summary>
internal sealed class DescriptionReader
{
    private const int MostShapes = 8;
    private const int MostOfAShape = 60;

    private readonly List<ShapeGroup> _shapes = [];
    private readonly List<SubjectGroup> _subjects = [];
    private readonly List<Colour> _colours = [];
    private readonly List<Colour> _pending = [];
    private readonly List<Colour> _stops = [];
    private readonly List<EditStep> _edits = [];
    private Backdrop? _background;
    private Scenery _scenery;
    private Tone _tone;
    private double? _extent;
    private int? _count;
    private Place? _place;
    private Place? _textPlace;
    private Colour? _textColour;
    private bool _outlined;
    private bool _row;
    private bool _column;
    private Relation _relation;
    private bool _on;
    private bool _at;
    private bool _expectsBackground;
    private bool _gradient;
    private bool _from;
    private bool _afterQuote;
    private int _unknown;

    public static Description Read(string prompt)
    {
        var quotes = new List<string>();
        var text = PromptText.TakeQuotes(PromptText.Clean(prompt), quotes);
        return new DescriptionReader().Read(WordReader.Read(text), quotes);
    }

    private Description Read(List<Word> words, List<string> quotes)
    {
        for (var i = 0; i < words.Count; i++)
        {
            _scenery |= words[i].Scenery;
            Take(words[i], i + 1 < words.Count ? words[i + 1] : default);
        }

        Settle();
        FinishGradient();
        if (_place is not null && _shapes.Count > 0 && _shapes[^1].Place is null)
        {
            _shapes[^1] = _shapes[^1] with { Place = _place };
        }

        return new Description
        {
            Shapes = _shapes,
            Background = _background,
            Scenery = _scenery,
            Subjects = _subjects,
            Texts = quotes,
            TextPlace = _textPlace ?? (_shapes.Count == 0 ? _place : null),
            TextColour = quotes.Count > 0 ? _textColour : null,
            Colours = [.. _colours.Distinct()],
            Edits = EditReader.Order(_edits, _colours),
            UnknownWords = _unknown,
        };
    }

    private void Take(Word word, Word next)
    {
        switch (word.Kind)
        {
            case WordKind.Colour: TakeColour(word); break;
            case WordKind.Tone: _tone = (Tone)word.Value; break;
            case WordKind.Shape: TakeShape(word); break;
            case WordKind.Subject: TakeSubject((SubjectKind)word.Value); break;
            case WordKind.Size: _extent = word.Value / 1000.0; break;
            case WordKind.Count: _count = word.Value; break;
            case WordKind.Number: TakeNumber(word.Value, next); break;
            case WordKind.Place: TakePlace((Place)word.Value); break;
            case WordKind.Relation: Settle(); _relation = (Relation)word.Value; _on |= _relation == Relation.Above; break;
            case WordKind.PostRelation: TakePostRelation((Relation)word.Value); break;
            case WordKind.On: Settle(); _on = true; break;
            case WordKind.At: _at = true; break;
            case WordKind.And: TakeAnd(); break;
            case WordKind.From: _from = true; break;
            case WordKind.To: break;
            case WordKind.Background: TakeBackground(); break;
            case WordKind.Gradient: TakeGradient(); break;
            case WordKind.Transparent: _background = new Backdrop(Colour.White, Transparent: true); break;
            case WordKind.Outlined: TakeOutline(); break;
            case WordKind.Row: _row = true; Arrange(); break;
            case WordKind.Column: _column = true; Arrange(); break;
            case WordKind.Edit: _edits.Add(new EditStep((EditKind)word.Value)); break;
            case WordKind.Quote: TakeQuote(); break;
            case WordKind.Letters: TakeLetters(); break;
            case WordKind.Comma: Settle(); _afterQuote = false; break;
            case WordKind.Stop: Settle(); FinishGradient(); _on = _expectsBackground = _afterQuote = false; break;
            case WordKind.Unknown: _unknown++; _tone = Tone.Plain; break;
            default: break;
        }
    }

    private void TakeColour(Word word)
    {
        var colour = ColourNames.Shade(new Colour((byte)(word.Value >> 16), (byte)(word.Value >> 8), (byte)word.Value), _tone);
        _tone = Tone.Plain;
        _colours.Add(colour);
        if (_from || _gradient)
        {
            _stops.Add(colour);
        }

        if (_from && _stops.Count == 2)
        {
            FinishGradient();
        }
        else if (_expectsBackground && !_gradient && !_from)
        {
            _background = new Backdrop(colour);
            _expectsBackground = false;
        }
        else
        {
            _pending.Add(colour);
        }
    }

    private void TakeShape(Word word)
    {
        if (_shapes.Count >= MostShapes)
        {
            return;
        }

        var relation = _relation;
        if (relation is Relation.None or Relation.Above && _on && _shapes.Count > 0)
        {
            // "On a blue square" lies in front of it, "over" and "on top of" stand above.
            relation = relation == Relation.None ? Relation.Inside : relation;
        }

        // A plural without a number is a few.
        var count = _count ?? (word.Text.EndsWith('s') && !Lexicon.TryFind(word.Text, out _) ? 3 : 1);
        _shapes.Add(new ShapeGroup((ShapeKind)word.Value)
        {
            Colour = _pending.Count > 0 ? _pending[^1] : null,
            Count = Math.Min(count, MostOfAShape),
            Extent = _extent,
            Place = _place,
            Outlined = _outlined,
            InRow = _row,
            InColumn = _column,
            ToPrevious = _shapes.Count > 0 ? relation : Relation.None,
        });
        Forget();
        _expectsBackground = _afterQuote = false;
    }

    private void TakeSubject(SubjectKind kind)
    {
        if (_subjects.Count < 4 && _subjects.TrueForAll(subject => subject.Kind != kind))
        {
            _subjects.Add(new SubjectGroup(kind, Math.Clamp(_count ?? 1, 1, 5), _pending.Count > 0 ? _pending[^1] : null));
        }

        Forget();
    }

    private void TakeNumber(int number, Word next)
    {
        if (_edits.Count > 0 && _edits[^1].Kind == EditKind.Rotate && _edits[^1].Degrees == 0)
        {
            _edits[^1] = _edits[^1] with { Degrees = number };
        }
        else if (next.Kind is not (WordKind.Unknown or WordKind.Stop))
        {
            _count = number;
        }
    }

    private void TakeQuote()
    {
        _afterQuote = true;
        if (_place is not null && _pending.Count == 0)
        {
            (_textPlace, _place) = (_place, null);
        }
    }

    /// <summary>"Red text": what stands before it is its colour, unless it is the ground that follows "on".</summary>
    private void TakeLetters()
    {
        if (_pending.Count > 0 && !_on && !_from)
        {
            _textColour = _pending[^1];
            _pending.Clear();
        }
    }

    /// <summary>"Orange and purple gradient" has its colours before, "gradient from … to …" behind.</summary>
    private void TakeGradient()
    {
        _gradient = true;
        if (_pending.Count > 1)
        {
            _stops.Clear();
            _stops.AddRange(_pending);
            FinishGradient();
        }
    }

    private void TakePlace(Place place)
    {
        if (_afterQuote && _textPlace is null)
        {
            _textPlace = place;
        }
        else if (_shapes.Count > 0 && _shapes[^1].Place is null && _pending.Count == 0 && _count is null && _extent is null && _relation == Relation.None)
        {
            _shapes[^1] = _shapes[^1] with { Place = place };
        }
        else
        {
            _place = place;
        }
    }

    /// <summary>Chinese puts the relation behind both: A 在 B 的左边.</summary>
    private void TakePostRelation(Relation relation)
    {
        if (_at && _shapes.Count > 1)
        {
            _shapes[^1] = _shapes[^1] with { ToPrevious = relation };
        }
        else
        {
            _relation = relation;
        }

        _at = false;
    }

    private void TakeAnd()
    {
        if (_pending.Count == 0 || (!_on && _shapes.Count > 0 && _shapes[^1].Colour is null))
        {
            Settle();
        }
    }

    private void TakeBackground()
    {
        if (_gradient || (_from && _stops.Count > 1))
        {
            _expectsBackground = true;
        }
        else if (_pending.Count > 0)
        {
            _background = new Backdrop(_pending[^1]);
            _pending.Clear();
        }
        else
        {
            _expectsBackground = _background is null;
        }

        _on = false;
    }

    private void TakeOutline()
    {
        _outlined = true;
        if (_shapes.Count > 0 && _pending.Count == 0 && _extent is null && _count is null)
        {
            _shapes[^1] = _shapes[^1] with { Outlined = true };
            _outlined = false;
        }
    }

    private void Arrange()
    {
        if (_shapes.Count > 0 && _count is null && _pending.Count == 0)
        {
            _shapes[^1] = _shapes[^1] with { InRow = _row, InColumn = _column };
            (_row, _column) = (false, false);
        }
    }

    /// <summary>Gives what is pending to the shape before, or to the background after "on".</summary>
    private void Settle()
    {
        if (_stops.Count > 1 && (_from || _gradient))
        {
            FinishGradient();
        }

        if (_afterQuote && _pending.Count == 1 && !_on && _textColour is null)
        {
            // "…" in red.
            _textColour = _pending[0];
            _pending.Clear();
        }

        if (_pending.Count > 0 && _on && _shapes.Count > 0)
        {
            _background ??= new Backdrop(_pending[^1]);
            _pending.Clear();
            _on = false;
        }

        if (_shapes.Count > 0)
        {
            var last = _shapes[^1];
            if (_pending.Count > 0 && last.Colour is null)
            {
                last = last with { Colour = _pending[^1] };
                _pending.Clear();
            }

            if (_extent is not null && last.Extent is null)
            {
                last = last with { Extent = _extent };
                _extent = null;
            }

            _shapes[^1] = last;
        }
    }

    private void FinishGradient()
    {
        if (_stops.Count > 1 && (_from || _gradient || _expectsBackground))
        {
            _background = new Backdrop(_stops[0], _stops[^1]);
            _pending.Clear();
            _expectsBackground = false;
        }

        _stops.Clear();
        (_from, _gradient) = (false, false);
    }

    private void Forget()
    {
        _pending.Clear();
        (_extent, _count, _place, _outlined, _row, _column) = (null, null, null, false, false, false);
        (_relation, _on, _tone) = (Relation.None, false, Tone.Plain);
    }
}
