using System.Management.Automation;
using System.Security;
using System.Text.RegularExpressions;
using Torii.Client;
using Torii.Client.Services;
using Torii.PowerShell.Binding;
using Torii.PowerShell.Connections;

namespace Torii.PowerShell.Commands;

/// <summary>
/// Connects this runspace to an environment of torii. The key is checked with one request. Where connecting fails, an
/// earlier connection of the same name is closed: a script that goes on must not act in the environment of before.
/// </summary>
[Cmdlet(VerbsCommunications.Connect, "Torii", DefaultParameterSetName = KeySet)]
[OutputType(typeof(ToriiConnection))]
public sealed partial class ConnectToriiCommand : ToriiCommand
{
    private const string KeySet = "Key";
    private const string EmulatorSet = "Emulator";
    private const string BetterAuthSet = "BetterAuth";
    private const string BetterAuthTokenSet = "BetterAuthToken";
    private const string KeyVariable = "TORII_SECRET_KEY";
    private const string ApiUrlVariable = "TORII_API_URL";
    private const string IssuerVariable = "TORII_ISSUER";

    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(0.8);

    private ToriiEmulator? _emulator;
    private bool _isRead;
    private bool _hasRun;

    /// <summary>The secret key, <c>sk_test_…</c> or <c>sk_live_…</c>: a SecureString or a string. Default: the environment variable TORII_SECRET_KEY.</summary>
    [Parameter(ParameterSetName = KeySet, Position = 0)]
    [SecretTransform]
    public object? SecretKey { get; set; }

    /// <summary>The base address of the server API. Default: TORII_API_URL, else https://api.torii.so.</summary>
    [Parameter(ParameterSetName = KeySet)]
    public Uri? ApiUrl { get; set; }

    /// <summary>The address of a server with Better Auth, for example https://app.example.com/api/auth. Default of the path: /api/auth.</summary>
    [Parameter(ParameterSetName = BetterAuthSet, Mandatory = true)]
    [Parameter(ParameterSetName = BetterAuthTokenSet, Mandatory = true)]
    [ValidateNotNull]
    public Uri? BetterAuth { get; set; }

    /// <summary>The email address, or the user name, and the password of an account with the admin role.</summary>
    [Parameter(ParameterSetName = BetterAuthSet, Mandatory = true)]
    [ValidateNotNull]
    public PSCredential? Credential { get; set; }

    /// <summary>The code of an authenticator app, for an account with two-factor authentication. It is valid once.</summary>
    [Parameter(ParameterSetName = BetterAuthSet)]
    [ValidateNotBlank]
    public string? TotpCode { get; set; }

    /// <summary>The token of a session of an account with the admin role: a SecureString or a string.</summary>
    [Parameter(ParameterSetName = BetterAuthTokenSet, Mandatory = true)]
    [SecretTransform]
    public object? SessionToken { get; set; }

    /// <summary>The algorithm of the tokens of end-users: ES256, RS256 or PS256. Default: ES256.</summary>
    [Parameter(ParameterSetName = BetterAuthSet)]
    [Parameter(ParameterSetName = BetterAuthTokenSet)]
    [ValidateNotBlank]
    [ArgumentCompleter(typeof(TokenAlgorithmCompleter))]
    public string TokenAlgorithm { get; set; } = "ES256";

    /// <summary>The issuer of end-users' tokens. Default: TORII_ISSUER; for Better Auth, the address of the server.</summary>
    [Parameter(ParameterSetName = KeySet)]
    [Parameter(ParameterSetName = BetterAuthSet)]
    [Parameter(ParameterSetName = BetterAuthTokenSet)]
    public string? Issuer { get; set; }

    /// <summary>A running emulator, from Start-ToriiEmulator.</summary>
    [Parameter(ParameterSetName = EmulatorSet, Mandatory = true, ValueFromPipeline = true)]
    public ToriiEmulator? Emulator { get; set; }

    /// <summary>The name of the connection. Default: default, the connection that is used where none is named.</summary>
    [Parameter]
    [ValidateNotBlank]
    public string Name { get; set; } = ConnectionStore.DefaultName;

    /// <summary>The time limit for one attempt of a request, in seconds. Default: 30.</summary>
    [Parameter]
    [ValidateRange(1, 3600)]
    public int TimeoutSec { get; set; } = 30;

