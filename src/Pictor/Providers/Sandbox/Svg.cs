using System.Globalization;
using System.Text;

namespace Pictor.Providers.Sandbox;

/// <summary>One SVG document while it is drawn: definitions apart from the body, short invariant numbers, escaped text.</summary>
internal sealed class Svg(int width, int height)
{
    private readonly StringBuilder _definitions = new();
    private readonly StringBuilder _body = new();
    private int _ids;

    public int Width => width;

    public int Height => height;

    public double ShortSide => Math.Min(width, height);

    /// <summary>A number with at most one decimal: a tenth of a pixel is finer than anybody sees.</summary>
    public static string N(double value)
    {
        var rounded = Math.Round(value, 1);
        return (rounded == 0 ? 0 : rounded).ToString("0.#", CultureInfo.InvariantCulture);
    }

    /// <summary>A share with three decimals, for opacities and offsets.</summary>
    public static string F(double value) => Math.Round(value, 3).ToString("0.###", CultureInfo.InvariantCulture);

    /// <summary>Adds a fragment that is already SVG.</summary>
    public void Raw(string fragment) => _body.Append(fragment).Append('\n');

    public void Rect(double x, double y, double w, double h, string fill, double opacity = 1, double radius = 0) =>
        Raw($"<rect x=\"{N(x)}\" y=\"{N(y)}\" width=\"{N(w)}\" height=\"{N(h)}\"{(radius > 0 ? $" rx=\"{N(radius)}\"" : "")} fill=\"{fill}\"{Opacity(opacity)}/>");

    public void Fill(string fill, double opacity = 1) => Rect(0, 0, width, height, fill, opacity);

    public void Circle(double x, double y, double radius, string fill, double opacity = 1) =>
        Raw($"<circle cx=\"{N(x)}\" cy=\"{N(y)}\" r=\"{N(radius)}\" fill=\"{fill}\"{Opacity(opacity)}/>");

    public void Ellipse(double x, double y, double rx, double ry, string fill, double opacity = 1) =>
        Raw($"<ellipse cx=\"{N(x)}\" cy=\"{N(y)}\" rx=\"{N(rx)}\" ry=\"{N(ry)}\" fill=\"{fill}\"{Opacity(opacity)}/>");

    public void Path(string d, string fill, double opacity = 1) => Raw($"<path d=\"{d}\" fill=\"{fill}\"{Opacity(opacity)}/>");

    public void Stroke(string d, string stroke, double thickness, double opacity = 1) =>
        Raw($"<path d=\"{d}\" fill=\"none\" stroke=\"{stroke}\" stroke-width=\"{N(thickness)}\" stroke-linecap=\"round\" stroke-linejoin=\"round\"{Opacity(opacity)}/>");

    /// <summary>Opens a group; every call needs its <see cref="Close"/>.</summary>
    public void Open(string attributes) => Raw($"<g {attributes}>");

    public void Close() => Raw("</g>");

    /// <summary>A closed polygon as path data.</summary>
    public static string Polygon(IEnumerable<(double X, double Y)> points)
    {
        var path = new StringBuilder();
        foreach (var (x, y) in points)
        {
            path.Append(path.Length == 0 ? 'M' : 'L').Append(N(x)).Append(' ').Append(N(y));
        }

        return path.Append('Z').ToString();
    }

    /// <summary>A gradient over the bounding box from (x1, y1) to (x2, y2), in shares of it; gives its fill.</summary>
    public string Linear(double x1, double y1, double x2, double y2, params ReadOnlySpan<Stop> stops)
    {
        var id = NextId();
        _definitions.Append($"<linearGradient id=\"{id}\" x1=\"{F(x1)}\" y1=\"{F(y1)}\" x2=\"{F(x2)}\" y2=\"{F(y2)}\">");
        Stops(stops);
        _definitions.Append("</linearGradient>\n");
        return $"url(#{id})";
    }

    public string Vertical(params ReadOnlySpan<Stop> stops) => Linear(0, 0, 0, 1, stops);

    /// <summary>A gradient from the middle of the bounding box to its edge; gives its fill.</summary>
    public string Radial(params ReadOnlySpan<Stop> stops) => RadialAt(0.5, 0.5, 0.5, stops);

    /// <summary>A gradient around any point of the bounding box; gives its fill.</summary>
    public string RadialAt(double x, double y, double radius, params ReadOnlySpan<Stop> stops)
    {
        var id = NextId();
        _definitions.Append($"<radialGradient id=\"{id}\" cx=\"{F(x)}\" cy=\"{F(y)}\" r=\"{F(radius)}\">");
        Stops(stops);
        _definitions.Append("</radialGradient>\n");
        return $"url(#{id})";
    }

    /// <summary>Evenly spread colours as stops.</summary>
    public static Stop[] Even(IReadOnlyList<Colour> colours) =>
        [.. colours.Select((colour, i) => new Stop(colours.Count == 1 ? 0 : i / (double)(colours.Count - 1), colour))];

    /// <summary>Clips to path data; gives the attribute for <see cref="Open"/>.</summary>
    public string Clip(string d)
    {
        var id = NextId();
        _definitions.Append($"<clipPath id=\"{id}\"><path d=\"{d}\"/></clipPath>\n");
        return $"clip-path=\"url(#{id})\"";
    }

    public string NextId() => $"d{++_ids}";

    public override string ToString() =>
        $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\">\n<defs>\n{_definitions}</defs>\n{_body}</svg>\n";

    private static string Opacity(double opacity) => opacity >= 1 ? "" : $" opacity=\"{F(opacity)}\"";

    private void Stops(ReadOnlySpan<Stop> stops)
    {
        foreach (var (offset, colour, opacity) in stops)
        {
            _definitions.Append($"<stop offset=\"{F(offset)}\" stop-color=\"{colour}\"{(opacity < 1 ? $" stop-opacity=\"{F(opacity)}\"" : "")}/>");
        }
    }
}

/// <summary>One colour of a gradient at a share of its length.</summary>
internal readonly record struct Stop(double Offset, Colour Colour, double Opacity = 1);
