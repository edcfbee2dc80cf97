using Torii.Client.Http;

namespace Torii.Client.Tests.Support;

/// <summary>Requests that no operation of the client makes yet, straight to its pipeline.</summary>
internal static class Requests
{
    /// <summary>Sends one that must never be sent twice once it may have been executed.</summary>
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
