using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Torii.Emulator.Control;
using Torii.Emulator.Faults;
using Torii.Emulator.Http;
using Torii.Emulator.Seeding;
using Torii.Emulator.Sessions;
using Torii.Emulator.Store;
using Torii.Emulator.Tokens;
using Torii.Emulator.Users;

namespace Torii.Emulator.Hosting;

/// <summary>Puts the parts together, listens, and says so.</summary>
internal static class EmulatorServer
{
    public static async Task<int> RunAsync(EmulatorOptions options)
    {
        var environment = SeededEnvironment.Create(options.Seed, options.Users, options.Contract, DateTimeOffset.UtcNow);
        var address = "";
        await using var app = Build(options, environment, () => address);
        try
        {
            await app.StartAsync();
        }
        catch (Exception error) when (error is IOException or SocketException)
        {
            Console.Error.WriteLine(
                $"Port {options.Port} on 127.0.0.1 cannot be used ({Reason(error)}): end what listens there, choose another port, or take any free one with --port 0.");
            return ExitCode.PortUnavailable;
        }

        var bound = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        address = $"http://127.0.0.1:{bound.Port}";
        Console.WriteLine(options.Child
            ? StartupReport.ForProgram(options, address, bound.Port, environment.Id)
            : StartupReport.ForPerson(options, address));
        if (options.Child)
        {
            ChildProcess.EndWithStandardInput();
        }

        await app.WaitForShutdownAsync();
        return ExitCode.Success;
    }

    /// <summary>An empty builder: no configuration files, no logging, nothing that a start would have to wait for.</summary>
    private static WebApplication Build(EmulatorOptions options, EmulatedEnvironment environment, Func<string> issuer)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;

            // A client may stop reading for as long as its own user does.
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Listen(IPAddress.Loopback, options.Port, listen => listen.Protocols = HttpProtocols.Http1);
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(1));
        if (options.Child)
        {
            builder.Services.AddSingleton<IHostLifetime, ChildProcess.Lifetime>();
        }

        var app = builder.Build();
        app.Run(Pipeline(options, environment, issuer).HandleAsync);
        return app;
    }

    private static ApiPipeline Pipeline(EmulatorOptions options, EmulatedEnvironment environment, Func<string> issuer)
    {
        var json = new UserJson(environment.Contract, environment.Id);
        var keys = new SigningKeys();
        var server = ServerRoutes.Create(
            environment.Contract,
            new UserOperations(environment, json),
            new UserSearch(environment, json),
            new SessionOperations(environment),
            new KeySetOperation(keys));
        var journal = new RequestJournal();
        var faults = new FaultBook(FaultMix.Create(options.FaultRate, options.FaultSeed));
        var tokens = new TokenMinter(environment, keys, issuer);
        var control = new ControlPlane(environment, journal, faults, keys, tokens, [.. server.Names]);
        return new ApiPipeline(server, control.Routes(), journal, faults, options.SecretKey, options.LatencyMs);
    }

    private static string Reason(Exception error)
    {
        var socket = error as SocketException ?? error.InnerException as SocketException ?? error.InnerException?.InnerException as SocketException;
        return socket?.SocketErrorCode switch
        {
            SocketError.AddressAlreadyInUse => "it is in use",
            SocketError.AccessDenied => "it is reserved for the system",
            _ => "the system refuses it",
        };
    }
}
