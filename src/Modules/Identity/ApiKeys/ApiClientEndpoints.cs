using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Npgsql;
using Zhengtong.Design;
using Zhengtong.Identity.Administration;
using Zhengtong.Identity.Pages;
using Zhengtong.Identity.Rights;
using Zhengtong.Kernel;

namespace Zhengtong.Identity.ApiKeys;

/// <summary>Systems that call the platform, and their keys.</summary>
internal static class ApiClientEndpoints
{
    private const string Root = IdentityLinks.ApiClients;

    public static void MapApiClients(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup(Root);
        group.MapGet("/", ListAsync).ForOfficers("apis.grant");
        group.MapPost("/", AddAsync).ForOfficers("apis.grant");
        group.MapGet("/{id:guid}", async (HttpContext c, Guid id, CurrentActor a, Database d, ShellContext s,
            CancellationToken t) => await ViewAsync(c, id, a.Actor, d, s, null, null, t)).ForOfficers("apis.grant");
        group.MapPost("/{id:guid}/keys", AddKeyAsync).ForOfficers("apis.grant");
        group.MapPost("/{id:guid}/keys/revoke", RevokeKeyAsync).ForOfficers("apis.grant");
        group.MapPost("/{id:guid}/status", StatusAsync).ForOfficers("apis.grant");
    }

    private static async Task<IResult> ListAsync(
        CurrentActor current, Database database, ShellContext shell, CancellationToken cancellationToken) =>
        await ListPageAsync(current.Actor, database, shell, null, null, cancellationToken);

    private static async Task<IResult> ListPageAsync(
        Actor actor, Database database, ShellContext shell, Error? error, IFormCollection? posted, CancellationToken cancellationToken)
    {
        var rows = await database.Read("identity.api-clients", actor)
            .QueryAsync<(Guid Id, string Name, string? Organisation, long Keys, DateTimeOffset? Used, DateTimeOffset? Disabled)>(
            """
            select c.id, c.name, o.name, (select count(*) from identity.api_keys k where k.client_id = c.id and k.revoked_at is null and k.expires_at > now()),
                   (select max(k.last_used_at) from identity.api_keys k where k.client_id = c.id), c.disabled_at
            from identity.api_clients c
            left join identity.organisations o on o.id = c.organisation_id
            order by c.name
            limit 500
            """, null, cancellationToken);
        return Ui.Workbench(new("接口客户端")
        {
            Text = "调用本平台接口的系统；每个系统使用自己的密钥，只能调用授权范围内的接口。", Crumbs = Ui.Crumbs(("接口客户端", null)),
            Sections =
            [
                new(null)
                {
                    Table = new("接口客户端", ["名称", "所属机构", "有效密钥", "最近调用", "状态"],
                        [.. rows.Select(r => new TableRow(r.Name, r.Organisation, r.Keys.ToString(), Show.Instant(r.Used, shell.Zone),
                            r.Disabled is null ? "启用" : "停用") { Href = IdentityLinks.ApiClient(r.Id) })])
                    { EmptyTitle = "还没有接口客户端" },
                },
                new("新增")
                {
                    Forms =
                    [
                        new(Root, "新增客户端",
                        [
                            new("name", "系统名称") { Required = true, Max = 60 }, new("organisation", "所属机构", "organisation") { Hint = "只能看到该机构和所在区划的数据；不填为全平台" },
                            new("description", "说明", "area") { Max = 500 },
                            new("networks", "允许的网段", "area") { Max = 1000, Hint = "每行一个，如 10.1.0.0/16；不填为不限" },
                        ]) { Errors = error?.ToFormErrors(), Posted = posted },
                    ],
                },
            ],
        }, error);
    }

