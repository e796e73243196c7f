using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Npgsql;
using Zhengtong.Design;
using Zhengtong.GuoMi;
using Zhengtong.GuoMi.X509;
using Zhengtong.Identity.Administration;
using Zhengtong.Identity.Pages;
using Zhengtong.Identity.Sessions;
using Zhengtong.Identity.SignIn;
using Zhengtong.Kernel;

namespace Zhengtong.Identity.Certificates;

/// <summary>The third door, by USB key, and the page of the security administrator: authorities, lists, and whose certificate is
/// whose.</summary>
internal static class CertificateEndpoints
{
    private const string Root = IdentityLinks.Certificates;

    /// <summary>Where the helper of the USB key listens on the officer's own machine; described in
    /// docs/how-to/sign-in-by-certificate.md.</summary>
    private const string Helper = "http://127.0.0.1:17680";

    public static void MapCertificates(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(IdentityLinks.CertificateDoor, async (CertificateProof p, ShellContext s, [FromQuery(Name = "return")] string? back,
            CancellationToken t) => await DoorAsync(p, s, back, null, t)).ForEverybody();
        routes.MapPost(IdentityLinks.CertificateDoor, EnterAsync).ForEverybody();
        routes.MapGet(Root, async (CurrentActor a, Database d, ShellContext s, CancellationToken t) =>
            await ShowAsync(a.Actor, d, s, null, null, t)).ForOfficers("security.read");
        routes.MapPost(Root + "/authorities", AddAuthorityAsync).ForOfficers("security.edit");
        routes.MapPost(Root + "/authorities/{id:guid}/disable", DisableAsync).ForOfficers("security.edit");
        routes.MapPost(Root + "/lists", AddListAsync).ForOfficers("security.edit");
        routes.MapPost(Root + "/bind", BindAsync).ForOfficers("security.edit");
        routes.MapPost(Root + "/bound/{id:guid}/release", ReleaseAsync).ForOfficers("security.edit");
    }

    private static async Task<IResult> DoorAsync(
        CertificateProof proof, ShellContext shell, string? back, Error? error, CancellationToken cancellationToken)
    {
        var challenge = await proof.ChallengeAsync(cancellationToken);
        shell.ConnectsTo = Helper;
        return Page.Of<CertificateSignInPage>(
            new { Return = back, Challenge = challenge, Text = proof.TextOf(challenge), Helper, Error = error?.Message },
            error is null ? StatusCodes.Status200OK : HttpErrors.StatusOf(error.Kind));
    }

    private static async Task<IResult> EnterAsync(
        HttpContext context, [FromForm] IFormCollection form, CertificateProof proof, SignInService service, ShellContext shell,
        CancellationToken cancellationToken)
    {
        var back = form["return"].ToString();
        var attempt = new SignInAttempt("officer", "", null, context.Address(), context.Request.Headers.UserAgent.ToString(),
            SessionTokens.Device(context), SessionTokens.Read(context.Request));
        var account = await proof.AccountAsync(
            form["challenge"].ToString(), form["certificate"].ToString(), form["signature"].ToString(), cancellationToken);
        if (!account.IsSuccess)
        {
            await service.NoteFailureAsync(attempt, account.Error.Code, cancellationToken);
            return await DoorAsync(proof, shell, back, account.Error, cancellationToken);
        }
        // The key and its PIN are two factors already.
        var entered = await service.EnterAsync(account.Value, attempt, "certificate", factorGiven: true, cancellationToken);
        if (!entered.IsSuccess) { return await DoorAsync(proof, shell, back, entered.Error, cancellationToken); }
        SessionTokens.Write(context, entered.Value.Token);
        return new SeeOther(SignInEndpoints.Next(entered.Value.Stage, "officer", back));
    }

