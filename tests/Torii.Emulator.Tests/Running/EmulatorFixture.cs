namespace Torii.Emulator.Tests.Running;

/// <summary>One emulator for all tests of a class, which must not depend on the state that others leave.</summary>
public class EmulatorFixture : IAsyncLifetime
{
    public EmulatorProcess Emulator { get; private set; } = null!;

    protected virtual string[] Arguments => ["--users", "250"];

    public async Task InitializeAsync() => Emulator = await EmulatorProcess.StartAsync(Arguments);

    public async Task DisposeAsync() => await Emulator.DisposeAsync();
}
