namespace Torii.Client.Tests.Metadata;

/// <summary>The files of the repository that the tests run in.</summary>
internal static class RepositoryFiles
{
    /// <summary>The folder of Torii.slnx.</summary>
    public static string Root { get; } = Find();

    /// <summary>The text of a file, by the parts of its path below the root.</summary>
    public static string Read(params string[] path) => File.ReadAllText(Path.Combine([Root, .. path]));

    private static string Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Torii.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("The tests run outside the repository: there is no Torii.slnx above them.");
    }
}
