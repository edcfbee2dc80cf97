namespace Torii.Client.Bulk;

/// <summary>How it went with one item of a bulk run.</summary>
/// <param name="Item">The item, as it was given.</param>
/// <param name="Result">What came of it; the default where nothing did.</param>
/// <param name="Error">Why nothing came of it; null when all went well.</param>
/// <param name="Started">False for an item that was left alone because an earlier one had failed.</param>
public readonly record struct BulkOutcome<TItem, TResult>(TItem Item, TResult? Result, Exception? Error, bool Started);
