using System.Text.RegularExpressions;

namespace Torii.Emulator.Origins;

/// <summary>The origins to which the environment redirects, and the operations on them.</summary>
internal sealed partial class AllowedOrigins
{
    private const int MaxOrigins = 100;
    private const string Path = "/api/server/v1/allowed-origins";

    private volatile IReadOnlyList<string> origins = ["https://app.example.com", "capacitor://localhost"];

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapOperation("listAllowedOrigins", "GET", Path, _ => Reply.Json(200, new { origins }));
        routes.MapOperation("setAllowedOrigins", "PUT", Path, Set);
    }

    /// <summary>Reads the redirectUrl of a body, and refuses one that leads elsewhere than to an allowed origin.</summary>
    public string? ReadRedirectUrl(BodyFields body)
    {
        if (body.Text("redirectUrl").Value is not { } url)
        {
            return null;
        }

        string origin = OriginOf(url) ?? throw RequestRefusedException.BadField("redirectUrl", "is not an absolute URL");
        return origins.Any(allowed => OriginOf(allowed) == origin)
            ? url
            : throw new RequestRefusedException(
                400, "redirect_url_not_allowed", $"The origin of 'redirectUrl' ({origin}) is not in the allowed origins.", "redirectUrl");
    }

    private Reply Set(OperationRequest request)
    {
        BodyFields fields = request.Fields();
        static List<string>? Read(BodyFields body) => body.Texts(
            "origins", "an origin such as https://app.example.com or capacitor://localhost", text => OriginShape().IsMatch(text) && OriginOf(text) is not null);
        List<string> sent = Read(fields.Complete) ?? throw RequestRefusedException.Missing("origins");
        if (sent.Count > MaxOrigins)
        {
            throw RequestRefusedException.BadField("origins", $"has more than {MaxOrigins} entries");
        }

        // Read again, because a fault can make the service ignore the list.
        origins = Read(fields)?.DistinctBy(OriginOf).ToList() ?? origins;
        return Reply.Json(200, new { origins });
    }

    /// <summary>Returns the origin in its normal form: lower case, without a default port.</summary>
    private static string? OriginOf(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out Uri? uri) && uri is { Host.Length: > 0, UserInfo: "" } ? $"{uri.Scheme}://{uri.Authority}" : null;

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9+.-]*://([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?\z")]
    private static partial Regex OriginShape();
}
