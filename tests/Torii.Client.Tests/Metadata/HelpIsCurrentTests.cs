using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Metadata;

/// <summary>
/// The committed help was made from the pages as they are now. docs/Build-Help.ps1 writes the hash of the pages into
/// the file; computing it again needs no PowerShell.
/// </summary>
public sealed class HelpIsCurrentTests
{
    [Fact]
    public void The_committed_help_is_made_from_the_pages_as_they_are()
    {
        string maml = Repository.Read("src", "Torii.PowerShell", "en-US", "Torii.PowerShell.dll-Help.xml");
        Match told = Regex.Match(maml, "<!-- Made by build\\.ps1 Docs from docs/cmdlets; sha256 of the pages: ([0-9a-f]{64}) -->");

        Assert.True(told.Success, "The help file does not say which pages it was made from: run ./build.ps1 Docs.");
        Assert.True(HashOfPages() == told.Groups[1].Value, "docs/cmdlets has changed since the help was made: run ./build.ps1 Docs and commit what it makes.");
    }

    [Fact]
    public void Every_cmdlet_that_the_manifest_exports_has_its_page_and_is_in_the_help()
    {
        string manifest = Repository.Read("Torii.psd1");
        string maml = Repository.Read("src", "Torii.PowerShell", "en-US", "Torii.PowerShell.dll-Help.xml");
        string list = Regex.Match(manifest, @"CmdletsToExport\s*=\s*@\(([^)]*)\)").Groups[1].Value;
        string[] exported = [.. Regex.Matches(list, "'([A-Za-z-]+)'").Select(static m => m.Groups[1].Value).Order(StringComparer.Ordinal)];
        string[] pages = [.. Pages().Select(static p => Path.GetFileNameWithoutExtension(p)).Where(static p => p != "Torii")];
        string[] helped = [.. Regex.Matches(maml, "<command:name>([^<]+)</command:name>").Select(static m => m.Groups[1].Value).Order(StringComparer.Ordinal)];

        Assert.NotEmpty(exported);
        Assert.Equal(exported, pages);
        Assert.Equal(exported, helped);
    }

    [Fact]
    public void No_page_has_a_placeholder() =>
        Assert.DoesNotContain(Pages(), static p => File.ReadAllText(p).Contains("{{", StringComparison.Ordinal));

    /// <summary>SHA-256 over, for each page in ordinal order of its name: name, line feed, text with CRLF as LF, line feed; UTF-8.</summary>
    private static string HashOfPages()
    {
        StringBuilder all = new();
        foreach (string page in Pages())
        {
            all.Append(Path.GetFileName(page)).Append('\n').Append(File.ReadAllText(page).Replace("\r\n", "\n", StringComparison.Ordinal)).Append('\n');
        }

        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(all.ToString()))).ToLowerInvariant();
    }

    private static string[] Pages() =>
        [.. Directory.GetFiles(Path.Combine(Repository.Root, "docs", "cmdlets"), "*.md").OrderBy(Path.GetFileName, StringComparer.Ordinal)];
}
