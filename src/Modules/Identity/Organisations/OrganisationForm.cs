using Microsoft.AspNetCore.Http;
using Npgsql;
using Zhengtong.Design;
using Zhengtong.Identity.Administration;
using Zhengtong.Identity.Contracts;
using Zhengtong.Identity.Pages;
using Zhengtong.Identity.Personal;
using Zhengtong.Kernel;

namespace Zhengtong.Identity.Organisations;

internal static class OrganisationErrors
{
    public static readonly Error HasPeople = Error.Conflict("identity.organisation-not-empty", "机构下还有下级机构或人员，请先调整后再删除；也可以改为停用。");
    public static readonly Error OwnRoot = Error.Forbidden("identity.organisation-own-root", "不能删除或移动自己所管理的最上级机构，请由上级管理员办理。");
}

/// <summary>Adding, changing, deleting and ordering organisations, within the actor's range.</summary>
internal sealed class OrganisationForm(Database database, AdminRanges ranges, IRegions regions, Choices choices)
{
    public async Task<IReadOnlyList<FieldSpec>> FieldsAsync(Organisation o, Actor actor, CancellationToken cancellationToken)
    {
        var range = await ranges.OfAsync(actor, cancellationToken);
        var read = database.Read("identity.organisation-form", actor);
        var lines = await read.QueryAsync<(string Key,
            string Name)>("select key, name from identity.department_lines where deleted_at is null order by sort, key limit 500", null,
            cancellationToken);
        var parents = (await read.OrganisationsAsync(range, null, null, null, cancellationToken))
            .Where(p => range.Manages(p.Path) && (o.Path.Length == 0 || !p.Path.StartsWith(o.Path, StringComparison.Ordinal)));
        return
        [
            new("parent", "上级机构", "organisation") { Group = "基本信息", Value = o.ParentId?.ToString(),
                Options = [.. parents.OrderBy(p => p.Path, StringComparer.Ordinal)
                .Select(p => new Option(p.Id.ToString(), p.Name, Level: Math.Min(4, p.Path.Count(c => c == '/') - 2)))] },
            new("name", "机构名称") { Required = true, Max = 100, Value = o.Name },
            new("short-name", "简称") { Max = 40, Value = o.ShortName, Hint = "不填则与名称相同" },
            new("kind", "机构类别", "select") { Required = true, Options = await choices.OrganisationKindsAsync(actor, cancellationToken),
                Value = o.Kind },
            new("region", "行政区划", "region") { Required = true, Value = o.Region,
                Text = o.Region.Length == 0 ? null : await regions.FullNameAsync(o.Region, cancellationToken) },
            new("line", "部门条线", "select") { Options = [.. lines.Select(l => new Option(l.Key, l.Name))], Value = o.Line },
            new("code", "统一社会信用代码", "credit-code") { Value = o.Code },
            new("established-on", "成立时间", "date") { Value = Day(o.EstablishedOn) },
            new("licence-number", "证照号码") { Max = 60, Value = o.LicenceNumber, Hint = "营业执照或机关法人证书编号" },
            new("head", "负责人") { Max = 40, Value = o.Head },
            new("address", "地址") { Max = 200, Value = o.Address },
            new("phone", "联系电话") { Max = 40, Value = o.Phone },
            new("office-hours", "办公时间") { Max = 100, Value = o.OfficeHours },
            new("sort", "排序", "number") { Value = o.Sort.ToString(), Min = "0", Max = 99999 },
            new("agreement-from", "协议生效时间", "date") { Group = "拓展信息", Value = Day(o.AgreementFrom) },
            new("agreement-until", "协议失效时间", "date") { Value = Day(o.AgreementUntil) },
            new("usage-status", "使用状态", "select") { Required = true, Options = Choices.UsageOfOrganisation, Value = o.UsageStatus },
            new("enabled", "启用", "check") { Value = o.Enabled ? "true" : null, Hint = "停用后不再出现在选择中，其人员不能以该机构身份办理" },
            new("description", "说明", "area") { Max = 500, Value = o.Description },
            Ui.Version(o.Version),
        ];
    }

