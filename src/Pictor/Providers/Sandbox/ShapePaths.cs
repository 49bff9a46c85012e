namespace Pictor.Providers.Sandbox;

/// <summary>The outlines of shapes, as path data around a centre.</summary>
internal static class ShapePaths
{
    /// <summary>Height for a width of 1.</summary>
    public static double Height(ShapeKind kind) => kind switch
    {
        ShapeKind.Rectangle => 0.6,
        ShapeKind.Ellipse => 0.64,
        ShapeKind.Arrow => 0.62,
        ShapeKind.Line => 0.05,
        ShapeKind.Cloud => 0.62,
        ShapeKind.Semicircle => 0.5,
        _ => 1,
    };

    public static string Path(ShapeKind kind, double x, double y, double width)
    {
        var r = width / 2;
        return kind switch
        {
            ShapeKind.Circle => Oval(x, y, r, r),
            ShapeKind.Ellipse => Oval(x, y, r, r * Height(kind)),
            ShapeKind.Square or ShapeKind.Rectangle or ShapeKind.Line => Box(x, y, r, r * Height(kind)),
            ShapeKind.Triangle => Svg.Polygon([(x, y - (r * 0.88)), (x + r, y + (r * 0.86)), (x - r, y + (r * 0.86))]),
            ShapeKind.Diamond => Svg.Polygon([(x, y - r), (x + (r * 0.76), y), (x, y + r), (x - (r * 0.76), y)]),
            ShapeKind.Pentagon => Regular(x, y, r, 5, -90),
            ShapeKind.Hexagon => Regular(x, y, r, 6, 0),
            ShapeKind.Octagon => Regular(x, y, r, 8, 22.5),
            ShapeKind.Star => Star(x, y, r),
            ShapeKind.Heart => Placed("M0 .9C-.5 .55-1 .15-1-.33C-1-.72-.72-.92-.47-.92C-.25-.92-.08-.8 0-.6C.08-.8 .25-.92 .47-.92C.72-.92 1-.72 1-.33C1 .15 .5 .55 0 .9Z", x, y, r),
            ShapeKind.Ring => Oval(x, y, r, r) + Oval(x, y, r * 0.62, r * 0.62),
            ShapeKind.Cross => Cross(x, y, r),
            ShapeKind.Arrow => Svg.Polygon([(x - r, y - (r * 0.22)), (x + (r * 0.2), y - (r * 0.22)), (x + (r * 0.2), y - (r * 0.62)), (x + r, y), (x + (r * 0.2), y + (r * 0.62)), (x + (r * 0.2), y + (r * 0.22)), (x - r, y + (r * 0.22))]),
            ShapeKind.Crescent => Placed("M.35-.94A1 1 0 1 0 .35 .94A.8 .8 0 1 1 .35-.94Z", x + (r * 0.3), y, r),
            ShapeKind.Cloud => Placed("M-.62 .5C-.86 .5-1 .32-1 .12C-1-.1-.83-.25-.63-.25C-.56-.5-.34-.62-.1-.62C.18-.62 .38-.46 .46-.22C.76-.26 1-.1 1 .14C1 .36 .84 .5 .62 .5Z", x, y, r),
            ShapeKind.Semicircle => $"M{Svg.N(x - r)} {Svg.N(y + (r / 2))}A{Svg.N(r)} {Svg.N(r)} 0 0 1 {Svg.N(x + r)} {Svg.N(y + (r / 2))}Z",
            _ => Placed("M0-1C.1-.6 .66-.12 .66 .36C.66 .74 .36 1 0 1C-.36 1-.66 .74-.66 .36C-.66-.12-.1-.6 0-1Z", x, y, r),
        };
    }

    public static string Oval(double x, double y, double rx, double ry) =>
        $"M{Svg.N(x - rx)} {Svg.N(y)}a{Svg.N(rx)} {Svg.N(ry)} 0 1 0 {Svg.N(2 * rx)} 0a{Svg.N(rx)} {Svg.N(ry)} 0 1 0 {Svg.N(-2 * rx)} 0Z";

    public static string Star(double x, double y, double r) =>
        Svg.Polygon(Enumerable.Range(0, 10).Select(i => OnCircle(x, y, i % 2 == 0 ? r : r * 0.4, (i * 36) - 90)));

    /// <summary>Scales and moves path data that is written around 0 with a radius of 1; arcs keep their flags.</summary>
    public static string Placed(string path, double x, double y, double r) => PathScale.Apply(path, x, y, r);

    /// <summary>On whole pixels, so that a described square has hard edges.</summary>
    private static string Box(double x, double y, double rx, double ry)
    {
        double left = Math.Round(x - rx), top = Math.Round(y - ry);
        double right = left + Math.Round(2 * rx), bottom = top + Math.Max(1, Math.Round(2 * ry));
        return Svg.Polygon([(left, top), (right, top), (right, bottom), (left, bottom)]);
    }

    private static string Regular(double x, double y, double r, int corners, double from) =>
        Svg.Polygon(Enumerable.Range(0, corners).Select(i => OnCircle(x, y, r, from + (i * 360.0 / corners))));

    private static string Cross(double x, double y, double r)
    {
        var a = r * 0.32;
        return Svg.Polygon([
            (x - a, y - r), (x + a, y - r), (x + a, y - a), (x + r, y - a), (x + r, y + a), (x + a, y + a),
            (x + a, y + r), (x - a, y + r), (x - a, y + a), (x - r, y + a), (x - r, y - a), (x - a, y - a)]);
    }

    private static (double X, double Y) OnCircle(double x, double y, double r, double degrees) =>
        (x + (r * Math.Cos(degrees * Math.PI / 180)), y + (r * Math.Sin(degrees * Math.PI / 180)));
}
