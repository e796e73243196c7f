using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Npgsql;
using Zhengtong.Design;
using Zhengtong.Identity.Administration;
using Zhengtong.Identity.Contracts;
using Zhengtong.Identity.External;
using Zhengtong.Identity.Officers;
using Zhengtong.Identity.Pages;
using Zhengtong.Identity.Personal;
using Zhengtong.Identity.Sessions;
using Zhengtong.Identity.SignIn;
using Zhengtong.Kernel;

namespace Zhengtong.Identity.Persons;

/// <summary>One's own account: of people at the portal and of officers at the workbench; and how people get one.</summary>
internal static class ProfileEndpoints
{
    private static readonly Error Taken =
        Error.Invalid("identity.person-taken", "已经注册过。", [new("", "taken", "该账号、手机号或身份证号已经注册，请直接登录；忘记密码可到政务服务大厅重置。")]);

    public static void MapProfiles(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/sign-up", async (SecurityPolicy p, CancellationToken t) => SignUpPage(await p.CurrentAsync(t), null, null))
            .ForEverybody();
        routes.MapPost("/sign-up", SignUpAsync).ForEverybody();
        routes.MapGet(IdentityLinks.MyProfile, ProfileAsync).ForApplicants();
        routes.MapPost(IdentityLinks.MyProfile, ChangeProfileAsync).ForApplicants();
        routes.MapPost(IdentityLinks.MyProfile + "/agents", EntrustAsync).ForApplicants();
        routes.MapPost(IdentityLinks.MyProfile + "/agents/revoke", RevokeAsync).ForApplicants();
        routes.MapGet(IdentityLinks.MyAccount, MyAccountAsync).ForOfficers();
        routes.MapPost("/account/sessions/end", EndOwnSessionAsync).ForSignedIn();
        routes.MapPost("/account/devices/acknowledge", AcknowledgeAsync).ForSignedIn();
    }

    private static IResult SignUpPage(SecuritySettings settings, Error? error, IFormCollection? posted) => Ui.Portal(new("注册")
    {
        Text = "请用本人真实姓名和身份证号注册。约需两分钟，需要身份证和手机。",
        Sections =
        [
            new(null)
            {
                Forms =
                [
                    new("/sign-up", "注册",
                    [
                        new("name", "姓名") { Required = true, Max = 40, Group = "您的身份" },
                        new("id-number", "身份证号", "id-card") { Required = true },
                        new("mobile", "手机号", "phone") { Required = true, Hint = "用于登录和接收办理通知" },
                        new("region", "居住地", "region") { Hint = "用于找到您当地的办事窗口" },
                        new("account", "账号") { Required = true, Max = 40, Group = "登录方式", Hint = "小写字母开头，可用小写字母、数字、. _ -" },
                        new("new-password", "密码", "password") { Required = true, Hint = OfficerForm.PasswordHint(settings) },
                        new("repeat-password", "再输一次密码", "password") { Required = true },
                        new("agree", "我已阅读并同意服务协议和隐私政策", "check"),
                    ]) { Errors = error?.ToFormErrors(), Posted = posted, CancelHref = "/sign-in" },
                ],
            },
        ],
    }, error);

