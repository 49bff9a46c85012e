using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Pictor.Providers.Sandbox;

/// <summary>Settings of the sandbox, from <c>Pictor:Providers:Sandbox</c>.</summary>
internal sealed class SandboxOptions
{
    public const string Section = "Pictor:Providers:Sandbox";

    /// <summary>Whether the word "sandbox" is written inside the bottom 24 pixels.</summary>
    public bool Caption { get; set; } = true;

    /// <summary>How many pictures are drawn at a time.</summary>
    [Range(1, 256)]
    public int Concurrent { get; set; } = Environment.ProcessorCount;
}

/// <summary>Checks <see cref="SandboxOptions"/> at start.</summary>
[OptionsValidator]
internal sealed partial class SandboxOptionsValidator : IValidateOptions<SandboxOptions>;
