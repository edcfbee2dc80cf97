using System.Net;
using Torii.Client.Http;

namespace Torii.Client.Users;

/// <summary>What was found under one id or address: a user, or why not.</summary>
/// <param name="Key">The id or address that was looked for.</param>
/// <param name="User">Who was found; null when nobody was.</param>
/// <param name="Error">Why nobody was found; null when somebody was. Both are null for a key that was not asked for any more.</param>
public readonly record struct UserLookupResult(string Key, ToriiUser? User, ToriiException? Error);

/// <summary>
/// Looks many users up at once where the server has the selectors <c>userIds</c> and <c>emailAddresses</c> (contracts
/// from 0.0.12, at most 100 values), and one by one elsewhere. A server that does not know a selector answers with
/// everybody; an answer counts only if it cannot be that.
/// </summary>
internal sealed class UserLookup(
    string selector,
    Func<string, IReadOnlyList<string>, RequestContext, Task<UserPage>> search,
    Func<string, RequestContext, Task<ToriiUser>> single,
    Func<ToriiUser, string, bool> matches)
{
    /// <summary>The largest number of values that a selector takes.</summary>
    public const int BatchSize = 100;

    private readonly SemaphoreSlim _finding = new(1);
    private volatile Support _support;

    private enum Support
    {
        Unknown,
        Seen,
        Absent,
    }

    /// <summary>How many keys it pays to hand over at once; null while the first answer is still to show it.</summary>
    public int? UsefulBatchSize => _support switch { Support.Unknown => null, Support.Seen => BatchSize, _ => 1 };

    /// <param name="keys">At most <see cref="BatchSize"/> ids or addresses.</param>
    /// <param name="gate">Bounds the requests.</param>
    /// <param name="context">The caller's.</param>
    /// <returns>One result a key, in their order.</returns>
    public async Task<IReadOnlyList<UserLookupResult>> FindAsync(IReadOnlyList<string> keys, LookupGate gate, RequestContext context)
    {
        IReadOnlyList<ToriiUser> found;
        try
        {
            found = keys.Count > 1 ? await TogetherAsync(keys, gate, context).ConfigureAwait(false) : [];
        }
        catch (ToriiException e)
        {
            // It was tried as often as it may be; asking a hundred times more would fail a hundred times.
            gate.NoteError();
            return keys.Select(key => new UserLookupResult(key, null, e)).ToArray();
        }

        // Who is not in a common answer is asked for alone: only that tells "not there" from "not shown by a search".
        return await Task.WhenAll(keys.Select(async key =>
            found.FirstOrDefault(u => matches(u, key)) is { } user
                ? new UserLookupResult(key, user, null)
                : await AloneAsync(key, gate, context).ConfigureAwait(false))).ConfigureAwait(false);
    }

    private Task<UserLookupResult> AloneAsync(string key, LookupGate gate, RequestContext context) =>
        gate.RunAsync(
            async () =>
            {
                try
                {
                    return gate.IsHalted ? new(key, null, null) : new UserLookupResult(key, await single(key, context).ConfigureAwait(false), null);
                }
                catch (ToriiException e)
                {
                    gate.NoteError();
                    return new(key, null, e);
                }
            },
            context.Cancellation);

    /// <summary>Empty where the server has no such selector.</summary>
    private async Task<IReadOnlyList<ToriiUser>> TogetherAsync(IReadOnlyList<string> keys, LookupGate gate, RequestContext context)
    {
        if (_support == Support.Seen)
        {
            return await TryTogetherAsync(keys, gate, context).ConfigureAwait(false);
        }

        // While it is not known, one asks and the others wait for what it finds out.
        await _finding.WaitAsync(context.Cancellation).ConfigureAwait(false);
        try
        {
            if (_support == Support.Unknown)
            {
                return await TryTogetherAsync(keys, gate, context).ConfigureAwait(false);
            }
        }
        finally
        {
            _finding.Release();
        }

        return _support == Support.Seen ? await TryTogetherAsync(keys, gate, context).ConfigureAwait(false) : [];
    }

    private async Task<IReadOnlyList<ToriiUser>> TryTogetherAsync(IReadOnlyList<string> keys, LookupGate gate, RequestContext context)
    {
        try
        {
            UserPage page = await gate.RunAsync(() => search(selector, keys, context), context.Cancellation).ConfigureAwait(false);
            // Nobody else, and no more pages: had the selector been ignored, then everybody there is was asked for.
            if (string.IsNullOrEmpty(page.NextCursor) && page.HasMore != true && page.Items.All(u => keys.Any(k => matches(u, k))))
            {
                _support = Support.Seen;
                return page.Items;
            }

            context.Observer?.Verbose($"The service ignores '{selector}': each user is asked for alone");
        }
        catch (ToriiApiException e) when (e.StatusCode is (int)HttpStatusCode.BadRequest or (int)HttpStatusCode.UnprocessableEntity)
        {
            context.Observer?.Verbose($"The service refuses '{selector}': each user is asked for alone");
        }
        catch (ToriiException e) when (e.ErrorId == "Torii.InvalidResponse")
        {
            context.Observer?.Verbose($"The answer for {keys.Count} users at once could not be read: each is asked for alone");
            return [];
        }

        _support = Support.Absent;
        return [];
    }
}
