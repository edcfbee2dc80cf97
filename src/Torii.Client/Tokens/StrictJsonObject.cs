using System.Buffers.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Torii.Client.Tokens;

/// <summary>
/// A JSON object (RFC 8259), parsed strictly: valid UTF-8, unique member names at every depth, a depth limit, and
/// nothing before or after it. Two parsers cannot read different values from such bytes.
/// </summary>
internal sealed class StrictJsonObject
{
    /// <summary>The maximum nesting depth. Tokens of torii have a depth of two.</summary>
    public const int MaxDepth = 32;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = MaxDepth };

    private readonly byte[] _utf8;
    private readonly Dictionary<string, Member> _members = new(16, StringComparer.Ordinal);

    private StrictJsonObject(byte[] utf8) => _utf8 = utf8;

    /// <summary>The bytes that the object was parsed from.</summary>
    public ReadOnlyMemory<byte> Json => _utf8;

    /// <summary>Parses an object.</summary>
    /// <param name="utf8">The JSON text.</param>
    /// <param name="problem">Why it is not valid, without any of the content; <see langword="null"/> for a valid object.</param>
    public static StrictJsonObject? Read(byte[] utf8, out string? problem)
    {
        if (!Utf8.IsValid(utf8))
        {
            problem = "is not valid UTF-8";
            return null;
        }

        StrictJsonObject result = new(utf8);
        try
        {
            problem = result.Parse();
        }
        catch (JsonException)
        {
            problem = $"is not valid JSON or exceeds the nesting depth of {MaxDepth}";
        }
        catch (InvalidOperationException)
        {
            // Thrown by the reader for an escaped unpaired surrogate.
            problem = "contains an unpaired surrogate";
        }

        return problem is null ? result : null;
    }

    /// <summary>Returns whether the member exists, whatever its value.</summary>
    public bool Has(string name) => _members.ContainsKey(name);

    /// <summary>Returns the member's value if it is a string; otherwise <see langword="null"/>.</summary>
    public string? Text(string name)
    {
        if (!_members.TryGetValue(name, out Member member) || member.Type != JsonTokenType.String)
        {
            return null;
        }

        Utf8JsonReader reader = new(Slice(member));
        reader.Read();
        return reader.GetString();
    }

    /// <summary>Returns the member's value if it is a number written without fraction and exponent; otherwise <see langword="null"/>.</summary>
    public long? Integer(string name) =>
        _members.TryGetValue(name, out Member member)
        && member.Type == JsonTokenType.Number
        && Utf8Parser.TryParse(Slice(member), out long value, out int read)
        && read == member.Length
            ? value
            : null;

    /// <summary>Returns whether the member's value is this literal.</summary>
    public bool Is(string name, bool value) =>
        _members.TryGetValue(name, out Member member) && member.Type == (value ? JsonTokenType.True : JsonTokenType.False);

    /// <summary>Returns the member's value if it is an array or an object; otherwise <see langword="null"/>.</summary>
    public JsonElement? Structure(string name)
    {
        if (!_members.TryGetValue(name, out Member member) || member.Type is not (JsonTokenType.StartArray or JsonTokenType.StartObject))
        {
            return null;
        }

        using JsonDocument document = JsonDocument.Parse(_utf8.AsMemory(member.Start, member.Length));
        return document.RootElement.Clone();
    }

    private ReadOnlySpan<byte> Slice(Member member) => _utf8.AsSpan(member.Start, member.Length);

    private string? Parse()
    {
        const string Duplicate = "contains a duplicate member name";
        Utf8JsonReader reader = new(_utf8, Options);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return "is not a JSON object";
        }

        HashSet<(int Scope, string Name)>? nested = null;
        Span<int> scopes = stackalloc int[MaxDepth + 1];
        int lastScope = 0;
        string name = "";
        (JsonTokenType Type, int Start) open = default;
        while (reader.Read())
        {
            bool top = reader.CurrentDepth == 1;
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName when top:
                    name = reader.GetString()!;
                    if (!_members.TryAdd(name, default))
                    {
                        return Duplicate;
                    }

                    break;
                case JsonTokenType.PropertyName:
                    if (!(nested ??= []).Add((scopes[reader.CurrentDepth], reader.GetString()!)))
                    {
                        return Duplicate;
                    }

                    break;
                case JsonTokenType.StartObject or JsonTokenType.StartArray:
                    scopes[reader.CurrentDepth + 1] = ++lastScope;
                    open = top ? (reader.TokenType, (int)reader.TokenStartIndex) : open;
                    break;
                case JsonTokenType.EndObject or JsonTokenType.EndArray when top:
                    _members[name] = new Member(open.Type, open.Start, (int)reader.BytesConsumed - open.Start);
                    break;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    break;
                default:
                    if (reader.TokenType == JsonTokenType.String && reader.ValueIsEscaped)
                    {
                        _ = reader.GetString();
                    }

                    if (top)
                    {
                        int start = (int)reader.TokenStartIndex;
                        _members[name] = new Member(reader.TokenType, start, (int)reader.BytesConsumed - start);
                    }

                    break;
            }
        }

        return null;
    }

    /// <summary>The position of a top-level value.</summary>
    private readonly record struct Member(JsonTokenType Type, int Start, int Length);
}
