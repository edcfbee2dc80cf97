namespace Torii.Emulator.Tests.Running;

/// <summary>A test that requires POSIX signals.</summary>
public sealed class UnixFactAttribute : FactAttribute
{
    public UnixFactAttribute()
    {
        if (OperatingSystem.IsWindows())
        {
            Skip = "Windows has no POSIX signals.";
        }
    }
}
