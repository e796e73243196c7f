using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Zhengtong.Cases.Contracts;
using Zhengtong.Design;
using Zhengtong.Forms;
using Zhengtong.Kernel;
using Zhengtong.Services.Contracts;

namespace Zhengtong.Cases.ApplyCase;

/// <summary>The way of an application: before you start, one page a group of questions, materials, check, submit.</summary>
internal static class ApplyEndpoints
{
    private const long MaxUploadBytes = 120L << 20;

    public static void MapApplyCase(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/apply/{service}", StartPageAsync).ForApplicants();
        routes.MapPost("/apply/{service}", StartAsync).ForApplicants();
        routes.MapGet("/my/cases/{id:guid}/resume", ResumeAsync).ForApplicants();
        routes.MapGet("/my/cases/{id:guid}/fill", FillPageAsync).ForApplicants();
        routes.MapPost("/my/cases/{id:guid}/fill", FillAsync).ForApplicants();
        routes.MapGet("/my/cases/{id:guid}/materials", MaterialsPageAsync).ForApplicants();
        routes.MapPost("/my/cases/{id:guid}/materials", MaterialsAsync).ForApplicants()
            .WithMetadata(new RequestFormLimitsAttribute { MultipartBodyLengthLimit = MaxUploadBytes });
        routes.MapGet("/my/cases/{id:guid}/check", CheckPageAsync).ForApplicants();
        routes.MapPost("/my/cases/{id:guid}/check", SubmitAsync).ForApplicants();
        routes.MapPost("/my/cases/{id:guid}/discard", DiscardAsync).ForApplicants();
    }

    /// <summary>The same pages for a clerk who fills in for somebody at the window.</summary>
    public static void MapFilling(this RouteGroupBuilder group)
    {
        group.MapGet("/{id:guid}/fill", FillPageAsync);
        group.MapPost("/{id:guid}/fill", FillAsync);
        group.MapGet("/{id:guid}/materials", MaterialsPageAsync);
        group.MapPost("/{id:guid}/materials", MaterialsAsync)
            .WithMetadata(new RequestFormLimitsAttribute { MultipartBodyLengthLimit = MaxUploadBytes });
        group.MapGet("/{id:guid}/check", CheckPageAsync);
        group.MapPost("/{id:guid}/check", SubmitAsync);
        group.MapPost("/{id:guid}/discard", DiscardAsync);
    }

    private static async Task<IResult> StartPageAsync(
        string service, HttpContext context, CurrentActor current, Database database, ServiceCatalogue catalogue, MaterialRules rules,
        CancellationToken cancellationToken)
    {
        if (catalogue.Find(service) is not { } item) { return CaseErrors.NoService.ToResult(context); }
        var drafts = await database.Read("cases.drafts", current.Actor).DraftsAsync(service, cancellationToken);
        var chosen = Chosen(item, k => context.Request.Query[k]);
        return Page.Of<StartPage>(new { Item = item, Drafts = drafts, Chosen = chosen, Materials = rules.ForGuide(item, chosen) });
    }

    private static async Task<IResult> StartAsync(
        string service, [FromForm] IFormCollection form, HttpContext context, CurrentActor current, ServiceCatalogue catalogue,
        StartCaseHandler handler,
        MaterialRules rules, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (catalogue.Find(service) is not { } item) { return CaseErrors.NoService.ToResult(context); }
        var chosen = Chosen(item, k => form[k]);
        var result = await handler.HandleAsync(new(service, chosen, form.SubmissionId(clock)), current.Actor, cancellationToken);
        return result.IsSuccess
            ? new SeeOther(result.Value)
            : Page.Refused<StartPage>(result.Error, new
            {
                Item = item, Drafts = (IReadOnlyList<DraftRow>)[], Chosen = chosen, Materials = rules.ForGuide(item, chosen),
                Errors = result.Error.ToFormErrors(),
            });
    }

    private static async Task<IResult> FillPageAsync(
        Guid id, int? page, HttpContext context, CurrentActor current, Database database, DossierReader dossiers,
        CancellationToken cancellationToken)
    {
        var read = database.Read("cases.fill", current.Actor);
        if (await read.FindOwnCaseAsync(id, cancellationToken) is not { } @case) { return CaseErrors.NotFound.ToResult(context); }
        if (!@case.IsOpenForApplicant) { return new SeeOther(FilingWay.Of(current.Actor).View(id)); }
        var dossier = await dossiers.OpenAsync(read, @case, cancellationToken);
        return Shown(dossier, (page ?? 1) - 1, 1) is { } index ? Page.Of<FillPage>(new { Dossier = dossier, Index = index,
            Way = FilingWay.Of(current.Actor) }) : new SeeOther(FilingWay.Of(current.Actor).Materials(id));
    }

