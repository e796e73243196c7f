using Zhengtong.Cases.Contracts;
using Zhengtong.Kernel;

namespace Zhengtong.Cases.ApplyCase;

/// <summary>Addresses of filling in, on the portal or at the window: the pages are the same, the houses are not.</summary>
public sealed record FilingWay(string Root)
{
    public static FilingWay Portal { get; } = new(CaseLinks.Own);

    public static FilingWay Window { get; } = new(CaseLinks.Window);

    public static FilingWay Of(Actor actor) => actor.Kind is ActorKind.Officer ? Window : Portal;

    public bool IsWindow => Root == CaseLinks.Window;

    /// <summary>Above the heading: at the window also whose case it is, for a clerk has many a day.</summary>
    public string Over(Dossier dossier) =>
        IsWindow ? $"窗口收件 · {dossier.ApplicantName} · {dossier.Service.Title}" : dossier.Service.Title;

    public string View(Guid id) => $"{Root}/{id}";

    public string Fill(Guid id, int page = 1) => $"{Root}/{id}/fill?page={page}";

    public string Materials(Guid id) => $"{Root}/{id}/materials";

    public string Check(Guid id) => $"{Root}/{id}/check";

    public string File(Guid id, Guid material) => $"{Root}/{id}/files/{material}";
}
