using System.Buffers.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Torii.Client.Tokens;

/// <summary>
/// A JSON object (RFC 8259) read once and to the letter: strict UTF-8, no member twice at any depth, bounded depth,
/// nothing before or after. Two readers can then not take two things from the same bytes.
/// </summary>
internal sealed class StrictObject
{
    /// <summary>How deep an object may be nested. torii's tokens are two deep.</summary>
    public const int MaxDepth = 32;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = MaxDepth };

    private readonly byte[] _utf8;
    private readonly Dictionary<string, Member> _members = new(16, StringComparer.Ordinal);

    private StrictObject(byte[] utf8) => _utf8 = utf8;

    /// <summary>The bytes it was read from.</summary>
    public ReadOnlyMemory<byte> Json => _utf8;

    /// <summary>Reads it; null with the problem, which repeats nothing of the content.</summary>
    public static StrictObject? Read(byte[] utf8, out string? problem)
    {
        if (!Utf8.IsValid(utf8))
        {
            problem = "is not UTF-8";
            return null;
        }

        StrictObject result = new(utf8);
        try
        {
            problem = result.Walk();
        }
        catch (JsonException)
        {
            problem = $"is not JSON, or nested deeper than {MaxDepth}";
        }
        catch (InvalidOperationException)
        {
            // The reader's word for an escaped half of a surrogate pair.
            problem = "has text that is no Unicode";
        }

        return problem is null ? result : null;
    }

    /// <summary>Whether the member is there, whatever its value.</summary>
    public bool Has(string name) => _members.ContainsKey(name);

    /// <summary>The member's value when it is a string; else null.</summary>
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

    /// <summary>The member's value when it is a number written as a whole one; else null.</summary>
    public long? Integer(string name) =>
        _members.TryGetValue(name, out Member member)
        && member.Type == JsonTokenType.Number
        && Utf8Parser.TryParse(Slice(member), out long value, out int read)
        && read == member.Length
            ? value
            : null;

    /// <summary>Whether the member's value is just this literal.</summary>
    public bool Is(string name, bool value) =>
        _members.TryGetValue(name, out Member member) && member.Type == (value ? JsonTokenType.True : JsonTokenType.False);

    /// <summary>The member's value when it is an array or an object; else null.</summary>
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

    private string? Walk()
    {
        const string Twice = "has a member twice";
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
                        return Twice;
                    }

                    break;
                case JsonTokenType.PropertyName:
                    if (!(nested ??= []).Add((scopes[reader.CurrentDepth], reader.GetString()!)))
                    {
                        return Twice;
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

    /// <summary>Where a top-level value stands.</summary>
    private readonly record struct Member(JsonTokenType Type, int Start, int Length);
}
