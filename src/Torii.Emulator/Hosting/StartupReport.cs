using System.Globalization;
using System.Text;
using Torii.Emulator.Http;

namespace Torii.Emulator.Hosting;

/// <summary>What is said once the emulator answers: one JSON line to a program, a few lines to a person.</summary>
internal static class StartupReport
{
    public static string ForProgram(EmulatorOptions options, string address, int port, Guid environmentId)
    {
        var line = JsonBytes.Write(json =>
        {
            json.WriteStartObject();
            json.WriteString("apiUrl", address);
            json.WriteString("issuer", address);
            json.WriteNumber("port", port);
            json.WriteString("secretKey", options.SecretKey);
            json.WriteString("environmentId", environmentId);
            json.WriteString("contract", options.Contract.Name);
            json.WriteNumber("users", options.Users);
            json.WriteNumber("seed", options.Seed);
            json.WriteNumber("processId", Environment.ProcessId);
            json.WriteEndObject();
        });
        return Encoding.UTF8.GetString(line);
    }

    public static string ForPerson(EmulatorOptions options, string address) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        torii emulator, contract {options.Contract.Name}, {options.Users:N0} users from seed {options.Seed}

          address  {address}
          key      {options.SecretKey}
          issuer   {address}

        Ctrl+C ends it; nothing is kept.
        """);
}
