using System.Text.RegularExpressions;
using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Metadata;

/// <summary>Compares docs/errors.md with the error ids, their categories and their outcomes.</summary>
public sealed class ErrorsAreDocumentedTests
{
    private static readonly (string Id, string Category, string Outcome)[] Documented =
        [.. Regex.Matches(Repository.Read("docs", "errors.md"), @"^\| `(Torii\.\w+)` \| (\w+) \|.*\| ([^|]+) \|\r?$", RegexOptions.Multiline)
            .Select(static m => (m.Groups[1].Value, m.Groups[2].Value, m.Groups[3].Value))];

    private static readonly string[] Ids =
        [.. Regex.Matches(Repository.Read("src", "Torii.Models", "ToriiErrorId.cs"), "const string \\w+ = \"(Torii\\.\\w+)\"").Select(static m => m.Groups[1].Value).Order(StringComparer.Ordinal)];

    [Fact]
    public void The_documentation_lists_every_error_id_in_order()
    {
        Assert.NotEmpty(Ids);
        Assert.Equal(Ids, Documented.Select(static d => d.Id));
    }

    [Fact]
    public void The_documentation_names_the_category_of_every_error_id()
    {
        string[] categories = [.. Regex.Matches(Repository.Read("src", "Torii.PowerShell", "Output", "ErrorRecords.cs"), @"\[ToriiErrorId\.(\w+)\] = ErrorCategory\.(\w+)")
            .Select(static m => $"Torii.{m.Groups[1].Value} {m.Groups[2].Value}").Order(StringComparer.Ordinal)];

        Assert.Equal(categories, Documented.Select(static d => $"{d.Id} {d.Category}"));
    }

    [Fact]
    public void The_documentation_says_for_every_error_id_whether_a_change_may_have_been_made() =>
        Assert.All(Documented, static d => Assert.Contains(d.Outcome, (string[])["no", "yes", "see the property"]));

    [Fact]
    public void Every_variant_of_an_error_has_a_recommended_action_of_its_own()
    {
        string advice = Repository.Read("src", "Torii.PowerShell", "Output", "ErrorAdvice.cs");
        string[] variants =
        [
            .. from folder in new[] { "Torii.Client", "Torii.PowerShell" }
               from file in Directory.GetFiles(Path.Combine(Repository.Root, "src", folder), "*.cs", SearchOption.AllDirectories)
               where !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
               from match in Regex.Matches(File.ReadAllText(file), @"Variant = ""(\w+)""").AsEnumerable()
               select match.Groups[1].Value,
        ];

        Assert.Contains("totp", variants);
        Assert.All(variants, v => Assert.Contains($"\"/{v}\"]", advice, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_error_id_that_the_code_spells_out_is_a_constant()
    {
        string[] assemblies = ["Torii.Client", "Torii.Emulator", "Torii.Models", "Torii.PowerShell"];
        IEnumerable<string> unknown =
            from file in Directory.GetFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
            where !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
            from match in Regex.Matches(File.ReadAllText(file), "\"(Torii\\.[A-Z]\\w+)\"").AsEnumerable()
            let id = match.Groups[1].Value
            where !Ids.Contains(id) && !assemblies.Contains(id)
            select $"{id} in {Path.GetRelativePath(Repository.Root, file)}";

        Assert.Empty(unknown);
    }
}
