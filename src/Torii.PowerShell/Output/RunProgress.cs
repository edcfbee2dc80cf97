using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;

namespace Torii.PowerShell;

/// <summary>A progress bar for runs that take longer than a second. The total is unknown.</summary>
/// <param name="command">The cmdlet.</param>
internal sealed class RunProgress(PSCmdlet command)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly Stopwatch _running = Stopwatch.StartNew();
    private TimeSpan _shown = Patience - Interval;
    private long _done;
    private long _failed;
    private bool _visible;

    /// <summary>Counts a finished target, and updates the bar at intervals. Called on the pipeline thread.</summary>
    public void Count(bool succeeded)
    {
        _done++;
        _failed += succeeded ? 0 : 1;
        if (_running.Elapsed - _shown >= Interval)
        {
            _shown = _running.Elapsed;
            _visible = true;
            string rate = (_done / _running.Elapsed.TotalSeconds).ToString("0", CultureInfo.InvariantCulture);
            Write(ProgressRecordType.Processing, $"{_done} done, {_failed} failed, {rate} a second");
        }
    }

    /// <summary>Removes the bar.</summary>
    public void Complete()
    {
        if (_visible)
        {
            Write(ProgressRecordType.Completed, "done");
        }
    }

    private void Write(ProgressRecordType type, string status) =>
        command.WriteProgress(new ProgressRecord(command.GetHashCode() & 0x7fff, command.MyInvocation.MyCommand.Name, status) { RecordType = type });
}
