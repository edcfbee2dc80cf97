using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Torii.Client.Http;
using Torii.Client.Paging;

namespace Torii.Client.Resources;

/// <summary>Any request of a service whose lists are pages with items and a cursor.</summary>
/// <param name="pipeline">Sends the requests.</param>
/// <param name="baseAddress">The base address.</param>
/// <param name="isRead">Whether a POST to a path, without its query, changes nothing.</param>
/// <param name="returnsSecrets">Whether responses contain secrets under names that the redactor does not know.</param>
/// <param name="findPart">The part of a server, which it may lack, that the operations of a path belong to; null for none. Default: none.</param>
internal sealed class RequestService(
    ApiPipeline pipeline, Uri baseAddress, Func<string, bool> isRead, bool returnsSecrets = false, Func<string, string?>? findPart = null) : IRequestService
{
    private static readonly PageReader<PlainValue> Pages = new(RequestJson.Default.PlainValue);

    public ServiceRequest Create(string method, string path, object? body)
    {
        HttpMethod verb = HttpMethod.Parse(method);
        string target = RequestPath.Check(baseAddress, path);
        bool reads = verb == HttpMethod.Get || (verb == HttpMethod.Post && isRead(target.Split('?')[0]));
        if (body is not null && verb == HttpMethod.Get)
        {
            throw new ToriiException(ToriiErrorId.InvalidRequest, "A GET request has no body. No request was sent.") { Variant = "bodyOfGet" };
        }

        (byte[]? json, string[] members) = body is null ? (null, []) : ToJson(body);
        return new ServiceRequest(new ApiRequest
        {
            Method = verb,
            Path = target,
            Body = json,
            BodyFields = members,
            IsRead = reads,
            // PUT and DELETE are idempotent (RFC 9110 §9.2.2).
            Safety = reads || verb == HttpMethod.Put || verb == HttpMethod.Delete ? RetrySafety.Repeatable : RetrySafety.OnlyIfNotExecuted,
            ErrorVariant = "request",
            ReturnsSecret = returnsSecrets,
        });
    }

    public async Task<object?> SendAsync(ServiceRequest request, RequestContext context)
    {
        try
        {
            return await pipeline.SendAsync(request.Request, context, response => Read(request.Request, response)).ConfigureAwait(false);
        }
        catch (ToriiApiException e) when (e is { StatusCode: (int)System.Net.HttpStatusCode.NotFound, ResponseBody: null } && findPart?.Invoke(request.Target) is { } part)
        {
            throw e.For(null, $"Such operations belong to the {part}.");
        }
    }

    public async IAsyncEnumerable<IReadOnlyList<object?>> ListAsync(ServiceRequest request, RequestContext context)
    {
        if (!request.IsRead)
        {
            throw new ToriiException(ToriiErrorId.InvalidRequest, $"{request.Description} may change something, and a change is not repeated for each page. No request was sent.") { Variant = "paginate" };
        }

        PagedQuery<PlainValue> query = new()
        {
            Pager = new CursorPager<PlainValue>((cursor, _) => cursor is null ? request.Request : Continue(request.Request, cursor), start: null),
            Fetch = (page, cancellation) => FetchAsync(page, context with { Cancellation = cancellation }),
        };
        IAsyncEnumerator<IReadOnlyList<PlainValue>> pages = query.PagesAsync(context.Cancellation).GetAsyncEnumerator(context.Cancellation);
        try
        {
            while (await NextAsync(pages).ConfigureAwait(false))
            {
                yield return [.. pages.Current.Select(static item => item.Value)];
            }
        }
        finally
        {
            await pages.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>A caller continues a list by the path, so that an error names the cursor in its message.</summary>
    private static async Task<bool> NextAsync(IAsyncEnumerator<IReadOnlyList<PlainValue>> pages)
    {
        try
        {
            return await pages.MoveNextAsync().ConfigureAwait(false);
        }
        catch (ToriiException e) when (e.Cursor is { } cursor)
        {
            ToriiException error = e.For(null, $"The list is not complete; it continues at cursor={Uri.EscapeDataString(cursor)}.");
            error.Cursor = null;
            throw error;
        }
    }

    private async Task<Page<PlainValue>> FetchAsync(ApiRequest request, RequestContext context)
    {
        ApiResponse response = await pipeline.SendAsync(request, context, response =>
        {
            Read(request, response);
            return response;
        }).ConfigureAwait(false);
        try
        {
            return Pages.Read(response);
        }
        catch (UnreadableResponseException e)
        {
            throw new ToriiException(ToriiErrorId.InvalidResponse, $"The response to {request.Describe()} is not a page of a list: it has no valid '{e.Member ?? "items"}'.") { Variant = "notAPage" };
        }
    }

    private static ApiRequest Continue(ApiRequest request, string cursor)
    {
        string[] parts = request.Path.Split('?', 2);
        IEnumerable<string> others = parts.Length == 1 ? [] : parts[1].Split('&').Where(static p => p.Length > 0 && p.Split('=')[0] != "cursor");
        return new ApiRequest
        {
            Method = request.Method,
            Path = $"{parts[0]}?{string.Join('&', others.Append($"cursor={Uri.EscapeDataString(cursor)}"))}",
            Body = request.Body,
            BodyFields = request.BodyFields,
            IsRead = true,
            Cursor = cursor,
            ErrorVariant = request.ErrorVariant,
            ReturnsSecret = request.ReturnsSecret,
        };
    }

    /// <exception cref="UnreadableResponseException">A response that no service returns to a successful request, such as the page of a proxy.</exception>
    private static object? Read(ApiRequest request, ApiResponse response)
    {
        if (response.Body.IsEmpty)
        {
            return request.Method == HttpMethod.Get && response.Status == System.Net.HttpStatusCode.OK ? throw new UnreadableResponseException(null) : null;
        }

        bool isText = response.MediaType?.StartsWith("text/", StringComparison.OrdinalIgnoreCase) == true && !response.MediaType.Contains("html", StringComparison.OrdinalIgnoreCase);
        if (isText)
        {
            return Encoding.UTF8.GetString(response.Body.Span);
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(response.Body, JsonDepth.OfDocument);
            return PlainValues.FromElement(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new UnreadableResponseException(null, e);
        }
    }

    /// <summary>Text is parsed and written again, so that the redactor finds the names of members however they are escaped.</summary>
    private static (byte[] Json, string[] Members) ToJson(object body)
    {
        using MemoryStream stream = new();
        string[] members;
        using (Utf8JsonWriter writer = new(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            if (body is not string text)
            {
                PlainJson.Write(writer, body);
                members = body is ToriiMetadata bag ? [.. bag.Keys] : [];
            }
            else
            {
                try
                {
                    using JsonDocument document = JsonDocument.Parse(text);
                    document.WriteTo(writer);
                    members = document.RootElement.ValueKind == JsonValueKind.Object ? [.. document.RootElement.EnumerateObject().Select(static m => m.Name)] : [];
                }
                catch (Exception e) when (e is JsonException or InvalidOperationException)
                {
                    throw new ToriiException(ToriiErrorId.InvalidRequest, "The text of the body is not valid JSON. No request was sent.") { Variant = "body" };
                }
            }
        }

        return (stream.ToArray(), [.. members.Select(Redactor.RedactLine)]);
    }
}

/// <summary>Any value of JSON, as plain values.</summary>
[JsonConverter(typeof(PlainValueConverter))]
internal sealed record PlainValue(object? Value);

/// <summary>Reads any value of JSON.</summary>
internal sealed class PlainValueConverter : JsonConverter<PlainValue>
{
    public override bool HandleNull => true;

    public override PlainValue Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        try
        {
            return new PlainValue(PlainValues.FromElement(JsonElement.ParseValue(ref reader)));
        }
        catch (InvalidOperationException e)
        {
            // A text that is not valid Unicode.
            throw new JsonException(null, e);
        }
    }

    public override void Write(Utf8JsonWriter writer, PlainValue value, JsonSerializerOptions options) => PlainJson.Write(writer, value.Value);
}

/// <summary>The JSON shapes of requests of any kind, source-generated.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata, MaxDepth = JsonDepth.Max)]
[JsonSerializable(typeof(PlainValue))]
internal sealed partial class RequestJson : JsonSerializerContext;