    private static async Task<IResult> SignUpAsync(
        HttpContext context, [FromForm] IFormCollection form, Database database, PersonalFields fields, Passwords passwords,
        SecurityPolicy policy, IRegions regions, SignInService service,
        CancellationToken cancellationToken)
    {
        var input = new FormInput(form);
        var settings = await policy.CurrentAsync(cancellationToken);
        var (name, number, mobile) = (input.Required("name", "姓名", 40), input.Required("id-number", "身份证号", 18).ToUpperInvariant(),
            input.Required("mobile", "手机号", 11));
        var (account, region) = (input.Required("account", "账号", 40), input.Text("region", "居住地", 9));
        var password = form["new-password"].ToString();
        if (number.Length > 0 && !Numbers.IsIdCard(number, out _, out _)) { input.Fault("id-number", "身份证号校验位或出生日期不符，请核对。"); }
        if (mobile.Length > 0 && !Numbers.IsMobile(mobile)) { input.Fault("mobile", "手机号应为 11 位数字，以 1 开头。"); }
        if (account.Length > 0 && !Numbers.IsAccountName(account)) { input.Fault("account", "账号应以小写字母开头，由小写字母、数字、. _ - 组成，2 到 40 位。"); }
        if (region is not null && await regions.FindAsync(region, cancellationToken) is null) { input.Fault("region", "没有这个地区，请从列表中选择。"); }
        if (Passwords.Fault(password, account, name, settings) is { } weak) { input.Fault("new-password", weak); }
        if (password != form["repeat-password"].ToString()) { input.Fault("repeat-password", "两次输入的密码不一致。"); }
        if (form["agree"] != "true") { input.Fault("agree", "请阅读并同意服务协议和隐私政策。"); }
        if (input.HasFaults)
        {
            return SignUpPage(settings, input.Error("identity.sign-up-invalid"), SignInEndpoints.WithoutPasswords(form));
        }
        var address = context.Address();
        await using (var work = await database.BeginAsync(
            new("identity.sign-up", Actor.Anonymous with { RemoteAddress = address }), cancellationToken))
        {
            var recent = await work.ScalarAsync<int>("select count(*) from identity.sign_in_attempts where address = @address and at > @since and outcome = 'signed-up'", new { address, since = work.Now.AddHours(-1) }, cancellationToken);
            if (recent >= settings.MaxFailuresPerAddress)
            {
                return SignUpPage(settings, SignInErrors.TooMany, SignInEndpoints.WithoutPasswords(form));
            }
            try
            {
                var id = await work.AddPersonAsync(fields, new(account, name)
                {
                    IdNumber = number, Mobile = mobile, Region = region,
                    PasswordHash = await passwords.HashAsync(password, cancellationToken),
                }, cancellationToken);
                await work.AddAttemptAsync(id, address, context.Request.Headers.UserAgent.ToString(), "signed-up", cancellationToken);
                work.Audit("account", id.ToString(), after: new { account });
                work.Raise(new("identity.person-signed-up.v1", $"account:{id}", new { personId = id }));
                await work.CommitAsync(cancellationToken);
            }
            catch (PostgresException fault) when (fault.SqlState == PostgresErrorCodes.UniqueViolation)
            {
                return SignUpPage(settings, Taken, SignInEndpoints.WithoutPasswords(form));
            }
        }
        var signedIn = await service.SignInAsync(new("person", account, password, address, context.Request.Headers.UserAgent.ToString(),
            SessionTokens.Device(context), SessionTokens.Read(context.Request)), cancellationToken);
        if (signedIn.IsSuccess) { SessionTokens.Write(context, signedIn.Value.Token); }
        context.Flash("注册成功。首次到大厅办事时出示身份证，即可完成实名核验。");
        return new SeeOther(signedIn.IsSuccess ? IdentityLinks.MyProfile : "/sign-in");
    }

    private static async Task<IResult> ProfileAsync(
        CurrentSession current, CurrentActor actor, Database database, IPeople people, IRegions regions, ShellContext shell,
        TimeProvider clock, CancellationToken cancellationToken) =>
        await ProfilePageAsync(current, actor.Actor, database, people, regions, shell, clock, null, null, cancellationToken);

