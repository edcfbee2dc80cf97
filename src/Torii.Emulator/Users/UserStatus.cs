namespace Torii.Emulator.Users;

/// <summary>The status of a user.</summary>
internal enum UserStatus
{
    Active,
    Banned,
    Deleted,
    PendingVerification,
}

/// <summary>The names of the statuses in JSON.</summary>
internal static class UserStatusNames
{
    public static string Name(this UserStatus status) => status switch
    {
        UserStatus.Active => "active",
        UserStatus.Banned => "banned",
        UserStatus.Deleted => "deleted",
        _ => "pending_verification",
    };
}
