using System.Net;
using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Http;

public sealed class BodyBoundTests
{
    private const int Limit = 32 * 1024 * 1024;

    [Fact]
    public async Task An_endless_response_is_not_read_beyond_the_limit()
    {
        EndlessStream body = new();
        ScriptedHandler handler = new(_ => new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(body) });
        using ToriiService client = TestClient.Create(handler);

        ToriiException error = await Assert.ThrowsAnyAsync<ToriiException>(() => client.GetAsync());

        Assert.Equal("Torii.InvalidResponse", error.ErrorId);
        Assert.Contains("larger than", error.Message);
        Assert.InRange(body.Taken, Limit, Limit + (1024 * 1024));
        Assert.Single(handler.Requests);
    }

    [Fact]
    public async Task An_impossible_Content_Length_allocates_nothing()
    {
        using WireServer server = new(static async (_, connection) =>
        {
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99999999999\r\n\r\n");
            await connection.SendAsync("{}");
            connection.Close();
        });
        using ToriiService client = server.Connect(static o => o with { MaxRetry = 0 });

        ToriiException error = await Assert.ThrowsAnyAsync<ToriiException>(() => client.GetAsync());

        Assert.Equal("Torii.ConnectionFailed", error.ErrorId);
    }

    [Fact]
    public async Task A_large_page_within_the_limit_is_read()
    {
        string padding = new('x', 9000);
        ScriptedHandler handler = new(_ => Answer.Json(People.Page(null, [.. Enumerable.Range(0, 1000).Select(n => People.User(n, name: padding))])));
        using ToriiService client = TestClient.Create(handler);

        Assert.Equal(1000, (await client.SearchAsync(new UserQuery { PageSize = 1000 })).Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16 * 1024)]
    [InlineData((16 * 1024) + 1)]
    [InlineData(100_000)]
    public async Task A_chunked_body_is_read_completely(int nameLength)
    {
        string json = People.User(name: new string('n', nameLength)).ToJsonString();
        using WireServer server = new(async (_, connection) =>
        {
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
            foreach (char[] piece in json.Chunk(Math.Max(1, json.Length / 7)))
            {
                await connection.SendAsync($"{piece.Length:x}\r\n{new string(piece)}\r\n");
            }

            await connection.SendAsync("0\r\n\r\n");
        });
        using ToriiService client = server.Connect();

        Assert.Equal(nameLength, (await client.GetAsync()).Name!.Length);
    }

    private sealed class EndlessStream : Stream
    {
        public long Taken { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            buffer.Span.Fill((byte)'x');
            Taken += buffer.Length;
            return ValueTask.FromResult(buffer.Length);
        }

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
