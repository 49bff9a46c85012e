using Pictor.Providers.Sandbox;

namespace Pictor.Tests.Providers.Sandbox;

public sealed class DescriptionReaderTests
{
    [Theory]
    [InlineData("A small green square centered on a white background.")]
    [InlineData("一个小的绿色正方形，居中，白色背景")]
    [InlineData("Draw a square, small and green, in the center. Background: white.")]
    [InlineData("白色背景上居中的小绿色方块")]
    public void Reads_the_small_green_square_however_it_is_put(string prompt)
    {
        var description = DescriptionReader.Read(prompt);

        description.IsPlain.ShouldBeTrue();
        var shape = description.Shapes.ShouldHaveSingleItem();
        shape.Kind.ShouldBe(ShapeKind.Square);
        shape.Colour.ShouldBe(Colour.Hex("008000"));
        shape.Extent.ShouldBe(0.25);
        shape.Count.ShouldBe(1);
        shape.Place.ShouldBe(Place.Centre);
        description.Background.ShouldBe(new Backdrop(Colour.White));
    }

    [Theory]
    [InlineData("three red circles", 3, "ff0000")]
    [InlineData("三个红色圆形", 3, "ff0000")]
    [InlineData("12 blue dots", 12, "0000ff")]
    [InlineData("十二个黄色的圆", 12, "ffff00")]
    [InlineData("a pair of #0a0b0c circles", 2, "0a0b0c")]
    [InlineData("两个 #fff 圆", 2, "ffffff")]
    [InlineData("circles", 3, null)]
    public void Reads_counts_and_colours(string prompt, int count, string? colour)
    {
        var shape = DescriptionReader.Read(prompt).Shapes.ShouldHaveSingleItem();

        shape.Kind.ShouldBe(ShapeKind.Circle);
        shape.Count.ShouldBe(count);
        shape.Colour.ShouldBe(colour is null ? null : Colour.Hex(colour));
    }

    [Theory]
    [InlineData("a red circle and a blue square", Relation.None)]
    [InlineData("a red circle to the left of a blue square", Relation.LeftOf)]
    [InlineData("a red circle next to a blue square", Relation.Beside)]
    [InlineData("a red circle above a blue square", Relation.Above)]
    [InlineData("a red circle below a blue square", Relation.Below)]
    [InlineData("a red circle inside a blue square", Relation.Inside)]
    [InlineData("a red circle on a blue square", Relation.Inside)]
    [InlineData("红色圆形和蓝色正方形", Relation.None)]
    [InlineData("红色圆形在蓝色正方形的左边", Relation.LeftOf)]
    [InlineData("红色圆形在蓝色正方形的上方", Relation.Above)]
    internal void Reads_how_two_shapes_stand_to_each_other(string prompt, Relation relation)
    {
        var shapes = DescriptionReader.Read(prompt).Shapes;

        shapes.Select(shape => shape.Kind).ShouldBe([ShapeKind.Circle, ShapeKind.Square]);
        shapes.Select(shape => shape.Colour).ShouldBe([Colour.Hex("ff0000"), Colour.Hex("0000ff")]);
        shapes[1].ToPrevious.ShouldBe(relation);
    }

    [Theory]
    [InlineData("a red circle in the top left and a blue square in the bottom right", Place.TopLeft, Place.BottomRight)]
    [InlineData("左上角一个红色圆形，右下角一个蓝色正方形", Place.TopLeft, Place.BottomRight)]
    [InlineData("a red circle on the left, a blue square at the top", Place.Left, Place.Top)]
    internal void Gives_each_shape_its_own_place(string prompt, Place first, Place second) =>
        DescriptionReader.Read(prompt).Shapes.Select(shape => shape.Place).ShouldBe([first, second]);

    [Theory]
    [InlineData("a white ring on a navy background", "000080", null)]
    [InlineData("a white ring on navy", "000080", null)]
    [InlineData("圆环，背景为浅灰色", "d3d3d3", null)]
    [InlineData("a ring, light gray background", "d3d3d3", null)]
    [InlineData("a gradient background from orange to purple with a white ring", "ffa500", "800080")]
    [InlineData("a ring on a red and blue gradient background", "ff0000", "0000ff")]
    [InlineData("从红色到蓝色的渐变背景，一个白色圆环", "ff0000", "0000ff")]
    public void Reads_backgrounds(string prompt, string first, string? second)
    {
        var description = DescriptionReader.Read(prompt);

        description.Shapes.ShouldHaveSingleItem().Kind.ShouldBe(ShapeKind.Ring);
        description.Background.ShouldBe(new Backdrop(Colour.Hex(first), second is null ? null : Colour.Hex(second)));
    }

