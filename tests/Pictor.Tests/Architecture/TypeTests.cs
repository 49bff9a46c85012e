using Mono.Cecil;

namespace Pictor.Tests.Architecture;

/// <summary>How types are declared and called.</summary>
[Collection(nameof(Assemblies))]
public sealed class TypeTests
{
    private static readonly string[] BannedSuffixes =
        ["Service", "Services", "Manager", "Helper", "Helpers", "Util", "Utils", "Utility", "Base", "Impl", "Dto", "Data", "Info", "Common", "Core", "Shared"];

    [Fact]
    public void The_gateway_has_no_public_type() =>
        Names(Assemblies.Gateway.Where(type => type.IsPublic)).ShouldBeEmpty();

    [Fact]
    public void A_class_is_sealed_static_or_abstract() =>
        Names(Assemblies.Gateway.Concat(Assemblies.Imaging).Where(type => type is { IsClass: true, IsValueType: false, IsSealed: false, IsAbstract: false })).ShouldBeEmpty();

    [Fact]
    public void An_abstract_class_is_a_closed_list_of_what_stands_beside_or_inside_it() =>
        Names(Assemblies.Gateway.Where(type =>
            type.BaseType?.Resolve() is { IsAbstract: true, IsInterface: false } above
            && Rooms.Of(Assemblies.NamespaceOf(above)) is not null
            && above != type.DeclaringType
            && above.DeclaringType != type.DeclaringType)).ShouldBeEmpty();

    [Fact]
    public void No_name_ends_in_a_word_that_says_nothing() =>
        Names(Assemblies.Gateway.Concat(Assemblies.Imaging).Where(type => IsBanned(Assemblies.NameOf(type)))).ShouldBeEmpty();

    [Fact]
    public void No_file_or_folder_ends_in_a_word_that_says_nothing() =>
        Repository.Files("src").SelectMany(path => path.Split('/')).Select(part => part.Split('.')[0]).Distinct().Where(IsBanned).ShouldBeEmpty();

    [Theory]
    [InlineData("ImageService", true)]
    [InlineData("ProviderBase", true)]
    [InlineData("Data", true)]
    [InlineData("DataFolder", false)]
    [InlineData("Score", false)]
    public void A_word_is_banned_where_it_ends_a_name(string name, bool banned) => IsBanned(name).ShouldBe(banned);

    [Fact]
    public void An_endpoint_is_a_static_class() =>
        Names(Assemblies.Gateway.Where(type => Ends(type, "Endpoint") && type is not { IsAbstract: true, IsSealed: true })).ShouldBeEmpty();

    [Fact]
    public void A_worker_is_a_hosted_loop() =>
        Names(Assemblies.Gateway.Where(type => Ends(type, "Worker")
            && type.Interfaces.All(found => found.InterfaceType.Name != "IHostedService")
            && type.BaseType.Name != "BackgroundService")).ShouldBeEmpty();

    [Fact]
    public void A_cancellation_token_is_the_last_parameter_and_never_defaulted()
    {
        var wrong =
            from type in Assemblies.Gateway.Concat(Assemblies.Imaging)
            where type.BaseType?.Name != nameof(MulticastDelegate)
            from method in type.Methods
            where !method.Name.Contains('<', StringComparison.Ordinal) && !method.IsConstructor && !IsOverride(method)
            from parameter in method.Parameters
            where IsToken(parameter) && (parameter.IsOptional || method.Parameters.Skip(parameter.Index).Any(after => !IsToken(after)))
            select method.FullName;
        wrong.ShouldBeEmpty();
    }

    private static bool IsBanned(string name) => BannedSuffixes.Any(word => name.EndsWith(word, StringComparison.Ordinal));

    private static bool IsToken(ParameterDefinition parameter) => parameter.ParameterType.Name == nameof(CancellationToken);

    // Its signature is the framework's.
    private static bool IsOverride(MethodDefinition method) => method is { IsVirtual: true, IsNewSlot: false };

    private static bool Ends(TypeReference type, string suffix) => Assemblies.NameOf(type).EndsWith(suffix, StringComparison.Ordinal);

    private static IEnumerable<string> Names(IEnumerable<TypeDefinition> types) => types.Select(type => type.FullName);
}
