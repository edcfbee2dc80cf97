using System.Text.RegularExpressions;
using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Metadata;

/// <summary>What the page of every cmdlet must have.</summary>
public sealed class HelpPageTests
{
    private const string Folder = "docs/cmdlets";

    [Fact]
    public void A_page_has_a_section_for_every_parameter_and_for_no_other() => ForEachPage(static (cmdlet, page) =>
    {
        if (page is null)
        {
            return "there is none";
        }

        string[] documented = [.. Regex.Matches(page, @"(?m)^### -(\w+)").Select(static m => m.Groups[1].Value)];
        string[] declared = [.. cmdlet.Parameters.Select(static p => p.Name)];
        return declared.Except(documented).FirstOrDefault(n => cmdlet.Parameters.Any(p => p.Name == n && !p.IsHidden)) is { } missing ? $"-{missing} is missing"
            : documented.Except(declared).FirstOrDefault(n => !CmdletCatalog.ReservedNames.Contains(n)) is { } unknown ? $"-{unknown} is not a parameter"
            : null;
    });

    [Fact]
    public void A_page_has_two_examples() => ForEachPage(static (_, page) =>
        page is null ? "there is none"
        : Regex.Count(page, "(?im)^### example ") < 2 ? "there are no two examples"
        : null);

    private static void ForEachPage(Func<Cmdlet, string?, string?> findFault)
    {
        string[] faults = [.. CmdletCatalog.All
            .Select(c => (c.Name, Fault: findFault(c, Read(c))))
            .Where(static f => f.Fault is not null)
            .Select(static f => $"{Folder}/{f.Name}.md: {f.Fault}")];
        Assert.True(faults.Length == 0, string.Join(Environment.NewLine, faults));
    }

    private static string? Read(Cmdlet cmdlet)
    {
        string path = Repository.PathOf($"{Folder}/{cmdlet.Name}.md");
        return File.Exists(path) ? File.ReadAllText(path) : null;
    }
}
