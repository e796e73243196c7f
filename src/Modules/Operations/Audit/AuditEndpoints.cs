using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Zhengtong.Design;
using Zhengtong.Kernel;
using Zhengtong.Operations.Contracts;

namespace Zhengtong.Operations.Audit;

/// <summary>The auditor's pages: search, look, verify, export. Reading the audit is itself audited.</summary>
internal static class AuditEndpoints
{
    public static void MapAudit(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(OperationsLinks.Audit, SearchAsync).ForOfficers(OperationsRights.ReadAudit);
        routes.MapGet(OperationsLinks.Audit + "/{seq:long}", ShowAsync).ForOfficers(OperationsRights.ReadAudit);
        routes.MapPost(OperationsLinks.Audit + "/verify", VerifyAsync).ForOfficers(OperationsRights.VerifyAudit);
        routes.MapPost(OperationsLinks.Audit + "/export", ExportAsync).ForOfficers(OperationsRights.ExportAudit);
    }

    private static async Task<IResult> SearchAsync(
        HttpContext context, CurrentActor current, Database database, AuditLog audit, CancellationToken cancellationToken)
    {
        var query = Read(name => context.Request.Query[name].ToString());
        var session = database.Read("audit.search", current.Actor);
        var items = await audit.SearchAsync(session, query, cancellationToken);
        await audit.WriteAsync(session.Operation, new("audit", "", "查询审计日志", null, query), cancellationToken);
        return Page.Of<AuditPage>(new
        {
            Items = items, Query = query, MayVerify = current.Actor.May(OperationsRights.VerifyAudit),
            MayExport = current.Actor.May(OperationsRights.ExportAudit),
            Pager = new Pager { Next = items.Count == 50 ? items[^1].Seq.ToString() : null },
        });
    }

    private static async Task<IResult> ShowAsync(
        long seq, HttpContext context, CurrentActor current, Database database, AuditLog audit, AuditVerifier verifier,
        CancellationToken cancellationToken)
    {
        var session = database.Read("audit.show", current.Actor);
        if (await audit.FindAsync(session, seq, cancellationToken) is not { } row)
        {
            return Error.NotFound("audit.not-found", "没有这条审计记录。").ToResult(context);
        }
        await audit.WriteAsync(session.Operation, new("audit", seq.ToString(), "查看审计记录", null, null), cancellationToken);
        return Page.Of<AuditEntryPage>(new { Row = row, IsGenuine = verifier.IsGenuine(row) });
    }

    private static async Task<IResult> VerifyAsync(
        [FromForm] IFormCollection form, CurrentActor current, TimeProvider clock, Kernel.Jobs jobs, CancellationToken cancellationToken)
    {
        var id = await jobs.EnqueueAsync(current.Actor, AuditVerification.Name, new AuditVerification.Args(), cancellationToken, new()
        {
            UniqueKey = $"verify:{form.SubmissionId(clock):n}", Priority = 10,
        });
        return new SeeOther(OperationsLinks.Job(id));
    }

    private static async Task<IResult> ExportAsync(
        [FromForm] IFormCollection form, CurrentActor current, TimeProvider clock, Kernel.Jobs jobs, CancellationToken cancellationToken)
    {
        var query = Read(name => form[name].ToString()) with { Before = null };
        var id = await jobs.EnqueueAsync(current.Actor, AuditExport.Name, query, cancellationToken, new()
        {
            UniqueKey = $"export:{form.SubmissionId(clock):n}", Priority = 10,
        });
        return new SeeOther(OperationsLinks.Job(id));
    }

    /// <summary>From a query or a form; what cannot be read is left out rather than refused: a search shows its filters.</summary>
    private static AuditQuery Read(Func<string, string> get)
    {
        return new()
        {
            From = Day("from")?.StartOfDay(), Until = Day("until")?.AddDays(1).StartOfDay(), ActorName = Text("actor"),
            ActorId = Guid.TryParse(get("actor-id"), out var actor) ? actor : null, Operation = Text("operation"),
            SubjectType = Text("subject-type"),
            SubjectId = Text("subject"), RemoteAddress = Text("address"),
            Before = long.TryParse(get("cursor"), out var before) ? before : null,
        };

        DateOnly? Day(string name) => DateOnly.TryParseExact(get(name), "yyyy-MM-dd", out var day)
            && day.Year is > 2000 and < 3000 ? day : null;

        string? Text(string name) => get(name).Trim() is { Length: > 0 and <= 200 } text
            ? text.Replace("\0", "", StringComparison.Ordinal)
            : null;
    }
}
