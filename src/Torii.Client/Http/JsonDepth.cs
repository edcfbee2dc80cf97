using System.Text.Json;

namespace Torii.Client.Http;

/// <summary>
/// How deep a response may be nested. Metadata that an end-user wrote must not make the user, or the page that shows the
/// user, unreadable; the parsers do not recurse.
/// </summary>
internal static class JsonDepth
{
    /// <summary>More than metadata of 8 KB can have.</summary>
    public const int Max = 10_000;

    public static readonly JsonReaderOptions OfReader = new() { MaxDepth = Max };

    public static readonly JsonDocumentOptions OfDocument = new() { MaxDepth = Max };
}