    private static async Task<IResult> ShowAsync(
        Actor actor, Database database, ShellContext shell, Error? error, IFormCollection? posted, CancellationToken cancellationToken)
    {
        var read = database.Read("identity.certificates", actor);
        var authorities = await read.QueryAsync<(Guid Id, string Subject, bool IsRoot, DateTimeOffset NotAfter, DateTimeOffset? ListUntil,
            DateTimeOffset? Disabled)>(
            """
            select id, subject, is_root, not_after, list_until, disabled_at from identity.certificate_authorities order by is_root desc, subject
            limit 200
            """, null, cancellationToken);
        var bound = await read.QueryAsync<(Guid Id, string Name, string Account, string Subject, string Serial, DateTimeOffset NotAfter,
            string By)>(
            """
            select c.id, a.display_name, a.name, c.subject, c.serial, c.not_after, c.bound_by_name
            from identity.account_certificates c
            join identity.accounts a on a.id = c.account_id
            where c.released_at is null
            order by c.bound_at desc
            limit 200
            """, null, cancellationToken);
        var may = actor.May("security.edit");
        FormSpec Form(string path, string submit, string title, params IReadOnlyList<FieldSpec> fields) => new(Root + path, submit, fields)
        {
            Title = title, Folded = posted?.ContainsKey(fields[0].Name) != true, Errors = posted?.ContainsKey(fields[0].Name) == true
                ? error?.ToFormErrors() : null, Posted = posted,
        };
        return Ui.Workbench(new("数字证书")
        {
            Text = "工作人员可以用 USB Key 中的 SM2 证书登录。", Crumbs = Ui.Crumbs(("数字证书", null)),
            Sections =
            [
                new("证书机构")
                {
                    Table = new("证书机构", ["名称", "类别", "有效期至", "吊销列表有效期至", "状态"],
                    [
                        .. authorities.Select(a => new TableRow(a.Subject, a.IsRoot ? "根" : "中级", Show.Instant(a.NotAfter, shell.Zone),
                            a.ListUntil is null ? "没有" : Show.Instant(a.ListUntil, shell.Zone), a.Disabled is null ? "启用" : "停用")
                        { Posts = may && a.Disabled is null ? [new("停用", $"{Root}/authorities/{a.Id}/disable", true)] : [] }),
                    ]) { EmptyTitle = "还没有证书机构", EmptyText = "先加入签发工作人员证书的机构及其上级。" },
                    Forms = may
                        ? [
                            Form("/authorities", "加入", "加入证书机构…", new FieldSpec("authority", "机构证书", "area")
                                { Required = true, Max = 16000, Hint = "PEM 格式；自签名的是根，其余是中级" }),
                            Form("/lists", "更新", "更新吊销列表…", new FieldSpec("list", "吊销列表", "area")
                                { Required = true, Max = 2000000, Hint = "PEM 格式；没有有效的吊销列表时该机构的证书不能登录" }),
                        ] : [],
                },
                new("已关联的证书")
                {
                    Table = new("已关联的证书", ["姓名", "账号", "证书", "序列号", "有效期至", "关联人"],
                    [
                        .. bound.Select(b => new TableRow(b.Name, b.Account, b.Subject, b.Serial, Show.Instant(b.NotAfter, shell.Zone),
                            b.By)
                        { Posts = may ? [new("解除", $"{Root}/bound/{b.Id}/release", true)] : [] }),
                    ]) { EmptyTitle = "还没有关联证书" },
                    Forms = may
                        ? [Form("/bind", "关联", "关联证书…", new FieldSpec("certificate", "签名证书", "area") { Required = true, Max = 16000,
                            Hint = "PEM 格式" },
                            new FieldSpec("officer", "人员", "text") { Required = true, Max = 40, Hint = "工作人员的账号" })] : [],
                },
            ],
        }, error);
    }

