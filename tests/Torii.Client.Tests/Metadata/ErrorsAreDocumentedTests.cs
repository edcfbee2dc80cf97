using System.Text.RegularExpressions;
using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Metadata;

/// <summary>docs/errors.md lists every error id with its category, and none that is not there.</summary>
public sealed class ErrorsAreDocumentedTests
{
    [Fact]
    public void The_documentation_lists_every_error_id_with_its_category()
    {
        string records = Repository.Read("src", "Torii.PowerShell", "ErrorRecords.cs");
        string[] known = Regex.Matches(records, "\\[\"(Torii\\.\\w+)\"\\] = ErrorCategory\\.(\\w+)")
            .Select(static m => $"{m.Groups[1].Value} {m.Groups[2].Value}").Order(StringComparer.Ordinal).ToArray();
        string[] documented = Regex.Matches(Repository.Read("docs", "errors.md"), @"^\| `(Torii\.\w+)` \| (\w+) \|", RegexOptions.Multiline)
            .Select(static m => $"{m.Groups[1].Value} {m.Groups[2].Value}").Order(StringComparer.Ordinal).ToArray();

        Assert.NotEmpty(known);
        Assert.Equal(known, documented);
    }

    [Fact]
    public void Every_error_id_that_the_code_uses_has_a_category()
    {
        string records = Repository.Read("src", "Torii.PowerShell", "ErrorRecords.cs");
        HashSet<string> known = Regex.Matches(records, "\\[\"(Torii\\.\\w+)\"\\]").Select(static m => m.Groups[1].Value).ToHashSet(StringComparer.Ordinal);
        string[] assemblies = ["Torii.Client", "Torii.Emulator", "Torii.Models", "Torii.PowerShell"];
        IEnumerable<string> unknown =
            from file in Directory.GetFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
            where !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
            from match in Regex.Matches(File.ReadAllText(file), "\"(Torii\\.[A-Z]\\w+)\"").AsEnumerable()
            let id = match.Groups[1].Value
            where !known.Contains(id) && !assemblies.Contains(id)
            select $"{id} in {Path.GetRelativePath(Repository.Root, file)}";

        Assert.Empty(unknown);
    }
}
