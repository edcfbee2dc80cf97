namespace Torii.Emulator.Control;

/// <summary>What the dashboard and the plan of an environment decide; the server API cannot change it.</summary>
internal sealed class EnvironmentSettings
{
    private int impersonations = int.MaxValue;
    private int invitations = int.MaxValue;

    public bool ImpersonationDisabled { get; private set; }
    public bool SignUpUrlMissing { get; private set; }

    /// <summary>Replaces all settings; an absent one gets its default.</summary>
    public void Set(BodyFields body)
    {
        ImpersonationDisabled = body.IsTrue("impersonationDisabled");
        SignUpUrlMissing = body.IsTrue("signUpUrlMissing");
        impersonations = body.Number("impersonations", 0, int.MaxValue) ?? int.MaxValue;
        invitations = body.Number("invitations", 0, int.MaxValue) ?? int.MaxValue;
    }

    /// <summary>Uses one impersonation of the quota, unless it is exhausted.</summary>
    public bool TakeImpersonation() => Interlocked.Decrement(ref impersonations) >= 0;

    /// <summary>Uses one invitation email of the rate limit, unless it is exhausted.</summary>
    public bool TakeInvitation() => Interlocked.Decrement(ref invitations) >= 0;
}
