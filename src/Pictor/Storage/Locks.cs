namespace Pictor.Storage;

/// <summary>The names of what no other process works on while a write holds it. One place: two spellings would be two locks.</summary>
internal static class Locks
{
    /// <summary>A key's money.</summary>
    public static string Key(string keyId) => "key:" + keyId;

    /// <summary>A channel's places.</summary>
    public static string Channel(string channelId) => "channel:" + channelId;
}
