using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Torii.Client.Tests.Support;

/// <summary>Scripted responses of the service.</summary>
internal static class Answer
{
    public static HttpResponseMessage Json(string json, HttpStatusCode status = HttpStatusCode.OK) => Raw(Encoding.UTF8.GetBytes(json), "application/json", status);

    public static HttpResponseMessage Json(JsonNode json, HttpStatusCode status = HttpStatusCode.OK) => Json(json.ToJsonString(), status);

    public static HttpResponseMessage Problem(string json, HttpStatusCode status) => Raw(Encoding.UTF8.GetBytes(json), "application/problem+json", status);

    public static HttpResponseMessage Html(string html = "<!DOCTYPE html><html><body>Sign in</body></html>", HttpStatusCode status = HttpStatusCode.OK) =>
        Raw(Encoding.UTF8.GetBytes(html), "text/html", status);

    public static HttpResponseMessage Empty(HttpStatusCode status) => new(status) { Content = new ByteArrayContent([]) };

    public static HttpResponseMessage Raw(byte[] body, string? mediaType, HttpStatusCode status = HttpStatusCode.OK)
    {
        HttpResponseMessage response = new(status) { Content = new ByteArrayContent(body) };
        response.Content.Headers.ContentType = mediaType is null ? null : new MediaTypeHeaderValue(mediaType);
        return response;
    }

    public static HttpResponseMessage With(this HttpResponseMessage response, string header, string value)
    {
        Assert.True(response.Headers.TryAddWithoutValidation(header, value));
        return response;
    }

    public static HttpResponseMessage WithRetryAfter(this HttpResponseMessage response, int seconds) => response.With("Retry-After", $"{seconds}");
}
