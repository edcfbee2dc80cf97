namespace Torii.Emulator.Http;

/// <summary>One operation: its name in the contract and what it does.</summary>
internal sealed record Operation(string Name, Func<OperationRequest, Reply> Execute, bool NeedsKey);

/// <summary>Maps operations to endpoints.</summary>
internal static class OperationEndpoints
{
    /// <summary>
    /// Adds an operation. Endpoint routing selects it; <see cref="RequestPipeline"/> executes it, because a fault can
    /// replace, delay or cut its reply.
    /// </summary>
    public static void MapOperation(
        this IEndpointRouteBuilder routes, string name, string method, string pattern, Func<OperationRequest, Reply> execute, bool needsKey = true) =>
        routes.MapMethods(pattern, [method], _ => Task.CompletedTask).WithMetadata(new Operation(name, execute, needsKey));

    /// <summary>Gets the names of the operations into which faults can be injected: all but the control plane.</summary>
    public static string[] FaultyOperationNames(this IEndpointRouteBuilder routes) =>
    [
        .. routes.Endpoints()
            .Where(endpoint => !endpoint.RoutePattern.RawText!.StartsWith(ControlEndpoints.Prefix, StringComparison.Ordinal))
            .Select(endpoint => endpoint.Metadata.GetMetadata<Operation>()!.Name),
    ];

    /// <summary>Gets the literal segments of all paths.</summary>
    public static HashSet<string> Literals(this IEndpointRouteBuilder routes) => routes.Endpoints()
        .SelectMany(endpoint => endpoint.RoutePattern.RawText!.Split('/').Where(segment => !segment.StartsWith('{')))
        .ToHashSet(StringComparer.OrdinalIgnoreCase);

    private static IEnumerable<RouteEndpoint> Endpoints(this IEndpointRouteBuilder routes) =>
        routes.DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>();
}
