using System.Text.Json;

namespace Torii.Emulator.Http;

/// <summary>A member of a body that may be absent, null or a value: three different things to this service.</summary>
internal readonly record struct Field<T>(bool IsPresent, T? Value)
{
    /// <summary>The value of a present member (null clears), else what was there before.</summary>
    public T? Or(T? before) => IsPresent ? Value : before;
}

/// <summary>Reads the members of a JSON object; what has a wrong type is refused by name, what is unknown is never looked at.</summary>
internal sealed class JsonFields(JsonElement? root, Func<string, bool>? overlooks = null)
{
    public static readonly JsonFields None = new(null);

    public bool TryGet(string name, out JsonElement value)
    {
        value = default;
        return root is { } element && overlooks?.Invoke(name) != true && element.TryGetProperty(name, out value);
    }

    public Field<string> Text(string name, bool nullable = true) => Read(name, nullable, "a string", Text);

    public Field<DateTimeOffset?> Instant(string name) => Read<DateTimeOffset?>(
        name,
        nullable: true,
        "an ISO-8601 instant such as 2026-05-16T09:30:00Z",
        element => Text(element) is { } text && WireFormat.TryInstant(text, out var time) ? time : null);

    public Field<DateOnly?> Day(string name) => Read<DateOnly?>(
        name,
        nullable: true,
        "a date in the form YYYY-MM-DD",
        element => Text(element) is { } text && WireFormat.TryDay(text, out var day) ? day : null);

    public Field<Guid?> Id(string name, bool nullable = true) => Read<Guid?>(
        name,
        nullable,
        "a UUID",
        element => WireFormat.TryId(Text(element), out var id) ? id : null);

    public Field<int?> Number(string name) => Read<int?>(
        name,
        nullable: true,
        "a whole number",
        element => element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out var number) ? number : null);

    public Field<double?> Fraction(string name) => Read<double?>(
        name,
        nullable: false,
        "a number from 0 to 1",
        element => element.ValueKind == JsonValueKind.Number && element.GetDouble() is >= 0 and <= 1 and var number ? number : null);

    /// <summary>An object, never null.</summary>
    public Field<JsonElement?> Object(string name) => Read<JsonElement?>(
        name,
        nullable: false,
        "an object",
        element => element.ValueKind == JsonValueKind.Object ? element : null);

    /// <summary>An array of strings, never null, each of which must be what <paramref name="accepts"/> takes.</summary>
    public Field<List<string>> Texts(string name, string expected, Func<string, bool> accepts) =>
        Read(name, nullable: false, "an array", element => element.ValueKind != JsonValueKind.Array
            ? null
            : element.EnumerateArray().Select(item => Text(item) is { } text && accepts(text)
                ? text
                : throw Refusal.BadField(name, $"contains {Shorten(item)}, which is not {expected}")).ToList());

    private static string? Text(JsonElement element) => element.ValueKind == JsonValueKind.String ? element.GetString() : null;

    private Field<T> Read<T>(string name, bool nullable, string expected, Func<JsonElement, T?> read)
    {
        if (!TryGet(name, out var element))
        {
            return default;
        }

        if (element.ValueKind == JsonValueKind.Null)
        {
            return nullable ? new Field<T>(true, default) : throw Refusal.BadField(name, "must not be null");
        }

        return read(element) is { } value ? new Field<T>(true, value) : throw Refusal.BadField(name, "is not " + expected);
    }

    private static string Shorten(JsonElement element)
    {
        var raw = element.GetRawText();
        return raw.Length <= 60 ? raw : raw[..57] + "...";
    }
}
