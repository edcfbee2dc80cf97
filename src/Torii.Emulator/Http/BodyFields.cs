using System.Text.Json;

namespace Torii.Emulator.Http;

/// <summary>A member of a body that can be absent, null or a value, which mean three different things.</summary>
internal readonly record struct Optional<T>(bool IsPresent, T? Value)
{
    /// <summary>Returns the value of a present member, where null clears, or else <paramref name="current"/>.</summary>
    public T? Or(T? current) => IsPresent ? Value : current;
}

/// <summary>
/// Reads the members of a JSON object. A member of the wrong type is refused by name; an unknown member is ignored.
/// </summary>
internal sealed class BodyFields(JsonElement? body, Func<string, bool>? ignores = null)
{
    /// <summary>Gets the body with the members that a fault ignores: a required one is there although its value gets lost.</summary>
    public BodyFields Complete => new(body);

    /// <summary>Refuses a body that names neither bag of an organization, a membership or an invitation.</summary>
    public BodyFields WithBag() => Complete.TryGet("publicMetadata", out _) || Complete.TryGet("privateMetadata", out _)
        ? this
        : throw new RequestRefusedException(400, "metadata_missing", "The body names neither 'publicMetadata' nor 'privateMetadata'.", "body");

    public Optional<string> Text(string name, bool nullable = true) => Read(name, nullable, "a string", Text);

    public Optional<DateTimeOffset?> Instant(string name) => Read<DateTimeOffset?>(
        name,
        nullable: true,
        "an ISO 8601 instant such as 2026-05-16T09:30:00Z",
        element => Text(element) is { } text && ValueFormat.TryInstant(text, out DateTimeOffset time) ? time : null);

    public Optional<DateOnly?> Date(string name) => Read<DateOnly?>(
        name,
        nullable: true,
        "a date in the form YYYY-MM-DD",
        element => Text(element) is { } text && ValueFormat.TryDate(text, out DateOnly date) ? date : null);

    public Optional<Guid?> Id(string name, bool nullable = true) => Read<Guid?>(
        name,
        nullable,
        "a UUID",
        element => ValueFormat.TryId(Text(element), out Guid id) ? id : null);

    public Guid RequiredId(string name) => Id(name, nullable: false).Value ?? throw RequestRefusedException.Missing(name);

    public string RequiredText(string name) => Text(name, nullable: false).Value ?? throw RequestRefusedException.Missing(name);

    /// <summary>Reads a whole number of the given range, or null.</summary>
    public int? Number(string name, int least = int.MinValue, int most = int.MaxValue) => Read<int?>(
        name,
        nullable: true,
        least == int.MinValue ? "a whole number" : $"a whole number from {least} to {most}",
        element => element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out int number) && number >= least && number <= most
            ? number
            : null).Value;

    public Optional<double?> Fraction(string name) => Read<double?>(
        name,
        nullable: false,
        "a number from 0 to 1",
        element => element.ValueKind == JsonValueKind.Number && element.GetDouble() is >= 0 and <= 1 and var number ? number : null);

    public bool IsTrue(string name) => TryGet(name, out JsonElement element) && element.ValueKind == JsonValueKind.True;

    /// <summary>Reads an object; null is refused.</summary>
    public Optional<JsonElement?> Object(string name) => Read<JsonElement?>(
        name,
        nullable: false,
        "an object",
        element => element.ValueKind == JsonValueKind.Object ? element : null);

    /// <summary>Reads an array of strings that <paramref name="accepts"/> accepts; null is refused.</summary>
    public List<string>? Texts(string name, string expected, Func<string, bool> accepts) =>
        Read(name, nullable: false, "an array", element => element.ValueKind != JsonValueKind.Array
            ? null
            : element.EnumerateArray().Select(item => Text(item) is { } text && accepts(text)
                ? text
                : throw RequestRefusedException.BadField(name, $"contains {Shorten(item.GetRawText())}, which is not {expected}")).ToList()).Value;

    private bool TryGet(string name, out JsonElement value)
    {
        value = default;
        return body is { } element && ignores?.Invoke(name) != true && element.TryGetProperty(name, out value);
    }

    private Optional<T> Read<T>(string name, bool nullable, string expected, Func<JsonElement, T?> read)
    {
        if (!TryGet(name, out JsonElement element))
        {
            return default;
        }

        if (element.ValueKind == JsonValueKind.Null)
        {
            return nullable ? new Optional<T>(true, default) : throw RequestRefusedException.BadField(name, "must not be null");
        }

        return read(element) is { } value ? new Optional<T>(true, value) : throw RequestRefusedException.BadField(name, "is not " + expected);
    }

    private static string? Text(JsonElement element) => element.ValueKind == JsonValueKind.String ? element.GetString() : null;

    private static string Shorten(string text) => text.Length <= 60 ? text : text[..57] + "...";
}
