using Zhengtong.Kernel;

namespace Zhengtong.Cases.ApplyCase;

internal sealed record AddMaterialCommand(Guid CaseId, string Material, string FileName, Stream Content);

/// <summary>Takes in one file for one material: size, kind and real content are checked before it belongs to the case.</summary>
internal sealed class AddMaterialHandler(Database database, DossierReader dossiers, PlatformFiles files)
{
    public async Task<Result<Guid>> HandleAsync(AddMaterialCommand command, Actor actor, CancellationToken cancellationToken)
    {
        var read = database.Read("cases.add-material", actor);
        if (await read.FindOwnCaseAsync(command.CaseId, cancellationToken) is not { } @case) { return CaseErrors.NotFound; }
        if (!@case.IsOpenForApplicant) { return CaseErrors.NotOpen; }
        var dossier = await dossiers.OpenAsync(read, @case, cancellationToken);
        var known = dossier.Service.Materials.FirstOrDefault(m => m.Key == command.Material)
            ?? (@case.IsAtWindow ? Consent(command.Material) : null);
        if (known is not { } material) { return CaseErrors.NoMaterial; }

        // Received outside the transaction: an upload may take minutes, and a connection must not wait for a slow phone.
        var uploaded = await files.UploadAsync(
            command.FileName, command.Content, new() { Accept = material.Accept, MaxBytes = material.MaxMegabytes * 1024L * 1024 }, actor,
            cancellationToken);
        if (!uploaded.IsSuccess)
        {
            return uploaded.Error with { Fields =
                [new($"material.{material.Key}", uploaded.Error.Code, $"{material.Title}：{uploaded.Error.Message}")] };
        }
        await using var work = await database.BeginAsync(new("cases.add-material", actor), cancellationToken);
        var kept = await files.KeepAsync(work, [uploaded.Value.Id], $"case:{@case.Id}", cancellationToken);
        if (!kept.IsSuccess) { return kept.Error; }
        await work.AddMaterialAsync(@case.Id, material.Key, uploaded.Value.Id, uploaded.Value.Name, uploaded.Value.Size, cancellationToken);
        work.Audit("case", @case.Id.ToString(), after: new { material = material.Key, file = uploaded.Value.Id, uploaded.Value.Sm3 },
            summary: $"上传材料 {material.Title}");
        await work.CommitAsync(cancellationToken);
        return uploaded.Value.Id;
    }

    /// <summary>The clerk has checked paper originals at the counter instead of scanning them.</summary>
    public async Task<Result> CheckPaperAsync(Guid caseId, IReadOnlyList<string> keys, Actor actor, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(new("cases.check-paper", actor), cancellationToken);
        if (await work.FindOwnCaseAsync(caseId, cancellationToken) is not { IsAtWindow: true } @case) { return CaseErrors.NotFound; }
        if (!@case.IsOpenForApplicant) { return CaseErrors.NotOpen; }
        var dossier = await dossiers.OpenAsync(work, @case, cancellationToken);
        foreach (var key in keys.Where(k => dossier.Service.Materials.Any(m => m.Key == k)).Distinct())
        {
            await work.AddPaperAsync(caseId, key, cancellationToken);
        }
        work.Audit("case", caseId.ToString(), after: new { keys }, summary: "核对纸质原件");
        await work.CommitAsync(cancellationToken);
        return Result.Done;
    }

    /// <summary>The signed sheet, which no item lists because every case filed at a window has it.</summary>
    private static Services.Contracts.Material? Consent(string key) =>
        key == CaseMaterial.Consent ? new() { Key = key, Title = "申请人签署的确认书", Accept = ["pdf", "jpg", "png"], MaxMegabytes = 10 } : null;

    public async Task<Result> RemoveAsync(Guid caseId, Guid materialId, Actor actor, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(new("cases.remove-material", actor), cancellationToken);
        if (await work.FindOwnCaseAsync(caseId, cancellationToken) is not { } @case) { return CaseErrors.NotFound; }
        if (!@case.IsOpenForApplicant) { return CaseErrors.NotOpen; }
        if (!await work.RemoveMaterialAsync(caseId, materialId, cancellationToken)) { return CaseErrors.NoMaterial; }
        work.Audit("case", caseId.ToString(), before: new { material = materialId }, summary: "删除材料");
        await work.CommitAsync(cancellationToken);
        return Result.Done;
    }
}
