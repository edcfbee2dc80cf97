using System.Buffers.Binary;

namespace Torii.Emulator.Store;

/// <summary>Creates UUIDs of version 7 (RFC 9562 §5.7): the time comes first, so that ids sort by creation.</summary>
internal static class Uuid7
{
    /// <param name="unixMilliseconds">The leading 48 bits.</param>
    /// <param name="counter">12 bits that order the ids of one millisecond.</param>
    /// <param name="random">64 random bits, of which 62 are used.</param>
    public static Guid Create(long unixMilliseconds, int counter, ulong random)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, ((ulong)unixMilliseconds << 16) | 0x7000u | (uint)(counter & 0xFFF));
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], (random >> 2) | 0x8000_0000_0000_0000u);
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>Returns the time in an id.</summary>
    public static long UnixMilliseconds(this Guid id) => BinaryPrimitives.ReadInt64BigEndian(id.ToByteArray(bigEndian: true)) >>> 16;
}
