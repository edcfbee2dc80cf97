// Before anything else: a child must survive a Ctrl+C that arrives while it starts.
if (args.Contains("--child"))
{
    ChildProcess.IgnoreInterrupt();
}

return await CommandLine.RunAsync(args);