    private static async Task<IResult> ProfilePageAsync(
        CurrentSession current, Actor actor, Database database, IPeople people, IRegions regions, ShellContext shell, TimeProvider clock,
        Error? error, IFormCollection? posted,
        CancellationToken cancellationToken)
    {
        var read = database.Read("identity.profile", actor);
        var person = (await people.PersonAsync(actor.Id, cancellationToken))!; // signed in as one
        var principals = await people.PrincipalsAsync(actor.Id, cancellationToken);
        var agents = await read.QueryAsync<(Guid Id, string Name, string Kind, DateOnly? Until)>(
            """
            select g.id, p.name, g.kind, g.valid_until
            from identity.agencies g
            join identity.persons p on p.id = g.agent_id
            where g.person_id = @Id and g.revoked_at is null and (g.valid_until is null or g.valid_until >= @today)
            order by g.created_at
            """, new { actor.Id, today = Rights.RightsReading.Today(clock.GetUtcNow()) }, cancellationToken);
        return Ui.Portal(new("个人资料")
        {
            Sections =
            [
                new("身份")
                {
                    Items =
                    [
                        ("姓名", person.Name), ("身份证号", Mask.IdNumber(person.IdNumber)), ("出生日期", Show.Date(person.Birth)),
                        ("实名", person.Verified ? "已核验" : "未核验，可到大厅出示身份证核验"),
                        ("手机号", Mask.Mobile(person.Mobile)), ("居住地",
                            person.Region is { } r ? await regions.FullNameAsync(r, cancellationToken) : null),
                        ("住址", Mask.Address(person.Address)),
                    ],
                },
                new("修改联系方式")
                {
                    Forms =
                    [
                        new(IdentityLinks.MyProfile, "保存",
                        [
                            new("mobile", "新手机号", "phone") { Hint = "不填则不变" }, new("email", "电子邮箱") { Value = person.Email, Max = 100 },
                            new("region", "居住地", "region") { Value = person.Region,
                                Text = person.Region is { } here ? await regions.FullNameAsync(here, cancellationToken) : null },
                            new("address", "详细住址") { Max = 200, Hint = "不填则不变" },
                            new("current-password", "现在的密码", "password") { Required = true, Hint = "确认是您本人在修改" },
                        ]) { Errors = error?.ToFormErrors(), Posted = posted },
                    ],
                },
                new("为谁办事")
                {
                    Table = new("为谁办事", ["对象", "身份", "有效期"], [.. principals.Select(
                        p => new TableRow(p.Name, KindName(p.Kind), Show.Date(p.Until)))]) { EmptyTitle = "目前只为自己办事" },
                    Links = principals.Count > 0 ? [new("切换办事身份", "/sign-in/acting?choose=true")] : [],
                },
                new("谁可以代我办事")
                {
                    Table = new("代办人", ["代办人", "身份", "有效期"],
                        [.. agents.Select(a => new TableRow(Mask.Name(a.Name), KindName(a.Kind), Show.Date(a.Until))
                    {
                        Posts = [new("收回", IdentityLinks.MyProfile + "/agents/revoke", true, ("agency", a.Id.ToString()))],
                    })]) { EmptyTitle = "没有委托他人" },
                    Forms =
                    [
                        new(IdentityLinks.MyProfile + "/agents", "委托",
                        [
                            new("agent-name", "代办人姓名") { Required = true, Max = 40 },
                            new("agent-id-number", "代办人身份证号", "id-card") { Required = true, Hint = "代办人须已注册" },
                            new("valid-until", "委托至", "date") { Required = true },
                            new("services", "限定事项") { Hint = "事项编码，多个用逗号分隔；不填为全部事项", Max = 500 },
                        ]) { Title = "委托他人代办…", Folded = true },
                    ],
                },
                .. await SecurityAsync(read, current, shell, clock, cancellationToken),
            ],
        }, error);
    }

