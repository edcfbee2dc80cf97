using System.Diagnostics;
using System.Runtime.InteropServices;
using Torii.Emulator.Tests.Running;

namespace Torii.Emulator.Tests;

public class ChildProcessTests
{
    private const int Interrupt = 2;
    private const int Terminate = 15;

    [Fact]
    public async Task It_exits_when_standard_input_ends()
    {
        await using EmulatorProcess emulator = await EmulatorProcess.StartAsync("--users", "10");

        var watch = Stopwatch.StartNew();
        emulator.Process.StandardInput.Close();
        await emulator.Process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(10));

        Assert.Equal(0, emulator.Process.ExitCode);
        Assert.InRange(watch.ElapsedMilliseconds, 0, 5000);
    }

    [Fact]
    public async Task It_exits_when_standard_input_ends_during_a_request()
    {
        await using EmulatorProcess emulator = await EmulatorProcess.StartAsync("--users", "10", "--latency-ms", "60000");
        Task<Answer> waiting = emulator.SearchAsync(null);
        await Task.Delay(100);

        emulator.Process.StandardInput.Close();
        await emulator.Process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(10));

        await Assert.ThrowsAsync<HttpRequestException>(() => waiting);
    }

    [UnixFact]
    public async Task A_child_ignores_Ctrl_C()
    {
        await using EmulatorProcess emulator = await EmulatorProcess.StartAsync("--users", "10");

        for (int i = 0; i < 3; i++)
        {
            Signal(Interrupt, emulator.Process);
            await Task.Delay(50);
            (await emulator.SearchAsync(null)).Ok();
        }

        Assert.False(emulator.Process.HasExited);
    }

    [UnixFact]
    public async Task A_child_exits_on_SIGTERM()
    {
        await using EmulatorProcess emulator = await EmulatorProcess.StartAsync("--users", "10");

        Signal(Terminate, emulator.Process);

        await emulator.Process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(10));
    }

    [UnixFact]
    public async Task Without_the_child_option_Ctrl_C_stops_it()
    {
        using Process process = EmulatorProcess.Launch("--port", "0", "--users", "0");
        Assert.NotNull(await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30)));

        Signal(Interrupt, process);

        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Empty(await process.StandardError.ReadToEndAsync());
    }

    private static void Signal(int signal, Process process) => Assert.Equal(0, Kill(process.Id, signal));

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int Kill(int processId, int signal);
}
