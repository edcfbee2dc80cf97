namespace Torii.Client.Paging;

/// <summary>One page of a cursor-paged list.</summary>
/// <param name="Items">What is on it, in the service's stable order.</param>
/// <param name="NextCursor">What continues the list; null or empty at its end.</param>
/// <param name="HasMore">What the service says of that; null when it says nothing.</param>
internal sealed record Page<T>(IReadOnlyList<T> Items, string? NextCursor, bool? HasMore);
