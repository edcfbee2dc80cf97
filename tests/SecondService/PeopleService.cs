using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Torii.Client;
using Torii.Client.Http;
using Torii.Client.Paging;
using Torii.Client.Resources;
using Torii.PowerShell.Connections;

namespace Torii.SecondService;

/// <summary>
/// A service in memory that has nothing of torii: ids such as <c>usr_1</c>, paging by offset, errors under
/// <c>error.reason</c>, success as <c>200 {"success":true}</c>, a token header of its own, no environments, two statuses.
/// </summary>
public sealed class PeopleService : IIdentityService
{
    private readonly ApiPipeline _pipeline;
    private readonly RequestService _requests;

    private PeopleService(PeopleHandler handler)
    {
        Handler = handler;
        ServiceDescription description = new()
        {
            Name = "People",
            BaseAddress = new Uri("https://people.example.com/v2"),
            Options = new PeopleOptions { MaxRetry = 0 },
            Authenticator = new TokenAuthenticator(),
            ErrorReader = new ReasonReader(),
            IsConfirmation = static response => response.Status == HttpStatusCode.OK && Encoding.UTF8.GetString(response.Body.Span).Contains("\"success\":true", StringComparison.Ordinal),
            RetryAfterHeaders = ["X-Wait"],
        };
        _pipeline = new ApiPipeline(description, handler, TimeProvider.System);
        Info = new ServiceInfo
        {
            Kind = "People",
            Address = description.BaseAddress,
            AccountHint = "token …abcd",
            Fingerprint = Guid.NewGuid().ToString("N"),
            UserStatuses = ["active", "suspended"],
        };
        PeopleUsers users = new(_pipeline);
        Users = users;
        Sessions = new PeopleSessions(_pipeline);
        _requests = new RequestService(_pipeline, description.BaseAddress, static _ => false);
    }

    /// <summary>What was sent: method and path, in order.</summary>
    public IReadOnlyList<string> Requests => [.. Handler.Requests];

    public ServiceInfo Info { get; }

    public string? EnvironmentId => null;

    public IUserService Users { get; }

    public ISessionService Sessions { get; }

    IRequestService? IIdentityService.Requests => _requests;

    public IOrganizationService? Organizations => null;

    public IInvitationService? Invitations => null;

    public IImpersonationService? Impersonation => null;

    public IAllowedOriginService? AllowedOrigins => null;

    private PeopleHandler Handler { get; }

    /// <summary>Opens a connection of this runspace to a new service with some users.</summary>
    public static PeopleService Connect(string name, int users)
    {
        PeopleService service = new(new PeopleHandler(users));
        ConnectionStore.Add(
            new ToriiConnection { Name = name, Service = service.Info.Kind, ApiUrl = service.Info.Address, KeyHint = service.Info.AccountHint, Fingerprint = service.Info.Fingerprint },
            service);
        return service;
    }

    public Task CheckAsync(RequestContext context) => Task.CompletedTask;

    public string? FindIdProblem(ResourceKind kind, string? id)
    {
        string prefix = kind == ResourceKind.User ? "usr_" : "ses_";
        return id is not null && id.StartsWith(prefix, StringComparison.Ordinal) && id[prefix.Length..].All(char.IsAsciiDigit) && id.Length > prefix.Length
            ? null : $"'{Redactor.RedactLine(id ?? "")}' is not an id of the form {prefix}1.";
    }

    public void Dispose() => _pipeline.Dispose();

    private sealed record PeopleOptions : ServiceOptions;

    private sealed class TokenAuthenticator : IAuthenticator
    {
        public const string Token = "people-token-0123456789abcd";

        public string Hint => "token …abcd";

        public IReadOnlyCollection<string> Secrets => [Token];

        public ValueTask ApplyAsync(HttpRequestMessage message, CancellationToken cancellation)
        {
            message.Headers.Add("X-Api-Token", Token);
            return ValueTask.CompletedTask;
        }

        public ValueTask<bool> RefreshAsync(ApiResponse unauthorized, CancellationToken cancellation) => ValueTask.FromResult(false);
    }