    private static async Task<IResult> AddAsync(
        HttpContext context, [FromForm] IFormCollection form, CurrentActor current, Database database, ShellContext shell,
        CancellationToken cancellationToken)
    {
        var input = new FormInput(form);
        var (name, organisation, description) =
            (input.Required("name", "系统名称", 60), input.Id("organisation", "所属机构"), input.Text("description", "说明", 500) ?? "");
        var networks = (input.Text("networks", "允许的网段", 1000) ?? "")
            .Split((char[])['\n', '\r', ',', ' '], StringSplitOptions.RemoveEmptyEntries);
        if (networks.FirstOrDefault(n => !System.Net.IPNetwork.TryParse(n, out _)) is { } wrong)
        {
            input.Fault("networks", $"“{wrong}”不是网段，应如 10.1.0.0/16。");
        }
        await using var work = await database.BeginAsync(new("identity.api-client-add", current.Actor), cancellationToken);
        if (organisation is { } wanted
            && !await work.ScalarAsync<bool>("select exists (select 1 from identity.organisations where id = @wanted and deleted_at is null)", new { wanted }, cancellationToken))
        {
            input.Fault("organisation", "没有这个机构，请从列表中选择。");
        }
        if (input.HasFaults)
        {
            return await ListPageAsync(current.Actor, database, shell, input.Error("identity.api-client-invalid"), form, cancellationToken);
        }
        var id = work.NewId();
        try
        {
            await work.ExecuteAsync(
                """
                insert into identity.api_clients (id, name, organisation_id, description, networks, created_at, created_by_name)
                values (@id, @name, @organisation, @description, @networks, @now, @by)
                """, new { id, name, organisation, description, networks, now = work.Now, by = current.Actor.Name }, cancellationToken);
        }
        catch (PostgresException fault) when (fault.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            return await ListPageAsync(current.Actor, database, shell,
                Error.Invalid("identity.api-client-taken", "名称已存在。", [new("name", "taken", "名称已存在，请换一个。")]), form, cancellationToken);
        }
        work.Audit("api-client", id.ToString(), after: new { name, networks }, summary: name);
        await work.CommitAsync(cancellationToken);
        context.Flash("客户端已新增，请为它生成密钥。");
        return new SeeOther(IdentityLinks.ApiClient(id));
    }

    private static async Task<IResult> ViewAsync(
        HttpContext context, Guid id, Actor actor, Database database, ShellContext shell, string? token, Error? error,
        CancellationToken cancellationToken)
    {
        var read = database.Read("identity.api-client", actor);
        var client = await read.FindAsync<(string Name, string Description, string[] Networks, DateTimeOffset? Disabled, string CreatedBy,
            string? Organisation)?>(
            """
            select c.name, c.description, c.networks, c.disabled_at, c.created_by_name, o.name
            from identity.api_clients c
            left join identity.organisations o on o.id = c.organisation_id
            where c.id = @id
            """, new { id }, cancellationToken);
        if (client is not { } c) { return AdminErrors.NotFound.ToResult(context); }
        var keys = await read.QueryAsync<(Guid Id, string Prefix, string[] Scopes, DateTimeOffset Created, DateTimeOffset Expires,
            DateTimeOffset? Used, DateTimeOffset? Revoked)>(
            "select id, prefix, scopes, created_at, expires_at, last_used_at, revoked_at from identity.api_keys where client_id = @id order by created_at desc limit 50", new { id }, cancellationToken);
        var permissions = await read.PermissionsAsync(cancellationToken);
        var options = permissions.Where(p => actor.May(p.Key) || p.Kind == "read").Select(p => new Option(p.Key, $"{p.Title}（{p.Key}）"))
            .ToList();
        return Ui.Workbench(new(c.Name)
        {
            Over = "接口客户端", Text = c.Description, Crumbs = Ui.Crumbs(("接口客户端", Root), (c.Name, null)),
            Tags = c.Disabled is null ? [] : [("停用", Tone.Warning)],
            Sections =
            [
                .. token is null
                    ? Array.Empty<Section>()
                    : [new Section("新密钥") { Warning = "密钥只显示这一次，请立即交给对方系统的负责人保管。", Secrets = [token],
                    Text = "调用时放在请求头 Authorization: Bearer 之后" }],
                new("客户端") { Items = [("允许的网段", c.Networks.Length == 0 ? "不限" : string.Join("、", c.Networks)), ("登记人", c.CreatedBy),
                    ("数据范围", c.Organisation is { } of ? $"{of}及其所在区划" : "全平台")] },
                new("密钥")
                {
                    Table = new("密钥", ["编号", "范围", "生成", "有效期至", "最近调用", "状态"],
                    [
                        .. keys.Select(k => new TableRow($"zt_{k.Prefix}_…", string.Join("、", k.Scopes),
                            Show.Instant(k.Created, shell.Zone), Show.Instant(k.Expires, shell.Zone), Show.Instant(k.Used, shell.Zone),
                            k.Revoked is not null ? "已吊销" : "有效")
                        {
                            Posts = k.Revoked is null
                                ? [new("吊销", $"{IdentityLinks.ApiClient(id)}/keys/revoke", true, ("key", k.Id.ToString()))] : [],
                        }),
                    ]) { EmptyTitle = "还没有密钥" },
                    Forms =
                    [
                        new($"{IdentityLinks.ApiClient(id)}/keys", "生成密钥",
                        [
                            new("scopes", "允许的权限", "checks") { Options = options },
                            new("days", "有效天数", "number") { Required = true, Value = "365", Min = "1", Max = 1095 },
                            new("rotate", "轮换：旧密钥七天后失效", "check") { Hint = "对方系统有七天时间换用新密钥" },
                        ]) { Title = "生成密钥…", Folded = true, Errors = error?.ToFormErrors() },
                    ],
                },
                new("停用和启用")
                {
                    Forms = [new($"{IdentityLinks.ApiClient(id)}/status", c.Disabled is null ? "停用客户端" : "启用客户端",
                        [new("enable", "", "hidden") { Value = c.Disabled is null ? "false" : "true" }])
                        { Danger = c.Disabled is null, Folded = true, Title = c.Disabled is null ? "停用…" : "启用…",
                            Note = c.Disabled is null ? "停用后其全部密钥立即不能使用。" : null }],
                },
            ],
        }, error);
    }

