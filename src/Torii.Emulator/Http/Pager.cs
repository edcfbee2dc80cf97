using System.Buffers;
using System.Text;

namespace Torii.Emulator.Http;

/// <summary>
/// Builds the pages of every list. The cursor is the id of the last item of the page before, and the next page starts
/// at the first greater id, so no change of an item between two pages moves the position.
/// </summary>
internal static class Pager
{
    private const int DefaultLimit = 20;
    private const int MaxLimit = 100;

    /// <param name="following">Returns the matching items whose id is greater than the cursor, ordered by id.</param>
    public static Reply Page<T>(
        OperationRequest request, Func<Guid?, IEnumerable<T>> following, Func<T, Guid> id, Func<T, byte[]> json, int maxLimit = MaxLimit)
    {
        int limit = Math.Clamp(request.QueryNumber("limit") ?? DefaultLimit, 1, maxLimit);
        Guid? cursor = request.QueryId("cursor");

        // One item more than fits, so that the page with the last item has no cursor.
        var items = following(cursor).Take(limit + 1).ToList();
        Guid? next = items.Count > limit ? id(items[limit - 1]) : null;
        if (request.RepeatsCursor)
        {
            next = cursor ?? (items.Count > 0 ? id(items[Math.Min(limit, items.Count) - 1]) : Guid.NewGuid());
        }

        var body = new ArrayBufferWriter<byte>(Math.Min(limit, items.Count) * 512 + 128);
        body.Write("{\"items\":["u8);
        for (int i = 0; i < items.Count && i < limit; i++)
        {
            body.Write(i > 0 ? ","u8 : default);
            body.Write(json(items[i]));
        }

        body.Write(next is { } last ? Encoding.UTF8.GetBytes($"],\"nextCursor\":\"{last}\",\"hasMore\":true}}") : "],\"nextCursor\":null,\"hasMore\":false}"u8);
        return Reply.JsonBytes(200, body.WrittenMemory);
    }
}
