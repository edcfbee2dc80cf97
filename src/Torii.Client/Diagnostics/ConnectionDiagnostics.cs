using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Torii.Client.Http;
using Torii.Client.Tokens;

namespace Torii.Client.Diagnostics;

/// <summary>
/// The checks that any service with an HTTP address has. What a request does first is checked first, so that the first
/// result that is not <see cref="CheckStatus.Passed"/> is the cause.
/// </summary>
/// <param name="service">The service.</param>
/// <param name="pipeline">Sends the requests.</param>
/// <param name="time">The clock.</param>
internal sealed class ConnectionDiagnostics(ServiceDescription service, ApiPipeline pipeline, TimeProvider time) : IConnectionDiagnostics
{
    /// <summary>A difference of the clocks that nothing notices.</summary>
    private static readonly TimeSpan UnnoticedSkew = TimeSpan.FromSeconds(5);

    /// <summary>The difference of the clocks up to which tokens are accepted.</summary>
    private static readonly TimeSpan ToleratedSkew = TimeSpan.FromSeconds(TokenValidationOptions.DefaultClockSkewSec);

    /// <summary>Sends the cheapest request that only a valid credential gets answered.</summary>
    public required Func<RequestContext, Task> CheckCredential { get; init; }

    /// <summary>Finds out which groups of operations the server has: their names, and null for a group where that is not known.</summary>
    public required Func<RequestContext, Task<IReadOnlyList<(string Name, bool? Has)>>> FindFeatures { get; init; }

    /// <summary>Reads the keys of an issuer; replaced in tests.</summary>
    public SigningKeyCache Keys { get; init; } = SigningKeyCache.Shared;

    /// <summary>Resolves a name; replaced in tests.</summary>
    public Func<string, CancellationToken, Task<IPAddress[]>> Resolve { get; init; } = Dns.GetHostAddressesAsync;

    /// <summary>Which certificates are trusted; null for those of this machine. Replaced in tests.</summary>
    public X509ChainPolicy? ChainPolicy { get; init; }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ConnectionCheck> RunAsync(string? issuer, TimeSpan limit, RequestContext context)
    {
        Uri? proxy = pipeline.Proxy;
        Uri target = proxy ?? service.BaseAddress;
        yield return DescribeProxy(proxy);

        ConnectionCheck name = await CheckAsync("NameResolution", limit, context, c => ResolveAsync(target, proxy, c)).ConfigureAwait(false);
        yield return name;

        ConnectionCheck tcp = Skip("Tcp", name) ?? await CheckAsync("Tcp", limit, context, c => ConnectAsync(target, proxy, c)).ConfigureAwait(false);
        yield return tcp;

        ConnectionCheck tls = Skip("Tls", tcp) ?? await CheckAsync("Tls", limit, context, c => HandshakeAsync(proxy, c)).ConfigureAwait(false);
        yield return tls;

        ConnectionCheck credential = Skip("Credential", tls.Status == CheckStatus.Failed ? tls : tcp)
            ?? await CheckAsync("Credential", limit, context, c => AuthenticateAsync(context with { Cancellation = c, FailFast = true })).ConfigureAwait(false);
        yield return credential;

        yield return Skip("ClockSkew", credential.Error is ToriiApiException ? null : credential) ?? CompareClocks();
        yield return await CheckAsync("IssuerKeys", limit, context, c => ReadKeysAsync(issuer, c)).ConfigureAwait(false);
        yield return Skip("Features", credential)
            ?? await CheckAsync("Features", limit, context, c => DescribeFeaturesAsync(context with { Cancellation = c, FailFast = true })).ConfigureAwait(false);
    }

