using System.Text.Json;
using Torii.Emulator.Tests.Running;

namespace Torii.Compat.Tests;

/// <summary>The official Node SDK at work on an emulator: one process a scenario.</summary>
public sealed class NodeSdk(EmulatorProcess emulator)
{
    /// <summary>Runs a scenario of scenarios.mjs and returns what it saw.</summary>
    public async Task<JsonElement> RunAsync(string scenario, object? input = null)
    {
        string bundle = NodeBundle.Ready.Value.Path ?? throw new InvalidOperationException(NodeBundle.Ready.Value.MissingReason);
        (int exitCode, string? output, string? error) = await NodePackages.RunAsync(
            NodeBundle.NodeFolder,
            "node",
            [bundle, scenario, JsonSerializer.Serialize(input ?? new { })],
            new Dictionary<string, string>
            {
                ["TORII_API_URL"] = emulator.ApiUrl,
                ["TORII_ISSUER"] = emulator.ApiUrl,
                ["TORII_SECRET_KEY"] = emulator.SecretKey,
            });
        Assert.True(exitCode == 0, $"the scenario {scenario} failed: {error}");
        return JsonDocument.Parse(output).RootElement;
    }
}
