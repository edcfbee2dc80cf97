namespace Torii.Emulator.Tests.Running;

/// <summary>A test that needs POSIX signals.</summary>
public sealed class UnixFactAttribute : FactAttribute
{
    public UnixFactAttribute()
    {
        if (OperatingSystem.IsWindows())
        {
            Skip = "POSIX signals cannot be sent on Windows.";
        }
    }
}
