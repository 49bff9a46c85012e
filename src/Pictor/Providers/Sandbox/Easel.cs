using Pictor.Imaging;

namespace Pictor.Providers.Sandbox;

/// <summary>Brings drawing and references together into one picture.</summary>
internal static class Easel
{
    public static Picture Paint(PaintOrder order, IReadOnlyList<Picture> references, Picture? mask)
    {
        if (references.Count == 0)
        {
            var svg = Painting.Draw(order);
            Marks.Draw(svg, order);
            return ToPicture(svg);
        }

        var picture = mask is null ? ReferencePainting.Paint(order, references) : ReferencePainting.Inside(order, references[0], mask);
        var top = new Svg(order.Size.Width, order.Size.Height);
        Marks.Draw(top, order);
        return picture.Overlay(ToPicture(top), 0, 0);
    }

    public static Picture ToPicture(Svg svg) => Picture.FromSvg(svg.ToString(), svg.Width, svg.Height);
}
