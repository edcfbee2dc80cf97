using System.Runtime.InteropServices;

namespace Torii.Emulator.Hosting;

/// <summary>Ties the lifetime of the process to the process that started it, and to nothing else.</summary>
internal static class ChildProcess
{
    private static PosixSignalRegistration? interrupt;

    /// <summary>
    /// Ignores Ctrl+C. In a shell it reaches the whole process group and means "stop the command", not the emulator.
    /// </summary>
    public static void IgnoreInterrupt() =>
        interrupt ??= PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => signal.Cancel = true);

    /// <summary>
    /// Exits when standard input ends. The parent holds the other end, which the operating system closes however the
    /// parent ends, kill -9 included.
    /// </summary>
    public static void EndWithStandardInput() =>
        new Thread(WaitForEndOfInput) { IsBackground = true, Name = "standard input" }.Start();

    private static void WaitForEndOfInput()
    {
        using Stream input = Console.OpenStandardInput();
        Span<byte> discarded = stackalloc byte[256];
        try
        {
            while (input.Read(discarded) > 0)
            {
            }
        }
        catch (IOException)
        {
            // A broken pipe means the same as its end.
        }

        // All state is in memory, so there is nothing to shut down gracefully.
        Environment.Exit(ExitCode.Success);
    }

    /// <summary>Replaces the console lifetime, which would stop the host on Ctrl+C.</summary>
    internal sealed class Lifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