    /// <summary>The maximum number of times that a repeatable request is sent again. Default: 5.</summary>
    [Parameter]
    [ValidateRange(0, 20)]
    public int MaxRetry { get; set; } = 5;

    /// <summary>The maximum number of targets that may be changed through the connection, over all commands. Default: no limit.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int MaxAffected { get; set; }

    /// <summary>The proxy to use. Default: the setting of the system.</summary>
    [Parameter]
    [ValidateNotNull]
    public Uri? Proxy { get; set; }

    /// <summary>Sends no request: a wrong key is found later.</summary>
    [Parameter]
    public SwitchParameter SkipCheck { get; set; }

    /// <summary>Writes the connection. By default the cmdlet writes nothing.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>Connects when the input has ended: of several emulators, none is connected under the one name.</summary>
    protected override void ProcessRecord()
    {
        if (_isRead)
        {
            _hasRun = true;
            Fail(new ToriiException(ToriiErrorId.AmbiguousInput, "Several emulators came through the pipeline, and there is one name for a connection.") { Variant = "emulators" });
        }

        _isRead = true;
        _emulator = Emulator;
    }

    /// <summary>An empty pipeline connects to nothing.</summary>
    protected override void EndProcessing()
    {
        _hasRun = true;
        IIdentityService? service = null;
        try
        {
            if (!_isRead)
            {
                throw new ToriiException(ToriiErrorId.NotConnected, "No emulator came through the pipeline.") { Variant = "emptyPipeline" };
            }

            string? issuer = ReadIssuer();
            service = BetterAuth is null ? IdentityServices.Open(ReadOptions()) : IdentityServices.Open(ReadBetterAuthOptions());
            ToriiConnection connection = Describe(service, issuer);
            if (!SkipCheck)
            {
                Wait(service.CheckAsync(Request with { FailFast = true }));
            }

            EndPrevious();
            ConnectionStore.Add(connection, service);
            service = null;
            if (PassThru)
            {
                WriteObject(connection);
            }
        }
        catch (ToriiException e)
        {
            Fail(e);
        }
        finally
        {
            // Also after Ctrl+C, which must not wait for a service that does not respond.
            _ = service is not null && ConnectionStore.EndAsync(service).Wait(LongestEnd);
        }
    }

    /// <summary>A parameter that could not be bound fails the command before it runs.</summary>
    private protected override void OnDispose()
    {
        if (_hasRun)
        {
            return;
        }

        // -Name may not have been bound yet. Where the command line may name another connection, none stays open.
        bool mayNameAnother = !MyInvocation.BoundParameters.ContainsKey(nameof(Name)) && NameOrSplat().IsMatch(MyInvocation.Line ?? "`");
        foreach (string name in mayNameAnother ? [.. ConnectionStore.Current.Keys] : new[] { Name })
        {
            ConnectionStore.Close(name, "a later Connect-Torii did not run: its parameters could not be bound, or it was stopped");
        }
    }

    /// <summary>A parameter that may be -Name, a splatted variable, or a line that goes on.</summary>
    [GeneratedRegex(@"(?:^|\s)-n|@\w|`\s*$", RegexOptions.IgnoreCase | RegexOptions.Multiline)]
    private static partial Regex NameOrSplat();

    private void Fail(ToriiException e)
    {
        ConnectionStore.Close(Name, $"a later Connect-Torii failed: {e.Message.TrimEnd('.')}");
        ThrowTerminatingError(e);
    }

    private ToriiServiceOptions ReadOptions() => new()
    {
        SecretKey = Client.SecretKey.Parse(ReadKey()),
        ApiUrl = _emulator?.ApiUrl ?? ReadApiUrl(),
        Timeout = TimeSpan.FromSeconds(TimeoutSec),
        MaxRetry = MaxRetry,
        Proxy = Proxy,
        UserAgent = "torii-powershell",
    };

    private BetterAuthServiceOptions ReadBetterAuthOptions() => new()
    {
        Credential = ParameterSetName == BetterAuthSet
            ? BetterAuthCredential.FromPassword(Credential!.UserName, Secrets.Reveal(Credential.Password), TotpCode)
            : BetterAuthCredential.FromSessionToken(ReadSecret(SessionToken, nameof(SessionToken), ToriiErrorId.InvalidCredential)),
        ApiUrl = BetterAuth!,
        TokenAlgorithm = TokenAlgorithm,
        Timeout = TimeSpan.FromSeconds(TimeoutSec),
        MaxRetry = MaxRetry,
        Proxy = Proxy,
        UserAgent = "torii-powershell",
    };