    /// <summary>Where the applicant left off: the first page with something missing, then the materials, then the check.</summary>
    private static async Task<IResult> ResumeAsync(
        Guid id, HttpContext context, CurrentActor current, Database database, DossierReader dossiers, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var read = database.Read("cases.resume", current.Actor);
        if (await read.FindOwnCaseAsync(id, cancellationToken) is not { } @case) { return CaseErrors.NotFound.ToResult(context); }
        if (!@case.IsOpenForApplicant) { return new SeeOther(CaseLinks.View(id)); }
        var dossier = await dossiers.OpenAsync(read, @case, cancellationToken);
        for (var index = Shown(dossier, 0, 1); index is { } page; index = Shown(dossier, page + 1, 1))
        {
            var faults = FormRules.Check(dossier.Filled, clock.Today(), dossier.Form.Pages[page].Fields);
            if (faults.Count > 0) { return new SeeOther(CaseLinks.Fill(id, page + 1)); }
        }
        var needsMaterials = dossier.Missing.Count > 0 || @case.Status == CaseStatus.Correcting;
        return new SeeOther(needsMaterials ? CaseLinks.Materials(id) : CaseLinks.Check(id));
    }

    private static async Task<IResult> FillAsync(
        Guid id, int? page, [FromForm] IFormCollection form, HttpContext context, CurrentActor current, FillCaseHandler handler,
        CancellationToken cancellationToken)
    {
        var index = (page ?? 1) - 1;
        var posted = form.ToDictionary(f => f.Key, f => f.Value);
        var rows = form.Keys.Any(k => k.StartsWith("add:", StringComparison.Ordinal) || k.StartsWith("remove:", StringComparison.Ordinal));
        var isDraft = form["then"] == "draft";
        var result = await handler.HandleAsync(new(id, index, posted, Check: !rows && !isDraft && form["then"] != "back"), current.Actor,
            cancellationToken);
        if (!result.IsSuccess) { return result.Error.ToResult(context); }
        var (dossier, errors) = result.Value;
        if (rows) { return new SeeOther(FilingWay.Of(current.Actor).Fill(id, index + 1)); }
        if (isDraft)
        {
            context.Flash("草稿已保存，随时可以从“我的办件”接着填。");
            return new SeeOther(FilingWay.Of(current.Actor).View(id));
        }
        if (form["then"] == "back") { return new SeeOther(Shown(dossier, index - 1, -1) is { } before
            ? FilingWay.Of(current.Actor).Fill(id, before + 1) : FilingWay.Of(current.Actor).Fill(id, index + 1)); }
        if (errors.Count > 0)
        {
            var error = Error.Invalid("cases.page-incomplete", "请按提示修改。", [.. errors]);
            return Page.Refused<FillPage>(error,
                new { Dossier = dossier, Index = index, Way = FilingWay.Of(current.Actor), Errors = error.ToFormErrors() });
        }
        return new SeeOther(Shown(dossier, index + 1, 1) is { } next ? FilingWay.Of(current.Actor).Fill(id, next + 1)
            : FilingWay.Of(current.Actor).Materials(id));
    }

    private static async Task<IResult> MaterialsPageAsync(
        Guid id, HttpContext context, CurrentActor current, Database database, DossierReader dossiers, CancellationToken cancellationToken)
    {
        var read = database.Read("cases.materials", current.Actor);
        if (await read.FindOwnCaseAsync(id, cancellationToken) is not { } @case) { return CaseErrors.NotFound.ToResult(context); }
        if (!@case.IsOpenForApplicant) { return new SeeOther(FilingWay.Of(current.Actor).View(id)); }
        return Page.Of<MaterialsPage>(
            new { Way = FilingWay.Of(current.Actor), Dossier = await dossiers.OpenAsync(read, @case, cancellationToken) });
    }

