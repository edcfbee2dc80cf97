using System.Collections.Concurrent;

namespace Torii.Client.Tests.Support;

/// <summary>Records every message to an observer.</summary>
internal sealed class Recorder : IRequestObserver
{
    private readonly ConcurrentQueue<string> _verbose = new();
    private readonly ConcurrentQueue<string> _debug = new();

    public IReadOnlyList<string> VerboseMessages => [.. _verbose];

    public IReadOnlyList<string> DebugMessages => [.. _debug];

    public bool WantsVerbose { get; init; } = true;

    public IEnumerable<string> All => _verbose.Concat(_debug);

    public void Verbose(string message) => _verbose.Enqueue(message);

    public void Debug(string message) => _debug.Enqueue(message);
}
