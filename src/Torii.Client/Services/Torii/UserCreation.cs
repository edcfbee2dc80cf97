using System.Net;
using System.Text.Json;
using Torii.Client.Http;
using Torii.Client.Resources;

namespace Torii.Client.Services;

/// <summary>
/// Creates users over a network that loses responses; createUser is not idempotent. With an email address the outcome
/// can be recovered: a user with exactly that address, created after the first attempt, whom this connection has
/// neither read nor created before, is the one that the attempt created.
/// </summary>
internal sealed class UserCreation(
    ApiPipeline pipeline, ResourceOperations<ToriiUser> users, RecentUsers recent, Func<string, RequestContext, Task<IReadOnlyList<ToriiUser>>> findByEmail)
{
    public async Task<ToriiUser> CreateAsync(ResourceBody body, RequestContext context)
    {
        string? email = body.Values.TryGetValue("email", out object? given) ? given as string : null;
        ApiRequest request = users.Request(
            HttpMethod.Post, ToriiUserService.Path, body, email is null ? RetrySafety.OnlyIfNotExecuted : RetrySafety.Repeatable);
        try
        {
            ToriiUser created = await users.SendAsync(request, null, context).ConfigureAwait(false);
            recent.Add(created);
            return created;
        }
        catch (ToriiException e) when (e.MayHaveBeenExecuted && e.ErrorId != ToriiErrorId.FieldNotApplied)
        {
            ToriiUser found = await RecoverAsync(email, e, context).ConfigureAwait(false);
            recent.Add(found);
            context.Observer?.Verbose($"No response confirmed the creation; user {found.UserId} was created since the first attempt and is taken for the new user");
            return users.Verify(request.Body!.Value, found, JsonSerializer.SerializeToUtf8Bytes(found, ToriiJson.Default.ToriiUser), null, context);
        }
    }

    private async Task<ToriiUser> RecoverAsync(string? email, ToriiException lost, RequestContext context)
    {
        if (email is null)
        {
            throw Unknown("a user without an email address cannot be looked up", "withoutEmail", "", lost);
        }

        IReadOnlyList<ToriiUser> found;
        try
        {
            found = await findByEmail(email, context).ConfigureAwait(false);
        }
        catch (ToriiException e)
        {
            throw Unknown($"and the look-up failed: {e.Message.TrimEnd('.')}", "email", email, lost);
        }

        bool isTaken = lost is ToriiApiException { StatusCode: (int)HttpStatusCode.Conflict };
        if (found.Count == 0 || lost.FirstSentAt is not { } sent || pipeline.Clock.EarliestAt(sent) is not { } earliest)
        {
            throw found.Count == 0 || isTaken ? lost : Unknown("and the clock of the service is not known", "email", email, lost);
        }

        ToriiUser[] ours = [.. found.Where(u => u.CreatedAt >= Milliseconds.Floor(earliest) && !recent.Contains(u.UserId))];
        return ours.Length == 1 ? ours[0]
            : ours.Length == 0 ? throw lost
            : throw Unknown($"and {ours.Length} users with that email address were created since", "email", email, lost);
    }

    private static ToriiException Unknown(string why, string variant, string email, ToriiException lost) => new(
        ToriiErrorId.OutcomeUnknown,
        $"Whether the user was created is not known: no response confirms it ({lost.Message.TrimEnd('.')}), {why}.",
        lost)
    {
        Variant = variant,
        Details = new Dictionary<string, string> { ["email"] = Redactor.RedactLine(email) },
        MayHaveBeenExecuted = true,
    };
}

/// <summary>
/// The ids of users who were created lately and whom this connection has read or created: none of them can be the user
/// of a creation that is still under way.
/// </summary>
internal sealed class RecentUsers(Func<DateTimeOffset?> since)
{
    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, byte> _ids = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Adds a user who was created by this connection.</summary>
    public void Add(ToriiUser user) => _ids.TryAdd(user.UserId, 0);

    /// <summary>Adds those of a page who were created since the connection began; older ones need no memory.</summary>
    public void AddRead(IReadOnlyList<ToriiUser> users)
    {
        if (since() is not { } begin)
        {
            return;
        }

        foreach (ToriiUser user in users)
        {
            if (user.CreatedAt >= begin)
            {
                Add(user);
            }
        }
    }

    public bool Contains(string userId) => _ids.ContainsKey(userId);
}