    private sealed class ReasonReader : IErrorReader
    {
        public ApiError Read(ReadOnlyMemory<byte> body)
        {
            try
            {
                JsonNode? error = JsonNode.Parse(body.Span)?["error"];
                return new ApiError(null, (string?)error?["reason"], (string?)error?["kind"], null);
            }
            catch (JsonException)
            {
                return default;
            }
        }
    }
}

/// <summary>The users of the service: its member names and its paging.</summary>
internal sealed class PeopleUsers(ApiPipeline pipeline) : IUserService
{
    private static readonly JsonTypeInfo<ToriiUser> Shape = (JsonTypeInfo<ToriiUser>)new JsonSerializerOptions
    {
        Converters = { new PersonConverter() },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    }.GetTypeInfo(typeof(ToriiUser));

    private readonly ResourceOperations<ToriiUser> _users = new(
        pipeline,
        new ResourceType<ToriiUser> { Noun = "user", Json = Shape, Id = static u => u.UserId, NotFoundErrorId = ToriiErrorId.UserNotFound, WriteOnly = new HashSet<string> { "password" } },
        TimeProvider.System);

    private readonly PageReader<ToriiUser> _pages = new(Shape) { ItemsMember = "list", TotalMember = "count" };

    public Task<ToriiUser> GetAsync(string userId, RequestContext context) => _users.SendAsync(_users.Request(HttpMethod.Get, $"/people/{userId}"), userId, context);

    public int? GetBatchSize(UserKey by) => 1;

    public async Task<IReadOnlyList<UserLookupResult>> GetManyAsync(UserKey by, IReadOnlyList<string> keys, LookupGate gate, RequestContext context)
    {
        List<UserLookupResult> results = [];
        foreach (string key in keys)
        {
            try
            {
                results.Add(new(key, by == UserKey.Id ? await GetAsync(key, context).ConfigureAwait(false) : await FindAsync(key, context).ConfigureAwait(false), null));
            }
            catch (ToriiException e)
            {
                results.Add(new(key, null, e));
            }
        }

        return results;
    }

    public IAsyncEnumerable<IReadOnlyList<ToriiUser>> SearchAsync(UserQuery query, RequestContext context)
    {
        UserQueryVerifier.Validate(query);
        if (query.CreatedAfter is not null || query.CreatedBefore is not null)
        {
            throw new ToriiException(ToriiErrorId.NotSupported, "People cannot filter by time of creation.");
        }

        string filter = (query.EmailContains is { } email ? $"&email={Uri.EscapeDataString(email)}" : "")
            + (query.NameContains is { } name ? $"&name={Uri.EscapeDataString(name)}" : "")
            + (query.Statuses.Count > 0 ? $"&status={string.Join(',', query.Statuses)}" : "");
        return new PagedQuery<ToriiUser>
        {
            Pager = new OffsetPager(filter, query.Cursor),
            Fetch = (request, cancellation) => pipeline.SendAsync(request, context with { Cancellation = cancellation }, _pages.Read),
            Filter = users => UserQueryVerifier.Apply(query, users),
            Narrows = query.NarrowsResponse,
            PageSize = query.PageSize,
            First = query.First,
        }.PagesAsync(context.Cancellation);
    }

    public Task<ToriiUser> CreateAsync(ResourceBody body, RequestContext context) => _users.SendAsync(_users.Request(HttpMethod.Post, "/people", body), null, context);

    public Task<ToriiUser> UpdateAsync(string userId, ResourceBody body, RequestContext context) =>
        _users.SendAsync(_users.Request(HttpMethod.Put, $"/people/{userId}", body), userId, context);

    public Task<ToriiUser> UpdateMetadataAsync(string userId, ResourceBody body, RequestContext context) =>
        throw new ToriiException(ToriiErrorId.NotSupported, "The service People has no metadata.");

    public Task DeleteAsync(string userId, RequestContext context) => pipeline.SendForNothingAsync(_users.Request(HttpMethod.Delete, $"/people/{userId}"), context);

    public Task<ToriiUser> BanAsync(string userId, RequestContext context) => SuspendAsync(userId, "suspend", context);

    public Task<ToriiUser> UnbanAsync(string userId, RequestContext context) => SuspendAsync(userId, "resume", context);

    private async Task<ToriiUser> SuspendAsync(string userId, string action, RequestContext context)
    {
        await pipeline.SendForNothingAsync(_users.Request(HttpMethod.Post, $"/people/{userId}/{action}"), context).ConfigureAwait(false);
        return await GetAsync(userId, context).ConfigureAwait(false);
    }

