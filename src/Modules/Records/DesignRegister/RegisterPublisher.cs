using Zhengtong.Designers.Contracts;
using Zhengtong.Kernel;
using Zhengtong.Registers;

namespace Zhengtong.Records.DesignRegister;

/// <summary>Checks an edited definition, shows what it would do to the table, and publishes it as a new version.</summary>
public sealed class RegisterPublisher(
    Database database, ArtefactStore artefacts, RegisterKind kind, SchemaApplier applier, IEnumerable<IArtefactKind> kinds,
    DefinitionReviews reviews)
{
    /// <summary>Faults of the text, or the plan of the table's change with what refuses it.</summary>
    public async Task<Result<SchemaPlan>> PlanAsync(string register, string text, Actor actor, CancellationToken cancellationToken)
    {
        if (artefacts.Latest(RegisterKind.Name, register) is not { } current) { return RegisterErrors.NoRegister; }
        var checkedText = Check(current, text);
        if (!checkedText.IsSuccess) { return checkedText.Error; }
        return await applier.PreviewAsync(database.Read("registers.plan", actor), checkedText.Value, cancellationToken);
    }

    /// <param name="version">The version that was edited: a newer one is a conflict.</param>
    public async Task<Result<int>> PublishAsync(
        string register, int version, string text, string? note, Actor actor, CancellationToken cancellationToken)
    {
        if (reviews.AreNeeded) { return DesignErrors.SecondPerson; }
        if (!actor.May("registers.publish")) { return RegisterErrors.Forbidden; }
        if (artefacts.Latest(RegisterKind.Name, register) is not { } current) { return RegisterErrors.NoRegister; }
        if (current.Version != version) { return DesignErrors.ChangedMeanwhile; }
        var checkedText = Check(current, text);
        if (!checkedText.IsSuccess) { return checkedText.Error; }
        await using var work = await database.BeginAsync(new("registers.publish", actor) { Reason = note }, cancellationToken);
        // The versions of one definition are counted under its own lock.
        await work.ExecuteAsync(
            "select pg_advisory_xact_lock(hashtext('registers.publish'), hashtext(@register))", new { register }, cancellationToken);
        var (artefact, previous, isNew) = await artefacts.AddAsync(
            work, RegisterKind.Name, register, current.Pack, checkedText.Value.Title, text, note, cancellationToken);
        if (!isNew) { return DesignErrors.Unchanged; }
        if (artefact.Version != version + 1) { return DesignErrors.ChangedMeanwhile; }
        try { await kind.PublishAsync(work, artefact, previous, cancellationToken); }
        catch (PublicationRefusedException refused) { return refused.Error; }
        work.Audit("artefact", $"register/{register}", before: new { version }, after: new { version = artefact.Version });
        await work.CommitAsync(cancellationToken);
        await artefacts.RefreshAsync(cancellationToken);
        return artefact.Version;
    }

    /// <summary>Hands the text in for a second person; what would lose data is said here and goes no further.</summary>
    /// <returns>Page of the review.</returns>
    public async Task<Result<string>> SubmitAsync(
        string register, int version, string text, string note, Guid submissionId, Actor actor, CancellationToken cancellationToken)
    {
        var plan = await PlanAsync(register, text, actor, cancellationToken);
        if (!plan.IsSuccess) { return plan.Error; }
        if (plan.Value.Refusals.Count > 0) { return DesignErrors.Unsafe(plan.Value.Refusals.Select(r => r.Reason)); }
        if (artefacts.Latest(RegisterKind.Name, register) is not { } current || current.Version != version)
        {
            return DesignErrors.ChangedMeanwhile;
        }
        if (current.Content == text) { return DesignErrors.Unchanged; }
        return await reviews.SubmitAsync(
            new(RegisterKind.Name, register, current.Title, text, version, note, submissionId), actor, cancellationToken);
    }

    private Result<RegisterDefinition> Check(Artefact current, string text)
    {
        var source = new ArtefactSource(current.Pack, $"registers/{current.Key}.yaml", text);
        var catalogue = new PackCatalogue(kinds.Select(k => k.Kind));
        foreach (var artefact in kinds.SelectMany(k => artefacts.All(k.Kind)))
        {
            catalogue.Add(artefact.Kind, artefact.Key, new(artefact.Pack, artefact.Key, artefact.Content));
        }
        catalogue.Add(RegisterKind.Name, current.Key, source);
        var faults = kind.Check(source, catalogue).ToList();
        var register = RegisterReader.Read(source, []);
        if (register.Key != current.Key) { faults.Add(new(source.Path, 1, "register", $"键应保持为 {current.Key}")); }
        return faults.Count == 0 ? register : Error.Invalid("registers.faulty", $"定义中有 {faults.Count} 处错误。",
            [.. faults.Select(f => new FieldError(
            f.KeyPath, "fault", f.Line > 0 ? $"第 {f.Line} 行 {f.KeyPath}：{f.Message}" : $"{f.KeyPath}：{f.Message}"))]);
    }
}

internal static class DesignErrors
{
    public static readonly Error SecondPerson = new(
        ErrorKind.Forbidden, "registers.second-person", "本平台的台账结构须由第二人审核后发布，请送审。");

    public static Error Unsafe(IEnumerable<string> reasons) =>
        Error.Invalid("registers.design-unsafe", $"这个变更会丢失数据，不能发布：{string.Join("；", reasons)}");

    public static readonly Error ChangedMeanwhile = Error.Conflict("registers.definition-changed", "这个台账的定义刚刚被别人发布了新版本，请刷新后重新修改。");
    public static readonly Error Unchanged = Error.Conflict("registers.definition-unchanged", "定义没有变化，未发布新版本。");
    public static readonly Error NoSuchField = Error.NotFound("registers.no-field", "没有这个字段。");
}
