using System.Text.Json;
using Torii.Client.Http;

namespace Torii.Client.Services;

/// <summary>
/// Reads the bodies of Better Auth: <c>{"message","code"}</c>, either alone, or nothing. Codes are renamed between
/// versions, so a few of their words decide the error id, and the status decides it for all other codes.
/// </summary>
internal sealed class BetterAuthErrorReader : IErrorReader
{
    private static readonly (string Word, string ErrorId)[] Words =
    [
        // "User already exists" is 400 from an administrator and 422 from the user.
        ("ALREADY", ToriiErrorId.Conflict),
        ("YOURSELF", ToriiErrorId.OwnAccount),
        ("INVITATION_NOT_FOUND", ToriiErrorId.InvitationNotFound),
        ("ORGANIZATION_NOT_FOUND", ToriiErrorId.OrganizationNotFound),
        ("NOT_A_MEMBER", ToriiErrorId.Forbidden),
        ("PASSWORD_DISABLED", ToriiErrorId.NotSupported),
        ("EMAIL_NOT_ENABLED", ToriiErrorId.NotSupported),
        ("INVALID_REDIRECT", ToriiErrorId.InvalidRequest),
    ];

    /// <summary>The refusals of the admin plugin that are about the operation, and not about a member of its body: they hold for every user.</summary>
    private static readonly string[] OfOperations =
    [
        "LIST_USERS", "GET_USER", "CREATE_USERS", "UPDATE_USERS", "DELETE_USERS", "BAN_USERS", "SET_USERS_PASSWORD",
        "LIST_USERS_SESSIONS", "REVOKE_USERS_SESSIONS", "IMPERSONATE_USERS",
    ];

    public ApiError Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            string? code = Text(document.RootElement, "code");
            return new ApiError(null, Text(document.RootElement, "message"), code, null)
            {
                ErrorId = Array.Find(Words, w => code?.Contains(w.Word, StringComparison.Ordinal) == true).ErrorId,
                Variant = code is not null && OfOperations.Any(o => code == $"YOU_ARE_NOT_ALLOWED_TO_{o}") ? ToriiException.OfRole : null,
            };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Empty, not JSON, or a string that is not valid Unicode.
            return default;
        }
    }

    /// <summary>Whether a response is <c>{"success":true}</c> or <c>{"status":true}</c>, the confirmations of a change.</summary>
    public static bool IsConfirmation(ApiResponse response)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(response.Body);
            return document.RootElement is { ValueKind: JsonValueKind.Object } root
                && ((root.TryGetProperty("success", out JsonElement flag) || root.TryGetProperty("status", out flag)) && flag.ValueKind == JsonValueKind.True);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string? Text(JsonElement root, string name) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String
        && value.GetString() is { Length: > 0 } text ? text : null;
}
