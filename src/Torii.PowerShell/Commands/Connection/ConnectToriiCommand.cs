using System.Management.Automation;
using System.Security;
using Torii.Client;
using Torii.PowerShell.Binding;
using Torii.PowerShell.Connections;

namespace Torii.PowerShell.Commands;

/// <summary>
/// Connects this runspace to an environment of torii. The key is proved by one cheap request; where that fails, an
/// earlier connection of the same name stays.
/// </summary>
[Cmdlet(VerbsCommunications.Connect, "Torii", DefaultParameterSetName = "Key")]
[OutputType(typeof(ToriiConnection))]
public sealed class ConnectToriiCommand : ToriiCommand
{
    private const string KeyVariable = "TORII_SECRET_KEY";
    private const string ApiUrlVariable = "TORII_API_URL";
    private const string IssuerVariable = "TORII_ISSUER";

    /// <summary>The secret key, <c>sk_test_…</c> or <c>sk_live_…</c>. Default: the environment variable TORII_SECRET_KEY.</summary>
    [Parameter(ParameterSetName = "Key", Position = 0)]
    [SecretTransform]
    public SecureString? SecretKey { get; set; }

    /// <summary>The base address of the server API. Default: TORII_API_URL, else https://api.torii.so.</summary>
    [Parameter(ParameterSetName = "Key")]
    [ValidateNotNull]
    public Uri? ApiUrl { get; set; }

    /// <summary>The issuer of end-users' tokens. Default: TORII_ISSUER.</summary>
    [Parameter(ParameterSetName = "Key")]
    [ValidateNotBlank]
    public string? Issuer { get; set; }

    /// <summary>A running emulator, as Start-ToriiEmulator gives it.</summary>
    [Parameter(ParameterSetName = "Emulator", Mandatory = true, ValueFromPipeline = true)]
    public ToriiEmulator? Emulator { get; set; }

    /// <summary>The name to keep the connection under. Default: default, the connection that is used unless told.</summary>
    [Parameter]
    [ValidateNotBlank]
    public string Name { get; set; } = ConnectionStore.DefaultName;

    /// <summary>How long one attempt of a request may take, in seconds. Default 30.</summary>
    [Parameter]
    [ValidateRange(1, 3600)]
    public int TimeoutSec { get; set; } = 30;

    /// <summary>How many times a request that may be repeated is tried again. Default 5.</summary>
    [Parameter]
    [ValidateRange(0, 20)]
    public int MaxRetry { get; set; } = 5;

    /// <summary>The default of -MaxAffected for every cmdlet that changes something. Default: no limit.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int MaxAffected { get; set; }

    /// <summary>The proxy to use. Default: what the system says.</summary>
    [Parameter]
    [ValidateNotNull]
    public Uri? Proxy { get; set; }

    /// <summary>Sends nothing: whether the key is good is found out later.</summary>
    [Parameter]
    public SwitchParameter SkipCheck { get; set; }

    /// <summary>Emits the connection; by default the cmdlet emits nothing.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        ToriiClient? client = null;
        try
        {
            client = new ToriiClient(ReadOptions());
            ToriiConnection connection = Describe(client.Options, ReadIssuer());
            if (!SkipCheck)
            {
                Wait(client.Users.CheckAsync(Request));
            }

            ConnectionStore.Add(connection, client);
            client = null;
            if (PassThru)
            {
                WriteObject(connection);
            }
        }
        catch (ToriiException e)
        {
            ThrowTerminatingError(e);
        }
        finally
        {
            client?.Dispose();
        }
    }

    private ToriiClientOptions ReadOptions() => new()
    {
        SecretKey = Client.SecretKey.Parse(
            Emulator?.GetSecretKey()
            ?? (SecretKey is { } given ? Secrets.Reveal(given) : Variable(KeyVariable))
            ?? throw new ToriiException("Torii.InvalidSecretKey", "There is no secret key.", $"Give one with -SecretKey, or set {KeyVariable}.")),
        ApiUrl = Emulator?.ApiUrl ?? ApiUrl ?? ReadAddress(Variable(ApiUrlVariable), ApiUrlVariable, "Torii.InvalidApiUrl") ?? new Uri(ToriiClientOptions.DefaultApiUrl),
        Timeout = TimeSpan.FromSeconds(TimeoutSec),
        MaxRetry = MaxRetry,
        Proxy = CheckProxy(Proxy),
        UserAgent = "torii-powershell",
    };

    private string? ReadIssuer()
    {
        string? given = Emulator?.Issuer ?? Issuer;
        string? issuer = given ?? Variable(IssuerVariable);
        _ = ReadAddress(issuer, given is null ? IssuerVariable : "-Issuer", "Torii.InvalidIssuer");
        return issuer;
    }

    private ToriiConnection Describe(ToriiClientOptions options, string? issuer) => new()
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

    /// <summary>A password in it would be shown with the connection; credentials belong in HTTPS_PROXY, which is not.</summary>
    private static Uri? CheckProxy(Uri? proxy) => proxy switch
    {
        null or { IsAbsoluteUri: true, UserInfo.Length: 0, Scheme: "http" or "https" or "socks4" or "socks4a" or "socks5" } => proxy,
        { IsAbsoluteUri: true, UserInfo.Length: > 0 } => throw new ToriiException("Torii.InvalidProxy", "-Proxy carries a user name or password.", "Leave them out; the environment variable HTTPS_PROXY may carry them."),
        _ => throw new ToriiException("Torii.InvalidProxy", $"-Proxy '{proxy.OriginalString}' is not the address of a proxy.", "Write it as http://host:port."),
    };
}
