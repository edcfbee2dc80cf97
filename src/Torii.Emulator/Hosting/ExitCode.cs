namespace Torii.Emulator.Hosting;

/// <summary>The exit codes of the process, as documented in docs/emulator.md.</summary>
internal static class ExitCode
{
    public const int Success = 0;
    public const int BadOption = 2;
    public const int PortUnavailable = 3;
}
