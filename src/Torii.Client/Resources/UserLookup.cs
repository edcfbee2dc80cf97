using System.Net;
using Torii.Client.Http;
using Torii.Client.Paging;

namespace Torii.Client.Resources;

/// <summary>
/// Looks up many users in one request where the server has the selectors <c>userIds</c> and <c>emailAddresses</c>
/// (contracts from 0.0.12, at most 100 values), and one by one elsewhere. A server that does not know a selector
/// returns every user, so only a response that cannot be that is used.
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "A SemaphoreSlim whose wait handle is not used has nothing to dispose.")]
internal sealed class UserLookup(
    string selector,
    Func<string, IReadOnlyList<string>, RequestContext, Task<Page<ToriiUser>>>? select,
    Func<string, RequestContext, Task<ToriiUser>> getOne,
    UserLookup.Matcher matcher)
{
    private readonly SemaphoreSlim _probe = new(1);
    private volatile Support _support = select is null ? Support.Ignored : Support.Unknown;

    private enum Support
    {
        Unknown,
        Confirmed,
        Ignored,
    }

    /// <summary>The number of keys that a look-up should be given; null until the first response shows it.</summary>
    public int? UsefulBatchSize => _support switch { Support.Unknown => null, Support.Confirmed => LookupGate.MaxBatchSize, _ => 1 };

    /// <summary>Chooses the user with exactly an email address among those that a search found.</summary>
    /// <exception cref="ToriiException">
    /// <c>Torii.UserNotFound</c>: none, or only deleted ones; <c>Torii.AmbiguousMatch</c>: several who are not deleted.
    /// </exception>
    public static ToriiUser ChooseByEmail(string email, IReadOnlyList<ToriiUser> found)
    {
        ToriiUser[] live = [.. found.Where(static u => !IsDeleted(u))];
        string shown = Redactor.RedactLine(email);
        return live.Length switch
        {
            1 => live[0],
            0 when found.Count > 0 => throw new ToriiException(
                ToriiErrorId.UserNotFound, $"Only a deleted user ({string.Join(", ", found.Select(static u => u.UserId))}) has the email address '{shown}'.")
            { Variant = "deleted" },
            0 => throw new ToriiException(ToriiErrorId.UserNotFound, $"No user has the email address '{shown}'.") { Variant = "email" },
            _ => throw new ToriiException(
                ToriiErrorId.AmbiguousMatch, $"{live.Length} users have the email address '{shown}': {string.Join(", ", live.Select(static u => u.UserId))}."),
        };
    }

    /// <summary>Looks up keys.</summary>
    /// <param name="keys">At most <see cref="LookupGate.MaxBatchSize"/> ids or email addresses.</param>
    /// <param name="gate">Bounds the requests.</param>
    /// <param name="context">The caller's.</param>
    /// <returns>One result for each key, in their order.</returns>
    public async Task<IReadOnlyList<UserLookupResult>> FindAsync(IReadOnlyList<string> keys, LookupGate gate, RequestContext context)
    {
        IReadOnlyList<ToriiUser> found;
        try
        {
            found = keys.Count > 1 && _support != Support.Ignored ? await FindTogetherAsync(keys, gate, context).ConfigureAwait(false) : [];
        }
        catch (ToriiException e)
        {
            // The batch was retried as often as is allowed; a hundred single requests would fail a hundred times.
            gate.RecordError(e);
            return [.. keys.Select(key => new UserLookupResult(key, null, e))];
        }

        // A user who is missing from a batch is requested alone: only that tells "does not exist" from "not shown by a search".
        return await Task.WhenAll(keys.Select(async key =>
            found.Where(u => matcher.IsMatch(u, key)).ToArray() is [var user]
                ? new UserLookupResult(key, user, null)
                : await FindAloneAsync(key, gate, context).ConfigureAwait(false))).ConfigureAwait(false);
    }

    internal static bool IsDeleted(ToriiUser user) => user.Status == "deleted" || user.DeletedAt is not null;

    private Task<UserLookupResult> FindAloneAsync(string key, LookupGate gate, RequestContext context) =>
        gate.RunAsync(
            async () =>
            {
                try
                {
                    if (gate.IsHalted)
                    {
                        return new(key, null, null);
                    }

                    ToriiUser user = await getOne(key, context).ConfigureAwait(false);
                    gate.RecordSuccess();
                    return new UserLookupResult(key, user, null);
                }
                catch (ToriiException e)
                {
                    gate.RecordError(e);
                    return new(key, null, e);
                }
            },
            context.Cancellation);

    /// <summary>Returns no user where the batch gave no usable response.</summary>
    private async Task<IReadOnlyList<ToriiUser>> FindTogetherAsync(IReadOnlyList<string> keys, LookupGate gate, RequestContext context)
    {
        if (_support == Support.Confirmed)
        {
            return await TryTogetherAsync(keys, gate, context).ConfigureAwait(false);
        }

        // While support is unknown, one batch probes and the others wait for its result.
        await _probe.WaitAsync(context.Cancellation).ConfigureAwait(false);
        try
        {
            if (_support == Support.Unknown)
            {
                return await TryTogetherAsync(keys, gate, context).ConfigureAwait(false);
            }
        }
        finally
        {
            _probe.Release();
        }

        return _support == Support.Confirmed ? await TryTogetherAsync(keys, gate, context).ConfigureAwait(false) : [];
    }

    private async Task<IReadOnlyList<ToriiUser>> TryTogetherAsync(IReadOnlyList<string> keys, LookupGate gate, RequestContext context)
    {
        try
        {
            Page<ToriiUser> page = await gate.RunAsync(() => select!(selector, keys, context), context.Cancellation).ConfigureAwait(false);
            // A user that was not requested, or more pages than the keys can fill, prove that the selector is ignored.
            if (string.IsNullOrEmpty(page.NextCursor) && page.HasMore != true && page.Items.All(u => keys.Any(k => matcher.IsSimilar(u, k))))
            {
                _support = Support.Confirmed;
                return page.Items;
            }

            _support = Support.Ignored;
            context.Observer?.Verbose($"The service ignores '{selector}': each user is requested alone");
        }
        catch (ToriiApiException e) when (e.StatusCode is (int)HttpStatusCode.BadRequest or (int)HttpStatusCode.UnprocessableEntity || e.ErrorId == ToriiErrorId.InvalidResponse)
        {
            context.Observer?.Verbose($"The look-up of {keys.Count} users failed ({e.ErrorId}): each of them is requested alone");
        }

        return [];
    }

    /// <summary>Compares a user with a key.</summary>
    /// <param name="IsMatch">Whether the user is the one that the key names; two matches are settled by a single request.</param>
    /// <param name="IsSimilar">Whether a server may take the user for the one that the key names.</param>
    internal sealed record Matcher(Func<ToriiUser, string, bool> IsMatch, Func<ToriiUser, string, bool> IsSimilar)
    {
        public Matcher(Func<ToriiUser, string, bool> isMatch)
            : this(isMatch, isMatch)
        {
        }
    }
}
