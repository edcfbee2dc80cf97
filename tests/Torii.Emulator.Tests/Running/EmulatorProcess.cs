using System.Diagnostics;
using System.Net.Http.Headers;
using System.Reflection;
using System.Text;
using System.Text.Json;

namespace Torii.Emulator.Tests.Running;

/// <summary>A running emulator, started as the cmdlets start it, and an HTTP client that authenticates with its key.</summary>
public sealed class EmulatorProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(30);

    private EmulatorProcess(Process process, JsonElement report)
    {
        Process = process;
        Report = report;
        Http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 64 }) { BaseAddress = new Uri(ApiUrl), Timeout = StartTimeout };
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", SecretKey);
    }

    public static string DllPath { get; } = typeof(EmulatorProcess).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "EmulatorPath").Value!;

    public Process Process { get; }

    /// <summary>Gets the startup report.</summary>
    public JsonElement Report { get; }

    public HttpClient Http { get; }

    public string ApiUrl => Report.GetProperty("apiUrl").GetString()!;

    public int Port => Report.GetProperty("port").GetInt32();

    public string SecretKey => Report.GetProperty("secretKey").GetString()!;

    public string EnvironmentId => Report.GetProperty("environmentId").GetString()!;

    /// <summary>Starts the emulator as a child on a free port.</summary>
    public static async Task<EmulatorProcess> StartAsync(params string[] arguments)
    {
        Process process = Launch(["--child", "--port", "0", .. arguments]);
        string? line = await process.StandardOutput.ReadLineAsync().WaitAsync(StartTimeout) ?? throw new InvalidOperationException("The emulator did not start: " + await process.StandardError.ReadToEndAsync());

        return new EmulatorProcess(process, JsonDocument.Parse(line).RootElement);
    }

    /// <summary>Starts the emulator with exactly these arguments.</summary>
    public static Process Launch(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        start.ArgumentList.Add(DllPath);
        Array.ForEach(arguments, start.ArgumentList.Add);
        return Process.Start(start)!;
    }

    /// <summary>Runs the emulator until it exits, for starts that must fail.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using Process process = Launch(arguments);
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(StartTimeout);
        return (process.ExitCode, await output, await error);
    }

    /// <summary>Sends a request. A string body is sent unchanged, any other body as JSON.</summary>
    public async Task<Answer> SendAsync(string method, string path, object? body = null, Action<HttpRequestMessage>? adjust = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null)
        {
            request.Content = new StringContent(body as string ?? JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        }

        adjust?.Invoke(request);
        using HttpResponseMessage response = await Http.SendAsync(request);
        var headers = response.Headers.Concat(response.Content.Headers).Concat(response.TrailingHeaders)
            .ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase);
        return new Answer(
            (int)response.StatusCode,
            response.Content.Headers.ContentType?.MediaType,
            await response.Content.ReadAsStringAsync(),
            headers);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        Process.StandardInput.Close();
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        try
        {
            await Process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            Process.Kill();
        }

        Process.Dispose();
    }
}
