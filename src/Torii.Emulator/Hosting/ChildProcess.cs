using System.Runtime.InteropServices;

namespace Torii.Emulator.Hosting;

/// <summary>The manners of a process that belongs to a shell: it ends with the shell, and with nothing else.</summary>
internal static class ChildProcess
{
    private static PosixSignalRegistration? interrupt;

    /// <summary>
    /// Ctrl+C in a shell reaches its whole process group. There it means "stop that command", not "stop the server
    /// that the next command will talk to".
    /// </summary>
    public static void IgnoreInterrupt() =>
        interrupt ??= PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => signal.Cancel = true);

    /// <summary>
    /// The shell holds the other end of standard input. However it ends, kill -9 included, the system closes that end.
    /// </summary>
    public static void EndWithStandardInput()
    {
        var watcher = new Thread(Watch) { IsBackground = true, Name = "standard input" };
        watcher.Start();
    }

    private static void Watch()
    {
        using var input = Console.OpenStandardInput();
        Span<byte> discarded = stackalloc byte[256];
        try
        {
            while (input.Read(discarded) > 0)
            {
            }
        }
        catch (IOException)
        {
            // A broken pipe says the same as its end.
        }

        // Nothing here outlives the process, so there is nothing to shut down gracefully.
        Environment.Exit(ExitCode.Success);
    }

    /// <summary>Takes the place of the console lifetime, which would end the host on Ctrl+C.</summary>
    internal sealed class Lifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
