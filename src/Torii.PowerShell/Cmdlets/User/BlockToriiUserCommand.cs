using System.Globalization;
using System.Management.Automation;
using Torii.Client;
using Torii.Client.Resources;
using Torii.PowerShell.Binding;

namespace Torii.PowerShell.Commands;

/// <summary>Bans users, which also revokes their sessions. Banning a banned user changes nothing.</summary>
[Cmdlet(VerbsSecurity.Block, "ToriiUser", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[Alias("Ban-ToriiUser")]
[OutputType(typeof(ToriiUser))]
public sealed class BlockToriiUserCommand : ToriiUserTargetCommand
{
    /// <summary>Why, recorded by the service; not for torii.</summary>
    [Parameter]
    [ValidateNotBlank]
    public string? Reason { get; set; }

    /// <summary>When the ban ends by itself: ISO 8601, UTC by default, or a date object; not for torii. Default: never.</summary>
    [Parameter]
    [InstantTransform]
    public DateTimeOffset? Until { get; set; }

    /// <summary>Also bans the account of the connection itself.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override BulkItem CreateItem(IIdentityService service, ToriiConnection connection, Target<ToriiUserReference> target) =>
        target.ToItem(connection, $"Ban user and revoke all sessions{DescribeOptions()}", async context =>
            await service.Users.BanAsync(target.Reference.UserId, context with { AllowsOwnAccount = Force }, Reason is null && Until is null ? null : new BanOptions(Reason, Until)).ConfigureAwait(false));

    /// <summary>-WhatIf shows the values; -Verbose, which logs keep, only the names.</summary>
    private string DescribeOptions()
    {
        ResourceBody options = new();
        if (Reason is not null)
        {
            options.Set("reason", Reason);
        }

        if (Until is { } until)
        {
            options.Set("until", until.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture));
        }

        return options.Members.Count == 0 ? "" : IsWhatIf ? $": {options.ToDisplay()}" : $" ({string.Join(", ", options.Members)})";
    }
}
