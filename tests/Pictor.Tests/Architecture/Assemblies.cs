using Mono.Cecil;

namespace Pictor.Tests.Architecture;

/// <summary>The compiled assemblies, as their IL has them.</summary>
internal static class Assemblies
{
    /// <summary>All types of src/Pictor that somebody wrote, nested ones included.</summary>
    public static IReadOnlyList<TypeDefinition> Gateway { get; } = Written(typeof(Gateway).Assembly.Location);

    public static IReadOnlyList<TypeDefinition> Imaging { get; } = Written(typeof(global::Pictor.Imaging.Picture).Assembly.Location);

    /// <summary>These tests: what the checks are tried on.</summary>
    public static IReadOnlyList<TypeDefinition> Tests { get; } = Written(typeof(Assemblies).Assembly.Location);

    /// <summary>The namespace of a type, that of the outermost one for a nested type.</summary>
    public static string NamespaceOf(TypeReference type) => type.DeclaringType is { } outer ? NamespaceOf(outer) : type.Namespace;

    /// <summary>The name without the arity of a generic type.</summary>
    public static string NameOf(TypeReference type) => type.Name.Split('`')[0];

    private static TypeDefinition[] Written(string path)
    {
        // Kept open: bodies are read when they are asked for. Cecil is not for many threads, so the classes that ask are one collection.
        var module = ModuleDefinition.ReadModule(path, new ReaderParameters { InMemory = true });
        return [.. module.GetTypes().Where(type => !IsGenerated(type) && NamespaceOf(type).Split('.')[0] == "Pictor")];
    }

    private static bool IsGenerated(TypeDefinition type) =>
        type.Name.Contains('<', StringComparison.Ordinal)
        || type.CustomAttributes.Any(attribute => attribute.AttributeType.Name is "CompilerGeneratedAttribute" or "GeneratedCodeAttribute")
        || (type.DeclaringType is { } outer && IsGenerated(outer));
}
