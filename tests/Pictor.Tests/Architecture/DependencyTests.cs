using Mono.Cecil;

namespace Pictor.Tests.Architecture;

[Collection(nameof(Assemblies))]
public sealed class DependencyTests
{
    [Fact]
    public void Every_room_uses_only_what_the_table_lets_it_use() =>
        Assemblies.Gateway.SelectMany(Violations).ShouldBeEmpty();

    [Fact]
    public void Every_namespace_belongs_to_a_room_of_the_table() =>
        Assemblies.Gateway.Select(type => Rooms.Of(Assemblies.NamespaceOf(type))!).Distinct().Where(room => !Rooms.IsKnown(room)).ShouldBeEmpty();

    [Fact]
    public void The_picture_library_knows_nothing_of_the_gateway() =>
        Assemblies.Imaging.SelectMany(type => Uses.Of(type).Where(used => Rooms.Of(Assemblies.NamespaceOf(used)) is not (null or Rooms.Imaging))).ShouldBeEmpty();

    [Theory]
    [InlineData("Jobs", "Api")]
    [InlineData("Images", "Catalog")]
    [InlineData("Errors", "Images")]
    [InlineData("Api", "Upstream")]
    [InlineData("Api", "Providers/Sandbox")]
    [InlineData("Routing", "Providers/Sandbox")]
    [InlineData("Providers", "Providers/Sandbox")]
    [InlineData("Providers/Sandbox", "Providers/OpenAI")]
    [InlineData("Providers/Sandbox", "Storage")]
    [InlineData("Storage", Rooms.Root)]
    public void The_table_forbids(string user, string used) => Rooms.MayUse(user, used).ShouldBeFalse();

    [Theory]
    [InlineData("Jobs", "Routing")]
    [InlineData("Providers/Sandbox", "Providers")]
    [InlineData("Providers/Sandbox", Rooms.Imaging)]
    [InlineData(Rooms.Root, "Providers/Sandbox")]
    public void The_table_allows(string user, string used) => Rooms.MayUse(user, used).ShouldBeTrue();

    [Fact]
    public void Uses_are_found_in_signatures_bodies_lambdas_and_async_methods()
    {
        var sample = Assemblies.Tests.Single(type => type.Name == nameof(Sample));
        var found = Uses.Of(sample).Select(type => type.Name).ToList();
        found.ShouldContain(nameof(Uri));
        found.ShouldContain(nameof(Version));
        found.ShouldContain(nameof(HttpClient));
        found.ShouldContain(nameof(Random));
        found.ShouldContain(nameof(TimeZoneInfo));
    }

    // The one list of providers names them all: that is what it is for.
    private static IEnumerable<string> Violations(TypeDefinition type) =>
        type.FullName == "Pictor.Providers.ProviderList"
            ? []
            : from used in Uses.Of(type)
              let user = Rooms.Of(Assemblies.NamespaceOf(type))
              let room = Rooms.Of(Assemblies.NamespaceOf(used))
              where room is not null && !Rooms.MayUse(user, room)
              select $"{type.FullName} uses {used.FullName}: {user} may not use {room}";

    private static class Sample
    {
        private static readonly Func<object> Lambda = () => new Version(1, 2);

        public static string Signature(Uri address, List<Random[]> nested) => address + nested.Count.ToString() + Lambda();

        public static async Task BodyAsync()
        {
            using var client = new HttpClient();
            await Task.Yield();
            Console.WriteLine(TimeZoneInfo.Utc.Id + client.Timeout);
        }
    }
}
