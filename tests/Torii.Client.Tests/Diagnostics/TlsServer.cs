using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Torii.Client.Tests.Diagnostics;

/// <summary>A TLS server on a loopback address with a certificate of its own, and a proxy that tunnels to it.</summary>
internal sealed class TlsServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly TcpListener _proxy = new(IPAddress.Loopback, 0);
    private readonly X509Certificate2 _certificate;
    private int _received;

    public TlsServer(string name, TimeSpan validFor)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={name}", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        DateTimeOffset now = DateTimeOffset.UtcNow;
        using X509Certificate2 made = request.CreateSelfSigned(now.AddDays(-400), now + validFor);
        // Windows cannot serve with a key that was not imported.
#if NET9_0_OR_GREATER
        _certificate = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
#else
        _certificate = new X509Certificate2(made.Export(X509ContentType.Pfx));
#endif
        _listener.Start();
        _proxy.Start();
        _ = AcceptAsync(_listener, ServeAsync);
        _ = AcceptAsync(_proxy, TunnelAsync);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The address of the proxy.</summary>
    public Uri Proxy => new($"http://127.0.0.1:{((IPEndPoint)_proxy.LocalEndpoint).Port}");

    /// <summary>The request head that the proxy received.</summary>
    public string ProxyHead { get; private set; } = "";

    /// <summary>How many bytes came after the handshake.</summary>
    public int Received => Volatile.Read(ref _received);

    /// <summary>Trusts the certificate and no other one.</summary>
    public X509ChainPolicy Trusting => new() { TrustMode = X509ChainTrustMode.CustomRootTrust, CustomTrustStore = { _certificate }, RevocationMode = X509RevocationMode.NoCheck };

    public void Dispose()
    {
        _listener.Stop();
        _proxy.Stop();
        _certificate.Dispose();
    }

    private static async Task AcceptAsync(TcpListener listener, Func<NetworkStream, Task> serve)
    {
        try
        {
            while (true)
            {
                TcpClient client = await listener.AcceptTcpClientAsync();
                _ = RunAsync(client, serve);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The server was stopped.
        }
    }

    private static async Task RunAsync(TcpClient client, Func<NetworkStream, Task> serve)
    {
        using (client)
        {
            try
            {
                await serve(client.GetStream());
            }
            catch (Exception e) when (e is IOException or System.Security.Authentication.AuthenticationException or ObjectDisposedException)
            {
                // The client ended the connection.
            }
        }
    }

    private async Task ServeAsync(NetworkStream stream)
    {
        using SslStream tls = new(stream);
        await tls.AuthenticateAsServerAsync(_certificate);
        byte[] buffer = new byte[1024];
        while (await tls.ReadAsync(buffer) is > 0 and var read)
        {
            Interlocked.Add(ref _received, read);
        }
    }

    private async Task TunnelAsync(NetworkStream stream)
    {
        StringBuilder head = new();
        byte[] one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(one) == 1)
        {
            head.Append((char)one[0]);
        }

        if (head.Length == 0)
        {
            // A connection that was made to see whether the proxy listens.
            return;
        }

        ProxyHead = head.ToString();
        using TcpClient target = new();
        await target.ConnectAsync(IPAddress.Loopback, Port);
        await stream.WriteAsync("HTTP/1.1 200 OK\r\n\r\n"u8.ToArray());
        await Task.WhenAny(stream.CopyToAsync(target.GetStream()), target.GetStream().CopyToAsync(stream));
    }
}
