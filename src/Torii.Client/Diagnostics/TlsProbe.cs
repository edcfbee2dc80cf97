using System.Globalization;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Torii.Client.Http;

namespace Torii.Client.Diagnostics;

/// <summary>What a TLS handshake showed.</summary>
/// <param name="Protocol">The protocol that was agreed on; None where the handshake failed.</param>
/// <param name="Name">The name in the certificate.</param>
/// <param name="Issuer">The name of the issuer of the certificate.</param>
/// <param name="NotAfter">When the certificate expires.</param>
/// <param name="Problem">Why the certificate is not accepted; null where it is.</param>
internal sealed record TlsFacts(SslProtocols Protocol, string Name, string Issuer, DateTimeOffset NotAfter, string? Problem)
{
    /// <summary>How long before it expires a certificate should be renewed.</summary>
    public static readonly TimeSpan RenewBefore = TimeSpan.FromDays(14);

    /// <summary>The result of the check.</summary>
    public ConnectionCheck Judge(string check, DateTimeOffset now)
    {
        string certificate = $"the certificate for {Redactor.RedactLine(Name)}, issued by {Redactor.RedactLine(Issuer)}, expires on {NotAfter.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}";
        string protocol = Protocol switch
        {
            SslProtocols.Tls12 => "TLS 1.2",
            SslProtocols.Tls13 => "TLS 1.3",
            _ => $"{Protocol}",
        };
        if (Problem is not null)
        {
            string message = $"The certificate is not accepted, because {Problem} ({certificate}).";
            return new() { Check = check, Status = CheckStatus.Failed, Message = message, Error = new ToriiException(ToriiErrorId.ConnectionFailed, message) { Variant = "tls" } };
        }

        bool isOld = Protocol is not (SslProtocols.Tls12 or SslProtocols.Tls13);
        bool expires = NotAfter - now < RenewBefore;
        return new()
        {
            Check = check,
            Status = isOld || expires ? CheckStatus.Warning : CheckStatus.Passed,
            Message = $"{protocol}; {certificate}.",
            Advice = isOld ? "oldTls" : expires ? "certificateExpiry" : null,
        };
    }
}

/// <summary>Makes a TLS handshake with a service as its requests do, through the proxy if there is one, and sends no request.</summary>
internal static class TlsProbe
{
    /// <exception cref="HttpRequestException">There was no handshake.</exception>
    public static async Task<TlsFacts> RunAsync(ServiceDescription service, X509ChainPolicy? policy, CancellationToken cancellation)
    {
        TlsFacts? facts = null;
        bool isDone = false;
        using SocketsHttpHandler handler = Transport.CreateHandler(service, TimeSpan.Zero);
        handler.SslOptions.CertificateChainPolicy = policy;
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
        {
            facts = Describe(certificate, chain, errors);
            return errors == SslPolicyErrors.None;
        };
        handler.PlaintextStreamFilter = (context, _) =>
        {
            if (context.InitialRequestMessage.Method == HttpMethod.Connect)
            {
                // The connection to the proxy, which then tunnels to the service.
                return ValueTask.FromResult(context.PlaintextStream);
            }

            if (context.PlaintextStream is SslStream stream && facts is not null)
            {
                facts = facts with { Protocol = stream.SslProtocol };
            }

            isDone = true;
            throw new HandshakeDoneException();
        };
        using HttpMessageInvoker invoker = new(handler);
        using HttpRequestMessage request = new(HttpMethod.Head, service.BaseAddress);
        try
        {
            (await invoker.SendAsync(request, cancellation).ConfigureAwait(false)).Dispose();
        }
        catch (HttpRequestException) when (facts is not null && (isDone || facts.Problem is not null))
        {
            return facts;
        }
        catch (HandshakeDoneException) when (facts is not null)
        {
            return facts;
        }

        throw new HttpRequestException(HttpRequestError.SecureConnectionError, "The connection has no TLS.");
    }

    private static TlsFacts Describe(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        using X509Certificate2? copy = certificate is null ? null : new X509Certificate2(certificate);
        X509ChainStatusFlags flags = chain?.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, static (all, s) => all | s.Status) ?? X509ChainStatusFlags.NoError;
        string? problem = errors == SslPolicyErrors.None ? null
            : copy is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable) ? "the server sent none"
            : errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) ? "it is for another name"
            : flags.HasFlag(X509ChainStatusFlags.NotTimeValid) ? "it is not valid at this time"
            : flags.HasFlag(X509ChainStatusFlags.Revoked) ? "it was revoked"
            : (flags & (X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain)) != 0 ? "this machine does not trust its issuer"
            : $"its chain is not valid ({flags})";
        return new TlsFacts(
            SslProtocols.None,
            copy?.GetNameInfo(X509NameType.SimpleName, forIssuer: false) ?? "",
            copy?.GetNameInfo(X509NameType.SimpleName, forIssuer: true) ?? "",
            copy is null ? default(DateTimeOffset) : copy.NotAfter,
            problem);
    }

    private sealed class HandshakeDoneException : Exception;
}
