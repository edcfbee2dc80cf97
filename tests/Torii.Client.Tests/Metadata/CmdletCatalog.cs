using System.Reflection;
using System.Runtime.InteropServices;
using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Metadata;

/// <summary>
/// The cmdlets of the built module as far as their metadata tells: nothing of it runs, so no PowerShell is needed.
/// </summary>
internal static class CmdletCatalog
{
    private const string Engine = "System.Management.Automation";

    private static readonly Lazy<MetadataLoadContext> Context = new(Open);

    private static readonly Lazy<Assembly> Module = new(() => Context.Value.LoadFromAssemblyPath(Repository.CmdletAssembly));

    /// <summary>Every class that says it is a cmdlet.</summary>
    public static IReadOnlyList<Cmdlet> All { get; } =
        [.. Module.Value.GetTypes().Where(static t => Attribute(t, "CmdletAttribute") is not null).Select(static t => new Cmdlet(t)).OrderBy(static c => c.Name, StringComparer.Ordinal)];

    /// <summary>The verbs that PowerShell approves, as its own Verbs… classes list them.</summary>
    public static IReadOnlySet<string> ApprovedVerbs { get; } =
        Context.Value.LoadFromAssemblyPath(Repository.EngineReference).GetTypes()
            .Where(static t => t is { IsPublic: true, IsAbstract: true, IsSealed: true, Namespace: Engine } && t.Name.StartsWith("Verbs", StringComparison.Ordinal))
            .SelectMany(static t => t.GetFields(BindingFlags.Public | BindingFlags.Static))
            .Select(static f => (string)f.GetRawConstantValue()!)
            .ToHashSet(StringComparer.Ordinal);

    /// <summary>The parameters that every cmdlet has by itself, and their aliases.</summary>
    public static IReadOnlySet<string> ReservedNames { get; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase)
    {
        "Verbose", "Debug", "ErrorAction", "WarningAction", "InformationAction", "ProgressAction", "ErrorVariable", "WarningVariable", "InformationVariable",
        "OutVariable", "OutBuffer", "PipelineVariable", "WhatIf", "Confirm", "UseTransaction", "IncludeTotalCount", "Skip",
        "vb", "db", "ea", "wa", "infa", "proga", "ev", "wv", "iv", "ov", "ob", "pv", "wi", "cf", "usetx",
    };

    public static CustomAttributeData? Attribute(MemberInfo member, string name) =>
        member.GetCustomAttributesData().FirstOrDefault(a => a.AttributeType.Name == name);

    public static bool IsFrom(this Type type, string assembly) => type.Assembly.GetName().Name == assembly;

    /// <summary>A type with all that it is made of: elements of arrays, arguments of generic types.</summary>
    public static IEnumerable<Type> Parts(this Type type) =>
        type.HasElementType ? type.GetElementType()!.Parts()
        : type.IsGenericType ? type.GetGenericArguments().SelectMany(static a => a.Parts()).Append(type)
        : [type];

    private static MetadataLoadContext Open()
    {
        Assert.True(File.Exists(Repository.CmdletAssembly), $"{Repository.CmdletAssembly} was not built.");
        // Where a name comes twice the first one counts: what lies beside the module, then the runtime that we run on.
        string[] paths =
        [
            .. Directory.GetFiles(Path.GetDirectoryName(Repository.CmdletAssembly)!, "*.dll"),
            Repository.EngineReference,
            .. Directory.GetFiles(RuntimeEnvironment.GetRuntimeDirectory(), "*.dll"),
        ];
        return new MetadataLoadContext(new PathAssemblyResolver(paths.DistinctBy(Path.GetFileName)));
    }
}

/// <summary>One cmdlet.</summary>
internal sealed class Cmdlet(Type type)
{
    private readonly CustomAttributeData _attribute = CmdletCatalog.Attribute(type, "CmdletAttribute")!;

    public Type Type { get; } = type;

    public string Verb => (string)_attribute.ConstructorArguments[0].Value!;

    public string Noun => (string)_attribute.ConstructorArguments[1].Value!;

    public string Name => $"{Verb}-{Noun}";

    public bool SupportsShouldProcess => Named("SupportsShouldProcess") is true;

    /// <summary>Itself and the classes of this module that it derives from.</summary>
    public IEnumerable<Type> Line
    {
        get
        {
            for (Type? type = Type; type is not null && type.Assembly == Type.Assembly; type = type.BaseType)
            {
                yield return type;
            }
        }
    }

    public IEnumerable<string> Aliases => AliasesOf(Type);

    public IReadOnlyList<Parameter> Parameters =>
        [.. Line.SelectMany(static t => t.GetProperties(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.DeclaredOnly))
            .Where(static p => CmdletCatalog.Attribute(p, "ParameterAttribute") is not null)
            .DistinctBy(static p => p.Name)
            .Select(static p => new Parameter(p))];

    public bool DerivesFrom(string name) => Line.Any(t => t.Name == name);

    public object? Named(string name) => _attribute.NamedArguments.Where(a => a.MemberName == name).Select(static a => a.TypedValue.Value).FirstOrDefault();

    public override string ToString() => Name;

    public static IEnumerable<string> AliasesOf(MemberInfo member) =>
        CmdletCatalog.Attribute(member, "AliasAttribute")?.ConstructorArguments is [{ Value: IEnumerable<CustomAttributeTypedArgument> names }]
            ? names.Select(static n => (string)n.Value!)
            : [];
}

/// <summary>One parameter of a cmdlet.</summary>
internal sealed class Parameter(PropertyInfo property)
{
    public PropertyInfo Property { get; } = property;

    public string Name => Property.Name;

    public IEnumerable<string> Aliases => Cmdlet.AliasesOf(Property);

    /// <summary>Not shown to people, in help or completion.</summary>
    public bool IsHidden => Property.GetCustomAttributesData().Where(static a => a.AttributeType.Name == "ParameterAttribute")
        .All(static a => a.NamedArguments.Any(static n => n is { MemberName: "DontShow", TypedValue.Value: true }));
}
