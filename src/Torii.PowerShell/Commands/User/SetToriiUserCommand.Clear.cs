using System.Management.Automation;
using Torii.Client.Users;
using Torii.PowerShell.Binding;

namespace Torii.PowerShell.Commands;

/// <summary>What Set-ToriiUser clears: null on the wire, and only where it is asked for by name.</summary>
public sealed partial class SetToriiUserCommand
{
    private static readonly UserField[] Clearable =
    [
        new(nameof(Name)), new(nameof(FirstName)), new(nameof(LastName)), new(nameof(Phone)), new(nameof(Locale)),
        new(nameof(Address)), new(nameof(DateOfBirth), UserFieldKind.Date),
    ];

    /// <summary>Fields to clear, by name; in a row separated by commas.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ClearableFieldCompleter))]
    public string[]? Clear { get; set; }

    /// <summary>Clears the name.</summary>
    [Parameter]
    public SwitchParameter ClearName { get; set; }

    /// <summary>Clears the given name.</summary>
    [Parameter]
    public SwitchParameter ClearFirstName { get; set; }

    /// <summary>Clears the family name.</summary>
    [Parameter]
    public SwitchParameter ClearLastName { get; set; }

    /// <summary>Clears the telephone number.</summary>
    [Parameter]
    public SwitchParameter ClearPhone { get; set; }

    /// <summary>Clears the language.</summary>
    [Parameter]
    public SwitchParameter ClearLocale { get; set; }

    /// <summary>Clears the postal address.</summary>
    [Parameter]
    public SwitchParameter ClearAddress { get; set; }

    /// <summary>Clears the date of birth.</summary>
    [Parameter]
    public SwitchParameter ClearDateOfBirth { get; set; }

    private void AddClears(ResourceBody body)
    {
        SwitchParameter[] switches = [ClearName, ClearFirstName, ClearLastName, ClearPhone, ClearLocale, ClearAddress, ClearDateOfBirth];
        IEnumerable<UserField> chosen = Clearable.Where((_, i) => switches[i]).Concat(NamedFields());
        foreach (UserField field in chosen.Distinct())
        {
            if (body.Fields.Contains(field.Wire))
            {
                throw new ToriiException(
                    "Torii.InvalidRequest",
                    $"{field.Property} is to be set and to be cleared, and nothing was sent.",
                    $"Leave out the value or -{field.ClearSwitch}.");
            }

            body.Clear(field.Wire);
        }
    }

    /// <summary>A live user has no such property; a row's cell may name several.</summary>
    private IEnumerable<UserField> NamedFields()
    {
        if (_reader!.IsOnCommandLine(nameof(Clear)) && (Clear is null || Clear.All(string.IsNullOrWhiteSpace)))
        {
            throw new ToriiException("Torii.InvalidRequest", "-Clear is empty, and nothing was sent.", "Name the fields to clear, or leave it out; is a variable not set?");
        }

        return (Clear ?? [])
            .SelectMany(static c => c.Split([',', ';', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            .Select(static name => Clearable.FirstOrDefault(f => string.Equals(f.Property, name, StringComparison.OrdinalIgnoreCase))
                ?? throw new ToriiException(
                    "Torii.InvalidRequest",
                    $"'{name}' is no field that can be cleared, and nothing was sent.",
                    $"The fields are: {string.Join(", ", Clearable.Select(static f => f.Property))}."));
    }
}