    private async Task<ToriiUser> FindAsync(string email, RequestContext context)
    {
        await foreach (IReadOnlyList<ToriiUser> page in SearchAsync(new UserQuery { EmailContains = email, Keep = u => EmailText.IsSame(u.Email, email) }, context).ConfigureAwait(false))
        {
            if (page.Count > 0)
            {
                return page[0];
            }
        }

        throw new ToriiException(ToriiErrorId.UserNotFound, $"No user has the email address '{Redactor.RedactLine(email)}'.") { Variant = "email" };
    }

    private sealed class OffsetPager(string filter, string? start) : IPager<ToriiUser>
    {
        private int _offset = start is null ? 0 : int.Parse(start, System.Globalization.CultureInfo.InvariantCulture);

        public ApiRequest First(int limit) => Page(limit);

        public ApiRequest? Next(Page<ToriiUser> page, int limit)
        {
            _offset += page.Count;
            return page.Count == 0 || _offset >= page.Total ? null : Page(limit);
        }

        private ApiRequest Page(int limit) => new()
        {
            Method = HttpMethod.Get,
            Path = $"/people?offset={_offset}&limit={limit}{filter}",
            Cursor = _offset == 0 ? null : $"{_offset}",
        };
    }

    /// <summary>A user with the member names of this service.</summary>
    private sealed class PersonConverter : JsonConverter<ToriiUser>
    {
        public override ToriiUser Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            JsonNode person = JsonNode.Parse(ref reader) ?? throw new JsonException();
            DateTimeOffset since = DateTimeOffset.FromUnixTimeSeconds((long)person["since"]!);
            return new ToriiUser
            {
                UserId = (string)person["key"]!,
                Email = (string?)person["email"],
                Name = (string?)person["name"],
                Status = (bool)person["suspended"]! ? "suspended" : "active",
                CreatedAt = since,
                UpdatedAt = since,
            };
        }

        public override void Write(Utf8JsonWriter writer, ToriiUser value, JsonSerializerOptions options) => throw new NotSupportedException();
    }
}

/// <summary>The sessions of the service.</summary>
internal sealed class PeopleSessions(ApiPipeline pipeline) : ISessionService
{
    private static readonly JsonTypeInfo<List<ToriiSession>> Shape = (JsonTypeInfo<List<ToriiSession>>)new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    }.GetTypeInfo(typeof(List<ToriiSession>));

    public async Task<IReadOnlyList<ToriiSession>> ListAsync(string userId, RequestContext context) => await pipeline.SendAsync(
        new ApiRequest { Method = HttpMethod.Get, Path = $"/people/{userId}/logins", NotFoundErrorId = ToriiErrorId.UserNotFound }, context, Shape).ConfigureAwait(false);

    public Task RevokeAllAsync(string userId, RequestContext context) => pipeline.SendForNothingAsync(
        new ApiRequest { Method = HttpMethod.Delete, Path = $"/people/{userId}/logins", NotFoundErrorId = ToriiErrorId.UserNotFound }, context);

    public Task RevokeAsync(string userId, string sessionId, RequestContext context) => pipeline.SendForNothingAsync(
        new ApiRequest { Method = HttpMethod.Delete, Path = $"/logins/{sessionId}" }, context);
}

/// <summary>The server side, in memory.</summary>
internal sealed class PeopleHandler : HttpMessageHandler
{
    private readonly object _lock = new();
    private readonly List<JsonObject> _people = [];
    private readonly List<(string Id, string Person)> _logins = [];
    private int _last;

    public PeopleHandler(int users)
    {
        for (int i = 1; i <= users; i++)
        {
            string id = Add($"person{i}@example.com", $"Person {i}");
            _logins.Add(($"ses_{(2 * i) - 1}", id));
            _logins.Add(($"ses_{2 * i}", id));
        }
    }

