using System.Collections.Concurrent;
using System.Management.Automation;
using Torii.Client;

namespace Torii.PowerShell;

/// <summary>
/// Passes messages of other threads to the pipeline thread, the only one that may write. It writes them while it waits,
/// so that a wait for the service is shown when it begins.
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "A worker may signal after the pipeline is over.")]
internal sealed class PipelineDispatcher(PSCmdlet command) : IRequestObserver
{
    private readonly ConcurrentQueue<(bool Debug, string Text)> _messages = new();
    private readonly AutoResetEvent _signal = new(false);

    /// <summary>
    /// With -Debug and without -Verbose the engine prompts at each verbose message; the verbose messages then go to the
    /// debug stream.
    /// </summary>
    private readonly bool _debugsOnly =
        command.MyInvocation.BoundParameters.ContainsKey("Debug") && !command.MyInvocation.BoundParameters.ContainsKey("Verbose");

    private readonly bool _wantsVerbose = IsOn(command, "Verbose");

    /// <summary>Whether the stream that receives verbose messages is on; the lines about requests are formatted only then.</summary>
    public bool WantsVerbose => _debugsOnly ? WantsDebug : _wantsVerbose;

    /// <summary>Whether the debug stream is on; bodies are formatted only then.</summary>
    public bool WantsDebug { get; } = IsOn(command, "Debug");

    public void Verbose(string message) => Queue(false, message);

    public void Debug(string message) => Queue(true, message);

    /// <summary>Waits on the pipeline thread for a task that ends when the command is stopped.</summary>
    public T Wait<T>(Task<T> task)
    {
        if (!task.IsCompleted)
        {
            _ = task.ContinueWith((_, signal) => ((AutoResetEvent)signal!).Set(), _signal, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            while (!task.IsCompleted)
            {
                Flush();
                _signal.WaitOne();
            }
        }

        Flush();
        return task.GetAwaiter().GetResult();
    }

    private static bool IsOn(PSCmdlet command, string stream) =>
        command.MyInvocation.BoundParameters.TryGetValue(stream, out object? bound) ? LanguagePrimitives.IsTrue(bound)
        : !LanguagePrimitives.TryConvertTo(command.GetVariableValue($"{stream}Preference"), out ActionPreference preference)
            || preference is not (ActionPreference.SilentlyContinue or ActionPreference.Ignore);

    private void Queue(bool debug, string text)
    {
        _messages.Enqueue((debug, text));
        _signal.Set();
    }

    private void Flush()
    {
        while (_messages.TryDequeue(out (bool Debug, string Text) message))
        {
            if (message.Debug || _debugsOnly)
            {
                command.WriteDebug(message.Text);
            }
            else
            {
                command.WriteVerbose(message.Text);
            }
        }
    }
}
