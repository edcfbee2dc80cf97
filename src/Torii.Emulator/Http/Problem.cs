using System.Globalization;

namespace Torii.Emulator.Http;

/// <summary>The error answers: problem+json with a stable code and an id to quote to support.</summary>
internal static class Problem
{
    public static ApiAnswer Create(int status, string code, string detail, string instance, string? field = null)
    {
        var body = JsonBytes.Write(json =>
        {
            json.WriteStartObject();
            json.WriteString("type", "urn:torii:problem:" + code);
            json.WriteString("title", Title(status));
            json.WriteNumber("status", status);
            json.WriteString("detail", detail);
            json.WriteString("instance", instance);
            json.WriteString("code", code);
            json.WriteString("supportId", SupportId());
            if (field is not null)
            {
                json.WriteStartObject("properties");
                json.WriteString("field", field);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        });
        return new ApiAnswer(status, "application/problem+json", body);
    }

    public static string Title(int status) => status switch
    {
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        409 => "Conflict",
        413 => "Content Too Large",
        415 => "Unsupported Media Type",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        503 => "Service Unavailable",
        _ => "Error " + status.ToString(CultureInfo.InvariantCulture),
    };

    private static string SupportId() => "sup_" + Random.Shared.NextInt64().ToString("x16", CultureInfo.InvariantCulture);
}
