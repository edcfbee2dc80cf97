using System.Net;
using Torii.Client.Http;

namespace Torii.Client.Users;

/// <summary>
/// Creating a user on a network that loses answers (createUser is not idempotent). An address makes it so: who exists
/// with that address, and is not older than our first attempt, is the one that we made.
/// </summary>
internal sealed class UserCreation(ApiPipeline pipeline, Func<string, RequestContext, Task<ToriiUser?>> findByEmail)
{
    public async Task<ToriiUser> CreateAsync(ResourceBody body, RequestContext context)
    {
        string? email = body.Values.TryGetValue("email", out object? given) ? given as string : null;
        ApiRequest request = new()
        {
            Method = HttpMethod.Post,
            Path = ToriiUserService.Path,
            Body = body.ToJson(),
            BodyFields = body.Fields,
            Safety = email is null ? RetrySafety.OnlyIfNotExecuted : RetrySafety.Repeatable,
        };
        try
        {
            (ToriiUser user, ReadOnlyMemory<byte> answer) = await pipeline.SendAsync(
                request, context, static r => (r.ReadJson(Json.Default.ToriiUser, static u => ResponseValidator.FindWrongMember(u)), r.Body)).ConfigureAwait(false);
            return ToriiUserService.Checked(body, user, answer, context.Observer);
        }
        catch (ToriiException e) when (e.MayHaveBeenExecuted)
        {
            ToriiUser found = await FindOurs(email, e, context).ConfigureAwait(false);
            context.Observer?.Verbose($"The answer was lost, and user {found.UserId} is there since: taken for the one that was to be created");
            return ToriiUserService.Checked(body, found, default, context.Observer);
        }
    }

    private async Task<ToriiUser> FindOurs(string? email, ToriiException lost, RequestContext context)
    {
        if (email is null)
        {
            throw Unknown("a user without an address cannot be looked up", "Look for it with Get-ToriiUser -WithoutEmail -CreatedAfter before creating it again.", lost);
        }

        ToriiUser? there;
        try
        {
            there = await findByEmail(email, context).ConfigureAwait(false);
        }
        catch (ToriiException e)
        {
            throw Unknown($"and looking for it failed too: {e.Reason}", $"Look for it with Get-ToriiUser -Email '{email}' before creating it again.", lost);
        }

        bool taken = lost is ToriiApiException { StatusCode: (int)HttpStatusCode.Conflict };
        if (there is null || lost.FirstSentAt is not { } sent || pipeline.Clock.EarliestAt(sent) is not { } earliest)
        {
            throw there is null || taken ? lost : Unknown("and the service's clock is not known", $"Look at it with Get-ToriiUser -Email '{email}'.", lost);
        }

        // An answer may show its times cut to milliseconds.
        earliest = earliest.AddTicks(-(earliest.UtcTicks % TimeSpan.TicksPerMillisecond));
        return there.CreatedAt >= earliest ? there : throw lost;
    }

    private static ToriiException Unknown(string why, string action, ToriiException lost) => new(
        "Torii.OutcomeUnknown",
        $"Whether the user was created is not known: the service gave no answer that says so ({lost.Reason.TrimEnd('.')}), {why.TrimEnd('.')}.",
        action,
        lost);
}
