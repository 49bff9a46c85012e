using System.Text.Json.Serialization;

namespace Pictor.Keys;

/// <summary>How lists are written inside a key's row.</summary>
[JsonSerializable(typeof(IReadOnlyList<string>))]
internal sealed partial class RowJson : JsonSerializerContext;
