using System.Net;
using System.Text.Json.Nodes;
using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Invitations;

/// <summary>The service confirms a revocation with 200 without a body, and refuses a second one.</summary>
public sealed class RevokeInvitationTests
{
    private static readonly string Id = Invites.Id(1);

    private readonly ManualTime _time = new() { SkipsWaits = true };
    private JsonObject _invitation = Invites.Invitation(1);

    [Theory]
    [InlineData(200)]
    [InlineData(204)]
    public async Task A_response_without_a_body_confirms_the_revocation(int status)
    {
        ScriptedHandler handler = new(_ => Answer.Empty((HttpStatusCode)status));

        await RevokeAsync(handler);

        Sent sent = Assert.Single(handler.Requests);
        Assert.Equal($"DELETE {Invites.Path}/{Id}", $"{sent.Method} {sent.PathAndQuery}");
    }

    [Fact]
    public async Task A_page_of_a_proxy_is_no_confirmation()
    {
        ScriptedHandler handler = new(sent => sent.Method == HttpMethod.Delete ? Answer.Html() : Execute(sent));

        ToriiException error = await FailAsync(handler);

        Assert.Equal("Torii.InvalidResponse", error.ErrorId);
        Assert.True(error.MayHaveBeenExecuted);
        Assert.Equal("PENDING", (string?)_invitation["status"]);
    }

    [Fact]
    public async Task A_200_without_a_body_confirms_no_other_change()
    {
        ScriptedHandler handler = new(static _ => Answer.Empty(HttpStatusCode.OK));
        using ToriiService client = TestClient.Create(handler, static o => o with { MaxRetry = 0 }, _time);

        ToriiException error = await Assert.ThrowsAsync<ToriiApiException>(() => client.Sessions.RevokeAllAsync(People.Id(1), default).Soon());

        Assert.Equal("Torii.InvalidResponse", error.ErrorId);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(504)]
    [InlineData(200)]
    [InlineData(0)]
    public async Task A_revocation_whose_response_was_lost_is_confirmed_by_reading_the_invitation(int status)
    {
        ScriptedHandler handler = new(sent =>
        {
            HttpResponseMessage response = Execute(sent);
            return sent.Number > 1 ? response
                : status == 0 ? throw new HttpRequestException(HttpRequestError.ResponseEnded, "cut off")
                : status == 200 ? Answer.Html()
                : Answer.Empty((HttpStatusCode)status);
        });

        await RevokeAsync(handler);

        Assert.Equal(["DELETE", "DELETE", "GET"], handler.Requests.Select(static r => r.Method.Method));
    }

    [Fact]
    public async Task An_invitation_that_was_revoked_before_is_a_conflict_at_the_first_attempt()
    {
        Revoke(_time.GetUtcNow().AddHours(-1));
        ScriptedHandler handler = new(Execute);

        ToriiException error = await FailAsync(handler);

        Assert.Equal("Torii.Conflict", error.ErrorId);
        Assert.Single(handler.Requests);
    }

    [Fact]
    public async Task An_invitation_that_was_revoked_before_is_a_conflict_after_a_lost_request_too()
    {
        Revoke(_time.GetUtcNow().AddMinutes(-1));
        ScriptedHandler handler = new(sent => sent.Number == 1 ? throw new HttpRequestException(HttpRequestError.Unknown, "reset by peer") : Execute(sent));

        ToriiException error = await FailAsync(handler);

        Assert.Equal(("Torii.Conflict", "invitation", false), (error.ErrorId, error.Variant, error.MayHaveBeenExecuted));
        Assert.Contains("its status is REVOKED", error.Message);
    }

    [Fact]
    public async Task An_invitation_that_was_accepted_meanwhile_is_a_conflict()
    {
        ScriptedHandler handler = new(sent =>
        {
            if (sent.Number == 1)
            {
                _invitation = Invites.Invitation(1, status: "ACCEPTED");
                throw new HttpRequestException(HttpRequestError.ResponseEnded, "cut off");
            }

            return Execute(sent);
        });

        ToriiException error = await FailAsync(handler);

        Assert.Equal(("Torii.Conflict", false), (error.ErrorId, error.MayHaveBeenExecuted));
        Assert.Contains("ACCEPTED", error.Message);
    }

    [Fact]
    public async Task A_revocation_that_never_arrived_is_the_error_that_it_was()
    {
        ScriptedHandler handler = new(sent => sent.Method == HttpMethod.Delete ? throw new HttpRequestException(HttpRequestError.ResponseEnded, "cut off") : Execute(sent));

        ToriiException error = await FailAsync(handler);

        Assert.Equal("Torii.ConnectionFailed", error.ErrorId);
        Assert.True(error.MayHaveBeenExecuted);
    }

    [Fact]
    public async Task An_unknown_id_after_a_lost_request_is_not_found()
    {
        ScriptedHandler handler = new(sent =>
            sent.Number == 1 ? Answer.Empty(HttpStatusCode.BadGateway)
            : sent.PathAndQuery.Contains("limit=1") ? Answer.Json(People.Page(null))
            : Answer.Empty(HttpStatusCode.NotFound));

        Assert.Equal("Torii.InvitationNotFound", (await FailAsync(handler)).ErrorId);
    }

    [Fact]
    public async Task When_reading_fails_too_the_outcome_is_unknown()
    {
        ScriptedHandler handler = new(static _ => Answer.Empty(HttpStatusCode.InternalServerError));

        ToriiException error = await FailAsync(handler);

        Assert.Equal(("Torii.OutcomeUnknown", "invitation", true), (error.ErrorId, error.Variant, error.MayHaveBeenExecuted));
    }

    private HttpResponseMessage Execute(Sent sent)
    {
        HttpResponseMessage response;
        if (sent.Method == HttpMethod.Get)
        {
            response = Answer.Json(_invitation.DeepClone());
        }
        else if ((string?)_invitation["status"] != "PENDING")
        {
            response = Answer.Problem("""{"code":"invitation_not_pending"}""", HttpStatusCode.Conflict);
        }
        else
        {
            Revoke(_time.GetUtcNow());
            response = Answer.Empty(HttpStatusCode.OK);
        }

        response.Headers.Date = _time.GetUtcNow();
        return response;
    }

    private void Revoke(DateTimeOffset at)
    {
        _invitation["status"] = "REVOKED";
        _invitation["revokedAt"] = at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", System.Globalization.CultureInfo.InvariantCulture);
    }

    private async Task RevokeAsync(ScriptedHandler handler)
    {
        using ToriiService client = TestClient.Create(handler, time: _time);
        await client.Invitations!.RevokeAsync(Id, default).Soon();
    }

    private Task<ToriiException> FailAsync(ScriptedHandler handler) => Assert.ThrowsAnyAsync<ToriiException>(() => RevokeAsync(handler));
}
