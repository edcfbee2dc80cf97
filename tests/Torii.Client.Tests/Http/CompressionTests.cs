using System.IO.Compression;
using System.Text;
using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Http;

public sealed class CompressionTests
{
    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public async Task A_compressed_answer_is_read(string encoding)
    {
        byte[] body = Compress(encoding, Encoding.UTF8.GetBytes(People.User().ToJsonString()));
        using WireServer server = new((_, connection) => Send(connection, encoding, body));
        using ToriiService client = server.Connect();

        Assert.Equal(TestClient.UserId, (await client.GetAsync()).UserId);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public async Task Broken_compression_is_an_invalid_response(string encoding)
    {
        using WireServer server = new((_, connection) => Send(connection, encoding, Encoding.ASCII.GetBytes("This was never compressed at all, whatever the header says.")));
        using ToriiService client = server.Connect();

        ToriiException error = await Assert.ThrowsAnyAsync<ToriiException>(() => client.GetAsync());

        Assert.Equal("Torii.InvalidResponse", error.ErrorId);
        Assert.Contains("compression", error.Message);
    }

    [Fact]
    public async Task A_small_response_is_not_decompressed_beyond_the_limit()
    {
        byte[] body = Compress("gzip", new byte[100 * 1024 * 1024]);
        using WireServer server = new((_, connection) => Send(connection, "gzip", body));
        using ToriiService client = server.Connect();

        ToriiException error = await Assert.ThrowsAnyAsync<ToriiException>(() => client.GetAsync());

        Assert.Equal("Torii.InvalidResponse", error.ErrorId);
        Assert.Contains("larger than", error.Message);
    }

    private static async Task Send(WireConnection connection, string encoding, byte[] body)
    {
        await connection.SendAsync($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: {encoding}\r\nContent-Length: {body.Length}\r\n\r\n");
        await connection.SendAsync(body);
    }

    private static byte[] Compress(string encoding, byte[] plain)
    {
        using MemoryStream packed = new();
        using (Stream pack = encoding switch
        {
            "gzip" => new GZipStream(packed, CompressionLevel.Fastest),
            "deflate" => new ZLibStream(packed, CompressionLevel.Fastest),
            _ => new BrotliStream(packed, CompressionLevel.Fastest),
        })
        {
            pack.Write(plain);
        }

        return packed.ToArray();
    }
}