    /// <summary>A result for a check that another one rules out; null where it can run.</summary>
    private static ConnectionCheck? Skip(string check, ConnectionCheck? before) => before switch
    {
        { Status: CheckStatus.Failed } => Finding(check, CheckStatus.Skipped, $"The check {before.Check} failed."),
        // An address without a name, or without TLS, rules nothing out.
        { Status: CheckStatus.Skipped, Check: not "NameResolution" } => Finding(check, CheckStatus.Skipped, before.Message),
        _ => null,
    };

    /// <summary>Runs a check within its time. An error of it is its result.</summary>
    private static async Task<ConnectionCheck> CheckAsync(string check, TimeSpan limit, RequestContext context, Func<CancellationToken, Task<ConnectionCheck>> run)
    {
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(context.Cancellation);
        end.CancelAfter(limit);
        long started = Stopwatch.GetTimestamp();
        ConnectionCheck result;
        try
        {
            result = await run(end.Token).ConfigureAwait(false);
        }
        catch (ToriiException e)
        {
            result = new() { Check = check, Status = CheckStatus.Failed, Message = e.Message, Error = e };
        }
        catch (OperationCanceledException) when (!context.Cancellation.IsCancellationRequested)
        {
            result = Finding(check, CheckStatus.Failed, string.Create(CultureInfo.InvariantCulture, $"There was no result within {limit.TotalSeconds:0.###} s."), "slow");
        }

        return result with { Check = check, Elapsed = Stopwatch.GetElapsedTime(started) };
    }

    private static ConnectionCheck Finding(string check, CheckStatus status, string message, string? advice = null) =>
        new() { Check = check, Status = status, Message = message, Advice = advice };

    private ConnectionCheck DescribeProxy(Uri? proxy) => Finding("Proxy", CheckStatus.Passed,
        proxy is null ? $"Requests are sent without a proxy{(service.BaseAddress.IsLoopback ? ", because the address is a loopback address" : "")}."
        : $"Requests are sent through the proxy {ServiceAddress.Display(proxy)} ({(service.Options.Proxy is null ? "the setting of the system" : "the setting of the connection")}).");

    private async Task<ConnectionCheck> ResolveAsync(Uri target, Uri? proxy, CancellationToken cancellation)
    {
        string host = target.IdnHost.Trim('[', ']');
        string role = proxy is null ? "" : "The proxy ";
        if (IPAddress.TryParse(host, out _))
        {
            return Finding("", CheckStatus.Skipped, $"{role}{host} is an IP address; there is no name to resolve.");
        }

        try
        {
            IPAddress[] addresses = await Resolve(host, cancellation).WaitAsync(cancellation).ConfigureAwait(false);
            string more = addresses.Length > 3 ? $" and {addresses.Length - 3} more" : "";
            string remote = proxy is null ? "" : $" The proxy resolves {service.BaseAddress.IdnHost}.";
            return Finding("", CheckStatus.Passed, $"{role}{host} resolves to {string.Join(", ", addresses.Take(3))}{more}.{remote}");
        }
        catch (SocketException e)
        {
            throw Unreachable($"{role}{host} could not be resolved: {ErrorMapper.Cause(e)}.", proxy, e);
        }
    }

    private static async Task<ConnectionCheck> ConnectAsync(Uri target, Uri? proxy, CancellationToken cancellation)
    {
        string where = $"{(proxy is null ? "" : "the proxy ")}{target.IdnHost} at port {target.Port}";
        using TcpClient client = new();
        try
        {
            await client.ConnectAsync(target.IdnHost.Trim('[', ']'), target.Port, cancellation).ConfigureAwait(false);
            return Finding("", CheckStatus.Passed, $"Connected to {where}.");
        }
        catch (SocketException e)
        {
            throw Unreachable($"No connection to {where}: {ErrorMapper.Cause(e)}.", proxy, e);
        }
    }

