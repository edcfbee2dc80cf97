using System.Text.Json.Serialization;
using Torii.Client.Http;
using Torii.Client.Resources;

namespace Torii.Client.Services;

/// <summary>
/// The operations of torii on allowed origins. PUT replaces the whole list and there is no ETag, so a change of another
/// client is found by reading: as late as possible before the request, before it is repeated, and after it.
/// </summary>
internal sealed class ToriiAllowedOriginService(ApiPipeline pipeline, int maxRetry, TimeProvider time) : IAllowedOriginService
{
    private const string Path = "/api/server/v1/allowed-origins";

    /// <summary>The age at which a list is read again before it is replaced: a person may have been asked meanwhile.</summary>
    private static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(1);

    /// <summary>Gets the list (operation list of the allowed origins).</summary>
    /// <inheritdoc/>
    public Task<AllowedOriginList> GetAsync(RequestContext context) => SendAsync(new ApiRequest { Method = HttpMethod.Get, Path = Path }, context);

    /// <summary>Replaces the list (operation set of the allowed origins).</summary>
    /// <inheritdoc/>
    public async Task<AllowedOriginList> ReplaceAsync(AllowedOriginChange change, RequestContext context)
    {
        if (time.GetElapsedTime(change.Before.ReadAt) > FreshFor)
        {
            AllowedOriginList current = await GetAsync(context).ConfigureAwait(false);
            if (!current.IsSame(change.Before))
            {
                throw Concurrent("The allowed origins changed after they were read, so no change was sent", change.Before, current, mayHaveBeenExecuted: false);
            }
        }

        for (int attempt = 0; ; attempt++)
        {
            AllowedOriginList stored;
            try
            {
                stored = await PutAsync(change.Wanted, context).ConfigureAwait(false);
            }
            catch (ToriiException e) when (e.MayHaveBeenExecuted)
            {
                bool repeats = attempt < maxRetry && e.ErrorId is ToriiErrorId.ConnectionFailed or ToriiErrorId.Timeout or ToriiErrorId.ServiceUnavailable or ToriiErrorId.InvalidResponse;
                if (await FindOutAsync(change, e, repeats ? RetryRule.BackOff(attempt, Random.Shared.NextDouble()) : TimeSpan.Zero, context).ConfigureAwait(false) is { } replaced)
                {
                    return replaced;
                }

                if (repeats)
                {
                    continue;
                }

                throw e.For(null, "When the list was read afterwards, it was as before.");
            }

            return await ConfirmAsync(change, stored, context).ConfigureAwait(false);
        }
    }

    /// <summary>Reads the list after a response was lost: the list where the change was made, null where it is as before.</summary>
    private async Task<AllowedOriginList?> FindOutAsync(AllowedOriginChange change, ToriiException lost, TimeSpan wait, RequestContext context)
    {
        await Task.Delay(wait, time, context.Cancellation).ConfigureAwait(false);
        AllowedOriginList found = await ReadAfterAsync($"Whether the allowed origins were replaced is not known: the response was lost ({Sentence(lost)})", context).ConfigureAwait(false);
        if (found.IsSame(change.Wanted))
        {
            context.Observer?.Verbose("The allowed origins are replaced: the request was executed, and its response was lost");
            return found;
        }

        return found.IsSame(change.Before) ? null
            : throw Concurrent("The response to the change was lost, and another client changed the allowed origins", change.Before, found, mayHaveBeenExecuted: true);
    }

    private async Task<AllowedOriginList> ConfirmAsync(AllowedOriginChange change, AllowedOriginList stored, RequestContext context)
    {
        AllowedOriginList found = await ReadAfterAsync("The allowed origins were replaced; whether another client changed them again is not known", context).ConfigureAwait(false);
        if (found.IsSame(change.Wanted))
        {
            return found;
        }

        if (stored.IsSame(change.Wanted))
        {
            throw Concurrent("The allowed origins changed again after they were replaced", change.Wanted, found, mayHaveBeenExecuted: true);
        }

        AllowedOriginList wanted = change.Wanted;
        IEnumerable<string> faults = wanted.Origins.Where(o => !stored.Contains(o)).Select(static o => $"{o} is missing")
            .Concat(stored.Origins.Where(o => !wanted.Contains(o)).Select(static o => $"{o} is there"));
        throw new ToriiException(ToriiErrorId.FieldNotApplied, $"The service accepted the allowed origins and stored another list: {Redactor.RedactLine(string.Join(", ", faults))}.")
        {
            Variant = "origins",
            MayHaveBeenExecuted = true,
        };
    }

    /// <summary>Reads the list after the change was sent. Without it the outcome is not known.</summary>
    private async Task<AllowedOriginList> ReadAfterAsync(string outcome, RequestContext context)
    {
        try
        {
            return await GetAsync(context).ConfigureAwait(false);
        }
        catch (ToriiException e)
        {
            throw new ToriiException(ToriiErrorId.OutcomeUnknown, $"{outcome}, because the list could not be read afterwards ({Sentence(e)}).", e)
            {
                Variant = "origins",
                MayHaveBeenExecuted = true,
            };
        }
    }

    /// <summary>The pipeline repeats the request only where it was certainly not executed: otherwise the list is read before.</summary>
    private Task<AllowedOriginList> PutAsync(AllowedOriginList wanted, RequestContext context)
    {
        ResourceBody body = new();
        body.Set("origins", wanted.Origins);
        return SendAsync(
            new ApiRequest { Method = HttpMethod.Put, Path = Path, Body = body.ToJson(), BodyFields = body.Members, Safety = RetrySafety.OnlyIfNotExecuted },
            context);
    }

    /// <summary>Both operations answer with the list.</summary>
    private Task<AllowedOriginList> SendAsync(ApiRequest request, RequestContext context) => ToriiFeature.AllowedOrigins.SendAsync(pipeline, context, probe: null, async () =>
    {
        long sent = time.GetTimestamp();
        OriginList list = await pipeline.SendAsync(
            request, context, ToriiJson.Default.OriginList, static l => l.Origins is null || l.Origins.Any(string.IsNullOrWhiteSpace) ? "origins" : null).ConfigureAwait(false);
        return new AllowedOriginList(list.Origins, sent);
    });

    private static ToriiConcurrentChangeException Concurrent(string what, AllowedOriginList expected, AllowedOriginList found, bool mayHaveBeenExecuted) => new(
        $"{what}. Expected: {Show(expected)}. Found: {Show(found)}.",
        [.. expected.Origins.Select(Redactor.RedactLine)],
        [.. found.Origins.Select(Redactor.RedactLine)])
    {
        MayHaveBeenExecuted = mayHaveBeenExecuted,
    };

    /// <summary>A list for a message; the exception has all of it.</summary>
    private static string Show(AllowedOriginList list)
    {
        const int Shown = 5;
        string more = list.Origins.Count > Shown ? $" and {list.Origins.Count - Shown} more" : "";
        return list.Origins.Count == 0 ? "none" : Redactor.RedactLine(string.Join(", ", list.Origins.Take(Shown))) + more;
    }

    private static string Sentence(ToriiException e) => e.Message.TrimEnd('.');
}

/// <summary>The list as JSON (AllowedOriginsResponse).</summary>
internal sealed class OriginList
{
    [JsonRequired]
    public List<string> Origins { get; set; } = [];
}
