namespace Torii.PowerShell.Binding;

/// <summary>A field of a user that a cmdlet can send.</summary>
/// <param name="Property">Its name as a parameter, a property and a column.</param>
/// <param name="Kind">What it takes.</param>
internal sealed record UserField(string Property, UserFieldKind Kind = UserFieldKind.Text)
{
    /// <summary>Its name on the wire.</summary>
    public string Wire { get; } = char.ToLowerInvariant(Property[0]) + Property[1..];

    /// <summary>The switch that clears it.</summary>
    public string ClearSwitch => $"Clear{Property}";
}

/// <summary>What a field takes.</summary>
internal enum UserFieldKind
{
    Text,
    Date,
    Metadata,
    Secret,
}