    private static async Task<IResult> MaterialsAsync(
        Guid id, [FromForm] IFormCollection form, HttpContext context, CurrentActor current, Database database, DossierReader dossiers,
        AddMaterialHandler handler,
        CancellationToken cancellationToken)
    {
        var faults = new List<FieldError>();
        foreach (var removed in form["remove"])
        {
            if (Guid.TryParse(removed, out var material)) { await handler.RemoveAsync(id, material, current.Actor, cancellationToken); }
        }
        if (current.Actor.Kind is ActorKind.Officer && form["paper"].Count > 0)
        {
            var checkedPaper = await handler.CheckPaperAsync(id, [.. form["paper"].OfType<string>()], current.Actor, cancellationToken);
            if (!checkedPaper.IsSuccess) { return checkedPaper.Error.ToResult(context); }
        }
        foreach (var file in form.Files.Where(f => f.Length > 0 && f.Name.StartsWith("material.", StringComparison.Ordinal)))
        {
            await using var content = file.OpenReadStream();
            var added = await handler.HandleAsync(new(id, file.Name["material.".Length..], file.FileName, content), current.Actor,
                cancellationToken);
            if (!added.IsSuccess)
            {
                if (added.Error.Kind is ErrorKind.NotFound) { return added.Error.ToResult(context); }
                faults.AddRange(added.Error.Fields.Count > 0 ? added.Error.Fields : [new("", added.Error.Code, added.Error.Message)]);
            }
        }
        var read = database.Read("cases.materials", current.Actor);
        if (await read.FindOwnCaseAsync(id, cancellationToken) is not { } @case) { return CaseErrors.NotFound.ToResult(context); }
        if (faults.Count > 0)
        {
            var error = Error.Invalid("cases.materials", "有材料没有上传成功。", [.. faults]);
            return Page.Refused<MaterialsPage>(error, new { Way = FilingWay.Of(current.Actor),
                Dossier = await dossiers.OpenAsync(read, @case, cancellationToken), Errors = error.ToFormErrors() });
        }
        return new SeeOther(form["then"] == "next" ? FilingWay.Of(current.Actor).Check(id) : FilingWay.Of(current.Actor).Materials(id));
    }

    private static async Task<IResult> CheckPageAsync(
        Guid id, HttpContext context, CurrentActor current, Database database, DossierReader dossiers, CaseDecisions decisions,
        CancellationToken cancellationToken)
    {
        var read = database.Read("cases.check", current.Actor);
        if (await read.FindOwnCaseAsync(id, cancellationToken) is not { } @case) { return CaseErrors.NotFound.ToResult(context); }
        if (!@case.IsOpenForApplicant) { return new SeeOther(FilingWay.Of(current.Actor).View(id)); }
        var dossier = await dossiers.OpenAsync(read, @case, cancellationToken);
        return Page.Of<CheckPage>(new { Way = FilingWay.Of(current.Actor), Dossier = dossier, Decision = decisions.Eligibility(dossier) });
    }

    private static async Task<IResult> SubmitAsync(
        Guid id, [FromForm] IFormCollection form, HttpContext context, CurrentActor current, Database database, DossierReader dossiers,
        CaseDecisions decisions,
        SubmitCaseHandler handler, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (form["confirm"] != "true")
        {
            var unconfirmed = Error.Invalid("cases.unconfirmed", "请先勾选承诺。", new FieldError("confirm", "required", "请阅读并勾选承诺"));
            return await AgainAsync(unconfirmed);
        }
        var result = await handler.HandleAsync(new(id, form.SubmissionId(clock)), current.Actor, cancellationToken);
        if (result.IsSuccess)
        {
            context.Flash("申请已提交。办件编号和二维码见下方，进度有变化时会通知您。");
            return new SeeOther(result.Value);
        }
        return result.Error.Kind is ErrorKind.Invalid ? await AgainAsync(result.Error) : result.Error.ToResult(context);

        async Task<IResult> AgainAsync(Error error)
        {
            var read = database.Read("cases.check", current.Actor);
            if (await read.FindOwnCaseAsync(id, cancellationToken) is not { } @case) { return CaseErrors.NotFound.ToResult(context); }
            var dossier = await dossiers.OpenAsync(read, @case, cancellationToken);
            return Page.Refused<CheckPage>(error, new { Way = FilingWay.Of(current.Actor), Dossier = dossier,
                Decision = decisions.Eligibility(dossier), Errors = error.ToFormErrors() });
        }
    }

    private static async Task<IResult> DiscardAsync(
        Guid id, HttpContext context, CurrentActor current, Database database, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(new("cases.discard", current.Actor), cancellationToken);
        if (await work.FindOwnCaseAsync(id, cancellationToken) is not { } @case) { return CaseErrors.NotFound.ToResult(context); }
        if (!@case.IsDraft) { return CaseErrors.NotOpen.ToResult(context); }
        await work.DiscardDraftAsync(id, cancellationToken);
        work.Audit("case", id.ToString(), summary: "删除草稿");
        await work.CommitAsync(cancellationToken);
        context.Flash("草稿已删除。");
        return new SeeOther(FilingWay.Of(current.Actor).Root);
    }

    /// <summary>The next page in a direction that the rules show; null behind the last one.</summary>
    private static int? Shown(Dossier dossier, int from, int step)
    {
        var pages = dossier.Form.Pages;
        for (var index = Math.Max(from, step > 0 ? 0 : -1); index >= 0 && index < pages.Count; index += step)
        {
            if (dossier.Filled.IsShown(pages[index])) { return index; }
        }
        return null;
    }

    private static Dictionary<string, string> Chosen(ServiceItem item, Func<string, string?> of) =>
        // `!`: filtered above
        item.Situations.Select(s => (s.Key, Value: of(s.Key))).Where(s => s.Value is { Length: > 0 })
            .ToDictionary(s => s.Key, s => s.Value!);
}