    /// <summary>The session of a connection that is replaced would stay open at the service.</summary>
    private void EndPrevious()
    {
        if (ConnectionStore.Current.TryGetValue(Name, out ToriiConnection? previous))
        {
            SignOut(previous);
        }
    }

    private string ReadKey()
    {
        if (_emulator is not null)
        {
            return _emulator.GetSecretKey();
        }

        if (MyInvocation.BoundParameters.ContainsKey(nameof(SecretKey)))
        {
            return ReadSecret(SecretKey, nameof(SecretKey), ToriiErrorId.InvalidSecretKey);
        }

        return Variable(KeyVariable, ToriiErrorId.InvalidSecretKey) ?? throw new ToriiException(ToriiErrorId.InvalidSecretKey, "There is no secret key.") { Variant = "missing" };
    }

    private static string ReadSecret(object? value, string parameter, string errorId) => SensitiveArgument.Reveal(value) switch
    {
        SecureString { Length: > 0 } secret => Secrets.Reveal(secret),
        null or string or SecureString => throw new ToriiException(errorId, $"-{parameter} is empty.") { Variant = "empty" },
        var other => throw new ToriiException(errorId, $"-{parameter} has the type {other.GetType().Name} and is neither a SecureString nor a string.") { Variant = "type" },
    };

    private Uri ReadApiUrl()
    {
        if (!MyInvocation.BoundParameters.ContainsKey(nameof(ApiUrl)))
        {
            return ReadAddress(Variable(ApiUrlVariable, ToriiErrorId.InvalidApiUrl), ApiUrlVariable, ToriiErrorId.InvalidApiUrl) ?? new Uri(ToriiServiceOptions.DefaultApiUrl);
        }

        return ApiUrl ?? throw new ToriiException(ToriiErrorId.InvalidApiUrl, "-ApiUrl is empty.");
    }

    private string? ReadIssuer()
    {
        bool isGiven = MyInvocation.BoundParameters.ContainsKey(nameof(Issuer));
        if (isGiven && string.IsNullOrWhiteSpace(Issuer))
        {
            throw new ToriiException(ToriiErrorId.InvalidIssuer, "-Issuer is empty.");
        }

        // The variable names the issuer of torii.
        string? issuer = _emulator?.Issuer ?? Issuer ?? (BetterAuth is null ? Variable(IssuerVariable, ToriiErrorId.InvalidIssuer) : null);
        _ = ReadAddress(issuer, isGiven || _emulator is not null ? "-Issuer" : IssuerVariable, ToriiErrorId.InvalidIssuer);
        return issuer;
    }

    private ToriiConnection Describe(IIdentityService service, string? issuer) => new(() => service.EnvironmentId, () => service.Info.ExpiresAt)
    {
        Name = Name,
        Service = service.Info.Kind,
        ApiUrl = service.Info.Address,
        Issuer = issuer ?? service.GetTokenOptions(null)?.Issuer,
        Environment = service.Info.Environment,
        KeyHint = service.Info.AccountHint,
        TimeoutSec = TimeoutSec,
        MaxRetry = MaxRetry,
        MaxAffected = MaxAffected > 0 ? MaxAffected : null,
        Proxy = Proxy,
        Fingerprint = service.Info.Fingerprint,
    };

    /// <summary>An environment variable; null where it is not set. A blank one is an error: the default may be another environment.</summary>
    private static string? Variable(string name, string errorId) =>
        Environment.GetEnvironmentVariable(name) is not { } value ? null
        : !string.IsNullOrWhiteSpace(value) ? value
        : throw new ToriiException(errorId, $"The environment variable {name} is empty.") { Variant = "emptyVariable" };

    private static Uri? ReadAddress(string? text, string source, string errorId) =>
        text is null ? null
        : Uri.TryCreate(text.Trim(), UriKind.RelativeOrAbsolute, out Uri? address) ? ServiceAddress.Check(address, source, errorId)
        : throw new ToriiException(errorId, $"{source} is not an address.");
}