    public async Task<Result<Guid>> SaveAsync(Guid? id, IFormCollection form, Actor actor, CancellationToken cancellationToken)
    {
        var input = new FormInput(form);
        var range = await ranges.OfAsync(actor, cancellationToken);
        var kinds = await choices.OrganisationKindsAsync(actor, cancellationToken);
        await using var work = await database.BeginAsync(new(
            id is null ? "identity.organisation-add" : "identity.organisation-change", actor), cancellationToken);
        var before = id is { } existing ? await work.FindOrganisationAsync(existing, cancellationToken) : null;
        if (id is not null && before is null) { return AdminErrors.NotFound; }
        if (before is not null && !range.Manages(before.Path)) { return AdminErrors.OutOfRange; }
        var name = input.Required("name", "机构名称", 100);
        var o = new Organisation
        {
            Id = id ?? work.NewId(), ParentId = input.Id("parent", "上级机构"), Name = name,
            ShortName = input.Text("short-name", "简称", 40) ?? name,
            Kind = input.Required("kind", "机构类别") is var _ ? input.Choice("kind", "机构类别", kinds.Select(k => k.Value)) ?? "" : "",
            Region = input.Required("region", "行政区划"), Line = input.Text("line", "部门条线"),
            Code = input.Text("code", "统一社会信用代码")?.ToUpperInvariant(),
            EstablishedOn = input.Day("established-on", "成立时间"), LicenceNumber = input.Text("licence-number", "证照号码", 60),
            Head = input.Text("head", "负责人", 40),
            Address = input.Text("address", "地址"), Phone = input.Text("phone", "联系电话", 40),
            OfficeHours = input.Text("office-hours", "办公时间", 100),
            Sort = input.Int("sort", "排序", 0, 99999) ?? 0, AgreementFrom = input.Day("agreement-from", "协议生效时间"),
            AgreementUntil = input.Day("agreement-until", "协议失效时间"), Enabled = input.Flag("enabled"),
            UsageStatus = input.Choice("usage-status", "使用状态", Choices.UsageOfOrganisation.Select(c => c.Value)) ?? "in-use",
            Description = input.Text("description", "说明", 500),
        };
        if (o.Region.Length > 0 && await regions.FindAsync(o.Region, cancellationToken) is null)
        {
            input.Fault("region", "没有这个区划，请从列表中选择。");
        }
        if (o.Code is not null && !Numbers.IsCreditCode(o.Code)) { input.Fault("code", "统一社会信用代码的校验位不符，请核对。"); }
        if (o.AgreementUntil < o.AgreementFrom) { input.Fault("agreement-until", "协议失效时间不能早于生效时间。"); }
        var parentPath = "/";
        if (o.ParentId is { } parentId)
        {
            var parent = await work.FindOrganisationAsync(parentId, cancellationToken);
            if (parent is null) { input.Fault("parent", "没有这个上级机构。"); }
            else if (!range.Manages(parent.Path)) { return AdminErrors.OutOfRange; }
            else if (before is not null && parent.Path.StartsWith(before.Path, StringComparison.Ordinal))
            {
                input.Fault("parent", "上级机构不能是自己或自己的下级。");
            }
            else { parentPath = parent.Path; }
        }
        else if (!range.All && before?.ParentId is not null || !range.All && before is null) { return AdminErrors.OutOfRange; }
        if (input.HasFaults) { return input.Error("identity.organisation-invalid"); }
        if (before is not null && before.ParentId != o.ParentId && !range.All && range.Paths.Contains(before.Path))
        {
            return OrganisationErrors.OwnRoot;
        }
        try
        {
            if (before is null) { await work.AddOrganisationAsync(o, parentPath, cancellationToken); }
            else
            {
                if (!await work.UpdateOrganisationAsync(o, input.Version, cancellationToken)) { return AdminErrors.ChangedMeanwhile; }
                var moved = parentPath + before.Path.Split('/')[^2] + "/";
                if (moved != before.Path) { await work.MoveOrganisationAsync(before.Path, moved, cancellationToken); }
            }
        }
        catch (PostgresException fault) when (fault is { SqlState: PostgresErrorCodes.UniqueViolation,
            ConstraintName: "organisations_code" })
        {
            return Error.Invalid("identity.organisation-invalid", "统一社会信用代码已被其他机构使用。", [new("code", "taken", "统一社会信用代码已被其他机构使用。")]);
        }
        work.Audit("organisation", o.Id.ToString(), before, o, o.Name);
        work.Raise(new("identity.organisation-changed.v1", $"organisation:{o.Id}", new { organisationId = o.Id }));
        await work.SignalAsync(Signals.Organisations, o.Id, cancellationToken);
        await work.CommitAsync(cancellationToken);
        return o.Id;
    }

