using Torii.Client.Diagnostics;
using Torii.Client.Http;
using Torii.Client.Resources;

namespace Torii.Client.Services;

/// <summary>torii through one secret key: one environment of the hosted service, or an emulator.</summary>
public sealed class ToriiService : IIdentityService
{
    /// <summary>The languages of a user (UpdateUserRequest).</summary>
    internal static readonly IReadOnlyList<string?> Locales = ["en", "da"];

    /// <summary>The fields of a user in all generations of the contract (CreateUserRequest, UpdateUserRequest).</summary>
    internal static readonly IReadOnlyList<string> UserFields =
    [
        "name", "firstName", "lastName", "email", "password", "phone", "locale", "address", "dateOfBirth", "publicMetadata", "privateMetadata", "unsafeMetadata",
    ];

    private readonly ApiPipeline _pipeline;
    private readonly ToriiUserService _users;
    private string? _environmentId;

    /// <summary>Creates a service; no request is sent.</summary>
    /// <param name="options">The address, the key and the limits.</param>
    /// <param name="handler">Sends the requests in place of the network; for tests.</param>
    /// <param name="time">The clock. Default: the system's.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    public ToriiService(ToriiServiceOptions options, HttpMessageHandler? handler = null, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = options;
        Info = new ServiceInfo
        {
            Kind = "torii",
            Address = options.ApiUrl,
            AccountHint = options.SecretKey.Hint,
            Fingerprint = options.SecretKey.FingerprintFor(options.ApiUrl),
            Environment = options.SecretKey.Environment,
            UserStatuses = ["active", "banned", "deleted", "pending_verification"],
            DeletedUserStatus = "deleted",
            InvitationStatuses = ["PENDING", "ACCEPTED", "REVOKED", "EXPIRED"],
            Locales = Locales!,
            UserFields = UserFields,
            Alternatives = new Dictionary<string, string>
            {
                [nameof(IAccountService)] = "Set the password when the user is created. Later, users of torii request a reset and a verification email themselves.",
            },
        };
        ServiceDescription description = options.Describe();
        _pipeline = new ApiPipeline(description, handler, time ?? TimeProvider.System);
        _users = new ToriiUserService(_pipeline, time ?? TimeProvider.System, LearnEnvironment);
        UserImport = new ToriiUserImport(_pipeline, () => _users.HasMetadata);
        Sessions = new ToriiSessionService(_pipeline, LearnEnvironment);
        Organizations = new ToriiOrganizationService(_pipeline, time ?? TimeProvider.System, () => EnvironmentId);
        Invitations = new ToriiInvitationService(_pipeline, time ?? TimeProvider.System, LearnEnvironment);
        Impersonation = new ToriiImpersonationService(_pipeline, time ?? TimeProvider.System, _users);
        Diagnostics = new ConnectionDiagnostics(description, _pipeline, time ?? TimeProvider.System)
        {
            CheckCredential = CheckAsync,
            FindFeatures = context => ToriiFeatureProbe.FindAsync(_pipeline, context),
        };
        // torii searches by POST.
        Requests = new RequestService(_pipeline, options.ApiUrl, static path => path.EndsWith("/search", StringComparison.Ordinal));
        AllowedOrigins = new ToriiAllowedOriginService(_pipeline, options.MaxRetry, time ?? TimeProvider.System);
    }

    /// <summary>The address, the key and the limits.</summary>
    public ToriiServiceOptions Options { get; }

    /// <inheritdoc/>
    public ServiceInfo Info { get; }

    /// <inheritdoc/>
    public string? EnvironmentId => Volatile.Read(ref _environmentId);

    /// <inheritdoc/>
    public IUserService Users => _users;

    /// <inheritdoc/>
    public ISessionService Sessions { get; }

    /// <inheritdoc/>
    public IOrganizationService? Organizations { get; }

    /// <inheritdoc/>
    public IInvitationService? Invitations { get; }

    /// <inheritdoc/>
    public IImpersonationService? Impersonation { get; }

    /// <inheritdoc/>
    public IAllowedOriginService? AllowedOrigins { get; }

    /// <inheritdoc/>
    public IRequestService? Requests { get; }

    /// <inheritdoc/>
    public IConnectionDiagnostics? Diagnostics { get; }

    /// <inheritdoc/>
    public IUserImport UserImport { get; }

    internal ApiPipeline Pipeline => _pipeline;

    /// <inheritdoc/>
    public Task CheckAsync(RequestContext context) => _users.CheckAsync(context);

    /// <inheritdoc/>
    public string? FindIdProblem(ResourceKind kind, string? id) => ToriiId.FindProblem(kind, id);

    /// <inheritdoc/>
    public string? FindMetadataExcess(ResourceKind kind, ResourceBody body) => ToriiMetadataBudget.FindExcess(kind, body);

    /// <inheritdoc/>
    public void Dispose() => _pipeline.Dispose();

    /// <summary>A key belongs to one environment, so the first id that a response names stays.</summary>
    private void LearnEnvironment(string? id)
    {
        if (!string.IsNullOrEmpty(id))
        {
            Interlocked.CompareExchange(ref _environmentId, id, null);
        }
    }
}
