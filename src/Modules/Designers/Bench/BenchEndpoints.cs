using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Zhengtong.Design;
using Zhengtong.Designers.Contracts;
using Zhengtong.Kernel;

namespace Zhengtong.Designers.Bench;

/// <summary>The bench of a decision: try it, see why, keep the question for the next version.</summary>
internal static class BenchEndpoints
{
    private static readonly Error NoModel = Error.Invalid("definitions.no-model", "决策模型无法读取，请先在源文件里改好。");

    public static void MapBench(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup(DesignerLinks.Root + "/decision/{key}/bench").ForOfficers(DesignersModule.Permission);
        group.MapGet("", ShowAsync);
        group.MapPost("", RunAsync);
        group.MapPost("cases/{id:guid}/delete", DeleteAsync);
    }

    private static async Task<IResult> ShowAsync(
        string key, Guid? @case, HttpContext context, Database database, CurrentActor current, DefinitionReader reader,
        DefinitionChecks checks, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var read = database.Read("definitions.bench", current.Actor);
        if (await reader.OpenAsync(read, "decision", key, cancellationToken) is not { } definition)
        {
            return DefinitionErrors.NotFound.ToResult(context);
        }
        return await PageAsync(read, definition, checks, clock, null, @case, null, null, cancellationToken);
    }

    private static async Task<IResult> RunAsync(
        string key, [FromForm] IFormCollection form, HttpContext context, Database database, CurrentActor current, DefinitionReader reader,
        DefinitionChecks checks,
        TimeProvider clock, CancellationToken cancellationToken)
    {
        var read = database.Read("definitions.bench", current.Actor);
        if (await reader.OpenAsync(read, "decision", key, cancellationToken) is not { } definition)
        {
            return DefinitionErrors.NotFound.ToResult(context);
        }
        if (DecisionBench.Open(definition.Text) is not { } bench)
        {
            return await PageAsync(read, definition, checks, clock, null, null, NoModel, form, cancellationToken);
        }
        var decision = form["decision"].ToString();
        var inputs = form.Keys.Where(k => k.StartsWith("input.", StringComparison.Ordinal))
            .ToDictionary(k => k[6..], k => form[k].ToString());
        var (answer, faults) = bench.Run(decision, inputs);
        if (answer is null)
        {
            var error = Error.Invalid("definitions.bench", "输入有误。",
                [.. faults.Select(f => new FieldError("input." + f.Input, "feel", $"{f.Input} 读不懂：{f.Message}"))]);
            return await PageAsync(read, definition, checks, clock, null, null, error, form, cancellationToken);
        }
        if (form["then"] != "keep")
        {
            return await PageAsync(read, definition, checks, clock, answer, null, null, form, cancellationToken);
        }

        if (!definition.MayEdit) { return AccessErrors.Forbidden.ToResult(context); }
        var title = form["title"].ToString().Trim();
        if (title.Length is 0 or > 100)
        {
            var error = Error.Invalid("definitions.case-title", "请填写案例名称。", new FieldError("title", "required", "请填写案例名称，最多 100 字"));
            return await PageAsync(read, definition, checks, clock, answer, null, error, form, cancellationToken);
        }
        await using var work = await database.BeginAsync(new("definitions.keep-case", current.Actor), cancellationToken);
        if (await work.ClaimSubmissionAsync(form.SubmissionId(clock), cancellationToken) is null)
        {
            var kept = new DecisionCase
            {
                Id = work.NewId(), DecisionKey = key, Title = title, Decision = decision, Inputs = Json.Of(inputs), Expected = answer.Value,
                CreatedAt = work.Now,
                CreatedBy = work.Actor.Name,
            };
            await work.InsertDecisionCaseAsync(kept, cancellationToken);
            work.Audit("definition", $"decision:{key}", summary: $"保存试算案例“{title}”");
            await work.AnswerSubmissionAsync(form.SubmissionId(clock), DesignerLinks.Of("decision", key, "bench"), cancellationToken);
            await work.CommitAsync(cancellationToken);
        }
        context.Flash($"案例“{title}”已保存，预期结果为 {answer.Value}。");
        return new SeeOther(DesignerLinks.Of("decision", key, "bench"));
    }

    private static async Task<IResult> DeleteAsync(
        string key, Guid id, [FromForm] IFormCollection form, HttpContext context, Database database, CurrentActor current,
        DefinitionKinds kinds,
        CancellationToken cancellationToken)
    {
        _ = form;
        if (kinds.Find("decision") is not { } kind || !current.Actor.May(kind.Edit)) { return AccessErrors.Forbidden.ToResult(context); }
        await using var work = await database.BeginAsync(new("definitions.delete-case", current.Actor), cancellationToken);
        if (await work.DeleteDecisionCaseAsync(key, id, cancellationToken) == 0) { return DefinitionErrors.NotFound.ToResult(context); }
        work.Audit("definition", $"decision:{key}", summary: "删除试算案例", before: new { id });
        await work.CommitAsync(cancellationToken);
        context.Flash("案例已删除。");
        return new SeeOther(DesignerLinks.Of("decision", key, "bench"));
    }

    private static async Task<IResult> PageAsync(
        DbSession read, Definition definition, DefinitionChecks checks, TimeProvider clock, BenchAnswer? answer, Guid? chosen, Error? error,
        IFormCollection? posted,
        CancellationToken cancellationToken)
    {
        var bench = DecisionBench.Open(definition.Text);
        var cases = await read.DecisionCasesAsync(definition.Key, cancellationToken);
        var page = new
        {
            Definition = definition,
            Decisions = bench?.Decisions ?? [],
            Inputs = bench?.Inputs(clock.Today()) ?? [],
            Findings = checks.Check(definition.Kind, definition.Key, definition.Text),
            Cases = DecisionCases.Run(cases, definition.Newest?.Content, definition.Text),
            Answer = answer,
            Case = cases.FirstOrDefault(c => c.Id == chosen),
            Errors = error?.ToFormErrors(),
            Posted = posted,
        };
        return error is null ? Page.Of<BenchPage>(page) : Page.Refused<BenchPage>(error, page);
    }
}
