using Microsoft.AspNetCore.Http;
using Zhengtong.Bpmn.Interpreter;
using Zhengtong.Bpmn.Model;
using Zhengtong.Cases.ApplyCase;
using Zhengtong.Cases.HandleCase;
using Zhengtong.Cases.OwnCases;
using Zhengtong.Forms;
using Zhengtong.Kernel;
using Zhengtong.Processes;
using Zhengtong.Processes.Moves;
using Zhengtong.Services.Contracts;
using Actor = Zhengtong.Kernel.Actor;

namespace Zhengtong.Cases.SeedCases;

/// <param name="Officers">Who sat at each desk.</param>
internal sealed record WalkedCase(Guid Id, IReadOnlyDictionary<StoryRole, Actor> Officers);

/// <summary>Walks a case through a story by the platform's own acts, each as of its day.</summary>
internal sealed class CaseWalker(
    Database database, ActingClock clock, StartCaseHandler start, SubmitCaseHandler submit, AddMaterialHandler materials,
    ActOnTaskHandler acting, ProcessActs moves,
    DossierReader dossiers, CaseDecisions decisions, ProcessHost processes, TimerWorker timers)
{
    private static readonly TimeSpan FirstAct = TimeSpan.FromHours(9.5);

    /// <summary>The smallest picture there is: one white point.</summary>
    private static readonly byte[] Picture = Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mP8/x8AAwMCAO+ip1sAAAAASUVORK5CYII=");

    /// <param name="answers">Made for this applicant; accepted by the form.</param>
    /// <param name="day">The day so many working days after the application.</param>
    /// <param name="last">Until when timers fire, for a case that goes on.</param>
    /// <returns>The case, or what the platform answered to the act that it refused.</returns>
    public async Task<Result<WalkedCase>> WalkAsync(
        CaseStory story, ServiceItem service, StoryApplicant applicant, StaffedSeat seat, IReadOnlyDictionary<string, string> situation,
        Answers answers,
        Func<int, DateOnly> day, DateTimeOffset last, Random random, CancellationToken cancellationToken)
    {
        try
        {
            Put(day(0), 0);
            var began = await BeginAsync(service, applicant, situation, answers, cancellationToken);
            if (!began.IsSuccess) { return began.Error; }
            var (id, desk) = (began.Value, new Dictionary<StoryRole, Actor>());
            foreach (var role in (StoryRole[])[StoryRole.Clerk, StoryRole.Reviewer, StoryRole.Approver]) { desk[role] =
                seat.At(role, random); }
            var today = 0;
            foreach (var (place, act) in story.Acts.Index())
            {
                await PassAsync(day, today, act.Day, last, cancellationToken);
                today = act.Day;
                Put(day(act.Day), place + 1);
                var done = act.By is StoryRole.Applicant
                    ? await ApplicantAsync(act, id, applicant.Actor, cancellationToken)
                    : await OfficerAsync(act, id, desk[act.By], cancellationToken);
                if (!done.IsSuccess) { return done.Error with { Message = $"{service.Key} {story.Key} {act.What}: {done.Error.Message}" }; }
            }
            if (story.IsOpen) { await PassAsync(day, today, int.MaxValue, last, cancellationToken); }
            return new WalkedCase(id, desk);
        }
        finally { clock.Set(null); }
    }

    private static string Describe(Error error) => $"{error.Message} {string.Join("；", error.Fields.Select(f => $"{f.Path} {f.Message}"))}";

    private void Put(DateOnly day, int act) => clock.Set(day.StartOfDay() + FirstAct + TimeSpan.FromMinutes(37 * act));

    /// <summary>Days go by: timers that are due fire each morning, as they would have.</summary>
    private async Task PassAsync(Func<int, DateOnly> day, int from, int to, DateTimeOffset last, CancellationToken cancellationToken)
    {
        for (var next = from + 1; next <= to && next < from + 400; next++)
        {
            var morning = day(next).StartOfDay().AddMinutes(1);
            if (morning > last) { break; }
            clock.Set(morning);
            while (await timers.FireDueAsync(cancellationToken) > 0) { }
        }
    }

    private async Task<Result<Guid>> BeginAsync(
        ServiceItem service, StoryApplicant applicant, IReadOnlyDictionary<string, string> situation, Answers answers,
        CancellationToken cancellationToken)
    {
        var begun = await start.HandleAsync(new(service.Key, situation, Guid.CreateVersion7(clock.GetUtcNow())), applicant.Actor,
            cancellationToken);
        if (!begun.IsSuccess) { return begun.Error; }
        var id = Guid.Parse(begun.Value.Split('/')[3]);
        await using (var work = await database.BeginAsync(new("cases.fill", applicant.Actor), cancellationToken))
        {
            if (await work.FindOwnCaseAsync(id, cancellationToken) is not { } draft) { return CaseErrors.NotFound; }
            await work.TrySaveAnswersAsync(draft, dossiers.Seal(id, answers), draft.Situation, draft.Region, draft.OrganisationId,
                draft.OrganisationPath, cancellationToken);
            work.Audit("case", id.ToString(), summary: "填写第 1 页");
            await work.CommitAsync(cancellationToken);
        }
        var read = database.Read("cases.materials", applicant.Actor);
        if (await read.FindOwnCaseAsync(id, cancellationToken) is not { } @case) { return CaseErrors.NotFound; }
        var dossier = await dossiers.OpenAsync(read, @case, cancellationToken);
        foreach (var key in dossier.Missing.Select(m => m.Key).Concat(decisions.Missing(dossier).Select(m => m.Key)).Distinct().ToList())
        {
            var added = await UploadAsync(id, key, service.Materials.FirstOrDefault(m => m.Key == key), applicant.Actor, cancellationToken);
            if (!added.IsSuccess) { return added.Error; }
        }
        return id;
    }

    private async Task<Result<Guid>> UploadAsync(Guid id, string key, Material? material, Actor actor, CancellationToken cancellationToken)
    {
        if (material is null) { return Guid.Empty; }
        var png = material.Accept.Contains("png", StringComparer.OrdinalIgnoreCase);
        using var content = new MemoryStream(png ? Picture : BlankPdf.Bytes, writable: false);
        return await materials.HandleAsync(new(id, key, $"{material.Title}.{(png ? "png" : "pdf")}", content), actor, cancellationToken);
    }

    private async Task<Result> ApplicantAsync(StoryAct act, Guid id, Actor actor, CancellationToken cancellationToken)
    {
        if (act.What == "submit")
        {
            var submitted = await submit.HandleAsync(new(id, Guid.CreateVersion7(clock.GetUtcNow())), actor, cancellationToken);
            return submitted.IsSuccess ? Result.Done : submitted.Error with { Message = Describe(submitted.Error) };
        }
        await using var work = await database.BeginAsync(
            new($"cases.{act.What}", actor) { Reason = act.What == "withdraw" ? act.Words : null }, cancellationToken);
        if (await work.FindOwnCaseAsync(id, cancellationToken) is not { } @case) { return CaseErrors.NotFound; }
        if (act.What == "rate") { await work.TryRateAsync(@case, act.Level, [], act.Words, cancellationToken); }
        else if ((await work.WithdrawAsync(processes, id, act.Words ?? "", cancellationToken)).Error is { } refused) { return refused; }
        await work.CommitAsync(cancellationToken);
        return Result.Done;
    }

    private async Task<Result> OfficerAsync(StoryAct act, Guid id, Actor officer, CancellationToken cancellationToken)
    {
        var read = database.Read("cases.view", officer);
        if (await read.FindCaseInScopeAsync(id, cancellationToken) is not { ProcessInstanceId: { } instance } @case)
        {
            return CaseErrors.NotFound;
        }
        if ((await read.TasksOfAsync(instance, cancellationToken)).LastOrDefault(t => t.Status == "open") is not { } task)
        {
            return CaseErrors.NotOpen;
        }
        if (task.OpenedAt is null)
        {
            await moves.OpenAsync(instance, [task.Task], officer, cancellationToken);
        }
        if (act.What == "return")
        {
            return await moves.MoveAsync(
                instance, new(act.What) { Task = task.Task, Target = "previous", Resume = ResumeMode.Replay, Reason = act.Words }, officer,
                Guid.CreateVersion7(clock.GetUtcNow()), cancellationToken);
        }
        IReadOnlyList<string> missing = act.What == "correct"
            ? [.. (await read.MaterialsAsync(id, cancellationToken)).Take(1).Select(m => m.Key)] : [];
        return await acting.PressAsync(
            new(id, task.Task, act.What, act.Words, missing, null, FormCollection.Empty, Guid.CreateVersion7(clock.GetUtcNow())), officer,
            cancellationToken);
    }
}

/// <summary>A PDF of one empty page, for materials that take nothing else.</summary>
internal static class BlankPdf
{
    public static byte[] Bytes { get; } = System.Text.Encoding.ASCII.GetBytes(
        "%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n"
        + "3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>\nendobj\nxref\n0 4\n0000000000 65535 f \n0000000009 00000 n \n0000000058 00000 n \n"
        + "0000000115 00000 n \ntrailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n186\n%%EOF\n");
}