    [Theory]
    [InlineData("a logo saying \"Pictor\"", "Pictor")]
    [InlineData("写着“你好”", "你好")]
    [InlineData("a sign that says 'don't panic'", "don't panic")]
    [InlineData("标题「世界」", "世界")]
    [InlineData("a \"quote that never ends", null)]
    public void Takes_quoted_text(string prompt, string? text) =>
        DescriptionReader.Read(prompt).Texts.ShouldBe(text is null ? [] : [text]);

    [Theory]
    [InlineData("red text \"SALE\" on a yellow background", "ff0000", "ffff00")]
    [InlineData("text \"SALE 50%\" in red on a yellow background", "ff0000", "ffff00")]
    [InlineData("蓝色背景上的白色文字“你好”", "ffffff", "0000ff")]
    [InlineData("\"Hello\" on a navy background", null, "000080")]
    [InlineData("\"Hello\", navy background", null, "000080")]
    public void Gives_a_text_the_colour_that_was_asked_for(string prompt, string? colour, string background)
    {
        var description = DescriptionReader.Read(prompt);

        description.TextColour.ShouldBe(colour is null ? (Colour?)null : Colour.Hex(colour));
        description.Background.ShouldBe(new Backdrop(Colour.Hex(background)));
    }

    [Theory]
    [InlineData("写着“生日快乐”的海报，粉色背景")]
    [InlineData("柔和的光线")]
    [InlineData("开心的女孩")]
    [InlineData("上海")]
    [InlineData("热狗")]
    public void Does_not_take_a_word_for_what_a_part_of_it_means(string prompt)
    {
        var description = DescriptionReader.Read(prompt);

        description.HasScene.ShouldBeFalse();
        description.Shapes.ShouldBeEmpty();
        description.Subjects.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("sunset over mountains", Scenery.Sunset | Scenery.Mountains)]
    [InlineData("city at night", Scenery.City | Scenery.Night)]
    [InlineData("城市夜景", Scenery.City | Scenery.Night)]
    [InlineData("星空下的雪山", Scenery.Stars | Scenery.Mountains | Scenery.Snow)]
    [InlineData("a forest in the morning mist", Scenery.Forest | Scenery.Sunrise | Scenery.Mist)]
    [InlineData("大海上的日落", Scenery.Ocean | Scenery.Sunset)]
    [InlineData("沙漠", Scenery.Desert)]
    internal void Finds_scenes(string prompt, Scenery parts)
    {
        var description = DescriptionReader.Read(prompt);

        description.HasScene.ShouldBeTrue();
        (description.Scenery & parts).ShouldBe(parts);
    }

    [Theory]
    [InlineData("forest green circle on a sky blue background")]
    [InlineData("a yellow star and a white cloud on a midnight blue background")]
    public void Does_not_take_a_colour_or_a_star_for_a_scene(string prompt)
    {
        var description = DescriptionReader.Read(prompt);

        description.HasScene.ShouldBeFalse();
        description.IsPlain.ShouldBeTrue();
    }

    [Theory]
    [InlineData("make it grayscale", EditKind.Grayscale, 0)]
    [InlineData("变成黑白", EditKind.Grayscale, 0)]
    [InlineData("rotate it 90 degrees", EditKind.Rotate, 90)]
    [InlineData("rotate 90 degrees counterclockwise", EditKind.Rotate, 270)]
    [InlineData("turn it upside down", EditKind.Rotate, 180)]
    [InlineData("flip it vertically", EditKind.FlipVertical, 0)]
    [InlineData("mirror the image", EditKind.FlipHorizontal, 0)]
    [InlineData("水平翻转", EditKind.FlipHorizontal, 0)]
    [InlineData("blur the photo", EditKind.Blur, 0)]
    [InlineData("调亮一点", EditKind.Brighter, 0)]
    internal void Reads_edits(string prompt, EditKind kind, int degrees)
    {
        var step = DescriptionReader.Read(prompt).Edits.ShouldHaveSingleItem();

        step.Kind.ShouldBe(kind);
        step.Degrees.ShouldBe(degrees);
    }

    [Fact]
    public void Knows_at_least_thirty_colours_in_both_languages()
    {
        foreach (var (hex, names) in ColourNames.Rows)
        {
            var each = names.Split(", ");
            each.ShouldContain(name => name[0] < 0x80, names);
            foreach (var name in each)
            {
                DescriptionReader.Read($"{name} circle").Shapes.ShouldHaveSingleItem().Colour.ShouldBe(Colour.Hex(hex), name);
            }
        }

        ColourNames.Rows.Count(row => row.Names.Any(letter => letter >= 0x2e80)).ShouldBeGreaterThan(30);
    }
}
