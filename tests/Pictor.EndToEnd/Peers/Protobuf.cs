using System.Text;

namespace Pictor.EndToEnd.Peers;

/// <summary>A protobuf message read by field numbers alone: as much of the wire format as OTLP uses.</summary>
internal sealed class Protobuf
{
    private readonly List<Field> _fields = [];

    public Protobuf(ReadOnlyMemory<byte> bytes)
    {
        var at = 0;
        while (at < bytes.Length)
        {
            var tag = Varint(bytes.Span, ref at);
            var field = (int)(tag >> 3);
            switch (tag & 7)
            {
                case 0:
                    _fields.Add(new Field(field, Varint(bytes.Span, ref at), default));
                    break;
                case 1:
                    _fields.Add(new Field(field, 0, bytes.Slice(at, 8)));
                    at += 8;
                    break;
                case 2:
                    var length = (int)Varint(bytes.Span, ref at);
                    _fields.Add(new Field(field, 0, bytes.Slice(at, length)));
                    at += length;
                    break;
                case 5:
                    _fields.Add(new Field(field, 0, bytes.Slice(at, 4)));
                    at += 4;
                    break;
                default:
                    throw new InvalidDataException("No protobuf.");
            }
        }
    }

    public IEnumerable<Field> All(int number) => _fields.Where(field => field.Id == number);

    public Field? First(int number) => _fields.Find(field => field.Id == number);

    public string Text(int number) => First(number) is { } field ? Encoding.UTF8.GetString(field.Bytes.Span) : "";

    private static ulong Varint(ReadOnlySpan<byte> bytes, ref int at)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var next = bytes[at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }

    /// <summary>One field.</summary>
    public sealed record Field(int Id, ulong Number, ReadOnlyMemory<byte> Bytes)
    {
        public Protobuf Message => new(Bytes);
    }
}
