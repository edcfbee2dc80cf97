using Torii.Client.Http;

namespace Torii.Client.Tests.Support;

/// <summary>Requests that are sent directly to the pipeline.</summary>
internal static class Requests
{
    /// <summary>Sends a request that may not be repeated once it may have been executed.</summary>
    public static async Task SendOnceOnlyAsync(ToriiServiceOptions options, HttpMessageHandler? handler, TimeProvider time, HttpMethod method)
    {
        using ApiPipeline pipeline = new(options.Describe(), handler, time);
        ApiRequest request = new()
        {
            Method = method,
            Path = "/api/server/v1/users",
            Body = method == HttpMethod.Delete ? (ReadOnlyMemory<byte>?)null : "{}"u8.ToArray(),
            Safety = RetrySafety.OnlyIfNotExecuted,
        };
        await pipeline.SendAsync(request, default, static _ => true).Soon();
    }
}