    private static async Task<IResult> ChangeProfileAsync(
        HttpContext context, [FromForm] IFormCollection form, CurrentSession current, CurrentActor actor, Database database, IPeople people,
        IRegions regions, ShellContext shell, TimeProvider clock,
        PersonalFields fields, SignInService service, CancellationToken cancellationToken)
    {
        var input = new FormInput(form);
        var id = actor.Actor.Id;
        var (mobile, email, region, address) = (input.Text("mobile", "手机号", 11), input.Text("email", "电子邮箱", 100),
            input.Text("region", "居住地", 9), input.Text("address", "详细住址"));
        if (mobile is not null && !Numbers.IsMobile(mobile)) { input.Fault("mobile", "手机号应为 11 位数字，以 1 开头。"); }
        if (email is not null && !Numbers.IsEmail(email)) { input.Fault("email", "电子邮箱格式不符，如 name@example.org。"); }
        if (region is not null && await regions.FindAsync(region, cancellationToken) is null) { input.Fault("region", "没有这个地区，请从列表中选择。"); }
        await using var work = await database.BeginAsync(new("identity.profile-change", actor.Actor), cancellationToken);
        var account = (await work.FindAccountAsync(id, cancellationToken))!; // signed in with it
        if (await service.ConfirmAsync(work, account, form["current-password"].ToString(), cancellationToken) is { IsSuccess: false } wrong)
        {
            input.Fault("current-password", wrong.Error.Message);
        }
        if (!input.HasFaults)
        {
            try
            {
                await work.ExecuteAsync(
                    """
                    update identity.accounts
                    set email = @email, mobile_cipher = coalesce(@mobileCipher, mobile_cipher), mobile_index = coalesce(@mobileIndex, mobile_index), updated_at = @now
                    where id = @id;
                    update identity.persons set region = @region, address_cipher = coalesce(@addressCipher, address_cipher), updated_at = @now, version = version + 1 where id = @id
                    """,
                    new
                    {
                        id, email, region, now = work.Now, mobileCipher = fields.Seal(mobile, Fields.MobileOf(id)),
                        mobileIndex = fields.Index(mobile, Fields.Mobile),
                        addressCipher = fields.Seal(address, Fields.AddressOf(id)),
                    }, cancellationToken);
                work.Audit(
                    "account", id.ToString(), after: new { mobile = Mask.Mobile(mobile), region, addressChanged = address is not null });
                await work.CommitAsync(cancellationToken);
                context.Flash("资料已保存。");
                return new SeeOther(IdentityLinks.MyProfile);
            }
            catch (PostgresException fault) when (fault.SqlState == PostgresErrorCodes.UniqueViolation)
            {
                input.Fault("mobile", "该手机号已被其他账号使用。");
            }
        }
        return await ProfilePageAsync(current, actor.Actor, database, people, regions, shell, clock,
            input.Error("identity.profile-invalid"), SignInEndpoints.WithoutPasswords(form), cancellationToken);
    }

    private static async Task<IResult> EntrustAsync(
        HttpContext context, [FromForm] IFormCollection form, CurrentActor actor, Database database, IPeople people, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var input = new FormInput(form);
        var until = input.Day("valid-until", "委托至");
        var today = Rights.RightsReading.Today(clock.GetUtcNow());
        var agent = await people.PersonByIdNumberAsync(form["agent-id-number"].ToString(), cancellationToken);
        // One sentence for every miss: the form must not tell whose number is registered.
        if (agent is null || agent.Name != form["agent-name"].ToString().Trim() || agent.Id == actor.Actor.Id || until is null
            || until < today)
        {
            return Error.Invalid("identity.entrust-refused", "没有找到姓名与身份证号一致的已注册代办人，或者委托期限不对，请返回核对。").ToResult(context);
        }
        var services = PersonKind.ListOf(form["services"].ToString().Replace('，', ','));
        await using var work = await database.BeginAsync(new("identity.entrust", actor.Actor), cancellationToken);
        await work.ExecuteAsync(
            """
            insert into identity.agencies (id, agent_id, person_id, kind, services, valid_from, valid_until, created_at, created_by)
            values (@id, @agent, @person, 'entrusted', @services, @today, @until, @now, @person)
            on conflict (agent_id, person_id) where revoked_at is null and person_id is not null do update
            set services = excluded.services, valid_from = excluded.valid_from, valid_until = excluded.valid_until
            """, new { id = work.NewId(), agent = agent.Id, person = actor.Actor.Id, services, today, until, now = work.Now }, cancellationToken);
        work.Audit("person", actor.Actor.Id.ToString(), after: new { agent = agent.Id, until, services });
        await work.SignalAsync(Signals.Account, agent.Id, cancellationToken);
        await work.CommitAsync(cancellationToken);
        context.Flash("委托已生效，代办人登录后可以选择代您办事；您可以随时收回。");
        return new SeeOther(IdentityLinks.MyProfile);
    }

