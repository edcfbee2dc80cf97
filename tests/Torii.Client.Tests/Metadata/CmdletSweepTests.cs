using System.Reflection;
using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Metadata;

/// <summary>What holds for every cmdlet, and for a new one on its first day.</summary>
public sealed class CmdletSweepTests
{
    /// <summary>Verbs that leave the service as it is.</summary>
    private static readonly string[] ReadingVerbs =
        ["Compare", "Connect", "ConvertFrom", "ConvertTo", "Disconnect", "Export", "Find", "Get", "Import", "Measure", "Resolve", "Search", "Show", "Test", "Trace", "Wait", "Watch"];

    /// <summary>Nouns of this machine and not of the service.</summary>
    private static readonly string[] LocalNouns = ["Torii", "ToriiConnection", "ToriiEmulator", "ToriiEmulatorToken", "ToriiSigningKey"];

    /// <summary>Parts of the names of parameters that are lengths of time, and the units in which such a name ends.</summary>
    private static readonly string[] Durations = ["Timeout", "Latency", "Delay", "Wait", "Duration", "Lifetime", "Expires"];

    /// <summary>A point in time ends in <c>At</c>.</summary>
    private static readonly string[] Units = ["Sec", "Seconds", "Ms", "Days", "At"];

    [Fact]
    public void There_are_cmdlets()
    {
        Assert.Contains(CmdletCatalog.All, static c => c.Name == "Get-ToriiUser");
        Assert.Contains(CmdletCatalog.All, static c => c.Name == "Revoke-ToriiSession");
    }

    [Fact]
    public void The_list_of_approved_verbs_was_found()
    {
        Assert.InRange(CmdletCatalog.ApprovedVerbs.Count, 90, 150);
        Assert.Contains("Revoke", CmdletCatalog.ApprovedVerbs);
        Assert.DoesNotContain("Ban", CmdletCatalog.ApprovedVerbs);
    }

    [Fact]
    public void Each_is_named_by_an_approved_verb_and_a_singular_noun_that_begins_with_Torii() => ForEach(static c =>
        !CmdletCatalog.ApprovedVerbs.Contains(c.Verb) ? $"{c.Verb} is not approved"
        : !c.Noun.StartsWith("Torii", StringComparison.Ordinal) ? "the noun begins otherwise"
        : c.Noun.EndsWith('s') && !c.Noun.EndsWith("ss", StringComparison.Ordinal) ? "the noun is a plural"
        : c.Noun.Any(static ch => !char.IsAsciiLetterOrDigit(ch)) ? "the noun has other characters than letters and digits"
        : null);

    [Fact]
    public void Each_is_a_public_sealed_class_named_after_it_that_derives_from_ToriiCommand() => ForEach(static c =>
        c.Type.Name != $"{c.Verb}{c.Noun}Command" ? $"the class is named {c.Type.Name}"
        : c.Type is not { IsPublic: true, IsSealed: true } ? "the class is not public and sealed"
        : !c.DerivesFrom("ToriiCommand") ? "it does not derive from ToriiCommand"
        : null);

