#:project ../src/Torii.Client/Torii.Client.csproj
#:property TargetFramework=net10.0
#:property PublishAot=false

// The main job without PowerShell: ends every session of every banned user, through the client library.
//   dotnet run examples/revoke-banned.cs             tries it on the emulator
//   dotnet run examples/revoke-banned.cs -- --live   does it with TORII_SECRET_KEY (and TORII_API_URL)

using System.Diagnostics;
using System.Text.Json;
using Torii;
using Torii.Client;
using Torii.Client.Bulk;
using Torii.Client.Services;

using CancellationTokenSource stop = new();
Console.CancelKeyPress += (_, e) => { e.Cancel = true; stop.Cancel(); };
RequestContext context = new(stop.Token);

using Process? emulator = args.Contains("--live") ? null : StartEmulator(users: 1000);
using ToriiService client = Connect(emulator);
try
{
    Stopwatch watch = Stopwatch.StartNew();
    (int banned, int before) = await CountAsync();
    Console.WriteLine($"Before: {banned} banned users, with {before} active sessions.");

    BulkRun<ToriiUser, bool> run = new(
        async (user, request) =>
        {
            await client.Sessions.RevokeAllAsync(user.UserId, request);
            return true;
        },
        new BulkOptions { ThrottleLimit = 8 },
        key: user => user.UserId,
        context);
    int failed = 0;
    await foreach (IReadOnlyList<ToriiUser> page in BannedAsync())
    {
        foreach (ToriiUser user in page)
        {
            while (!run.TryPost(user) && await run.OutcomeAvailableAsync())
            {
                Take();
            }
        }
    }

    run.Complete();
    while (await run.OutcomeAvailableAsync())
    {
        Take();
    }

    (banned, int after) = await CountAsync();
    Console.WriteLine($"After:  {banned} banned users, with {after} active sessions. ({watch.ElapsedMilliseconds} ms, {failed} failed)");
    return after == 0 && failed == 0 ? 0 : 1;

    void Take()
    {
        while (run.TryReceive(out BulkOutcome<ToriiUser, bool> outcome))
        {
            if (outcome.Error is { } error)
            {
                failed++;
                Console.Error.WriteLine($"{outcome.Item}: {error.Message}");
            }
        }
    }
}
finally
{
    // The emulator ends with its standard input.
    emulator?.StandardInput.Close();
    emulator?.WaitForExit(5000);
}

IAsyncEnumerable<IReadOnlyList<ToriiUser>> BannedAsync() =>
    client.Users.SearchAsync(new UserQuery { Statuses = ["banned"] }, context);

async Task<(int Users, int Sessions)> CountAsync()
{
    int users = 0, sessions = 0;
    await foreach (IReadOnlyList<ToriiUser> page in BannedAsync())
    {
        users += page.Count;
        foreach (ToriiUser user in page)
        {
            sessions += (await client.Sessions.ListAsync(user.UserId, context)).Count;
        }
    }

    return (users, sessions);
}

static ToriiService Connect(Process? emulator)
{
    if (emulator is null)
    {
        return new ToriiService(new ToriiServiceOptions
        {
            SecretKey = SecretKey.Parse(Environment.GetEnvironmentVariable("TORII_SECRET_KEY")),
            ApiUrl = new Uri(Environment.GetEnvironmentVariable("TORII_API_URL") ?? ToriiServiceOptions.DefaultApiUrl),
        });
    }

    string line = emulator.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The emulator did not start.");
    using JsonDocument said = JsonDocument.Parse(line);
    return new ToriiService(new ToriiServiceOptions
    {
        SecretKey = SecretKey.Parse(said.RootElement.GetProperty("secretKey").GetString()),
        ApiUrl = new Uri(said.RootElement.GetProperty("apiUrl").GetString()!),
    });
}

static Process StartEmulator(int users)
{
    // A file-based program is told where its source lies.
    string here = (string)AppContext.GetData("EntryPointFileDirectoryPath")!;
    string project = Path.Combine(here, "..", "src", "Torii.Emulator");
    return Process.Start(new ProcessStartInfo("dotnet")
    {
        ArgumentList = { "run", "--project", project, "--", "--child", "--port", "0", "--users", $"{users}" },
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
    })!;
}
