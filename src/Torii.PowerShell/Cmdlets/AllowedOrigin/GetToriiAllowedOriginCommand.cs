using System.Management.Automation;
using Torii.Client;
using Torii.Client.Http;
using Torii.Client.Resources;
using Torii.PowerShell.Binding;

namespace Torii.PowerShell.Commands;

/// <summary>Gets the allowed origins of the environment, in the order of the service.</summary>
[Cmdlet(VerbsCommon.Get, "ToriiAllowedOrigin")]
[OutputType(typeof(ToriiAllowedOrigin))]
public sealed class GetToriiAllowedOriginCommand : ToriiConnectedCommand
{
    private static readonly char[] Wildcards = ['*', '?'];

    /// <summary>Origins, or wildcards such as https://*.example.com, ignoring case. Default: all.</summary>
    [Parameter(Position = 0)]
    [SupportsWildcards]
    [ValidateNotBlank]
    public string[] Origin { get; set; } = ["*"];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        ToriiConnection connection = DefaultConnection();
        AllowedOriginList list;
        try
        {
            IIdentityService service = ServiceOf(connection);
            list = Wait(Require(service, service.AllowedOrigins, "allowed origins").GetAsync(Request));
        }
        catch (ToriiException e)
        {
            WriteFailure(e);
            return;
        }

        foreach (string origin in list.Origins.Where(o => Origin.Any(pattern => IsMatch(o, pattern))))
        {
            WriteFrom(connection, new ToriiAllowedOrigin { Origin = origin, EnvironmentId = connection.EnvironmentId });
        }

        foreach (string absent in Origin.Where(p => p.IndexOfAny(Wildcards) < 0 && !list.Contains(p)))
        {
            WriteError(new ToriiException(ToriiErrorId.OriginNotFound, "The origin is not in the list of allowed origins."), absent, Redactor.RedactLine(absent));
        }
    }

    /// <summary>A set in brackets is not a wildcard here: brackets are around an IPv6 address.</summary>
    private static bool IsMatch(string origin, string pattern) => OriginText.IsSame(origin, pattern)
        || (pattern.IndexOfAny(Wildcards) >= 0
            && WildcardPattern.Get(pattern.Replace("[", "`[").Replace("]", "`]"), WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant).IsMatch(origin));
}
