using System.Text.Json;

namespace Torii.Emulator.Control;

/// <summary>One request as it came in, and what became of it.</summary>
internal sealed class JournalEntry(long sequence, string operation, string method, string target, string? userId, long arrivedMs)
{
    public long Sequence { get; } = sequence;

    public string Operation { get; } = operation;

    public string? Body { get; set; }

    /// <summary>0 when the connection was cut instead of an answer, null while there is none yet.</summary>
    public int? Status { get; set; }

    public bool Executed { get; set; }

    public string? Fault { get; set; }

    public long? DoneMs { get; set; }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("sequence", Sequence);
        json.WriteString("operation", Operation);
        json.WriteString("method", method);
        json.WriteString("path", target);
        json.WriteString("userId", userId);
        WriteNumber(json, "status", Status);
        json.WriteBoolean("executed", Executed);
        json.WriteString("fault", Fault);
        json.WriteNumber("arrivedMs", arrivedMs);
        WriteNumber(json, "doneMs", DoneMs);
        json.WriteString("body", Body);
        json.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, long? number)
    {
        if (number is { } value)
        {
            json.WriteNumber(name, value);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
