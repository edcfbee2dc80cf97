using System.Text.RegularExpressions;
using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Metadata;

/// <summary>No category is kept for an error that cannot come.</summary>
public sealed partial class ErrorIdTests
{
    private const string Table = "ErrorRecords.cs";

    private static readonly string[] Used = [.. Sources()
        .Where(static f => Path.GetFileName(f) != Table)
        .SelectMany(static f => Literal().Matches(File.ReadAllText(f)).Select(static m => m.Groups[1].Value))
        .Where(static id => !Directory.Exists(Repository.PathOf($"src/{id}")))
        .Distinct()
        .Order(StringComparer.Ordinal)];

    private static readonly string[] Categorized = [.. Sources()
        .Where(static f => Path.GetFileName(f) == Table)
        .SelectMany(static f => Entry().Matches(File.ReadAllText(f)).Select(static m => m.Groups[1].Value))
        .Order(StringComparer.Ordinal)];

    [Fact]
    public void Error_ids_are_found()
    {
        Assert.Contains("Torii.UserNotFound", Used);
        Assert.Contains("Torii.FilterIgnored", Used);
        Assert.InRange(Used.Length, 25, 200);
    }

    [Fact]
    public void Every_id_that_has_a_category_is_used()
    {
        Assert.Empty(Categorized.Except(Used));
    }

    private static IEnumerable<string> Sources() => ((string[])["Torii.Models", "Torii.Client", "Torii.PowerShell"]).SelectMany(Repository.SourceFiles);

    [GeneratedRegex(@"""(Torii\.[A-Z][A-Za-z]+)""")]
    private static partial Regex Literal();

    [GeneratedRegex(@"\[""(Torii\.[A-Z][A-Za-z]+)""\]\s*=")]
    private static partial Regex Entry();
}