    private static async Task<IResult> RevokeAsync(
        HttpContext context, [FromForm] IFormCollection form, CurrentActor actor, Database database, CancellationToken cancellationToken)
    {
        var agency = Guid.TryParse(form["agency"], out var parsed) ? parsed : default;
        await using var work = await database.BeginAsync(new("identity.entrust-revoke", actor.Actor), cancellationToken);
        var agent = await work.FindAsync<Guid?>(
            "update identity.agencies set revoked_at = @now where id = @agency and person_id = @Id and revoked_at is null returning agent_id", new { agency, actor.Actor.Id, now = work.Now }, cancellationToken);
        if (agent is null) { return AdminErrors.NotFound.ToResult(context); }
        work.Audit("person", actor.Actor.Id.ToString(), before: new { agent });
        await work.SignalAsync(Signals.Account, agent, cancellationToken);
        await work.CommitAsync(cancellationToken);
        context.Flash("委托已收回，立即生效。");
        return new SeeOther(IdentityLinks.MyProfile);
    }

    private static async Task<IResult> MyAccountAsync(
        CurrentSession current, CurrentActor actor, Database database, ShellContext shell, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var read = database.Read("identity.my-account", actor.Actor);
        var officer = (await read.FindOfficerAsync(actor.Actor.Id, cancellationToken))!; // signed in as one
        var permissions = (await read.QueryAsync<string>("select title from identity.permissions where key = any(@keys) order by area, key",
            new { keys = actor.Actor.Permissions.ToArray() }, cancellationToken)).ToList();
        return Ui.Workbench(new("我的账号")
        {
            Over = officer.OrganisationName, Crumbs = Ui.Crumbs(("我的账号", null)),
            Sections =
            [
                new("账号") { Items = [("姓名", officer.Name), ("账号", officer.Account), ("机构", officer.OrganisationName),
                    ("职务", officer.PostTitle), ("权限", string.Join("、", permissions))] },
                .. await SecurityAsync(read, current, shell, clock, cancellationToken),
            ],
        });
    }

