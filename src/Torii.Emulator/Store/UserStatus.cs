namespace Torii.Emulator.Store;

/// <summary>Where a user is in life.</summary>
internal enum UserStatus
{
    Active,
    Banned,
    Deleted,
    PendingVerification,
}

/// <summary>How a status is spelled on the wire.</summary>
internal static class UserStatusNames
{
    public static string WireName(this UserStatus status) => status switch
    {
        UserStatus.Active => "active",
        UserStatus.Banned => "banned",
        UserStatus.Deleted => "deleted",
        _ => "pending_verification",
    };

    public static UserStatus? Parse(string? name) => name switch
    {
        "active" => UserStatus.Active,
        "banned" => UserStatus.Banned,
        "deleted" => UserStatus.Deleted,
        "pending_verification" => UserStatus.PendingVerification,
        _ => null,
    };
}
