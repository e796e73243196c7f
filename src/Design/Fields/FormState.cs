using Microsoft.AspNetCore.Http;

namespace Zhengtong.Design;

/// <summary>What a <see cref="Form"/> tells its fields: what to correct and what was typed last.</summary>
/// <param name="Errors">What to correct.</param>
/// <param name="Posted">The refused post, so that nothing has to be typed twice; null on the first showing.</param>
/// <param name="Prefix">Before the ids of the fields, where a page has several forms with fields of the same name.</param>
public sealed record FormState(FormErrors Errors, IFormCollection? Posted, string? Prefix = null)
{
    /// <summary>Id of a field of this form.</summary>
    public string Id(string name) => IdOf(Prefix is null ? name : $"{Prefix}-{name}");

    /// <summary>Id of a field's input: names may carry dots and brackets, ids in selectors should not.</summary>
    public static string IdOf(string name) => "f-" + string.Concat(name.Select(c => char.IsLetterOrDigit(c) ? c : '-'));
}
