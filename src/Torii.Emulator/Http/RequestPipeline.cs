using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Primitives;

namespace Torii.Emulator.Http;

/// <summary>
/// Handles every request after routing: records it, applies the rate limit, the faults and the latency, authenticates
/// it, executes the operation and sends the reply.
/// </summary>
internal sealed class RequestPipeline(
    HashSet<string> pathLiterals,
    RequestJournal journal,
    RateLimit rateLimit,
    FaultInjector faults,
    string secretKey,
    int latencyMs)
{
    private const string ApiPrefix = "/api/";
    private const string IssuerPrefix = "/_torii/";
    private const string Scheme = "Bearer ";

    private readonly byte[] secretKey = Encoding.UTF8.GetBytes(secretKey);

    public Task HandleAsync(HttpContext http)
    {
        string path = http.Request.Path.Value ?? "";
        if (path.StartsWith(ControlEndpoints.Prefix, StringComparison.Ordinal))
        {
            return ControlAsync(http, path);
        }

        return path.StartsWith(ApiPrefix, StringComparison.Ordinal) || path.StartsWith(IssuerPrefix, StringComparison.Ordinal)
            ? ServeAsync(http, path)
            : SendAsync(http, NotFound(path));
    }

    private async Task ControlAsync(HttpContext http, string path)
    {
        ReadOnlyMemory<byte>? body = await OperationRequest.ReadBodyAsync(http.Request.BodyReader);
        await SendAsync(http, Execute(http, path, Route(http, path), body, fault: null));
    }

    private async Task ServeAsync(HttpContext http, string path)
    {
        Endpoint? endpoint = Route(http, path);
        string operation = endpoint?.Metadata.GetMetadata<Operation>()?.Name ?? "unknown";
        string? userId = (http.Request.RouteValues.GetValueOrDefault("userId") ?? http.Request.RouteValues.GetValueOrDefault("memberUserId")) as string;
        JournalEntry entry = journal.Add(operation, http.Request.Method, path + http.Request.QueryString.Value, userId);
        try
        {
            ReadOnlyMemory<byte>? body = await OperationRequest.ReadBodyAsync(http.Request.BodyReader);
            entry.Body = Excerpt(body);
            if (path.StartsWith(ApiPrefix, StringComparison.Ordinal) && !rateLimit.Admits())
            {
                entry.Fault = RateLimit.FaultName;
                journal.Complete(entry, 429);
                await SendAsync(http, RateLimit.Refuse(path));
                return;
            }

            Fault? fault = faults.Next(operation, path);
            entry.Fault = fault?.Name;
            await DelayAsync(latencyMs);
            entry.Executed = fault?.Executes ?? true;
            Reply? real = entry.Executed ? Execute(http, path, endpoint, body, fault) : null;
            Reply reply = fault is null ? real! : fault.Apply(real, operation, path);
            await DelayAsync(fault?.DelayMs ?? 0);

            // Before the reply is sent, so that a client that has the reply finds it in the journal.
            bool truncated = fault?.Kind == FaultKind.Truncate;
            bool aborted = fault?.Kind is FaultKind.Reset or FaultKind.ResetAfter || (truncated && reply.Body.IsEmpty);
            journal.Complete(entry, aborted ? 0 : reply.Status);
            if (aborted)
            {
                http.Abort();
                return;
            }

            await SendAsync(http, reply, truncated);
        }
        catch (Exception error) when (error is IOException or OperationCanceledException)
        {
            // The client closed the connection.
        }
        finally
        {
            journal.Complete(entry, 0);
        }
    }

    /// <summary>
    /// Gets the endpoint that routing selected. The service matches paths exactly, while routing ignores case and a
    /// trailing slash.
    /// </summary>
    private Endpoint? Route(HttpContext http, string path)
    {
        if (!path.EndsWith('/') && path.Split('/').All(segment => !pathLiterals.TryGetValue(segment, out string? literal) || literal == segment))
        {
            return http.GetEndpoint();
        }

        http.Request.RouteValues.Clear();
        return null;
    }

    private Reply Execute(HttpContext http, string path, Endpoint? endpoint, ReadOnlyMemory<byte>? body, Fault? fault)
    {
        Operation? operation = endpoint?.Metadata.GetMetadata<Operation>();
        if (operation?.NeedsKey != false && !HasKey(http))
        {
            return Reply.Problem(401, "invalid_secret_key", "The secret key is missing or not valid.", path).With("WWW-Authenticate", "Bearer");
        }

        if (operation is null)
        {
            return endpoint is null ? NotFound(path) : MethodNotAllowed(http, endpoint, path);
        }

        if (body is not { } bytes)
        {
            return Reply.Problem(413, "payload_too_large", $"The request body is longer than {OperationRequest.MaxBodyBytes} bytes.", path);
        }

        try
        {
            return operation.Execute(new OperationRequest(http.Request, bytes, fault));
        }
        catch (RequestRefusedException refused)
        {
            return refused.ToReply(path);
        }
        catch (Exception defect)
        {
            // A code of its own, so that a client's retries do not hide a defect of the emulator.
            return Reply.Problem(500, "emulator_defect", $"The emulator failed: {defect.GetType().Name}: {defect.Message}", path);
        }
    }

    /// <summary>Compares the key in constant time; the scheme is case-insensitive (RFC 9110 §11.1).</summary>
    private bool HasKey(HttpContext http)
    {
        StringValues sent = http.Request.Headers.Authorization;
        return sent.Count == 1
            && sent[0]!.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(sent[0]![Scheme.Length..].TrimStart(' ')), secretKey);
    }

    /// <summary>Turns the 405 endpoint of the framework, which only sets the status and Allow, into a problem.</summary>
    private static Reply MethodNotAllowed(HttpContext http, Endpoint endpoint, string path)
    {
        endpoint.RequestDelegate!(http);
        string allowed = http.Response.Headers.Allow.ToString();
        http.Response.Headers.Remove("Allow");
        return Reply.Problem(405, "method_not_allowed", $"The path does not support {http.Request.Method}.", path).With("Allow", allowed);
    }

    private static Reply NotFound(string path) => Reply.Problem(404, "not_found", "No operation has this path.", path);

    private static string? Excerpt(ReadOnlyMemory<byte>? body) => body is { IsEmpty: false } bytes
        ? Encoding.UTF8.GetString(bytes.Span[..Math.Min(bytes.Length, RequestJournal.MaxBodyBytes)])
        : null;

    private static Task DelayAsync(int milliseconds) => milliseconds > 0 ? Task.Delay(milliseconds) : Task.CompletedTask;

    private static async Task SendAsync(HttpContext http, Reply reply, bool truncated = false)
    {
        HttpResponse response = http.Response;
        response.StatusCode = reply.Status;
        response.ContentType = reply.ContentType;
        foreach ((string? name, string? value) in reply.Headers)
        {
            response.Headers[name] = value;
        }

        // A 204 has no body and no length; Kestrel aborts the connection when anything is written to it.
        if (reply.Status == 204)
        {
            return;
        }

        response.ContentLength = reply.Body.Length;
        if (!truncated)
        {
            await response.BodyWriter.WriteAsync(reply.Body);
            return;
        }

        // Aborting discards what is still buffered, so the first half gets time to leave.
        await response.BodyWriter.WriteAsync(reply.Body[..(reply.Body.Length / 2)]);
        await response.BodyWriter.FlushAsync();
        await Task.Delay(20);
        http.Abort();
    }
}
