using System.Text.RegularExpressions;
using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Metadata;

/// <summary>The manifest exports exactly what there is.</summary>
public sealed partial class ManifestTests
{
    private static readonly string Manifest = File.ReadAllText(Repository.PathOf("Torii.psd1"));

    [Fact]
    public void Every_cmdlet_is_exported_and_nothing_else()
    {
        Assert.Equal(CmdletCatalog.All.Select(static c => c.Name).Order(StringComparer.Ordinal), List("CmdletsToExport").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_alias_is_exported_and_nothing_else()
    {
        Assert.Equal(CmdletCatalog.All.SelectMany(static c => c.Aliases).Order(StringComparer.Ordinal), List("AliasesToExport").Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("FunctionsToExport")]
    [InlineData("VariablesToExport")]
    public void There_is_nothing_else_to_export(string entry)
    {
        Assert.Empty(List(entry));
    }

    [Fact]
    public void The_root_module_is_the_dll_itself()
    {
        Assert.Matches(@"(?m)^\s*RootModule\s*=\s*'Torii\.PowerShell\.dll'", Manifest);
    }

    [Fact]
    public void Its_version_is_the_version_of_the_build()
    {
        string version = Regex.Match(Manifest, @"(?m)^\s*ModuleVersion\s*=\s*'([^']+)'").Groups[1].Value;

        Assert.Contains($"<Version>{version}</Version>", File.ReadAllText(Repository.PathOf("Directory.Build.props")));
    }

    private static string[] List(string entry)
    {
        Match list = Regex.Match(Manifest, $@"(?m)^\s*{entry}\s*=\s*@\(([^)]*)\)");
        Assert.True(list.Success, $"{entry} was not found.");
        return [.. Quoted().Matches(list.Groups[1].Value).Select(static m => m.Groups[1].Value)];
    }

    [GeneratedRegex("'([^']*)'")]
    private static partial Regex Quoted();
}