    private static async Task<IReadOnlyList<Section>> SecurityAsync(
        DbSession read, CurrentSession current, ShellContext shell, TimeProvider clock, CancellationToken cancellationToken)
    {
        var row = current.SignedIn!.Row; // the access rule has let somebody in
        var account = (await read.FindAccountAsync(row.AccountId, cancellationToken))!; // signed in with it
        var sessions = await read.SessionsOfAsync(row.AccountId, clock.GetUtcNow(), cancellationToken);
        var devices = await read.QueryAsync<(string UserAgent, string Address, DateTimeOffset First, DateTimeOffset Last,
            bool Acknowledged)>(
            "select user_agent, remote_address, first_seen_at, last_seen_at, acknowledged from identity.devices where account_id = @AccountId order by last_seen_at desc limit 20", new { row.AccountId }, cancellationToken);
        var attempts = await read.QueryAsync<(DateTimeOffset At, string Address, string UserAgent, string Outcome)>(
            "select at, address, user_agent, outcome from identity.sign_in_attempts where account_id = @AccountId order by at desc limit 10", new { row.AccountId }, cancellationToken);
        var isNew = devices.Any(d => !d.Acknowledged);
        var others = (await ExternalProviders.AllAsync(read, cancellationToken))
            .Where(p => p.State == "active" && p.Kind == row.AccountKind).ToList();
        return
        [
            new("登录安全")
            {
                Warning = isNew ? "有新设备登录过您的账号。如果不是您本人，请立即修改密码。" : null,
                Items = [("密码修改时间", Show.Instant(account.PasswordSetAt, shell.Zone)),
                    ("第二因素", account.TotpEnabledAt is null ? "未启用" : "已启用")],
                Links = [new("修改密码", "/sign-in/password?return=%2Faccount"),
                    .. account.TotpEnabledAt is null
                    ? [new LinkSpec("启用第二因素", "/sign-in/enrol?return=%2Faccount")]
                    : Array.Empty<LinkSpec>()],
                Forms =
                [
                    .. isNew ? [new FormSpec("/account/devices/acknowledge", "是我本人登录的", [])] : Array.Empty<FormSpec>(),
                    .. others.Select(p => new FormSpec($"/account/external/{p.Key}", $"关联{p.Title}", [])),
                    .. account.TotpEnabledAt is null ? Array.Empty<FormSpec>()
                        : [new FormSpec("/sign-in/enrol/remove", "停用第二因素",
                            [new("current-password", "现在的密码", "password") { Required = true }]) { Title = "停用第二因素…", Folded = true,
                            Danger = true, Note = "停用后只凭密码即可登录。" }],
                ],
            },
            new("正在登录的设备")
            {
                Table = new("会话", ["设备", "地址", "开始", "最近活动"], [.. sessions.Select(s => new TableRow(
                    Devices.Name(s.UserAgent) + (s.Id == row.Id ? "（本机）" : ""), s.RemoteAddress, Show.Instant(s.CreatedAt, shell.Zone),
                    Show.Instant(s.SeenAt, shell.Zone))
                {
                    Posts = s.Id == row.Id ? [] : [new("下线", "/account/sessions/end", true, ("session", s.Id.ToString()))],
                })]),
            },
            new("用过的设备") { Table = new("设备", ["设备", "地址", "首次", "最近"],
                [.. devices.Select(d => new TableRow(
                Devices.Name(d.UserAgent), d.Address, Show.Instant(d.First, shell.Zone), Show.Instant(d.Last, shell.Zone)))]) },
            new("最近的登录尝试") { Table = new("登录尝试", ["时间", "地址", "设备", "结果"],
                [.. attempts.Select(a => new TableRow(
                Show.Instant(a.At, shell.Zone), a.Address, Devices.Name(a.UserAgent), Outcome(a.Outcome)))]) },
        ];
    }

    private static async Task<IResult> EndOwnSessionAsync(
        HttpContext context, [FromForm] IFormCollection form, CurrentSession current, Database database,
        CancellationToken cancellationToken)
    {
        var (signedIn, id) = (current.SignedIn, Guid.TryParse(form["session"], out var parsed) ? parsed : default);
        if (signedIn is null) { return AccessErrors.Forbidden.ToResult(context); }
        await using var work = await database.BeginAsync(new("identity.own-session-end", signedIn.Actor), cancellationToken);
        if ((await work.EndSessionsAsync(
            "id = @id and account_id = @AccountId", new { id, signedIn.Row.AccountId }, "ended-by-owner", cancellationToken)).Count == 0)
        {
            return AdminErrors.NotFound.ToResult(context);
        }
        work.Audit("session", id.ToString());
        await work.CommitAsync(cancellationToken);
        context.Flash("该设备已下线。");
        return new SeeOther("/account");
    }

    private static async Task<IResult> AcknowledgeAsync(
        HttpContext context, [FromForm] IFormCollection form, CurrentActor actor, Database database, CancellationToken cancellationToken)
    {
        _ = form; // asked for so that the antiforgery token is checked
        await using var work = await database.BeginAsync(new("identity.device-acknowledge", actor.Actor), cancellationToken);
        await work.ExecuteAsync(
            "update identity.devices set acknowledged = true where account_id = @Id", new { actor.Actor.Id }, cancellationToken);
        await work.CommitAsync(cancellationToken);
        context.Flash("已确认。");
        return new SeeOther("/account");
    }

    private static string KindName(string kind) =>
        kind switch { "legal-representative" => "法定代表人", "agent" => "经办人", "guardian" => "监护人", _ => "受托人" };

    private static string Outcome(string outcome) => outcome switch
    {
        "signed-in" => "成功", "signed-up" => "注册", "wrong" => "密码错误", "wrong-code" => "验证码错误", "locked" => "锁定期间", "network" => "网络不允许",
        "hour" => "时段不允许", _ => outcome,
    };
}
