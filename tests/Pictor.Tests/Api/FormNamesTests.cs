using Pictor.Api;

namespace Pictor.Tests.Api;

public sealed class FormNamesTests
{
    [Theory]
    [InlineData("image", "image", false, true)]
    [InlineData("image[]", "image", false, true)]
    [InlineData("image[0]", "image", false, true)]
    [InlineData("image_1", "image", false, true)]
    [InlineData("image_16", "image", false, true)]
    [InlineData("images[]", "images", false, true)]
    [InlineData("images[0][image_url]", "images", false, true)]
    [InlineData("input_image", "input_image", false, true)]
    [InlineData("input_image_2", "input_image_2", false, true)]
    [InlineData("mask", "mask", false, true)]
    [InlineData("extra_body[input_image]", "input_image", true, true)]
    [InlineData("extra_body[aspect_ratio]", "aspect_ratio", true, false)]
    [InlineData("prompt", "prompt", false, false)]
    [InlineData("image_size", "image_size", false, false)]
    [InlineData("metadata[image]", "metadata[image]", false, false)]
    [InlineData("image[", "image[", false, false)]
    public void Knows_the_ways_to_write_a_name(string written, string field, bool inExtraBody, bool isPicture) =>
        FormNames.Read(written).ShouldBe(new FormNames.Name(field, inExtraBody, isPicture));
}
