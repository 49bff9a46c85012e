namespace Pictor.Providers.Sandbox;

/// <summary>Decides what kind of picture a description becomes, and draws it without references.</summary>
internal static class Painting
{
    public static Svg Draw(PaintOrder order)
    {
        var svg = new Svg(order.Size.Width, order.Size.Height);
        var description = order.Description;
        var finish = order.Finish;
        if (!order.Opaque && description.Background is { Transparent: true })
        {
            finish = finish with { Transparent = true };
        }

        var random = order.Random();
        var palette = Palette.For(order.SeedText, description.Colours, random.Fork(), finish);
        if (description.HasScene)
        {
            var stage = SceneDrawing.Paint(svg, description.Scenery, SubjectDrawing.NeedsLand(description.Subjects), random, finish);
            SubjectDrawing.IntoScene(stage, description.Subjects);
            ShapesDrawing.DrawShapes(svg, [.. description.Shapes.Where(IsGeometric)], stage.Light.Horizon, finish);
            Inscription.OverPicture(svg, description);
        }
        else if (description.Subjects.Count > 0)
        {
            SubjectDrawing.Alone(svg, description, palette, random, finish);
            Inscription.OverPicture(svg, description);
        }
        else if (description.IsPlain || (description.Shapes.Count == 0 && description.UnknownWords == 0 && description.Background is not null && description.Texts.Count == 0))
        {
            ShapesDrawing.Draw(svg, description, finish);
            Inscription.BesideShapes(svg, description);
        }
        else if (description.Texts.Count > 0)
        {
            Inscription.Poster(svg, description, palette, random, finish);
        }
        else
        {
            Composition.Paint(svg, palette, random, finish);
        }

        return svg;
    }

    /// <summary>In a scene a moon, a star or a cloud is part of the sky; a coloured circle is a circle.</summary>
    private static bool IsGeometric(ShapeGroup group) =>
        group.Colour is not null && group.Kind is not (ShapeKind.Star or ShapeKind.Crescent or ShapeKind.Cloud or ShapeKind.Line);
}
