namespace Torii;

/// <summary>
/// A connection that <c>Connect-Torii</c> made: where it goes and as whom, never the secret key. It can be handed to
/// another runspace (<c>$using:connection</c>), where <c>-Connection</c> takes it.
/// </summary>
public sealed class ToriiConnection
{
    internal ToriiConnection()
    {
    }

    /// <summary>The name under which the connection is kept in this runspace; <c>default</c> unless told.</summary>
    public string Name { get; internal init; } = "default";

    /// <summary>The base address of the server API.</summary>
    public required Uri ApiUrl { get; init; }

    /// <summary>
    /// The issuer of end-users' tokens, if one is known. A string, because tokens name it to the letter and
    /// <see cref="Uri"/> would fold case and default ports.
    /// </summary>
    public string? Issuer { get; init; }

    /// <summary><c>test</c> for a key that begins with <c>sk_test_</c>, <c>live</c> for <c>sk_live_</c>.</summary>
    public required string Environment { get; init; }

    /// <summary>Enough of the key to tell it from another one: <c>sk_test_…9f2c</c>.</summary>
    public required string KeyHint { get; init; }

    /// <summary>How long one attempt of a request may take, in seconds.</summary>
    public int TimeoutSec { get; init; }

    /// <summary>How many times a request that may be repeated is tried again.</summary>
    public int MaxRetry { get; init; }

    /// <summary>The default of <c>-MaxAffected</c> for cmdlets that change something; none when null.</summary>
    public int? MaxAffected { get; init; }

    /// <summary>The proxy that was named; null means what the system says.</summary>
    public Uri? Proxy { get; init; }

    /// <summary>Address and key in one value that gives away neither: two connections with the same one act alike.</summary>
    internal string Fingerprint { get; init; } = "";

    /// <summary>Name, address and key hint on one line.</summary>
    public override string ToString() => $"{Name} ({ApiUrl.GetLeftPart(UriPartial.Authority)}, {KeyHint})";
}
