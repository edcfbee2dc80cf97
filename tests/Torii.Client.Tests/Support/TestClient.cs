namespace Torii.Client.Tests.Support;

/// <summary>Services with a scripted network.</summary>
internal static class TestClient
{
    public const string Key = "sk_test_4eC39HqLyjWDarjtT1zdp7dc";

    public static readonly ToriiServiceOptions Options = new()
    {
        SecretKey = SecretKey.Parse(Key),
        ApiUrl = new Uri("https://api.example.com"),
        // Above all that ManualTime skips.
        Timeout = ManualTime.LongestSkipped + TimeSpan.FromMinutes(1),
    };

    public static readonly string UserId = People.Id(0);

    /// <summary>With a clock on which every wait is over at once, unless another is given.</summary>
    public static ToriiService Create(HttpMessageHandler? handler, Func<ToriiServiceOptions, ToriiServiceOptions>? change = null, TimeProvider? time = null) =>
        new((change ?? (static o => o))(Options), handler, time ?? new ManualTime { SkipsWaits = true });

    public static RequestContext Context(IRequestObserver? observer = null, CancellationToken cancellation = default) => new(cancellation, observer);

    public static Task<ToriiUser> GetAsync(this ToriiService client, IRequestObserver? observer = null, CancellationToken cancellation = default) =>
        client.Users.GetAsync(UserId, Context(observer, cancellation)).Soon();

    /// <summary>Reads all users of a search.</summary>
    public static async Task<List<ToriiUser>> SearchAsync(this ToriiService client, UserQuery query, IRequestObserver? observer = null)
    {
        List<ToriiUser> users = [];
        await foreach (IReadOnlyList<ToriiUser> page in client.Users.SearchAsync(query, Context(observer)))
        {
            users.AddRange(page);
        }

        return users;
    }

    /// <summary>The user with exactly an email address.</summary>
    public static async Task<ToriiUser> GetByEmailAsync(this IUserService users, string email, RequestContext context)
    {
        UserLookupResult result = (await users.GetManyAsync(UserKey.Email, [email], new LookupGate(1, haltOnError: false), context).Soon()).Single();
        return result.User ?? throw result.Error!;
    }
}