    private static async Task<IResult> AddAuthorityAsync(
        [FromForm] IFormCollection form, HttpContext context, CurrentActor current, Database database, ShellContext shell,
        CancellationToken cancellationToken)
    {
        if (CertificateProof.Read(form["authority"].ToString()) is not { BasicConstraints.CertificateAuthority: true } certificate)
        {
            return await ShowAsync(current.Actor, database, shell, Wrong("authority", "不是 SM2 证书机构的证书（PEM）。"), form, cancellationToken);
        }
        await using var work = await database.BeginAsync(new("identity.certificate-authority-add", current.Actor), cancellationToken);
        // Signed by itself, not only named so.
        var isRoot = certificate.IsSelfIssued && SignedByItself(certificate);
        var added = await work.ExecuteAsync(
            """
            insert into identity.certificate_authorities (id, fingerprint, subject, certificate, is_root, not_after, added_by_name, added_at)
            values (@id, @print, @subject, @der, @isRoot, @until, @by, @now)
            on conflict (fingerprint) do update set disabled_at = null
            """,
            new
            {
                id = work.NewId(), print = certificate.Fingerprint, subject = certificate.Subject.Name,
                    der = certificate.Encoded.ToArray(), isRoot,
                until = certificate.NotAfter, by = current.Actor.Name, now = work.Now,
            }, cancellationToken);
        work.Audit("certificate-authority", certificate.Fingerprint, after: new { isRoot, added }, summary: certificate.Subject.Name);
        await work.CommitAsync(cancellationToken);
        context.Flash(isRoot ? "根证书已加入。" : "中级机构已加入；它的根也要在名单中。");
        return new SeeOther(Root);
    }

    private static async Task<IResult> AddListAsync(
        [FromForm] IFormCollection form, HttpContext context, CurrentActor current, Database database, ShellContext shell,
        CancellationToken cancellationToken)
    {
        Sm2RevocationList list;
        try { list = Sm2RevocationList.ParsePem(form["list"].ToString()); }
        catch (Exception fault) when (fault is GuoMiException or FormatException or ArgumentException)
        {
            return await ShowAsync(current.Actor, database, shell, Wrong("list", "不是吊销列表（PEM）。"), form, cancellationToken);
        }
        await using var work = await database.BeginAsync(new("identity.certificate-list-add", current.Actor), cancellationToken);
        var authorities = await work.QueryAsync<(Guid Id, byte[] Certificate, DateTimeOffset? From)>(
            "select id, certificate, list_from from identity.certificate_authorities where disabled_at is null", null, cancellationToken);
        var issuer = authorities.FirstOrDefault(a => Issued(Sm2Certificate.Parse(a.Certificate), list));
        if (issuer.Certificate is null)
        {
            return await ShowAsync(current.Actor, database, shell, Wrong("list", "这份列表不是名单中的机构签发的。"), form, cancellationToken);
        }
        // An older list would bring revoked certificates back.
        if (issuer.From >= list.ThisUpdate)
        {
            return await ShowAsync(current.Actor, database, shell, Wrong("list", "平台中的列表比这份新，没有更新。"), form, cancellationToken);
        }
        await work.ExecuteAsync(
            "update identity.certificate_authorities set revocation_list = @der, list_from = @from, list_until = @until where id = @Id",
            new { issuer.Id, der = list.Encoded.ToArray(), from = list.ThisUpdate, until = list.NextUpdate }, cancellationToken);
        work.Audit("certificate-authority", issuer.Id.ToString(), after: new { list = list.ThisUpdate, list.Count });
        await work.CommitAsync(cancellationToken);
        context.Flash($"吊销列表已更新，含 {list.Count} 张证书。");
        return new SeeOther(Root);
    }

