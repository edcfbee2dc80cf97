using System.Diagnostics;
using Torii.Emulator.Tests.Running;

namespace Torii.Emulator.Tests;

public class ChildProcessTests
{
    [Fact]
    public async Task It_ends_when_standard_input_ends()
    {
        await using var emulator = await EmulatorProcess.StartAsync("--users", "10");

        var watch = Stopwatch.StartNew();
        emulator.Process.StandardInput.Close();
        await emulator.Process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(10));

        Assert.Equal(0, emulator.Process.ExitCode);
        Assert.InRange(watch.ElapsedMilliseconds, 0, 2000);
    }

    [Fact]
    public async Task It_ends_with_standard_input_even_while_a_request_waits()
    {
        await using var emulator = await EmulatorProcess.StartAsync("--users", "10", "--latency-ms", "60000");
        var waiting = emulator.SearchAsync(null);
        await Task.Delay(100);

        emulator.Process.StandardInput.Close();
        await emulator.Process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(10));

        await Assert.ThrowsAsync<HttpRequestException>(() => waiting);
    }

    [UnixFact]
    public async Task It_lives_through_Ctrl_C_in_the_shell()
    {
        await using var emulator = await EmulatorProcess.StartAsync("--users", "10");

        for (var i = 0; i < 3; i++)
        {
            Signal("INT", emulator.Process);
            await Task.Delay(50);
            (await emulator.SearchAsync(null)).Ok();
        }

        Assert.False(emulator.Process.HasExited);
    }

    [UnixFact]
    public async Task It_ends_on_TERM()
    {
        await using var emulator = await EmulatorProcess.StartAsync("--users", "10");

        Signal("TERM", emulator.Process);

        await emulator.Process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(10));
    }

    [UnixFact]
    public async Task Without_the_child_option_Ctrl_C_ends_it()
    {
        using var process = EmulatorProcess.Launch("--port", "0", "--users", "0");
        Assert.NotNull(await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30)));

        Signal("INT", process);

        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Empty(await process.StandardError.ReadToEndAsync());
    }

    private static void Signal(string signal, Process process)
    {
        using var kill = Process.Start("kill", ["-" + signal, process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
        Assert.Equal(0, kill.ExitCode);
    }
}
