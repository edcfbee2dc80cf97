using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Torii.Emulator.Hosting;

/// <summary>Creates the server, starts it and reports the start.</summary>
internal static class EmulatorServer
{
    public static async Task<int> RunAsync(EmulatorOptions options)
    {
        EmulatedEnvironment environment = SeededEnvironment.Create(options.Seed, options.Users, options.Contract, DateTimeOffset.UtcNow);
        string address = "";
        await using WebApplication app = CreateHost(options);
        Map(app, options, environment, () => address);
        try
        {
            await app.StartAsync();
        }
        catch (Exception error) when (error is IOException or SocketException)
        {
            Console.Error.WriteLine(
                $"Port {options.Port} on 127.0.0.1 is not available ({Reason(error)}): stop the process that listens on it, choose another port, or use --port 0 for any free one.");
            return ExitCode.PortUnavailable;
        }

        int port = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;
        address = $"http://127.0.0.1:{port}";
        Console.WriteLine(options.Child
            ? StartupReport.ForProgram(options, address, port, environment.Id)
            : StartupReport.ForPerson(options, address));
        if (options.Child)
        {
            ChildProcess.EndWithStandardInput();
        }

        await app.WaitForShutdownAsync();
        return ExitCode.Success;
    }

    /// <summary>Creates the host without configuration files and logging, which would delay the start.</summary>
    private static WebApplication CreateHost(EmulatorOptions options)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;

            // A client pauses reading for as long as its own user pauses a pipeline.
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Listen(IPAddress.Loopback, options.Port, listen => listen.Protocols = HttpProtocols.Http1);
        });
        builder.Services.AddRoutingCore().Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(1));
        if (options.Child)
        {
            builder.Services.AddSingleton<IHostLifetime, ChildProcess.Lifetime>();
        }

        return builder.Build();
    }

    /// <summary>Maps all operations. A new resource adds its endpoints class here.</summary>
    private static void Map(WebApplication app, EmulatorOptions options, EmulatedEnvironment environment, Func<string> issuer)
    {
        var journal = new RequestJournal();
        var rateLimit = new RateLimit();
        var faults = new FaultInjector(RandomFaults.Create(options.FaultRate, options.FaultSeed));

        IEndpointRouteBuilder routes = app;
        new UserEndpoints(environment).Map(routes);
        new SessionEndpoints(environment).Map(routes);
        new TokenEndpoints(environment, issuer).Map(routes);
        if (environment.Contract >= Contract.V0012)
        {
            new OrganizationEndpoints(environment).Map(routes);
            new InvitationEndpoints(environment).Map(routes);
            new ImpersonationEndpoints(environment, issuer).Map(routes);
            environment.Origins.Map(routes);
        }

        journal.Map(routes);
        new ControlEndpoints(environment, faults, rateLimit, routes.FaultyOperationNames()).Map(routes);

        app.UseRouting();
        app.Run(new RequestPipeline(routes.Literals(), journal, rateLimit, faults, options.SecretKey, options.LatencyMs).HandleAsync);
    }

    private static string Reason(Exception error)
    {
        Exception? cause = error;
        while (cause is not (null or SocketException))
        {
            cause = cause.InnerException;
        }

        return (cause as SocketException)?.SocketErrorCode switch
        {
            SocketError.AddressAlreadyInUse => "it is in use",
            SocketError.AccessDenied => "it is reserved by the operating system",
            _ => "the operating system refuses it",
        };
    }
}
