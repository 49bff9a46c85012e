namespace Pictor.Imaging.Headers;

/// <summary>The marker codes of JPEG (ITU T.81, table B.1) and the steps from one segment to the next.</summary>
internal static class JpegMarkers
{
    public const byte StartOfImage = 0xD8;
    public const byte EndOfImage = 0xD9;
    public const byte StartOfScan = 0xDA;
    public const byte App0 = 0xE0;
    public const byte App1 = 0xE1;
    public const byte App2 = 0xE2;
    public const byte App14 = 0xEE;
    public const byte App15 = 0xEF;

    /// <summary>A start of frame of any kind: C0 to CF without DHT, JPG and DAC.</summary>
    public static bool IsFrame(byte marker) => marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC);

    public static bool IsRestart(byte marker) => marker is >= 0xD0 and <= 0xD7;

    public static bool StandsAlone(byte marker) => marker is 0x01 or StartOfImage || IsRestart(marker);

    /// <summary>The next marker; stray bytes before it are passed over, as decoders do.</summary>
    public static byte Next(PictureReader reader)
    {
        while (true)
        {
            var window = reader.Window();
            var at = window.IndexOf((byte)0xFF);
            if (at < 0)
            {
                if (window.IsEmpty)
                {
                    throw PictureException.CutShort();
                }

                reader.Advance(window.Length);
                continue;
            }

            reader.Advance(at + 1);
            byte marker;
            do
            {
                marker = reader.ReadByte();
            }
            while (marker == 0xFF);
            if (marker != 0)
            {
                return marker;
            }
        }
    }

    /// <summary>The length of what follows the length field of a segment.</summary>
    public static int Length(PictureReader reader)
    {
        var length = reader.ReadUInt16BigEndian();
        return length >= 2 ? length - 2 : throw PictureException.Damaged();
    }
}
