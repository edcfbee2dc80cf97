using System.Buffers;
using System.IO.Pipelines;

namespace Torii.Emulator.Http;

/// <summary>Reads a request body up to the size that the service accepts.</summary>
internal static class RequestBody
{
    public const int Longest = 1024 * 1024;

    /// <summary>
    /// The body, or null when it is too long. The rest of one that is too long is read and thrown away: a client
    /// that is still sending would otherwise meet a reset and never see the answer.
    /// </summary>
    public static async Task<ReadOnlyMemory<byte>?> ReadAsync(PipeReader reader)
    {
        var body = new ArrayBufferWriter<byte>();
        var length = 0L;
        while (true)
        {
            var read = await reader.ReadAsync();
            length += read.Buffer.Length;
            if (length <= Longest)
            {
                foreach (var segment in read.Buffer)
                {
                    body.Write(segment.Span);
                }
            }

            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return length <= Longest ? body.WrittenMemory : (ReadOnlyMemory<byte>?)null;
            }
        }
    }
}
