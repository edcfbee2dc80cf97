using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Torii.Emulator.Tests.Running;

namespace Torii.Emulator.Tests;

public class CommandLineTests
{
    [Theory]
    [InlineData("--prot", "4010")]
    [InlineData("--port")]
    [InlineData("--port", "70000")]
    [InlineData("--port", "http")]
    [InlineData("--users", "-1")]
    [InlineData("--users", "many")]
    [InlineData("--seed", "1.5")]
    [InlineData("--latency-ms", "-1")]
    [InlineData("--contract", "0.0.4")]
    [InlineData("--secret-key", "hunter2")]
    [InlineData("--fault-rate", "1.5")]
    [InlineData("stray")]
    public async Task A_bad_option_exits_with_2_and_names_the_option_in_one_sentence(params string[] arguments)
    {
        (int exitCode, string? output, string? error) = await EmulatorProcess.RunAsync(arguments);

        Assert.Equal(2, exitCode);
        Assert.Empty(output);
        Assert.Contains(arguments[0], error);
        Assert.Single(error.TrimEnd().Split('\n'));
        Assert.EndsWith(".", error.TrimEnd());
    }

    [Fact]
    public async Task Help_lists_every_option()
    {
        (int exitCode, string? output, string? error) = await EmulatorProcess.RunAsync("--help");

        Assert.Equal((0, ""), (exitCode, error));
        Assert.All(
            ["--port", "--users", "--seed", "--latency-ms", "--contract", "--secret-key", "--fault-rate", "--fault-seed", "--child"],
            option => Assert.Contains(option, output));
    }

    [Fact]
    public async Task The_last_value_of_a_repeated_option_counts()
    {
        await using EmulatorProcess emulator = await EmulatorProcess.StartAsync("--seed", "7", "--users", "1", "--seed=-8");

        Assert.Equal(-8, emulator.Report.GetProperty("seed").GetInt32());
    }

    [Fact]
    public async Task A_port_in_use_exits_with_3_and_a_recommended_action()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;

        (int exitCode, string? output, string? error) = await EmulatorProcess.RunAsync("--port", $"{port}", "--users", "0");

        Assert.Equal(3, exitCode);
        Assert.Empty(output);
        Assert.Contains($"Port {port} ", error);
        Assert.Contains("in use", error);
        Assert.Contains("--port 0", error);
        Assert.DoesNotContain("   at ", error);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task The_text_report_contains_address_key_and_issuer()
    {
        using Process process = EmulatorProcess.Launch("--port=0", "--users=0", "--secret-key=sk_test_forAPersonToRead");
        try
        {
            var lines = new List<string>();
            while (lines.LastOrDefault()?.StartsWith("Ctrl+C", StringComparison.Ordinal) != true)
            {
                lines.Add(await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30)) ?? throw new InvalidOperationException("It ended."));
            }

            Assert.Contains(lines, line => line.Contains("address  http://127.0.0.1:"));
            Assert.Contains(lines, line => line.Contains("key      sk_test_forAPersonToRead"));
            Assert.Contains(lines, line => line.Contains("issuer   http://127.0.0.1:"));
        }
        finally
        {
            process.Kill();
        }
    }

    [Fact]
    public async Task A_child_reports_its_start_as_one_line_of_JSON()
    {
        await using EmulatorProcess emulator = await EmulatorProcess.StartAsync("--users", "12", "--seed", "7");

        Assert.Equal($"http://127.0.0.1:{emulator.Port}", emulator.ApiUrl);
        Assert.Equal(emulator.ApiUrl, emulator.Report.Text("issuer"));
        Assert.Matches("^sk_test_[A-Za-z0-9]{32}$", emulator.SecretKey);
        Assert.True(Guid.TryParse(emulator.EnvironmentId, out _));
        Assert.Equal("0.0.3", emulator.Report.Text("contract"));
        Assert.Equal(12, emulator.Report.GetProperty("users").GetInt32());
        Assert.Equal(7, emulator.Report.GetProperty("seed").GetInt32());
        Assert.Equal(emulator.Process.Id, emulator.Report.GetProperty("processId").GetInt32());
        Assert.Equal("ok", (await emulator.SendAsync("GET", "/_emulator/health")).Text);
    }

    [Fact]
    public async Task Each_start_generates_a_new_secret_key()
    {
        await using EmulatorProcess one = await EmulatorProcess.StartAsync("--users", "0");
        await using EmulatorProcess other = await EmulatorProcess.StartAsync("--users", "0");

        Assert.NotEqual(one.SecretKey, other.SecretKey);
    }

    [Fact]
    public async Task A_live_secret_key_is_accepted()
    {
        await using EmulatorProcess emulator = await EmulatorProcess.StartAsync("--users", "1", "--secret-key", "sk_live_0123456789");

        Assert.Equal("sk_live_0123456789", emulator.SecretKey);
        (await emulator.SearchAsync(null)).Ok();
    }

    [Fact]
    public async Task It_listens_on_the_loopback_address_only()
    {
        await using EmulatorProcess emulator = await EmulatorProcess.StartAsync("--users", "0");
        IPAddress? own = Array.Find(await Dns.GetHostAddressesAsync(Dns.GetHostName(), AddressFamily.InterNetwork), address => !IPAddress.IsLoopback(address));
        if (own is null)
        {
            return;
        }

        using var client = new TcpClient();
        await Assert.ThrowsAsync<SocketException>(() => client.ConnectAsync(own, emulator.Port));
    }

    [Fact]
    public async Task Latency_delays_every_response_of_the_service()
    {
        await using EmulatorProcess emulator = await EmulatorProcess.StartAsync("--users", "1", "--latency-ms", "150");
        (await emulator.SearchAsync(null)).Ok();

        foreach (string? path in new[] { Operations.User(Guid.NewGuid().ToString()), "/_torii/.well-known/jwks.json" })
        {
            var watch = System.Diagnostics.Stopwatch.StartNew();
            await emulator.SendAsync("GET", path);
            Assert.InRange(watch.ElapsedMilliseconds, 145, 2000);
        }
    }
}