    /// <summary>Logical: history and old cases still know the organisation.</summary>
    public async Task<Result> DeleteAsync(Guid id, Actor actor, CancellationToken cancellationToken)
    {
        var range = await ranges.OfAsync(actor, cancellationToken);
        await using var work = await database.BeginAsync(new("identity.organisation-delete", actor), cancellationToken);
        if (await work.FindOrganisationAsync(id, cancellationToken) is not { } o) { return AdminErrors.NotFound; }
        if (!range.Manages(o.Path)) { return AdminErrors.OutOfRange; }
        if (!range.All && range.Paths.Contains(o.Path)) { return OrganisationErrors.OwnRoot; }
        var held = await work.ScalarAsync<bool>(
            """
            select exists (select 1 from identity.organisations where parent_id = @id and deleted_at is null)
                or exists (select 1 from identity.officer_organisations m join identity.officers f on f.id = m.officer_id where m.organisation_id = @id and f.deleted_at is null)
            """, new { id }, cancellationToken);
        if (held) { return OrganisationErrors.HasPeople; }
        await work.ExecuteAsync(
            """
            delete from identity.grants where organisation_id = @id;
            delete from identity.organisation_admins where organisation_id = @id;
            update identity.organisations set deleted_at = @now, updated_at = @now, version = version + 1 where id = @id
            """, new { id, now = work.Now }, cancellationToken);
        work.Audit("organisation", id.ToString(), before: o, summary: o.Name);
        work.Raise(new("identity.organisation-deleted.v1", $"organisation:{id}", new { organisationId = id }));
        await work.SignalAsync(Signals.Organisations, id, cancellationToken);
        await work.CommitAsync(cancellationToken);
        return Result.Done;
    }

    /// <summary>Puts the units below an organisation in the order of their names' readings or strokes.</summary>
    public async Task<Result> OrderAsync(Guid id, string order, Actor actor, CancellationToken cancellationToken)
    {
        var range = await ranges.OfAsync(actor, cancellationToken);
        await using var work = await database.BeginAsync(new("identity.organisation-order", actor), cancellationToken);
        if (await work.FindOrganisationAsync(id, cancellationToken) is not { } o) { return AdminErrors.NotFound; }
        if (!range.Manages(o.Path)) { return AdminErrors.OutOfRange; }
        var by = order == "strokes" ? "name collate identity.strokes" : "name collate identity.pinyin";
        await work.ExecuteAsync(
            $"""
            update identity.organisations o
            set sort = s.place, updated_at = @now
            from (select id, row_number() over (order by {by}, number) as place from identity.organisations where parent_id = @id and deleted_at is null) as s
            where o.id = s.id
            """, new { id, now = work.Now }, cancellationToken);
        work.Audit("organisation", id.ToString(), after: new { order }, summary: o.Name);
        await work.SignalAsync(Signals.Organisations, id, cancellationToken);
        await work.CommitAsync(cancellationToken);
        return Result.Done;
    }

    private static string? Day(DateOnly? day) => day?.ToString("yyyy-MM-dd");
}
