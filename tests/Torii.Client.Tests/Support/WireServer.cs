using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Torii.Client.Tests.Support;

/// <summary>A request as it was received.</summary>
/// <param name="Number">1 for the first of the server.</param>
/// <param name="Head">Request line and header fields, to the letter.</param>
internal sealed record WireRequest(int Number, string Head, string Body);

/// <summary>One connection, for scripts that break it.</summary>
internal sealed class WireConnection(Socket socket)
{
    /// <summary>The client's port, which differs between two connections.</summary>
    public int ClientPort { get; } = ((IPEndPoint)socket.RemoteEndPoint!).Port;

    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    public async Task SendAsync(byte[] bytes) => await socket.SendAsync(bytes, SocketFlags.None);

    /// <summary>An answer with its length.</summary>
    public Task AnswerAsync(int status, string body, params string[] headers) =>
        SendAsync($"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {Encoding.Latin1.GetByteCount(body)}\r\n"
            + string.Concat(headers.Select(static h => h + "\r\n")) + $"\r\n{body}");

    public void Close() => socket.Close();

    /// <summary>Ends the connection as a crashed process does.</summary>
    public void Reset()
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Close();
    }
}

/// <summary>A server on a loopback address whose script controls the connection.</summary>
internal sealed class WireServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<WireRequest, WireConnection, Task> _script;
    private readonly ConcurrentQueue<WireRequest> _requests = new();
    private readonly ConcurrentBag<Socket> _sockets = [];
    private int _count;
    private int _open;

    public WireServer(Func<WireRequest, WireConnection, Task> script)
    {
        _script = script;
        _listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");
        _ = AcceptAsync();
    }

    public Uri Address { get; }

    /// <summary>How many connections the client has not closed.</summary>
    public int OpenConnections => Volatile.Read(ref _open);

    public IReadOnlyList<WireRequest> Requests => [.. _requests];

    /// <summary>A client that talks to it over the real network stack.</summary>
    public ToriiService Connect(Func<ToriiServiceOptions, ToriiServiceOptions>? change = null, TimeProvider? time = null) =>
        new((change ?? (static o => o))(TestClient.Options with { ApiUrl = Address }), handler: null, time ?? new ManualTime { SkipsWaits = true });

    public void Dispose()
    {
        _listener.Stop();
        foreach (Socket socket in _sockets)
        {
            socket.Close();
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket socket = await _listener.AcceptSocketAsync();
                _sockets.Add(socket);
                _ = ServeAsync(socket);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The server was stopped.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        Interlocked.Increment(ref _open);
        try
        {
            StringBuilder received = new();
            byte[] buffer = new byte[16 * 1024];
            while (await socket.ReceiveAsync(buffer, SocketFlags.None) is > 0 and var read)
            {
                received.Append(Encoding.Latin1.GetString(buffer, 0, read));
                while (TakeRequest(received) is { } request)
                {
                    _requests.Enqueue(request);
                    await _script(request, new WireConnection(socket));
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // One end has closed the connection.
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    private WireRequest? TakeRequest(StringBuilder received)
    {
        string text = received.ToString();
        int end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0)
        {
            return null;
        }

        string head = text[..end];
        int length = head.Split("\r\n").Where(static l => l.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))
            .Select(static l => int.Parse(l.Split(':')[1])).SingleOrDefault();
        if (text.Length < end + 4 + length)
        {
            return null;
        }

        received.Remove(0, end + 4 + length);
        return new WireRequest(Interlocked.Increment(ref _count), head, text.Substring(end + 4, length));
    }
}
