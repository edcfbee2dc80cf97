namespace Torii.Client.Http;

/// <summary>When sending a request a second time does no harm.</summary>
internal enum RetrySafety
{
    /// <summary>Always: twice does what once does.</summary>
    Repeatable,

    /// <summary>Only when the earlier attempt was surely not executed: it never arrived, or was turned away (429).</summary>
    OnlyIfNotExecuted,
}