    [Fact]
    public void No_two_have_the_same_name_or_alias()
    {
        string[] names = [.. CmdletCatalog.All.SelectMany(static c => c.Aliases.Append(c.Name))];

        Assert.Equal(names.Length, names.Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }

    [Fact]
    public void Each_says_what_it_emits() => ForEach(static c =>
        CmdletCatalog.Attribute(c.Type, "OutputTypeAttribute") is null ? "there is no OutputType" : null);

    [Fact]
    public void Each_that_changes_something_in_the_service_asks_first_and_can_be_bounded() => ForEach(static c =>
        ReadingVerbs.Contains(c.Verb) || LocalNouns.Contains(c.Noun) ? null
        : !c.SupportsShouldProcess ? "it does not support ShouldProcess"
        : !c.DerivesFrom("ToriiChangeCommand") ? "it does not derive from ToriiChangeCommand"
        // What a New- cmdlet creates is its output, and so is the response to a request.
        : Missing(c, c.Verb is "New" or "Invoke" ? ["MaxAffected", "ThrottleLimit", "Connection"] : ["MaxAffected", "PassThru", "ThrottleLimit", "Connection"]));

    [Fact]
    public void Each_that_ends_or_removes_something_on_this_machine_asks_first() => ForEach(static c =>
        c.Verb is "Stop" or "Clear" or "Remove" or "Reset" && !c.SupportsShouldProcess ? "it does not support ShouldProcess" : null);

    [Fact]
    public void Each_that_only_reads_does_not_pretend_to_change() => ForEach(static c =>
        ReadingVerbs.Contains(c.Verb) && (c.SupportsShouldProcess || c.DerivesFrom("ToriiChangeCommand")) ? "it supports ShouldProcess" : null);

    [Fact]
    public void Each_that_talks_to_the_service_can_be_told_through_which_connection() => ForEach(static c =>
        LocalNouns.Contains(c.Noun) ? null : Missing(c, "Connection"));

    [Fact]
    public void None_uses_paging_that_the_service_cannot_answer() => ForEach(static c =>
        c.Named("SupportsPaging") is true ? "SupportsPaging adds -IncludeTotalCount" : null);

    /// <summary>A runbook without a terminal must run: only what cannot be undone, or acts as somebody else, asks by itself.</summary>
    [Fact]
    public void Only_removing_and_impersonating_ask_by_themselves() => ForEach(static c =>
        // ConfirmImpact.High is 3.
        c.Named("ConfirmImpact") is 3 && c.Verb is not "Remove" && !c.Noun.Contains("Impersonation", StringComparison.Ordinal) ? "its impact is high" : null);

    [Fact]
    public void Removing_a_user_has_high_impact_and_can_be_forced()
    {
        Cmdlet remove = CmdletCatalog.All.Single(static c => c.Name == "Remove-ToriiUser");

        Assert.Equal(3, remove.Named("ConfirmImpact"));
        Assert.Null(Missing(remove, "Force"));
    }

    [Fact]
    public void Parameters_are_in_Pascal_case_and_hide_none_of_the_engines() => ForEach(static c => First(c.Parameters, p =>
        !char.IsAsciiLetterUpper(p.Name[0]) || p.Name.Any(static ch => !char.IsAsciiLetterOrDigit(ch)) ? "is not in Pascal case"
        : p.Aliases.Append(p.Name).FirstOrDefault(CmdletCatalog.ReservedNames.Contains) is { } reserved ? $"hides the engine's {reserved}"
        : null));

    [Fact]
    public void No_two_parameters_of_a_cmdlet_share_a_name_or_an_alias() => ForEach(static c =>
        c.Parameters.SelectMany(static p => p.Aliases.Append(p.Name)).GroupBy(static n => n, StringComparer.OrdinalIgnoreCase)
            .FirstOrDefault(static g => g.Count() > 1)?.Key is { } name ? $"-{name} is there twice" : null);

    [Fact]
    public void Every_parameter_can_be_bound() => ForEach(static c => First(c.Parameters, static p =>
        p.Property is not { GetMethod.IsPublic: true, SetMethod.IsPublic: true } ? "has no public getter and setter" : null));

    [Fact]
    public void A_switch_is_a_SwitchParameter_and_a_truth_value_is_none() => ForEach(static c => First(c.Parameters, static p =>
        p.Property.PropertyType.Parts().Any(static t => t.FullName == "System.Boolean") ? "is a bool" : null));

    /// <summary>The engine reads 03/04/2026 by the culture of the person.</summary>
    [Fact]
    public void Every_moment_is_read_alike_in_every_culture() => ForEach(static c => First(c.Parameters, static p =>
        p.Property.PropertyType.Parts().Any(static t => t.FullName is "System.DateTime" or "System.DateTimeOffset" or "System.DateOnly")
            && !p.Property.GetCustomAttributesData().Any(static a => a.AttributeType.Name.EndsWith("TransformAttribute", StringComparison.Ordinal))
            ? "is read by the current culture" : null));

    [Fact]
    public void A_length_of_time_has_its_unit_in_its_name() => ForEach(static c => First(c.Parameters, static p =>
        p.Property.PropertyType.Parts().Any(static t => t.FullName == "System.TimeSpan") ? "is a TimeSpan, in which 30 is 3 µs"
        : Durations.Any(d => p.Name.Contains(d, StringComparison.Ordinal)) && !Units.Any(u => p.Name.EndsWith(u, StringComparison.Ordinal)) ? "does not end in its unit"
        : null));

    /// <summary>
    /// The engine loads these types before the private load context is there. A private field counts when its type is
    /// part of the cmdlet's own layout.
    /// </summary>
    [Fact]
    public void No_type_that_the_engine_sees_comes_from_a_private_library() => ForEach(static c =>
    {
        const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        return c.Line
            .SelectMany(static t => t.GetProperties(Declared).Where(static p => IsVisible(p.GetMethod) || IsVisible(p.SetMethod)).Select(static p => (p.Name, Type: p.PropertyType))
                .Concat(t.GetFields(Declared).Where(static f => f.IsPublic || f.IsFamily || f.IsFamilyOrAssembly || f.FieldType.IsValueType).Select(static f => (f.Name, Type: f.FieldType)))
                .Concat(t.GetInterfaces().Select(static i => (i.Name, Type: i))))
            .Where(static m => m.Type.Parts().Any(IsPrivate))
            .Select(static m => $"{m.Name} is a {m.Type.Name}")
            .FirstOrDefault();
    });

    private static bool IsVisible(MethodInfo? accessor) => accessor is { IsPublic: true } or { IsFamily: true } or { IsFamilyOrAssembly: true };

    /// <summary>What lies in lib/ of the module: everything that is neither beside the root dll nor the engine's nor the runtime's.</summary>
    private static bool IsPrivate(Type type) =>
        !type.IsGenericParameter
        && !type.IsFrom("Torii.PowerShell") && !type.IsFrom("Torii.Models")
        && File.Exists(Path.Combine(Path.GetDirectoryName(Repository.CmdletAssembly)!, $"{type.Assembly.GetName().Name}.dll"));

    private static string? Missing(Cmdlet cmdlet, params string[] parameters) =>
        parameters.FirstOrDefault(name => cmdlet.Parameters.All(p => p.Name != name)) is { } missing ? $"-{missing} is missing" : null;

    private static string? First(IEnumerable<Parameter> parameters, Func<Parameter, string?> fault) =>
        parameters.Select(p => fault(p) is { } what ? $"-{p.Name} {what}" : null).FirstOrDefault(static f => f is not null);

    private static void ForEach(Func<Cmdlet, string?> findFault)
    {
        Assert.NotEmpty(CmdletCatalog.All);
        string[] faults = [.. CmdletCatalog.All.Select(c => (c, Fault: findFault(c))).Where(static f => f.Fault is not null).Select(static f => $"{f.c}: {f.Fault}")];
        Assert.True(faults.Length == 0, string.Join(Environment.NewLine, faults));
    }
}
