using Zhengtong.Cases.Contracts;
using Zhengtong.Identity.Contracts;
using Zhengtong.Kernel;

namespace Zhengtong.Cases.HandleCase;

/// <summary>Cases by number, its beginning, or the applicant's whole name, within the officer's scope.</summary>
internal sealed class CaseSource(Database database, DossierReader dossiers) : ISearchSource
{
    public SearchPlace Place => SearchPlace.Workbench;

    public IReadOnlyList<SearchGroup> Groups { get; } = [new("cases", "办件", "briefcase", 10,
        w => $"{CaseLinks.All}?q={Uri.EscapeDataString(w)}")];

    public async Task<IReadOnlyList<SearchHit>> SearchAsync(Actor actor, string words, int limit, CancellationToken cancellationToken)
    {
        if (!actor.May("cases.read")) { return []; }
        var page = await database.Read("cases.search", actor).CasesInScopeAsync(
            new(words, dossiers.NameIndex(words), null, null, null, limit), cancellationToken);
        return
        [
            .. page.Rows.Select(r => new SearchHit(
                "cases", r.Number ?? "", CaseLinks.Handle(r.Id),
                $"{r.ServiceTitle}　{Mask.Name(dossiers.NameOf(r.Id, r.ApplicantNameSealed))}", CaseWords.Status(r.Status))),
        ];
    }
}
