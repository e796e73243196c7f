using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using Npgsql;
using Zhengtong.Design;
using Zhengtong.GuoMi;
using Zhengtong.Identity.Administration;
using Zhengtong.Identity.External;
using Zhengtong.Identity.Pages;
using Zhengtong.Identity.Personal;
using Zhengtong.Identity.Sessions;
using Zhengtong.Kernel;

namespace Zhengtong.Identity.OpenId;

/// <summary>
/// Which systems sign people in here and which are signed in to from here. One security administrator proposes, another one decides: a
/// single one could otherwise let anybody in, or give anybody's identity away.
/// </summary>
internal static class OtherSystemsEndpoints
{
    private const string Root = IdentityLinks.OtherSystems;
    private static readonly Error NotAlone = Error.Forbidden("openid.second-person", "登记须由另一名安全管理员批准，不能批准自己提出的登记。");
    private static readonly Error Decided = Error.Conflict("openid.decided", "这项登记已经处理过，请刷新页面。");
    private static readonly Error Taken = Error.Invalid("openid.taken", "标识已被使用。", [new("key", "taken", "标识已被使用，请换一个。")]);
    private static readonly IReadOnlyList<Option> Kinds = Ui.Options(("officer", "工作人员"), ("person", "个人和企业用户"));

    public static void MapOtherSystems(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Root, async (CurrentActor a, Database d, IOptions<IdentityOptions> o, CancellationToken t) =>
            await ShowAsync(a.Actor, d, o.Value, null, null, null, t)).ForOfficers("security.read");
        routes.MapPost(Root + "/clients", ProposeClientAsync).ForOfficers("security.edit");
        routes.MapPost(Root + "/clients/{id:guid}/decide", DecideClientAsync).ForOfficers("security.edit");
        routes.MapPost(Root + "/providers", ProposeProviderAsync).ForOfficers("security.edit");
        routes.MapPost(Root + "/providers/{key}/decide", DecideProviderAsync).ForOfficers("security.edit");
        routes.MapPost(Root + "/keys", async (HttpContext c, [FromForm] IFormCollection f, CurrentActor a, OpenIdKeys k,
            CancellationToken t) =>
        {
            _ = f; // asked for so that the antiforgery token is checked
            await k.RotateAsync(a.Actor, t);
            c.Flash("签名密钥已更换，旧密钥签发的令牌在有效期内仍可核验。");
            return new SeeOther(Root);
        }).ForOfficers("security.edit");
    }

    private static async Task<IResult> ShowAsync(
        Actor actor, Database database, IdentityOptions options, (string Name, string Secret)? fresh, Error? error, IFormCollection? posted,
        CancellationToken cancellationToken)
    {
        var read = database.Read("identity.other-systems", actor);
        var clients = await read.OpenIdClientsAsync(cancellationToken);
        var providers = await ExternalProviders.AllAsync(read, cancellationToken);
        var may = actor.May("security.edit");
        var isClient = posted?.ContainsKey("redirects") == true;
        return Ui.Workbench(new("统一认证")
        {
            Text = "用本平台账号登录的其他系统，和可以登录本平台的统一认证系统。登记由一名安全管理员提出，另一名批准后生效。",
            Crumbs = Ui.Crumbs(("统一认证", null)),
            Sections =
            [
                .. fresh is var (name, secret)
                    ? (Section[])[new("新密钥") { Warning = $"{name}的密钥只显示这一次，请立即交给该系统的负责人保管。", Secrets = [secret] }] : [],
                new("用本平台账号登录的系统")
                {
                    Text = $"对方系统填写的认证地址：{options.Issuer}",
                    Table = new("用本平台账号登录的系统", ["名称", "标识", "对象", "返回地址", "提出人", "批准人", "状态"],
                    [
                        .. clients.Select(c => new TableRow(c.Name, c.ClientId, Kinds.Title(c.Kind), string.Join(" ", c.RedirectUris),
                            c.ProposedByName,
                            c.DecidedByName, StateOf(c.State)) { Posts = may ? Buttons($"{Root}/clients/{c.Id}/decide", c.State) : [] }),
                    ]) { EmptyTitle = "还没有登记系统" },
                    Forms = may ? [ClientForm(isClient ? error : null, isClient ? posted : null)] : [],
                },
                new("可以登录本平台的统一认证系统")
                {
                    Table = new("可以登录本平台的统一认证系统", ["名称", "标识", "对象", "认证地址", "账号名互认", "提出人", "批准人", "状态"],
                    [
                        .. providers.Select(p => new TableRow(p.Title, p.Key, Kinds.Title(p.Kind), p.Issuer, p.TrustsNames ? "是" : "否",
                            p.ProposedByName,
                            p.DecidedByName, StateOf(p.State)) { Posts = may ? Buttons($"{Root}/providers/{p.Key}/decide", p.State) : [] }),
                    ]) { EmptyTitle = "还没有登记统一认证系统" },
                    Forms = may ? [ProviderForm(options, isClient ? null : error, isClient ? null : posted)] : [],
                },
                .. may
                    ? (Section[])[new("签名密钥") { Text = "密钥每九十天自动更换；怀疑泄露时立即更换。",
                        Forms = [new(Root + "/keys", "立即更换密钥", []) { Title = "更换签名密钥…", Folded = true }] }] : [],
            ],
        }, error);
    }

    private static FormSpec ClientForm(Error? error, IFormCollection? posted) => new(Root + "/clients", "提出登记",
    [
        new("name", "系统名称") { Required = true, Max = 60 },
        new("key", "标识") { Required = true, Max = 40, Hint = "小写字母开头，可用小写字母、数字、-" },
        new("kind", "对象", "select") { Required = true, Options = Kinds, Value = "officer" },
        new("redirects", "返回地址", "area") { Required = true, Max = 2000, Hint = "每行一个完整地址，须与对方系统使用的一字不差" },
        new("signed-out", "退出后返回地址", "area") { Max = 2000, Hint = "每行一个，可以不填" },
    ]) { Title = "登记系统…", Folded = error is null, Errors = error?.ToFormErrors(), Posted = posted };

    private static FormSpec ProviderForm(IdentityOptions options, Error? error, IFormCollection? posted) => new(Root + "/providers", "提出登记",
    [
        new("title", "名称") { Required = true, Max = 60, Hint = "显示在登录页上，如 省统一身份认证" },
        new("key", "标识") { Required = true, Max = 30, Hint = $"小写字母开头；对方登记的返回地址是 {options.Issuer}/sign-in/external/标识/back" },
        new("issuer", "认证地址") { Required = true, Max = 300, Hint = "对方公布的 issuer，以 https:// 开头" },
        new("client", "本平台在对方的标识") { Required = true, Max = 100 }, new("client-password", "密钥", "password") { Required = true },
        new("kind", "对象", "select") { Required = true, Options = Kinds, Value = "officer" },
        new("trusts", "账号名互认", "check") { Hint = "对方的账号名与本平台相同即视为同一人；只用于本级政府统一分配账号的系统" },
    ]) { Title = "登记统一认证系统…", Folded = error is null, Errors = error?.ToFormErrors(), Posted = posted };

    private static IReadOnlyList<PostButton> Buttons(string action, string state) => state switch
    {
        "proposed" => [new("批准", action, false, ("to", "active")), new("不批准", action, true, ("to", "disabled"))],
        "active" => [new("停用", action, true, ("to", "disabled"))],
        _ => [],
    };

    private static string StateOf(string state) => state switch { "proposed" => "待批准", "active" => "启用", _ => "停用" };

    private static async Task<IResult> ProposeClientAsync(
        [FromForm] IFormCollection form, CurrentActor current, Database database, IOptions<IdentityOptions> options,
        CancellationToken cancellationToken)
    {
        var input = new FormInput(form);
        var (name, key) = (input.Required("name", "系统名称", 60), KeyOf(input, 40));
        var kind = input.Choice("kind", "对象", Kinds.Select(k => k.Value)) ?? "officer";
        var (redirects, signedOut) = (AddressesOf(input, "redirects", "返回地址"), AddressesOf(input, "signed-out", "退出后返回地址"));
        if (redirects.Length == 0) { input.Fault("redirects", "请至少填写一个返回地址。"); }
        if (input.HasFaults)
        {
            return await ShowAsync(current.Actor, database, options.Value, null, input.Error("openid.client-invalid"), form,
                cancellationToken);
        }
        await using var work = await database.BeginAsync(new("identity.openid-client-propose", current.Actor), cancellationToken);
        var added = await work.ExecuteAsync(
            """
            insert into identity.openid_clients
                (id, client_id, name, kind, redirect_uris, signed_out_uris, state, proposed_by, proposed_by_name, proposed_at)
            values (@id, @key, @name, @kind, @redirects, @signedOut, 'proposed', @by, @byName, @now)
            on conflict (client_id) do nothing
            """,
            new { id = work.NewId(), key, name, kind, redirects, signedOut, by = current.Actor.Id, byName = current.Actor.Name,
                now = work.Now },
            cancellationToken);
        if (added == 0) { return await ShowAsync(current.Actor, database, options.Value, null, Taken, form, cancellationToken); }
        work.Audit("openid-client", key, after: new { name, kind, redirects, signedOut }, summary: name);
        await work.CommitAsync(cancellationToken);
        return new SeeOther(Root);
    }

    private static async Task<IResult> DecideClientAsync(
        Guid id, [FromForm] IFormCollection form, HttpContext context, CurrentActor current, Database database,
        IOptions<IdentityOptions> options, CancellationToken cancellationToken)
    {
        var secret = SessionTokens.New();
        await using var work = await database.BeginAsync(new("identity.openid-client-decide", current.Actor), cancellationToken);
        var client = (await work.OpenIdClientsAsync(cancellationToken)).FirstOrDefault(c => c.Id == id);
        if (client is null) { return AdminErrors.NotFound.ToResult(context); }
        if (Refusal(client.State, client.ProposedBy, form["to"], current.Actor) is { } refusal) { return refusal.ToResult(context); }
        var isApproved = form["to"] == "active";
        var done = await work.ExecuteAsync(
            """
            update identity.openid_clients
            set state = @to, decided_by_name = @by, decided_at = @now, secret_hash = case when @isApproved then @hash else secret_hash end
            where id = @id and state = @State
            """,
            new { id, client.State, to = isApproved ? "active" : "disabled", by = current.Actor.Name, now = work.Now, isApproved,
                hash = Sm3.Hash(Encoding.UTF8.GetBytes(secret)) }, cancellationToken);
        if (done == 0) { return Decided.ToResult(context); }
        work.Audit("openid-client", client.ClientId, new { state = client.State }, new { state = isApproved ? "active" : "disabled" },
            client.Name);
        await work.CommitAsync(cancellationToken);
        // Shown in this answer and nowhere else: after a redirect it would have to wait in a cookie or a table.
        if (isApproved) { return await ShowAsync(current.Actor, database, options.Value, (client.Name, secret), null, null,
            cancellationToken); }
        context.Flash("已停用，该系统不能再用本平台账号登录。");
        return new SeeOther(Root);
    }

    private static async Task<IResult> ProposeProviderAsync(
        [FromForm] IFormCollection form, CurrentActor current, Database database, PersonalFields fields, OutgoingRules outgoing,
        IOptions<IdentityOptions> options, CancellationToken cancellationToken)
    {
        var input = new FormInput(form);
        var (title, key) = (input.Required("title", "名称", 60), KeyOf(input, 30));
        var (issuer, client, secret) = (input.Required("issuer", "认证地址", 300), input.Required("client", "本平台在对方的标识", 100),
            form["client-password"].ToString());
        var kind = input.Choice("kind", "对象", Kinds.Select(k => k.Value)) ?? "officer";
        if (issuer.Length > 0 && outgoing.Fault(issuer) is { } wrong) { input.Fault("issuer", wrong); }
        if (secret.Length is 0 or > 200) { input.Fault("client-password", "请填写对方给出的密钥。"); }
        if (input.HasFaults)
        {
            return await ShowAsync(current.Actor, database, options.Value, null, input.Error("external.provider-invalid"),
                SignIn.SignInEndpoints.WithoutPasswords(form), cancellationToken);
        }
        await using var work = await database.BeginAsync(new("identity.external-provider-propose", current.Actor), cancellationToken);
        var added = await work.ExecuteAsync(
            """
            insert into identity.external_providers
                (key, title, issuer, client_id, secret_cipher, kind, trusts_names, state, proposed_by, proposed_by_name, proposed_at)
            values (@key, @title, @issuer, @client, @closed, @kind, @trusts, 'proposed', @by, @byName, @now)
            on conflict (key) do nothing
            """,
            new
            {
                key, title, issuer, client, closed = fields.Seal(secret, ExternalProvider.SecretOf(key)), kind,
                    trusts = input.Flag("trusts"),
                by = current.Actor.Id, byName = current.Actor.Name, now = work.Now,
            }, cancellationToken);
        if (added == 0) { return await ShowAsync(current.Actor, database, options.Value, null, Taken, form, cancellationToken); }
        work.Audit("external-provider", key, after: new { title, issuer, client, kind, trusts = input.Flag("trusts") }, summary: title);
        await work.CommitAsync(cancellationToken);
        return new SeeOther(Root);
    }

    private static async Task<IResult> DecideProviderAsync(
        string key, [FromForm] IFormCollection form, HttpContext context, CurrentActor current, Database database, ExternalProviders known,
        CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(new("identity.external-provider-decide", current.Actor), cancellationToken);
        var provider = (await ExternalProviders.AllAsync(work, cancellationToken)).FirstOrDefault(p => p.Key == key);
        if (provider is null) { return AdminErrors.NotFound.ToResult(context); }
        if (Refusal(provider.State, provider.ProposedBy, form["to"], current.Actor) is { } refusal) { return refusal.ToResult(context); }
        var to = form["to"] == "active" ? "active" : "disabled";
        var done = await work.ExecuteAsync(
            "update identity.external_providers set state = @to, decided_by_name = @by, decided_at = @now where key = @key and state = @State",
            new { key, provider.State, to, by = current.Actor.Name, now = work.Now }, cancellationToken);
        if (done == 0) { return Decided.ToResult(context); }
        work.Audit("external-provider", key, new { state = provider.State }, new { state = to }, provider.Title);
        await work.CommitAsync(cancellationToken);
        known.Forget();
        context.Flash(to == "active" ? $"已批准，登录页上将出现“{provider.Title}”。" : "已停用。");
        return new SeeOther(Root);
    }

    /// <summary>To stop one needs one person, to let in needs two.</summary>
    private static Error? Refusal(string state, Guid proposedBy, string? to, Actor actor) => (state, to) switch
    {
        ("proposed", "active") => proposedBy == actor.Id ? NotAlone : null,
        ("proposed" or "active", "disabled") => null,
        _ => Decided,
    };

    private static string KeyOf(FormInput input, int max)
    {
        var key = input.Required("key", "标识", max);
        if (key.Length > 0 && !(char.IsAsciiLetterLower(key[0]) && key.Length > 1
            && key.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')))
        {
            input.Fault("key", "标识应以小写字母开头，由小写字母、数字、- 组成，至少 2 位。");
        }
        return key;
    }

    private static string[] AddressesOf(FormInput input, string name, string label)
    {
        var lines = (input.Text(name, label, 2000) ?? "").Split((char[])['\n', '\r', ' '], StringSplitOptions.RemoveEmptyEntries);
        if (lines.FirstOrDefault(l => !IsAddress(l)) is { } wrong) { input.Fault(name, $"“{wrong}”不能使用：应为 https:// 开头的完整地址，不含 # 和 *。"); }
        return [.. lines.Distinct()];
    }

    private static bool IsAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme == "https" || uri.Scheme == "http" && uri.IsLoopback)
        && text.All(char.IsAscii) && uri.Fragment.Length == 0 && uri.UserInfo.Length == 0 && !text.Contains('*', StringComparison.Ordinal);
}
