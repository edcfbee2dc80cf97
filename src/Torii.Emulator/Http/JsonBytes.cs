using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Torii.Emulator.Http;

/// <summary>Writes JSON as bytes; names stay readable (é, not an escape), which is what JSON servers do.</summary>
internal static class JsonBytes
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            write(json);
        }

        return buffer.WrittenSpan.ToArray();
    }
}
