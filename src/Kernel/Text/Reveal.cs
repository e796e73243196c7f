namespace Zhengtong.Kernel;

/// <summary>A personal value that pages show masked and an officer may ask to see in full.</summary>
/// <param name="Label">What it is: 身份证号.</param>
/// <param name="Subject">The thing it belongs to, for the audit: its type and id.</param>
/// <param name="Back">Page to go back to.</param>
public sealed record RevealedValue(string Label, string Masked, string Clear, (string Type, string Id) Subject, string Back);

/// <summary>Finds personal values of one kind of thing. There is one page that asks for a reason, notes it and shows the value; rooms only
/// say where the value is and who may see it.</summary>
public interface IRevealSource
{
    /// <summary>Name in the address: <c>case</c>, <c>record</c>, <c>licence</c>.</summary>
    string Kind { get; }

    /// <summary>Null where there is no such value, or the actor may not know that there is.</summary>
    Task<RevealedValue?> FindAsync(Actor actor, string subject, string field, CancellationToken cancellationToken);
}

public static class RevealLinks
{
    public const string Page = "/workbench/reveal";

    public static string To(string kind, string subject, string field) =>
        $"{Page}?kind={kind}&subject={Uri.EscapeDataString(subject)}&field={Uri.EscapeDataString(field)}";
}