    private async Task<ConnectionCheck> HandshakeAsync(Uri? proxy, CancellationToken cancellation)
    {
        if (service.BaseAddress.Scheme != Uri.UriSchemeHttps)
        {
            return Finding("", CheckStatus.Skipped, "The address has no TLS: it is an http address on this machine.");
        }

        try
        {
            return (await TlsProbe.RunAsync(service, ChainPolicy, cancellation).ConfigureAwait(false)).Judge("Tls", time.GetUtcNow());
        }
        catch (HttpRequestException e)
        {
            bool isOfProxy = proxy is not null && e.HttpRequestError is HttpRequestError.ProxyTunnelError or HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError;
            string problem = $"There was no TLS handshake with {service.Address}: {ErrorMapper.Cause(e.InnerException ?? e)}.";
            throw isOfProxy ? Unreachable(problem, proxy, e) : new ToriiException(ToriiErrorId.ConnectionFailed, problem, Redactor.RedactException(e)) { Variant = "tls" };
        }
    }

    private async Task<ConnectionCheck> AuthenticateAsync(RequestContext context)
    {
        await CheckCredential(context).ConfigureAwait(false);
        return Finding("", CheckStatus.Passed, $"{service.Address} accepts the credential {service.Authenticator.Hint}.");
    }

    private ConnectionCheck CompareClocks()
    {
        if (pipeline.Clock.Offset is not { } offset)
        {
            return Finding("ClockSkew", CheckStatus.Skipped, "The response has no date.");
        }

        double seconds = Math.Floor(Math.Abs(offset.TotalSeconds));
        string message = seconds < 1 ? "The clocks of this machine and of the service agree; the service shows whole seconds."
            : string.Create(CultureInfo.InvariantCulture, $"The clock of this machine is {seconds:0} s {(offset > TimeSpan.Zero ? "behind" : "ahead of")} that of the service; tokens are accepted with up to {ToleratedSkew.TotalSeconds:0} s.");
        TimeSpan skew = offset.Duration();
        return skew > ToleratedSkew ? Finding("ClockSkew", CheckStatus.Failed, message, "clockSkew")
            : skew > UnnoticedSkew ? Finding("ClockSkew", CheckStatus.Warning, message, "clockSkew")
            : Finding("ClockSkew", CheckStatus.Passed, message);
    }

    private async Task<ConnectionCheck> ReadKeysAsync(string? issuer, CancellationToken cancellation)
    {
        if (issuer is null)
        {
            return Finding("", CheckStatus.Skipped, "No issuer is known for the connection.");
        }

        TokenValidationOptions options = new() { Issuer = issuer };
        KeySet keys = await Keys.ReadAsync(options).WaitAsync(cancellation).ConfigureAwait(false);
        return Finding(
            "",
            keys.Keys.Count == 0 ? CheckStatus.Failed : CheckStatus.Passed,
            $"{Redactor.RedactLine(options.Issuer)} publishes {keys.Describe()} for {options.Algorithm}.",
            keys.Keys.Count == 0 ? "noKeys" : null);
    }

    private async Task<ConnectionCheck> DescribeFeaturesAsync(RequestContext context)
    {
        IReadOnlyList<(string Name, bool? Has)> features = await FindFeatures(context).ConfigureAwait(false);
        bool isComplete = features.All(static f => f.Has is not null);
        return Finding("", isComplete ? CheckStatus.Passed : CheckStatus.Warning, string.Join(' ', Groups()), isComplete ? null : "unknownFeature");

        IEnumerable<string> Groups()
        {
            foreach ((string text, bool? has) in ((string, bool?)[])[("Has", true), ("Lacks", false), ("Not known:", null)])
            {
                string[] names = [.. features.Where(f => f.Has == has).Select(static f => f.Name)];
                if (names.Length > 0)
                {
                    yield return $"{text} {string.Join(", ", names)}.";
                }
            }
        }
    }

    private static ToriiException Unreachable(string message, Uri? proxy, Exception e) =>
        new(ToriiErrorId.ConnectionFailed, message, Redactor.RedactException(e)) { Variant = proxy is null ? null : "proxy" };
}
