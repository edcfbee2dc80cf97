using System.Net;
using System.Text.Json;
using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Http;

/// <summary>No random key is in any text, although the service and the network repeat it everywhere.</summary>
public sealed class SecretsNeverSurviveTests
{
    private const string KeyAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.";
    private const string Noise = "abcXYZ 0189_-.:;,'/?&=#<>()[]";

    private readonly Dice _dice = new();

    [Fact]
    public async Task No_message_and_no_exception_carries_a_random_key()
    {
        for (int i = 0; i < 400; i++)
        {
            string secret = _dice.Text(KeyAlphabet, 16, 60);
            string key = $"sk_{_dice.Pick("test", "live")}_{secret}";
            Recorder recorder = new();
            ScriptedHandler handler = new(_ => Misbehave(key));
            using ToriiService client = TestClient.Create(handler, o => o with { SecretKey = SecretKey.Parse(key), MaxRetry = _dice.Up(3) });

            Exception? error = await Record.ExceptionAsync(() => _dice.Up(4) switch
            {
                0 => client.GetAsync(recorder),
                1 => client.SearchAsync(_dice.Flip() ? new UserQuery() : new UserQuery { NameContains = "Ada" }, recorder).Soon(),
                2 => client.Sessions.ListAsync(TestClient.UserId, TestClient.Context(recorder)).Soon(),
                _ => client.Sessions.RevokeAllAsync(TestClient.UserId, TestClient.Context(recorder)).Soon(),
            });

            Assert.NotEmpty(recorder.All);
            foreach (string shown in recorder.All.Concat(TextsOf(error)))
            {
                Assert.False(shown.Contains(secret, StringComparison.Ordinal), $"{_dice.Hint}, round {i}: {shown}");
            }
        }
    }

    [Fact]
    public async Task No_exception_of_the_network_stack_carries_a_random_key()
    {
        for (int i = 0; i < 40; i++)
        {
            string secret = _dice.Text(KeyAlphabet, 16, 60);
            string key = $"sk_live_{secret}";
            bool header = _dice.Flip();
            using WireServer server = new((_, connection) => connection.SendAsync(header ? $"HTTP/1.1 200 OK\r\n{key} is no header\r\n\r\n" : $"you said Bearer {key}\r\n\r\n"));
            Recorder recorder = new();
            using ToriiService client = server.Connect(o => o with { SecretKey = SecretKey.Parse(key), MaxRetry = 1 });

            ToriiException error = await Assert.ThrowsAsync<ToriiException>(() => client.GetAsync(recorder));

            Assert.Equal("Torii.ConnectionFailed", error.ErrorId);
            foreach (string shown in recorder.All.Concat(TextsOf(error)))
            {
                Assert.False(shown.Contains(secret, StringComparison.Ordinal), $"{_dice.Hint}, round {i}: {shown}");
            }
        }
    }

    private HttpResponseMessage Misbehave(string key)
    {
        string text = _dice.Text(Noise, 0, 40) + _dice.Pick("", "Bearer ", "key=", "x", "_") + key + _dice.Pick("", " ", "\"", ",", "\n", " and more");
        HttpStatusCode status = _dice.Pick(
            HttpStatusCode.OK, HttpStatusCode.Found, HttpStatusCode.BadRequest, HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden,
            HttpStatusCode.NotFound, HttpStatusCode.Conflict, HttpStatusCode.TooManyRequests, HttpStatusCode.InternalServerError);
        string member = _dice.Pick("detail", "title", "code", "supportId", "support_id", "instance", "echo");
        string inner = JsonSerializer.Serialize(new Dictionary<string, string> { [member] = text });
        HttpResponseMessage answer = _dice.Up(6) switch
        {
            0 => Answer.Raw(System.Text.Encoding.UTF8.GetBytes(text), "text/plain", status),
            1 => Answer.Problem(inner, status),
            2 => Answer.Problem($"{{\"properties\":{inner}}}", status),
            3 => Answer.Json($"{{\"detail\":{JsonSerializer.Serialize(inner)}}}", status),
            4 => Answer.Json(People.Page(text, People.User(0, name: text), People.User(1, status: text))),
            _ => throw new HttpRequestException(text, new IOException(text)),
        };
        return answer.With("Location", $"https://example.com/?{key}");
    }

    /// <summary>All texts of an exception, of its inner exceptions and properties.</summary>
    private static IEnumerable<string> TextsOf(Exception? exception)
    {
        for (Exception? e = exception; e is not null; e = e.InnerException)
        {
            yield return e.ToString();
            foreach (System.Reflection.PropertyInfo property in e.GetType().GetProperties().Where(static p => p.PropertyType == typeof(string)))
            {
                yield return (string?)property.GetValue(e) ?? "";
            }
        }
    }
}
