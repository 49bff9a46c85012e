using Pictor.Imaging;

namespace Pictor.Providers.Sandbox;

/// <summary>Edits a reference where the words name an edit, and otherwise shows the references inside a picture of its own.</summary>
internal static class ReferencePainting
{
    public static Picture Paint(PaintOrder order, IReadOnlyList<Picture> references)
    {
        var description = order.Description;
        var edited = references.Select(reference => ReferenceEdits.Apply(reference, description.Edits)).ToList();
        var overlays = description.IsPlain || (description.Texts.Count > 0 && !description.HasScene && description.Subjects.Count == 0);
        return references.Count == 1 && (description.Edits.Count > 0 || overlays)
            ? Retouched(order, edited[0])
            : ReferenceBoard.Paint(order, edited);
    }

    /// <summary>The first reference, changed only where the mask is transparent: edited, or painted over with what was described.</summary>
    public static Picture Inside(PaintOrder order, Picture reference, Picture mask)
    {
        var (width, height) = (order.Size.Width, order.Size.Height);
        var edits = order.Description.Edits;
        var change = edits.Count > 0
            ? Retouched(order, ReferenceEdits.Apply(reference, edits))
            : Easel.ToPicture(Painting.Draw(order));
        return reference.Cover(width, height).Overlay(change.CutOut(mask.Cover(width, height)), 0, 0);
    }

    /// <summary>The reference at the size of the request, with the shapes and words that were described on top.</summary>
    private static Picture Retouched(PaintOrder order, Picture reference)
    {
        var picture = reference.Cover(order.Size.Width, order.Size.Height);
        var top = new Svg(order.Size.Width, order.Size.Height);
        if (order.Description.IsPlain)
        {
            ShapesDrawing.DrawShapes(top, order.Description.Shapes, Colour.White, order.Finish);
        }

        Inscription.OverPicture(top, order.Description);
        return picture.Overlay(Easel.ToPicture(top), 0, 0);
    }
}
