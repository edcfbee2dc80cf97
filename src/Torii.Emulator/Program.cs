using Torii.Emulator.Hosting;

// As a child of a shell the process must survive Ctrl+C from its first moment on.
if (args.Contains("--child"))
{
    ChildProcess.IgnoreInterrupt();
}

if (args.Any(argument => argument is "--help" or "-h" or "-?"))
{
    Console.WriteLine(CommandLine.Usage);
    return ExitCode.Success;
}

if (!CommandLine.TryParse(args, out var options, out var complaint))
{
    Console.Error.WriteLine(complaint);
    return ExitCode.BadOption;
}

return await EmulatorServer.RunAsync(options);
