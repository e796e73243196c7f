using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Npgsql;
using Zhengtong.Identity.Administration;
using Zhengtong.Identity.Contracts;
using Zhengtong.Identity.Pages;
using Zhengtong.Identity.Personal;
using Zhengtong.Identity.Rights;
using Zhengtong.Identity.Sessions;
using Zhengtong.Identity.SignIn;
using Zhengtong.Kernel;

namespace Zhengtong.Identity.Officers;

internal static class OfficerErrors
{
    public static readonly Error Taken = Error.Invalid("identity.account-taken", "账号已被使用。", [new("account", "taken", "账号已被使用，请换一个。")]);
    public static readonly Error NumberTaken =
        Error.Invalid("identity.id-number-taken", "证件号码已被登记。", [new("id-number", "taken", "此证件号码已登记在另一人员名下，请核对。")]);
    public static readonly Error NotSelf = Error.Forbidden("identity.not-self", "不能停用或删除自己的账号。");
}

/// <summary>Adding and changing officers: account, basic, organisation and extended information.</summary>
internal sealed class OfficerForm(
    Database database, AdminRanges ranges, PersonalFields fields, Passwords passwords, SecurityPolicy policy, IRegions regions,
    Choices choices)
{
    public async Task<IReadOnlyList<FieldSpec>> FieldsAsync(Officer o, Actor actor, CancellationToken cancellationToken)
    {
        var isNew = o.Id == Guid.Empty;
        var range = await ranges.OfAsync(actor, cancellationToken);
        var read = database.Read("identity.officer-form", actor);
        var organisations = (await Organisations.OrganisationStore.OrganisationsAsync(read, range, null, null, null, cancellationToken))
            .Where(x => range.Manages(x.Path));
        var posts = await read.QueryAsync<(string Key, string Title)>(
            "select key, title from identity.posts order by rank, key", null, cancellationToken);
        var (mobile, number, address) = (fields.Open(o.MobileCipher, Fields.MobileOf(o.Id)),
            fields.Open(o.IdNumberCipher, Fields.IdNumberOf(o.Id)), fields.Open(o.AddressCipher, Fields.AddressOf(o.Id)));
        var list = new List<FieldSpec>
        {
            new("account", "账号") { Group = "账号信息", Required = true, Max = 40, Value = o.Account, Hint = "小写字母开头，可用小写字母、数字、. _ -",
                ReadOnly = !isNew },
            new("mobile", "手机号", "phone") { Hint = mobile is null ? null : $"已登记 {Mask.Mobile(mobile)}，不填则不变" },
            new("email", "电子邮箱") { Max = 100, Value = o.Email },
        };
        if (isNew) { list.Add(FirstPasswords.Field("生成初始密码", "")); }
        list.AddRange(
        [
            new("name", "姓名") { Group = "基本信息", Required = true, Max = 40, Value = o.Name },
            new("sex", "性别", "select") { Options = Choices.Sexes, Value = o.Sex },
            new("birth", "出生日期", "date") { Value = o.Birth?.ToString("yyyy-MM-dd") },
            new("nationality", "国籍") { Max = 40, Value = o.Nationality ?? (isNew ? "中国" : null) },
            new("id-type", "证件类型", "select") { Value = o.IdType ?? "111",
                Options = await choices.CodesAsync(actor, "id-document-type", Ui.Options(("111", "居民身份证")), cancellationToken) },
            new("id-number", "证件号码") { Max = 30, Hint = number is null ? null : $"已登记 {Mask.IdNumber(number)}，不填则不变" },
            new("address", "家庭住址") { Max = 200, Hint = address is null ? null : $"已登记 {Mask.Address(address)}，不填则不变" },
            new("organisation", "所属机构", "organisation") { Group = "机构信息", Required = true, Value = o.OrganisationId?.ToString(), Options =
            [
                .. organisations.OrderBy(x => x.Path, StringComparer.Ordinal)
                    .Select(x => new Design.Option(x.Id.ToString(), x.Name, Level: Math.Min(4, x.Path.Count(c => c == '/') - 2))),
            ] },
            new("post", "职务", "select") { Options = [.. posts.Select(p => new Design.Option(p.Key, p.Title))], Value = o.Post },
            new("region", "管辖区划", "region") { Value = o.Region, Hint = "可以查看哪一级区划内的数据；不填则只看本机构",
                Text = o.Region is { } r ? await regions.FullNameAsync(r, cancellationToken) : null },
            new("sort", "本机构内排序", "number") { Value = o.Sort.ToString(), Min = "0", Max = 99999 },
            new("user-type", "用户类型", "select") { Group = "拓展信息", Required = true, Options = Choices.UserTypes, Value = o.UserType },
            new("usage-status", "使用状态", "select") { Required = true, Options = Choices.UsageOfOfficer, Value = o.UsageStatus },
            new("office-phone", "办公电话") { Max = 40, Value = o.OfficePhone },
            new("description", "说明", "area") { Max = 500, Value = o.Description },
            Ui.Version(o.Version),
        ]);
        if (isNew && actor.May("roles.grant"))
        {
            list.Insert(list.Count - 1, new("roles", "角色", "checks")
            {
                Group = "角色权限", Options = [.. (await GrantForm.ChoicesAsync(read, range, false, cancellationToken))
                    .Where(c => c.Value.StartsWith("role:", StringComparison.Ordinal))],
                Hint = "只列出您可以授予的角色",
            });
        }
        return list;
    }

    /// <returns>Who it is, and the first password where one was made.</returns>
    public async Task<Result<(Guid Id, string? FirstPassword)>> SaveAsync(
        Guid? id, IFormCollection form, Actor actor, CancellationToken cancellationToken)
    {
        var input = new FormInput(form);
        var settings = await policy.CurrentAsync(cancellationToken);
        var range = await ranges.OfAsync(actor, cancellationToken);
        await using var work = await database.BeginAsync(
            new(id is null ? "identity.officer-add" : "identity.officer-change", actor), cancellationToken);
        var before = id is { } existing ? await work.FindOfficerAsync(existing, cancellationToken) : null;
        if (id is not null && before is null) { return AdminErrors.NotFound; }
        if (before is not null && !await ManagesAsync(work, range, before.Id, cancellationToken)) { return AdminErrors.OutOfRange; }

        var data = OfficerData.Read(input);
        var post = input.Text("post", "职务");
        var organisation = input.Id("organisation", "所属机构") is { } organisationId
            ? await work.FindAsync<(Guid Id,
                string Path)?>("select id, path from identity.organisations where id = @organisationId and deleted_at is null",
                new { organisationId }, cancellationToken)
            : null;
        if (organisation is null) { input.Fault("organisation", "请选择所属机构。"); }
        else if (!range.Manages(organisation.Value.Path)) { return AdminErrors.OutOfRange; }
        if (data.Region is { } region && await regions.FindAsync(region, cancellationToken) is null)
        {
            input.Fault("region", "没有这个区划，请从列表中选择。");
        }
        if (data.Region is { } wide && !range.All && !range.ManagesRegion(wide)) { input.Fault("region", "管辖区划不能超出您的管理范围。"); }
        if (post is not null && !await work.ScalarAsync<bool>(
            "select exists (select 1 from identity.posts where key = @post)", new { post }, cancellationToken))
        {
            input.Fault("post", "请从列表中选择职务。");
        }
        if (id is null && !Numbers.IsAccountName(data.Account))
        {
            input.Fault("account", "账号应以小写字母开头，由小写字母、数字、. _ - 组成，2 到 40 位。");
        }
        if (input.HasFaults) { return input.Error("identity.officer-invalid"); }
        try
        {
            var officerId = id ?? work.NewId();
            var first = id is null && FirstPasswords.AreWanted(form) ? Passwords.NewFirst(data.Account, data.Name, settings) : null;
            if (before is null)
            {
                var hash = first is null ? null : await passwords.HashAsync(first, cancellationToken);
                await work.AddOfficerAsync(fields, officerId, data, hash, cancellationToken);
            }
            else if (!await work.UpdateOfficerAsync(fields, officerId, data, input.Version, cancellationToken))
            {
                return AdminErrors.ChangedMeanwhile;
            }
            await work.ExecuteAsync(
                """
                delete from identity.officer_organisations where officer_id = @officerId and (own or organisation_id = @organisationId);
                insert into identity.officer_organisations (officer_id, organisation_id, own, post, sort) values (@officerId, @organisationId, true, @post, @sort)
                """, new { officerId, organisationId = organisation!.Value.Id, post, sort = input.Int("sort", "排序", 0, 99999) ?? 0 }, cancellationToken); // a missing one is a fault
            work.Audit("account", officerId.ToString(), before is null ? null : Summary(before), data.Summary, data.Name);
            work.Raise(new("identity.officer-changed.v1", $"account:{officerId}", new { officerId }));
            await work.SignalAsync(Signals.Account, officerId, cancellationToken);
            await work.CommitAsync(cancellationToken);
            return (officerId, first);
        }
        catch (PostgresException fault) when (fault.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            return fault.ConstraintName == "officers_id_number" ? OfficerErrors.NumberTaken : OfficerErrors.Taken;
        }
    }

    /// <summary>Disables, enables or (logically) deletes; running sessions end.</summary>
    public async Task<Result> SetStatusAsync(Guid id, string act, Actor actor, CancellationToken cancellationToken)
    {
        var range = await ranges.OfAsync(actor, cancellationToken);
        await using var work = await database.BeginAsync(new($"identity.officer-{act}", actor), cancellationToken);
        if (await work.FindOfficerAsync(id, cancellationToken) is not { } officer) { return AdminErrors.NotFound; }
        if (!await ManagesAsync(work, range, id, cancellationToken)) { return AdminErrors.OutOfRange; }
        if (id == actor.Id) { return OfficerErrors.NotSelf; }
        if (act != "enable" && await LastSecurityAdminAsync(work, id, cancellationToken)) { return GrantErrors.LastOne; }
        switch (act)
        {
            case "enable":
                await work.ExecuteAsync("update identity.accounts set status = 'active', updated_at = @now where id = @id",
                    new { id, now = work.Now }, cancellationToken);
                break;
            case "disable":
                await work.ExecuteAsync("update identity.accounts set status = 'disabled', updated_at = @now where id = @id",
                    new { id, now = work.Now }, cancellationToken);
                break;
            default:
                await work.ExecuteAsync(
                    """
                    delete from identity.grants where account_id = @id;
                    delete from identity.organisation_admins where officer_id = @id;
                    delete from identity.account_separations where account_id = @id;
                    update identity.accounts set status = 'disabled', deleted_at = @now, updated_at = @now where id = @id;
                    """, new { id, now = work.Now }, cancellationToken);
                break;
        }
        await work.ExecuteAsync(
            "update identity.officers set updated_at = @now, version = version + 1, deleted_at = case when @gone then @now end where id = @id",
            new { id, now = work.Now, gone = act == "delete" }, cancellationToken);
        if (act != "enable") { await work.EndSessionsAsync("account_id = @id", new { id }, act, cancellationToken); }
        work.Audit("account", id.ToString(), new { officer.Status }, new { act }, officer.Name);
        work.Raise(new("identity.officer-changed.v1", $"account:{id}", new { officerId = id }));
        await work.SignalAsync(Signals.Account, id, cancellationToken);
        await work.CommitAsync(cancellationToken);
        return Result.Done;
    }

    /// <summary>Gives an account a new first password, lifts its lock and ends its sessions.</summary>
    public async Task<Result<(string Account, string Name, string Password)>> ResetPasswordAsync(
        Guid id, Actor actor, CancellationToken cancellationToken)
    {
        var range = await ranges.OfAsync(actor, cancellationToken);
        var settings = await policy.CurrentAsync(cancellationToken);
        await using var work = await database.BeginAsync(new("identity.password-reset", actor), cancellationToken);
        if (await work.FindOfficerAsync(id, cancellationToken) is not { } officer) { return AdminErrors.NotFound; }
        if (!await ManagesAsync(work, range, id, cancellationToken)) { return AdminErrors.OutOfRange; }
        var password = Passwords.NewFirst(officer.Account, officer.Name, settings);
        await work.SetPasswordAsync(
            id, await passwords.HashAsync(password, cancellationToken), mustChange: true, settings.PasswordHistory, cancellationToken);
        await work.ForgetFailuresAsync(id.ToByteArray(), cancellationToken);
        await work.EndSessionsAsync("account_id = @id", new { id }, "password-reset", cancellationToken);
        work.Audit("account", id.ToString(), summary: officer.Name);
        await work.SignalAsync(Signals.Account, id, cancellationToken);
        await work.CommitAsync(cancellationToken);
        return (officer.Account, officer.Name, password);
    }

    /// <summary>Adds an affiliated organisation, or takes it away.</summary>
    public async Task<Result> AffiliateAsync(
        Guid id, Guid organisationId, string? post, bool remove, Actor actor, CancellationToken cancellationToken)
    {
        var range = await ranges.OfAsync(actor, cancellationToken);
        await using var work = await database.BeginAsync(
            new(remove ? "identity.officer-detach" : "identity.officer-attach", actor), cancellationToken);
        var path = await work.ScalarAsync<string>("select path from identity.organisations where id = @organisationId and deleted_at is null", new { organisationId }, cancellationToken);
        if (path is null || await work.FindOfficerAsync(id, cancellationToken) is not { } officer) { return AdminErrors.NotFound; }
        if (!range.Manages(path)) { return AdminErrors.OutOfRange; }
        var changed = await work.ExecuteAsync(
            remove
                ? "delete from identity.officer_organisations where officer_id = @id and organisation_id = @organisationId and not own"
                : """
                  insert into identity.officer_organisations (officer_id, organisation_id, own, post, sort)
                  select @id, @organisationId, false, (select key from identity.posts where key = @post), coalesce(max(sort), 0) + 1
                  from identity.officer_organisations where organisation_id = @organisationId
                  on conflict do nothing
                  """, new { id, organisationId, post }, cancellationToken);
        if (changed == 0) { return remove ? AdminErrors.NotFound : Error.Conflict("identity.already-member", "此人员已在该机构中。"); }
        await work.ExecuteAsync("update identity.officers set updated_at = @now, version = version + 1 where id = @id",
            new { id, now = work.Now }, cancellationToken);
        work.Audit("account", id.ToString(), after: new { organisationId, remove }, summary: officer.Name);
        await work.SignalAsync(Signals.Account, id, cancellationToken);
        await work.CommitAsync(cancellationToken);
        return Result.Done;
    }

    /// <summary>Members of an administered organisation, own or affiliated; the separated administrators manage everybody.</summary>
    public static async Task<bool> ManagesAsync(DbSession session, AdminRange range, Guid officerId, CancellationToken cancellationToken) =>
        range.All || (await session.QueryAsync<string>(
            """
            select o.path from identity.officer_organisations m join identity.organisations o on o.id = m.organisation_id
            where m.officer_id = @officerId and o.deleted_at is null
            """, new { officerId }, cancellationToken)).Any(range.Manages);

    public static string PasswordHint(SecuritySettings settings) =>
        $"至少 {settings.MinPasswordLength} 位，含大小写字母、数字、符号中的 {settings.MinPasswordClasses} 类。";

    private static Task<bool> LastSecurityAdminAsync(DbSession session, Guid id, CancellationToken cancellationToken) =>
        session.ScalarAsync<bool>(
        """
        select exists (select 1 from identity.account_separations where account_id = @id and separation = 'security')
           and not exists (select 1 from identity.account_separations s join identity.accounts a on a.id = s.account_id and a.status = 'active' and a.deleted_at is null
                           where s.separation = 'security' and s.account_id <> @id)
        """, new { id }, cancellationToken);

    private static object Summary(Officer o) =>
        new { o.Account, o.Name, o.Sex, o.UserType, o.UsageStatus, o.Region, o.OrganisationId, o.Post };
}
