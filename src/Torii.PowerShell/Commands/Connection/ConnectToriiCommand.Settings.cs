using Torii.Client;
using Torii.PowerShell.Binding;

namespace Torii.PowerShell.Commands;

/// <summary>Where the settings of a connection come from: the emulator, the parameters, the environment, in this order.</summary>
public sealed partial class ConnectToriiCommand
{
    private const string KeyVariable = "TORII_SECRET_KEY";
    private const string ApiUrlVariable = "TORII_API_URL";
    private const string IssuerVariable = "TORII_ISSUER";

    private ToriiServiceOptions ReadOptions() => new()
    {
        SecretKey = Client.SecretKey.Parse(
            Emulator?.GetSecretKey()
            ?? (SecretKey is { } given ? Secrets.Reveal(given) : Variable(KeyVariable))
            ?? throw new ToriiException("Torii.InvalidSecretKey", "There is no secret key.", $"Give one with -SecretKey, or set {KeyVariable}.")),
        ApiUrl = Emulator?.ApiUrl ?? ApiUrl ?? ReadAddress(Variable(ApiUrlVariable), ApiUrlVariable, "Torii.InvalidApiUrl") ?? new Uri(ToriiServiceOptions.DefaultApiUrl),
        Timeout = TimeSpan.FromSeconds(TimeoutSec),
        MaxRetry = MaxRetry,
        Proxy = Proxy,
        UserAgent = "torii-powershell",
    };

    private string? ReadIssuer()
    {
        string? given = Emulator?.Issuer ?? Issuer;
        string? issuer = given ?? Variable(IssuerVariable);
        _ = ReadAddress(issuer, given is null ? IssuerVariable : "-Issuer", "Torii.InvalidIssuer");
        return issuer;
    }

    private ToriiConnection Describe(ToriiServiceOptions options, string? issuer) => new()
    {
        Name = Name,
        ApiUrl = options.ApiUrl,
        Issuer = issuer,
        Environment = options.SecretKey.Environment,
        KeyHint = options.SecretKey.Hint,
        TimeoutSec = TimeoutSec,
        MaxRetry = MaxRetry,
        MaxAffected = MaxAffected > 0 ? MaxAffected : null,
        Proxy = Proxy,
        Fingerprint = options.SecretKey.FingerprintFor(options.ApiUrl),
    };

    private static string? Variable(string name) =>
        Environment.GetEnvironmentVariable(name) is { } value && !string.IsNullOrWhiteSpace(value) ? value : null;

    private static Uri? ReadAddress(string? text, string source, string errorId) =>
        text is null ? null
        : Uri.TryCreate(text.Trim(), UriKind.RelativeOrAbsolute, out Uri? address) ? ServiceAddress.Check(address, source, errorId)
        : throw new ToriiException(errorId, $"{source} is no address.", "Write it as https://host.");
}
