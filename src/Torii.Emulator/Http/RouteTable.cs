namespace Torii.Emulator.Http;

/// <summary>One operation: its name, where it is found and what it does.</summary>
internal sealed record Operation(string Name, string Method, string Template, Func<ApiRequest, ApiAnswer> Handle)
{
    public string[] Segments { get; } = Template.Split('/');
}

/// <summary>What a method and a path lead to: an operation, or the methods that the path does have.</summary>
internal sealed record RouteMatch(Operation? Operation, IReadOnlyDictionary<string, string> Values, IReadOnlyList<string> AllowedMethods);

/// <summary>
/// Finds the operation for a request. Done here and not by the framework's routing because the service matches paths
/// exactly (that one forgives case and a trailing slash), and because the name is needed before anything else happens.
/// </summary>
internal sealed class RouteTable(IReadOnlyList<Operation> operations)
{
    private static readonly Dictionary<string, string> NoValues = [];

    public IEnumerable<string> Names => operations.Select(operation => operation.Name);

    public RouteMatch Match(string method, string path)
    {
        var segments = path.Split('/');
        List<string>? allowed = null;
        foreach (var operation in operations)
        {
            if (!Fits(operation.Segments, segments, out var values))
            {
                continue;
            }

            if (operation.Method == method)
            {
                return new RouteMatch(operation, values, []);
            }

            (allowed ??= []).Add(operation.Method);
        }

        return new RouteMatch(null, NoValues, allowed ?? []);
    }

    private static bool Fits(string[] template, string[] segments, out Dictionary<string, string> values)
    {
        values = NoValues;
        if (template.Length != segments.Length)
        {
            return false;
        }

        for (var i = 0; i < template.Length; i++)
        {
            if (template[i].StartsWith('{') && segments[i].Length > 0)
            {
                values = values.Count == 0 ? [] : values;
                values[template[i][1..^1]] = segments[i];
            }
            else if (template[i] != segments[i])
            {
                return false;
            }
        }

        return true;
    }
}