    private static async Task<IResult> BindAsync(
        [FromForm] IFormCollection form, HttpContext context, CurrentActor current, Database database, ShellContext shell,
        CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(new("identity.certificate-bind", current.Actor), cancellationToken);
        if (CertificateProof.Read(form["certificate"].ToString()) is not { } certificate)
        {
            return await ShowAsync(current.Actor, database, shell, Wrong("certificate", "不是 SM2 证书（PEM）。"), form, cancellationToken);
        }
        if (await CertificateProof.FaultAsync(work, certificate, cancellationToken) is { } fault)
        {
            return await ShowAsync(current.Actor, database, shell, Wrong("certificate", fault.Message), form, cancellationToken);
        }
        var account = await work.FindAsync<Guid?>(
            "select id from identity.accounts where kind = 'officer' and name = lower(@name) and deleted_at is null",
            new { name = form["officer"].ToString().Trim() }, cancellationToken);
        if (account is not { } id || id == current.Actor.Id)
        {
            var words = account is null ? "没有这个账号。" : "不能给自己关联证书，请由另一名安全管理员办理。";
            return await ShowAsync(current.Actor, database, shell, Wrong("officer", words), form, cancellationToken);
        }
        try
        {
            await work.ExecuteAsync(
                """
                insert into identity.account_certificates
                    (id, account_id, issuer_name, serial, subject, fingerprint, not_after, bound_by_name, bound_at)
                values (@row, @id, @issuer, @serial, @subject, @print, @until, @by, @now)
                """,
                new
                {
                    row = work.NewId(), id, issuer = certificate.Issuer.RawData, serial = certificate.SerialNumberHex,
                        subject = certificate.Subject.Name,
                    print = certificate.Fingerprint, until = certificate.NotAfter, by = current.Actor.Name, now = work.Now,
                }, cancellationToken);
        }
        catch (PostgresException taken) when (taken.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            return await ShowAsync(current.Actor, database, shell, Wrong("certificate", "这张证书已经关联了账号。"), form, cancellationToken);
        }
        work.Audit("account", id.ToString(), after: new { serial = certificate.SerialNumberHex }, summary: certificate.Subject.Name);
        await work.CommitAsync(cancellationToken);
        context.Flash("证书已关联，可以用它登录。");
        return new SeeOther(Root);
    }

    private static Task<IResult> ReleaseAsync(
        Guid id, [FromForm] IFormCollection form, HttpContext context, CurrentActor current, Database database,
        CancellationToken cancellationToken) =>
        EndAsync(
            id, context, database, new("identity.certificate-release", current.Actor), "certificate",
            "update identity.account_certificates set released_at = @now where id = @id and released_at is null",
            "已解除，这张证书不能再登录。", cancellationToken);

    private static Task<IResult> DisableAsync(
        Guid id, [FromForm] IFormCollection form, HttpContext context, CurrentActor current, Database database,
        CancellationToken cancellationToken) =>
        EndAsync(
            id, context, database, new("identity.certificate-authority-disable", current.Actor), "certificate-authority",
            "update identity.certificate_authorities set disabled_at = @now where id = @id and disabled_at is null",
            "证书机构已停用，它签发的证书不能再登录。", cancellationToken);

    /// <param name="sql">Ends what <c>@id</c> names at <c>@now</c>; no row where it has ended before.</param>
    private static async Task<IResult> EndAsync(
        Guid id, HttpContext context, Database database, Operation operation, string subject, string sql, string said,
        CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(operation, cancellationToken);
        if (await work.ExecuteAsync(sql, new { id, now = work.Now }, cancellationToken) == 0) { return AdminErrors.NotFound.ToResult(context); }
        work.Audit(subject, id.ToString());
        await work.CommitAsync(cancellationToken);
        context.Flash(said);
        return new SeeOther(Root);
    }

    private static bool SignedByItself(Sm2Certificate certificate)
    {
        using var key = certificate.GetPublicKey();
        return certificate.IsSignedBy(key);
    }

    private static bool Issued(Sm2Certificate authority, Sm2RevocationList list)
    {
        using var key = authority.GetPublicKey();
        return authority.Subject.RawData.AsSpan().SequenceEqual(list.Issuer.RawData) && list.IsSignedBy(key);
    }

    private static Error Wrong(string field, string words) => Error.Invalid("certificate.invalid", words, [new(field, "invalid", words)]);
}
