namespace Pictor.Imaging.Native;

/// <summary>The enumeration values of libvips that are used, by the names its headers give them.</summary>
internal static class VipsNumbers
{
    public const int AccessSequential = 1;
    public const int FailOnError = 2;
    public const int FormatUChar = 0;
    public const int InterpretationBW = 1;
    public const int InterpretationCmyk = 15;
    public const int InterpretationSrgb = 22;
    public const int IntentPerceptual = 0;
    public const int DirectionHorizontal = 0;
    public const int DirectionVertical = 1;
    public const int SizeForce = 3;
    public const int BlendOver = 2;
    public const int BlendDestOut = 9;
    public const int ExtendBackground = 5;
    public const int HeifAv1 = 4;
    public const int PngFilterAll = 0xF8;
    public const int PngFilterNone = 0x08;
}