    public ConcurrentQueue<string> Requests { get; } = new();

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        string path = request.RequestUri!.PathAndQuery["/v2".Length..];
        Requests.Enqueue($"{request.Method} {path}");
        JsonObject? body = request.Content is null || await request.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false) is not { Length: > 0 } text ? null : JsonNode.Parse(text)!.AsObject();
        lock (_lock)
        {
            return request.Headers.TryGetValues("X-Api-Token", out _) ? Respond(request.Method.Method, path.Split('?')[0].Trim('/').Split('/'), Query(path), body) : Fail(401, "who are you", "NO_TOKEN");
        }
    }

    private HttpResponseMessage Respond(string method, string[] path, Dictionary<string, string> query, JsonObject? body)
    {
        if (path is ["logins", var login])
        {
            return _logins.RemoveAll(l => l.Id == login) >= 0 ? Done() : Done();
        }

        if (path is ["people"])
        {
            return method == "GET" ? List(query) : Create(body!);
        }

        JsonObject? person = _people.FirstOrDefault(p => (string?)p["key"] == path[1]);
        if (person is null)
        {
            return Fail(404, "no such person", "NOT_FOUND");
        }

        switch ((method, path.ElementAtOrDefault(2)))
        {
            case ("GET", null):
                return Json(person.DeepClone());
            case ("GET", "logins"):
                return Json(new JsonArray([.. _logins.Where(l => l.Person == path[1]).Select(l => (JsonNode)new JsonObject
                {
                    ["id"] = l.Id,
                    ["userId"] = l.Person,
                    ["createdAt"] = "2026-05-16T09:30:00Z",
                    ["lastUsedAt"] = "2026-05-16T09:30:00Z",
                    ["expiresAt"] = "2027-05-16T09:30:00Z",
                })]));
            case ("DELETE", "logins"):
                _logins.RemoveAll(l => l.Person == path[1]);
                return Done();
            case ("DELETE", null):
                _people.Remove(person);
                return Done();
            case ("PUT", null):
                foreach ((string name, JsonNode? value) in body!)
                {
                    person[name] = value?.DeepClone();
                }

                return Json(person.DeepClone());
            case ("POST", "suspend" or "resume"):
                person["suspended"] = path[2] == "suspend";
                return Done();
            default:
                return Fail(405, "not that way", "METHOD");
        }
    }

    private HttpResponseMessage List(Dictionary<string, string> query)
    {
        JsonObject[] found = [.. _people.Where(p =>
            (!query.TryGetValue("email", out string? email) || ((string?)p["email"])!.Contains(email, StringComparison.OrdinalIgnoreCase))
            && (!query.TryGetValue("name", out string? name) || ((string?)p["name"])!.Contains(name, StringComparison.OrdinalIgnoreCase))
            && (!query.TryGetValue("status", out string? status) || status.Split(',').Contains((bool)p["suspended"]! ? "suspended" : "active")))];
        return Json(new JsonObject
        {
            ["count"] = found.Length,
            ["list"] = new JsonArray([.. found.Skip(int.Parse(query["offset"], null)).Take(int.Parse(query["limit"], null)).Select(static p => p.DeepClone())]),
        });
    }

    private HttpResponseMessage Create(JsonObject body)
    {
        if (_people.Any(p => (string?)p["email"] == (string?)body["email"]))
        {
            return Fail(409, "somebody has that address", "TAKEN");
        }

        string id = Add((string?)body["email"] ?? "", (string?)body["name"] ?? "");
        return Json(_people.Single(p => (string?)p["key"] == id).DeepClone());
    }

    private string Add(string email, string name)
    {
        string id = $"usr_{++_last}";
        _people.Add(new JsonObject { ["key"] = id, ["email"] = email, ["name"] = name, ["suspended"] = false, ["since"] = 1_700_000_000 + _last });
        return id;
    }

    private static Dictionary<string, string> Query(string path) => path.Split('?').ElementAtOrDefault(1)?.Split('&')
        .Select(static p => p.Split('=', 2)).ToDictionary(static p => p[0], static p => Uri.UnescapeDataString(p[1])) ?? [];

    private static HttpResponseMessage Done() => Json(new JsonObject { ["success"] = true });

    private static HttpResponseMessage Fail(int status, string reason, string kind) =>
        Json(new JsonObject { ["error"] = new JsonObject { ["reason"] = reason, ["kind"] = kind } }, status);

    private static HttpResponseMessage Json(JsonNode json, int status = 200) => new((HttpStatusCode)status)
    {
        Content = new StringContent(json.ToJsonString(), Encoding.UTF8, "application/json"),
    };
}