    private static async Task<IResult> AddKeyAsync(
        HttpContext context, Guid id, [FromForm] IFormCollection form, CurrentActor current, Database database, ShellContext shell,
        CancellationToken cancellationToken)
    {
        var input = new FormInput(form);
        var (days, scopes) = (input.Int("days", "有效天数", 1, 1095) ?? 365, input.Many("scopes").ToArray());
        if (scopes.Length == 0) { input.Fault("scopes", "请至少选择一项权限。"); }
        await using var work = await database.BeginAsync(new("identity.api-key-add", current.Actor), cancellationToken);
        var known = (await work.PermissionsAsync(cancellationToken)).Where(p => current.Actor.May(p.Key) || p.Kind == "read")
            .Select(p => p.Key).ToHashSet();
        if (!scopes.All(known.Contains)) { input.Fault("scopes", "只能授予查询类权限和您自己持有的权限。"); }
        if (input.HasFaults)
        {
            return await ViewAsync(
                context, id, current.Actor, database, shell, null, input.Error("identity.api-key-invalid"), cancellationToken);
        }
        var (prefix, token, hash) = ApiKeyCache.NewKey();
        if (form["rotate"] == "true")
        {
            await work.ExecuteAsync(
                "update identity.api_keys set expires_at = least(expires_at, @until) where client_id = @id and revoked_at is null",
                new { id, until = work.Now.AddDays(7) }, cancellationToken);
        }
        var added = await work.ExecuteAsync(
            """
            insert into identity.api_keys (id, client_id, prefix, secret_hash, scopes, created_at, expires_at)
            select @keyId, c.id, @prefix, @hash, @scopes, @now, @expires
            from identity.api_clients c
            where c.id = @id
            """, new { keyId = work.NewId(), id, prefix, hash, scopes, now = work.Now, expires = work.Now.AddDays(days) }, cancellationToken);
        if (added == 0) { return AdminErrors.NotFound.ToResult(context); }
        work.Audit("api-client", id.ToString(), after: new { prefix, scopes, days });
        await work.SignalAsync(Signals.Keys, id, cancellationToken);
        await work.CommitAsync(cancellationToken);
        // Shown in this answer and nowhere else: after a redirect it would have to wait in a cookie or a table.
        return await ViewAsync(context, id, current.Actor, database, shell, token, null, cancellationToken);
    }

    private static async Task<IResult> RevokeKeyAsync(
        HttpContext context, Guid id, [FromForm] IFormCollection form, CurrentActor current, Database database,
        CancellationToken cancellationToken)
    {
        var key = Guid.TryParse(form["key"], out var parsed) ? parsed : default;
        await using var work = await database.BeginAsync(new("identity.api-key-revoke", current.Actor), cancellationToken);
        var gone = await work.ExecuteAsync("update identity.api_keys set revoked_at = @now where id = @key and client_id = @id and revoked_at is null", new { key, id, now = work.Now }, cancellationToken);
        if (gone == 0) { return AdminErrors.NotFound.ToResult(context); }
        work.Audit("api-client", id.ToString(), before: new { key });
        await work.SignalAsync(Signals.Keys, id, cancellationToken);
        await work.CommitAsync(cancellationToken);
        context.Flash("密钥已吊销，立即不能使用。");
        return new SeeOther(IdentityLinks.ApiClient(id));
    }

    private static async Task<IResult> StatusAsync(
        HttpContext context, Guid id, [FromForm] IFormCollection form, CurrentActor current, Database database,
        CancellationToken cancellationToken)
    {
        var enable = form["enable"] == "true";
        await using var work = await database.BeginAsync(new(
            enable ? "identity.api-client-enable" : "identity.api-client-disable", current.Actor), cancellationToken);
        await work.ExecuteAsync("update identity.api_clients set disabled_at = case when @enable then null else @now end, version = version + 1 where id = @id", new { id, enable, now = work.Now }, cancellationToken);
        work.Audit("api-client", id.ToString(), after: new { enable });
        await work.SignalAsync(Signals.Keys, id, cancellationToken);
        await work.CommitAsync(cancellationToken);
        context.Flash(enable ? "客户端已启用。" : "客户端已停用。");
        return new SeeOther(IdentityLinks.ApiClient(id));
    }
}
