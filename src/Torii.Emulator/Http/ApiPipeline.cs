using System.Security.Cryptography;
using System.Text;
using Torii.Emulator.Control;
using Torii.Emulator.Faults;
using Torii.Emulator.Tokens;

namespace Torii.Emulator.Http;

/// <summary>The way of every request: counted, delayed, perhaps struck by a fault, authenticated, handled, answered.</summary>
internal sealed class ApiPipeline(
    RouteTable server,
    RouteTable control,
    RequestJournal journal,
    FaultBook faults,
    string secretKey,
    int latencyMs)
{
    private readonly byte[] authorization = Encoding.UTF8.GetBytes("Bearer " + secretKey);

    public Task HandleAsync(HttpContext http)
    {
        var path = http.Request.Path.Value ?? "";
        if (path.StartsWith(ControlPlane.Prefix, StringComparison.Ordinal))
        {
            return ControlAsync(http, path);
        }

        return path.StartsWith("/api/", StringComparison.Ordinal) || path.StartsWith("/_torii/", StringComparison.Ordinal)
            ? ServeAsync(http, path)
            : TransmitAsync(http, NotFound(path));
    }

    private async Task ServeAsync(HttpContext http, string path)
    {
        var match = server.Match(http.Request.Method, path);
        var operation = match.Operation?.Name ?? "unknown";
        var userId = match.Values.GetValueOrDefault("userId");
        var target = path + http.Request.QueryString.Value;
        var entry = journal.Arrived(operation, http.Request.Method, target, userId);
        var status = 0;
        try
        {
            var body = await RequestBody.ReadAsync(http.Request.BodyReader);
            entry.Body = Excerpt(body);
            var fault = faults.Next(operation, userId);
            entry.Fault = fault?.Name;
            if (latencyMs > 0)
            {
                await Task.Delay(latencyMs);
            }

            entry.Executed = fault?.Handles ?? true;
            var real = entry.Executed ? Execute(http, path, match, body, fault) : null;
            var answer = fault is null ? real! : fault.Answer(real, operation, path);
            if (fault?.DelayMs > 0)
            {
                await Task.Delay(fault.DelayMs);
            }

            // Before the client can know of the answer, or it could read a journal that does not.
            var cut = fault?.Kind is FaultKind.Reset or FaultKind.ResetAfter
                || (fault?.Kind == FaultKind.Truncate && answer.Body.IsEmpty);
            status = cut ? 0 : answer.Status;
            journal.Answered(entry, status);
            await (cut ? AbortAsync(http) : TransmitAsync(http, answer, truncated: fault?.Kind == FaultKind.Truncate));
        }
        catch (Exception error) when (error is IOException or OperationCanceledException)
        {
            // The client is gone; there is nobody to tell.
        }
        finally
        {
            if (entry.Status is null)
            {
                journal.Answered(entry, status);
            }
        }
    }

    private async Task ControlAsync(HttpContext http, string path)
    {
        var match = control.Match(http.Request.Method, path);
        var body = await RequestBody.ReadAsync(http.Request.BodyReader);
        await TransmitAsync(http, Execute(http, path, match, body, fault: null));
    }

    private ApiAnswer Execute(HttpContext http, string path, RouteMatch match, ReadOnlyMemory<byte>? body, Fault? fault)
    {
        if (!IsPublic(path) && !IsAuthorized(http))
        {
            return Problem.Create(401, "invalid_secret_key", "The secret key is missing or not valid.", path).With("WWW-Authenticate", "Bearer");
        }

        if (match.Operation is not { } operation)
        {
            return match.AllowedMethods.Count == 0
                ? NotFound(path)
                : Problem.Create(405, "method_not_allowed", $"{http.Request.Method} is not possible here.", path)
                    .With("Allow", string.Join(", ", match.AllowedMethods));
        }

        if (body is not { } bytes)
        {
            return Problem.Create(413, "payload_too_large", $"The request body is longer than {RequestBody.Longest} bytes.", path);
        }

        try
        {
            return operation.Handle(new ApiRequest
            {
                Query = http.Request.Query,
                PathValues = match.Values,
                Body = bytes,
                ContentType = http.Request.ContentType,
                Overlooks = fault is null ? null : fault.Overlooks,
                RepeatsCursor = fault?.Kind == FaultKind.RepeatCursor,
            });
        }
        catch (Refusal refusal)
        {
            return refusal.ToAnswer(path);
        }
        catch (Exception defect)
        {
            // Said aloud, or a client would patiently retry what is a mistake of ours.
            return Problem.Create(500, "emulator_defect", $"The emulator is broken here: {defect.GetType().Name}: {defect.Message}", path);
        }
    }

    private static bool IsPublic(string path) => path is KeySetOperation.Path or ControlPlane.HealthPath;

    private bool IsAuthorized(HttpContext http)
    {
        var sent = http.Request.Headers.Authorization;
        return sent.Count == 1 && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(sent[0]!), authorization);
    }

    private static ApiAnswer NotFound(string path) => Problem.Create(404, "not_found", "There is nothing at this address.", path);

    private static string? Excerpt(ReadOnlyMemory<byte>? body) => body is { IsEmpty: false } bytes
        ? Encoding.UTF8.GetString(bytes.Span[..Math.Min(bytes.Length, RequestJournal.LongestBody)])
        : null;

    private static Task AbortAsync(HttpContext http)
    {
        http.Abort();
        return Task.CompletedTask;
    }

    private static async Task TransmitAsync(HttpContext http, ApiAnswer answer, bool truncated = false)
    {
        var response = http.Response;
        response.StatusCode = answer.Status;
        response.ContentType = answer.ContentType;
        foreach (var (name, value) in answer.Headers)
        {
            response.Headers[name] = value;
        }

        // A 204 has neither a body nor a length, and the server cuts the connection of whoever writes even nothing to it.
        if (answer.Status == 204)
        {
            return;
        }

        response.ContentLength = answer.Body.Length;
        if (!truncated)
        {
            await response.BodyWriter.WriteAsync(answer.Body);
            return;
        }

        // The half needs a moment to leave: what is still in the buffers goes down with the connection.
        await response.BodyWriter.WriteAsync(answer.Body[..(answer.Body.Length / 2)]);
        await response.BodyWriter.FlushAsync();
        await Task.Delay(20);
        http.Abort();
    }
}
