using Pictor.Imaging;

namespace Pictor.Providers.Sandbox;

/// <summary>A composition that visibly contains the references: prints with white borders, side by side, on a drawing of the words.</summary>
internal static class ReferenceBoard
{
    public static Picture Paint(PaintOrder order, IReadOnlyList<Picture> references)
    {
        var ground = Painting.Draw(order);
        var prints = Arrange(ground, references, order.Faithful);
        var border = ground.ShortSide * (order.Faithful ? 0.008 : 0.016);
        foreach (var (_, x, y, w, h) in prints)
        {
            ground.Rect(x - border, y - border + (border * 0.9), w + (2 * border), h + (2 * border), "#000000", 0.3, border * 0.5);
            ground.Rect(x - border, y - border, w + (2 * border), h + (2 * border), "#ffffff", radius: border * 0.35);
        }

        var picture = Easel.ToPicture(ground);
        var accent = Palette.For(order.SeedText, order.Description.Colours, order.Random(), order.Finish).Accent;
        foreach (var (reference, x, y, w, h) in prints)
        {
            var print = reference.Resize(w, h);
            picture = picture.Overlay(order.Faithful ? print : print.Tint(accent.R, accent.G, accent.B, 0.1), x, y);
        }

        return picture;
    }

    /// <summary>Rows of equal cells, each reference whole inside its own.</summary>
    private static List<(Picture Picture, int X, int Y, int Width, int Height)> Arrange(Svg ground, IReadOnlyList<Picture> references, bool large)
    {
        var columns = Math.Max(1, (int)Math.Ceiling(Math.Sqrt(references.Count * (double)ground.Width / ground.Height) - 0.01));
        columns = Math.Min(columns, references.Count);
        var rows = (references.Count + columns - 1) / columns;
        var (cellWidth, cellHeight) = (ground.Width * 0.94 / columns, ground.Height * 0.92 / rows);
        var share = large ? 0.9 : 0.78;
        return [.. references.Select((reference, i) =>
        {
            var (row, column) = (i / columns, i % columns);
            var inRow = Math.Min(columns, references.Count - (row * columns));
            var scale = Math.Min(cellWidth * share / reference.Width, cellHeight * share / reference.Height);
            var (w, h) = (Math.Max(1, (int)(reference.Width * scale)), Math.Max(1, (int)(reference.Height * scale)));
            var x = (ground.Width / 2.0) + ((column - ((inRow - 1) / 2.0)) * cellWidth);
            var y = (ground.Height * 0.49) + ((row - ((rows - 1) / 2.0)) * cellHeight);
            return (reference, (int)(x - (w / 2.0)), (int)(y - (h / 2.0)), w, h);
        })];
    }
}
