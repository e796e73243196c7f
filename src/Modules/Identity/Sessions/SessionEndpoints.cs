using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Zhengtong.Design;
using Zhengtong.Identity.Administration;
using Zhengtong.Identity.Pages;
using Zhengtong.Identity.SignIn;
using Zhengtong.Kernel;

namespace Zhengtong.Identity.Sessions;

/// <summary>Who is signed in, and the rules of signing in: for the security administrator.</summary>
internal static class SessionEndpoints
{
    private const string Root = IdentityLinks.Sessions;

    public static void MapSessions(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Root, ListAsync).ForOfficers("sessions.end");
        routes.MapPost(Root + "/{id:guid}/end", EndAsync).ForOfficers("sessions.end");
        routes.MapGet(IdentityLinks.Security, SettingsAsync).ForOfficers("security.read");
        routes.MapPost(IdentityLinks.Security, SaveSettingsAsync).ForOfficers("security.edit");
    }

    private static async Task<IResult> ListAsync(
        CurrentActor current, Database database, ShellContext shell, TimeProvider clock, string? q, CancellationToken cancellationToken)
    {
        var rows = await database.Read("identity.sessions", current.Actor)
            .RunningSessionsAsync(Ui.Words(q), clock.GetUtcNow(), cancellationToken);
        return Ui.Workbench(new("会话")
        {
            Text = "正在登录的人员和办事人，最近 200 个；强制下线立即生效。", Crumbs = Ui.Crumbs(("会话", null)), Search = "姓名或账号",
            Sections =
            [
                new(null)
                {
                    Table = new("会话", ["姓名", "账号", "入口", "开始", "最近活动", "地址", "设备"],
                    [
                        .. rows.Select(s => new TableRow(
                            s.DisplayName, s.AccountName, s.AccountKind == "officer" ? "工作台" : "门户", Show.Instant(s.CreatedAt, shell.Zone),
                            Show.Instant(s.SeenAt, shell.Zone), s.RemoteAddress,
                            Devices.Name(s.UserAgent)) { Posts = [new("强制下线", $"{Root}/{s.Id}/end", true)] }),
                    ]) { EmptyTitle = "没有符合条件的会话" },
                },
            ],
        });
    }

    private static async Task<IResult> EndAsync(
        HttpContext context, Guid id, [FromForm] IFormCollection form, CurrentActor current, Database database,
        CancellationToken cancellationToken)
    {
        _ = form; // asked for so that the antiforgery token is checked
        await using var work = await database.BeginAsync(new("identity.session-end", current.Actor), cancellationToken);
        if ((await work.EndSessionsAsync("id = @id", new { id }, "forced", cancellationToken)).Count == 0)
        {
            return AdminErrors.NotFound.ToResult(context);
        }
        work.Audit("session", id.ToString());
        await work.CommitAsync(cancellationToken);
        context.Flash("已强制下线。");
        return new SeeOther(Root);
    }

    private static async Task<IResult> SettingsAsync(
        CurrentActor current, SecurityPolicy policy, Database database, CancellationToken cancellationToken)
    {
        var (settings, version) = await policy.VersionedAsync(cancellationToken);
        return await SettingsPageAsync(settings, version, current.Actor, database, null, null, cancellationToken);
    }

    private static async Task<IResult> SaveSettingsAsync(
        HttpContext context, [FromForm] IFormCollection form, CurrentActor current, SecurityPolicy policy, Database database,
        CancellationToken cancellationToken)
    {
        var input = new FormInput(form);
        var (before, _) = await policy.VersionedAsync(cancellationToken);
        await using var work = await database.BeginAsync(new("identity.security-change", current.Actor), cancellationToken);
        var roles = (await work.RoleKeysAsync(cancellationToken)).ToHashSet();
        var settings = new SecuritySettings
        {
            MinPasswordLength = input.Int("min-length", "密码最短长度", 8, 64) ?? 8,
            MinPasswordClasses = input.Int("min-classes", "字符种类", 1, 4) ?? 3,
            PasswordHistory = input.Int("history", "不得重复的历史密码数", 0, 24) ?? 5,
            MaxPasswordAgeDays = input.Int("max-age", "密码最长使用天数", 0, 3650) ?? 90,
            LockAfterFailures = input.Int("lock-after", "锁定前的失败次数", 3, 20) ?? 5,
            LockMinutes = input.Int("lock-minutes", "首次锁定分钟数", 1, 1440) ?? 2,
            MaxFailuresPerAddress = input.Int("address-failures", "每个地址十分钟内的失败次数", 5, 10000) ?? 30,
            WorkbenchIdleMinutes = input.Int("workbench-idle", "工作台空闲分钟数", 5, 1440) ?? 60,
            PortalIdleMinutes = input.Int("portal-idle", "门户空闲分钟数", 5, 1440) ?? 30,
            AbsoluteHours = input.Int("absolute-hours", "最长登录小时数", 1, 72) ?? 12,
            MaxSessions = input.Int("max-sessions", "同时登录数", 1, 50) ?? 5,
            SecondFactorRoles = [.. input.Many("factor-roles").Where(roles.Contains)],
            WorkbenchNetworks = (input.Text("networks", "允许的网络", 2000) ?? "")
                .Split((char[])['\n', '\r', ',', ' '], StringSplitOptions.RemoveEmptyEntries),
            WorkbenchFromHour = input.Int("from-hour", "开始小时", 0, 23) ?? 0, WorkbenchToHour = input.Int("to-hour", "结束小时", 0, 24) ?? 0,
            RoleRules = ReadRules(input, roles),
            ApiCallsPerMinute = input.Int("api-calls", "接口每分钟调用数", 1, 100000) ?? 600,
        };
        if (settings.WorkbenchNetworks.FirstOrDefault(n => !System.Net.IPNetwork.TryParse(n, out _)) is { } wrong)
        {
            input.Fault("networks", $"“{wrong}”不是网段，应如 10.0.0.0/8。");
        }
        else if (!settings.AllowsNetwork(current.Actor.RemoteAddress ?? "", current.Actor.Roles)) { input.Fault("networks",
            "所填网段不含您现在的地址，保存后您将无法登录。"); }
        if (input.HasFaults)
        {
            return await SettingsPageAsync(
                settings, input.Version, current.Actor, database, input.Error("identity.security-invalid"), form, cancellationToken);
        }
        if (!await SecurityPolicy.SaveAsync(work, settings, input.Version, cancellationToken))
        {
            return AdminErrors.ChangedMeanwhile.ToResult(context);
        }
        work.Audit("security-settings", "1", before, settings);
        await work.CommitAsync(cancellationToken);
        context.Flash("安全设置已保存，从下一次登录起生效。");
        return new SeeOther(IdentityLinks.Security);
    }

    private static async Task<IResult> SettingsPageAsync(
        SecuritySettings s, int version, Actor actor, Database database, Error? error, IFormCollection? posted,
        CancellationToken cancellationToken)
    {
        var roles = await database.Read("identity.security", actor).QueryAsync<(string Key, string Title)>(
            "select key, title from identity.roles where deleted_at is null and not implicit order by key", null, cancellationToken);
        FieldSpec Number(string name, string label, int value, string? hint = null, string? heading = null) =>
            new(name, label, "number") { Value = value.ToString(), Required = true, Hint = hint, Group = heading, Min = "0" };
        IReadOnlyList<FieldSpec> fields =
        [
            Number("min-length", "密码最短长度", s.MinPasswordLength, heading: "密码"),
            Number("min-classes", "字符种类", s.MinPasswordClasses, "小写、大写、数字、符号中至少几类"),
            Number("history", "不得重复的历史密码数", s.PasswordHistory), Number("max-age", "密码最长使用天数", s.MaxPasswordAgeDays, "0 为不限；只对工作人员"),
            Number("lock-after", "锁定前的失败次数", s.LockAfterFailures, heading: "锁定"),
            Number("lock-minutes", "首次锁定分钟数", s.LockMinutes, "之后每次失败加倍，最长一天"),
            Number("address-failures", "每个地址十分钟内的失败次数", s.MaxFailuresPerAddress),
            Number("workbench-idle", "工作台空闲分钟数", s.WorkbenchIdleMinutes, heading: "会话"),
            Number("portal-idle", "门户空闲分钟数", s.PortalIdleMinutes),
            Number("absolute-hours", "最长登录小时数", s.AbsoluteHours), Number("max-sessions", "同时登录数", s.MaxSessions, "超过时最早的会话结束"),
            new("factor-roles", "必须使用第二因素的角色", "checks") { Group = "第二因素", Options = [.. roles.Select(r => new Option(r.Key, r.Title))],
                Values = s.SecondFactorRoles },
            new("networks", "允许登录工作台的网段", "area") { Group = "来源和时段", Value = string.Join('\n', s.WorkbenchNetworks),
                Hint = "每行一个，如 10.0.0.0/8；不填为不限", Max = 2000 },
            Number("from-hour", "允许登录的开始小时", s.WorkbenchFromHour), Number("to-hour", "允许登录的结束小时", s.WorkbenchToHour, "与开始相同为不限"),
            new("role-rules", "按角色限制", "area") { Value = string.Join('\n', s.RoleRules), Max = 4000,
                Hint = "每行一条：角色 网段 时段，用空格隔开，不限的写 *，如 security-admin 10.8.0.0/16 8-18。登录后离开网段或过了时段，会话即失效" },
            Number("api-calls", "每个接口客户端每分钟调用数", s.ApiCallsPerMinute, heading: "接口"), Ui.Version(version),
        ];
        return Ui.Workbench(new("安全设置")
        {
            Crumbs = Ui.Crumbs(("安全设置", null)),
            Sections = [actor.May("security.edit")
                ? new(null) { Forms = [new(IdentityLinks.Security, "保存", fields) { Errors = error?.ToFormErrors(), Posted = posted }] }
                : new("现行规则") { Items = [.. fields.Where(f => f.Type is "number" or "area").Select(f => (f.Label, f.Value)),
                    ("必须使用第二因素的角色", string.Join("、", roles.Where(r => s.SecondFactorRoles.Contains(r.Key)).Select(r => r.Title)))] }],
        }, error);
    }

    private static IReadOnlyList<RoleRule> ReadRules(FormInput input, HashSet<string> roles)
    {
        var rules = new List<RoleRule>();
        foreach (var line in (input.Text("role-rules", "按角色限制", 4000) ?? "").Split((char[])['\n', '\r'],
            StringSplitOptions.RemoveEmptyEntries))
        {
            if (RoleRule.Read(line) is { } rule && roles.Contains(rule.Role)) { rules.Add(rule); }
            else { input.Fault("role-rules", $"“{line}”无法识别，应如 security-admin 10.8.0.0/16 8-18，角色须存在。"); }
        }
        return rules;
    }

    private static Task<IReadOnlyList<string>> RoleKeysAsync(this DbSession session, CancellationToken cancellationToken) =>
        session.QueryAsync<string>("select key from identity.roles where deleted_at is null", null, cancellationToken);
}

/// <summary>What a browser calls itself, in words.</summary>
internal static class Devices
{
    public static string Name(string userAgent)
    {
        var system = First(userAgent, ("HarmonyOS", "鸿蒙"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "安卓"),
            ("Windows", "Windows"), ("Mac OS", "Mac"), ("Linux", "Linux"));
        var browser = First(
            userAgent, ("MicroMessenger", "微信"), ("Edg/", "Edge"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"));
        return string.Join(' ', new[] { system, browser }.OfType<string>()) is { Length: > 0 } name ? name : "其他设备";
    }

    private static string? First(string text, params (string Sign, string Name)[] signs) =>
        signs.FirstOrDefault(s => text.Contains(s.Sign, StringComparison.Ordinal)).Name;
}
