namespace Pictor.Tests.Docs;

public sealed class GeneratedDocsTests
{
    [Fact]
    public void The_page_about_errors_is_what_the_table_says() => GeneratedFile.ShouldHold("docs/errors.md", ErrorsPage.Write());

    [Fact]
    public void The_page_about_settings_is_what_the_option_types_say() => GeneratedFile.ShouldHold("docs/configuration.md", ConfigurationPage.Write());

    [Fact]
    public void The_schema_of_the_settings_is_what_the_option_types_say() => GeneratedFile.ShouldHold("pictor.schema.json", SettingsSchema.Write());
}
