using System.Globalization;
using System.Text.Json.Nodes;

namespace Torii.Emulator.Hosting;

/// <summary>The text on standard output once the emulator accepts requests.</summary>
internal static class StartupReport
{
    public static string ForProgram(EmulatorOptions options, string address, int port, Guid environmentId) => new JsonObject
    {
        ["apiUrl"] = address,
        ["issuer"] = address,
        ["port"] = port,
        ["secretKey"] = options.SecretKey,
        ["environmentId"] = environmentId,
        ["contract"] = options.Contract.Name(),
        ["users"] = options.Users,
        ["seed"] = options.Seed,
        ["processId"] = Environment.ProcessId,
    }.ToJsonString();

    public static string ForPerson(EmulatorOptions options, string address) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        torii emulator, contract {options.Contract.Name()}, {options.Users:N0} users from seed {options.Seed}

          address  {address}
          key      {options.SecretKey}
          issuer   {address}

        Ctrl+C stops it; nothing is stored.
        """);
}
