namespace Torii;

/// <summary>Names an allowed origin: by its text, by a <see cref="ToriiAllowedOrigin"/>, or by a record such as a row of a CSV file.</summary>
public sealed class ToriiAllowedOriginReference : ToriiReference
{
    /// <summary>Creates a reference from an origin. Its form is checked before it is used.</summary>
    /// <param name="origin">Scheme, host and port.</param>
    public ToriiAllowedOriginReference(string origin)
        : this(origin, origin)
    {
    }

    /// <summary>Creates a reference from an origin of a list; it remembers the connection that the list was read through.</summary>
    /// <param name="origin">The origin.</param>
    /// <exception cref="ArgumentNullException"><paramref name="origin"/> is null.</exception>
    public ToriiAllowedOriginReference(ToriiAllowedOrigin origin)
        : base(origin?.Origin ?? throw new ArgumentNullException(nameof(origin)), origin, origin.EnvironmentId) => Origin = origin.Origin;

    internal ToriiAllowedOriginReference(string? origin, object input)
        : base(origin ?? "", input) => Origin = origin ?? "";

    /// <summary>The origin; empty for a record that does not carry one.</summary>
    public string Origin { get; }

    /// <inheritdoc/>
    internal override string Key => $"origin/{Origin}";
}
