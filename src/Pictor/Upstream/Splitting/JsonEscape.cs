using System.Globalization;

namespace Pictor.Upstream.Splitting;

/// <summary>One escape of a JSON string, collected across pieces. A broken one is <see cref="NoCharacter"/> and passes as it is.</summary>
internal sealed class JsonEscape
{
    public const int NoCharacter = -1;

    private readonly byte[] _raw = new byte[6];
    private int _length;

    /// <summary>True between the backslash and the last byte of the escape.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>The UTF-16 code unit it stands for.</summary>
    public int Value { get; private set; }

    /// <summary>As it stands in the body.</summary>
    public ReadOnlySpan<byte> Raw => _raw.AsSpan(0, _length);

    /// <summary>Takes bytes from the backslash on, and says how many belong to the escape.</summary>
    public int Advance(ReadOnlySpan<byte> bytes)
    {
        if (!IsOpen)
        {
            IsOpen = true;
            _length = 0;
        }

        var taken = 0;
        while (IsOpen && taken < bytes.Length)
        {
            if (_length >= 2 && !char.IsAsciiHexDigit((char)bytes[taken]))
            {
                Close(NoCharacter);
                break;
            }

            _raw[_length++] = bytes[taken++];
            if (_length == 2 && _raw[1] != (byte)'u')
            {
                Close(Short(_raw[1]));
            }
            else if (_length == 6)
            {
                Close(int.Parse(_raw.AsSpan(2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
            }
        }

        return taken;
    }

    private static int Short(byte letter) => letter switch
    {
        (byte)'n' => '\n',
        (byte)'r' => '\r',
        (byte)'t' => '\t',
        (byte)'/' => '/',
        (byte)'"' => '"',
        (byte)'\\' => '\\',
        _ => NoCharacter,
    };

    private void Close(int value)
    {
        Value = value;
        IsOpen = false;
    }
}
