using Zhengtong.Design;
using Zhengtong.Dmn;
using Zhengtong.Kernel;

namespace Zhengtong.Designers.Guide;

/// <summary>What a service may be linked to.</summary>
public sealed record GuideChoices(IReadOnlyList<Option> Forms, IReadOnlyList<Option> Processes, IReadOnlyList<Option> Decisions)
{
    public static GuideChoices Of(ArtefactStore artefacts) => new(
        [.. artefacts.All("form").Select(a => new Option(a.Key, a.Title == a.Key ? a.Key : $"{a.Title}（{a.Key}）"))],
        [.. artefacts.All("process").Select(a => new Option(a.Key, $"{a.Title}（{a.Key}）"))],
        [.. artefacts.All("decision").SelectMany(a => DecisionsOf(a.Content).Select(d => new Option($"{a.Key}#{d}", $"{a.Title}：{d}")))]);

    /// <summary>The choice that stands in the text stays choosable, also when what it names is only a draft.</summary>
    public static IEnumerable<Option> With(IReadOnlyList<Option> options, string value) =>
        value.Length == 0 || options.Any(o => o.Value == value) ? options : options.Prepend(new(value, $"{value}（未发布）"));

    private static IEnumerable<string> DecisionsOf(string dmn) => DmnModel.Read(dmn).Model is { } model
        ? model.Decisions.Select(d => d.Name) : [];
}
