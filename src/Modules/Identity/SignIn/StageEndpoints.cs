using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Zhengtong.Design;
using Zhengtong.GuoMi;
using Zhengtong.Identity.Administration;
using Zhengtong.Identity.Officers;
using Zhengtong.Identity.Pages;
using Zhengtong.Identity.Personal;
using Zhengtong.Identity.Sessions;
using Zhengtong.Kernel;

namespace Zhengtong.Identity.SignIn;

/// <summary>What may stand between the password and the platform: second factor, its enrolment, a new password. Also reached from one's
/// account.</summary>
internal static class StageEndpoints
{
    private const string Issuer = "政通";

    public static void MapStages(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/sign-in/second-factor", (HttpContext c, CurrentSession s, [FromQuery(Name = "return")] string? back) =>
            At(s, Stage.SecondFactor) ? FactorPage(back, null) : Lost(s, back)).ForEverybody();
        routes.MapPost("/sign-in/second-factor", VerifyAsync).ForEverybody();
        routes.MapGet("/sign-in/enrol", EnrolAsync).ForEverybody();
        routes.MapPost("/sign-in/enrol", ConfirmAsync).ForEverybody();
        routes.MapPost("/sign-in/enrol/remove", RemoveAsync).ForSignedIn();
        routes.MapGet("/sign-in/password", PasswordAsync).ForEverybody();
        routes.MapPost("/sign-in/password", ChangePasswordAsync).ForEverybody();
    }

    private static bool At(CurrentSession session, string stage) => session.SignedIn?.Row.Stage == stage;

    private static SeeOther Lost(CurrentSession session, string? back) => session.SignedIn switch
    {
        null => new SeeOther("/sign-in"),
        { } s => new SeeOther(SignInEndpoints.Next(s.Row.Stage, s.Row.AccountKind, back)),
    };

    private static IResult FactorPage(string? back, Error? error) => Ui.Plain(new("第二因素验证")
    {
        Text = "请输入验证器显示的六位数字；手机不在身边时可以输入一个恢复码。",
        Sections =
        [
            new(null)
            {
                Forms = [new("/sign-in/second-factor", "验证",
                    [new("code", "验证码或恢复码") { Required = true, Max = 30 }, new("return", "", "hidden") { Value = back }]) { Errors =
                    error?.ToFormErrors() }],
            },
        ],
    }, error);

    private static async Task<IResult> VerifyAsync(
        HttpContext context, [FromForm] IFormCollection form, CurrentSession current, Database database, PersonalFields fields,
        SecurityPolicy policy, SignInService service,
        CancellationToken cancellationToken)
    {
        var back = form["return"].ToString();
        if (current.SignedIn is not { } signedIn || !At(current, Stage.SecondFactor)) { return Lost(current, back); }
        var settings = await policy.CurrentAsync(cancellationToken);
        await using var work = await database.BeginAsync(new("identity.second-factor", signedIn.Actor), cancellationToken);
        if (await work.FindAccountAsync(signedIn.Row.AccountId, cancellationToken) is not { } account) { return Lost(current, back); }
        var key = service.LockKey(account, account.Kind, account.Name);
        if ((await work.LockoutAsync(key, cancellationToken)) is [(_, { } until)] && until > work.Now)
        {
            return FactorPage(back, SignInErrors.Locked(until - work.Now));
        }
        var typed = form["code"].ToString();
        var step = Totp.Verify(fields.Open(account.TotpCipher, Fields.TotpOf(account.Id)) ?? "", typed, account.TotpLastStep, work.Now);
        // One statement takes the step: the same code typed in two windows opens one of them.
        var good = step is { } taken
            ? await work.ExecuteAsync("update identity.accounts set totp_last_step = @taken where id = @Id and totp_last_step < @taken",
                new { taken, account.Id }, cancellationToken) == 1
            : await work.ExecuteAsync(
                "update identity.recovery_codes set used_at = @now where account_id = @Id and code_hash = @hash and used_at is null",
                new { now = work.Now, account.Id, hash = HashOf(typed) }, cancellationToken) == 1;
        await work.AddAttemptAsync(account.Id, context.Address(), context.Request.Headers.UserAgent.ToString(),
            good ? "signed-in" : "wrong-code", cancellationToken);
        if (!good)
        {
            var locked = await work.CountFailureAsync(key, settings, cancellationToken);
            work.Audit("account", account.Id.ToString(), after: new { outcome = "wrong-code" }, summary: account.DisplayName);
            await work.CommitAsync(cancellationToken);
            return FactorPage(back, locked is { } end ? SignInErrors.Locked(end - work.Now) : SignInErrors.WrongCode);
        }
        await work.ForgetFailuresAsync(key, cancellationToken);
        var stage = await service.StageAsync(work, account, factorGiven: true, settings, cancellationToken);
        var token = await SignInService.RotateAsync(work, signedIn.Row.Id, stage, cancellationToken);
        work.Audit("account", account.Id.ToString(), after: new { stage, recovery = step is null }, summary: account.DisplayName);
        await work.CommitAsync(cancellationToken);
        SessionTokens.Write(context, token);
        return new SeeOther(SignInEndpoints.Next(stage, account.Kind, back));
    }

    private static async Task<IResult> EnrolAsync(
        CurrentSession current, Database database, PersonalFields fields, [FromQuery(Name = "return")] string? back,
        CancellationToken cancellationToken)
    {
        if (current.SignedIn is not { } signedIn || !signedIn.IsOpen && !At(current, Stage.EnrolFactor)) { return Lost(current, back); }
        await using var work = await database.BeginAsync(new("identity.factor-offer", signedIn.Actor), cancellationToken);
        if (await work.FindAccountAsync(signedIn.Row.AccountId, cancellationToken) is not { } account) { return Lost(current, back); }
        if (account.TotpEnabledAt is not null)
        {
            return new SeeOther(account.Kind == "officer" ? IdentityLinks.MyAccount : IdentityLinks.MyProfile);
        }
        // The same secret until it is confirmed: a reload must not make the code just scanned worthless.
        var secret = fields.Open(account.TotpCipher, Fields.TotpOf(account.Id));
        if (secret is null)
        {
            secret = Totp.NewSecret();
            await work.ExecuteAsync("update identity.accounts set totp_cipher = @cipher where id = @Id",
                new { cipher = fields.Seal(secret, Fields.TotpOf(account.Id)), account.Id }, cancellationToken);
            await work.CommitAsync(cancellationToken);
        }
        return EnrolPage(account, secret, back, null);
    }

    private static IResult EnrolPage(Account account, string secret, string? back, Error? error) => Ui.Plain(new("启用第二因素")
    {
        Text = "用手机上的验证器（支持 TOTP 的应用）扫描二维码，再输入它显示的六位数字。",
        Sections =
        [
            new("扫描") { QrCode = Totp.Uri(secret, account.Name, Issuer), Text = "不能扫描时，可以手工输入下面的密钥", Secrets = [secret] },
            new("确认") { Forms = [new("/sign-in/enrol", "启用",
                [new("code", "验证码") { Required = true, Max = 10 }, new("return", "", "hidden") { Value = back }]) { Errors =
                error?.ToFormErrors() }] },
        ],
    }, error);

    private static async Task<IResult> ConfirmAsync(
        HttpContext context, [FromForm] IFormCollection form, CurrentSession current, Database database, PersonalFields fields,
        SecurityPolicy policy, SignInService service,
        CancellationToken cancellationToken)
    {
        var back = form["return"].ToString();
        if (current.SignedIn is not { } signedIn || !signedIn.IsOpen && !At(current, Stage.EnrolFactor)) { return Lost(current, back); }
        await using var work = await database.BeginAsync(new("identity.factor-enrol", signedIn.Actor), cancellationToken);
        if (await work.FindAccountAsync(signedIn.Row.AccountId, cancellationToken) is not { TotpEnabledAt: null } account
            || fields.Open(account.TotpCipher, Fields.TotpOf(account.Id)) is not { } secret) { return Lost(current, back); }
        if (Totp.Verify(secret, form["code"].ToString(), account.TotpLastStep, work.Now) is not { } step)
        {
            return EnrolPage(account, secret, back, SignInErrors.WrongCode);
        }
        var codes = Enumerable.Range(0, 10).Select(_ => Totp.NewRecoveryCode()).ToList();
        await work.ExecuteAsync(
            """
            update identity.accounts set totp_enabled_at = @now, totp_last_step = @step where id = @Id;
            delete from identity.recovery_codes where account_id = @Id;
            insert into identity.recovery_codes (account_id, code_hash) select @Id, unnest(@hashes)
            """, new { now = work.Now, step, account.Id, hashes = codes.Select(HashOf).ToArray() }, cancellationToken);
        var settings = await policy.CurrentAsync(cancellationToken);
        // found above
        var stage = signedIn.IsOpen ? Stage.Open : await service.StageAsync(
            work, (await work.FindAccountAsync(account.Id, cancellationToken))!, true, settings, cancellationToken);
        // They were opened without it.
        await EndOthersAsync(work, signedIn, cancellationToken);
        var token = await SignInService.RotateAsync(work, signedIn.Row.Id, stage, cancellationToken);
        work.Audit("account", account.Id.ToString(), summary: account.DisplayName);
        await work.CommitAsync(cancellationToken);
        SessionTokens.Write(context, token);
        return Ui.Plain(new("第二因素已启用")
        {
            Sections =
            [
                new("恢复码")
                {
                    Warning = "下面的恢复码只显示这一次。请抄写或打印后妥善保管，每个只能使用一次。", Secrets = codes,
                    Links = [new("已保存，继续", SignInEndpoints.Next(stage, account.Kind,
                        IdentityLinks.Local(back) ?? (account.Kind == "officer" ? IdentityLinks.MyAccount : IdentityLinks.MyProfile)),
                        Primary: true)],
                },
            ],
        });
    }

    private static async Task<IResult> RemoveAsync(
        HttpContext context, [FromForm] IFormCollection form, CurrentSession current, Database database, SignInService service,
        CancellationToken cancellationToken)
    {
        var signedIn = current.SignedIn!; // the access rule has let somebody in
        await using var work = await database.BeginAsync(new("identity.factor-remove", signedIn.Actor), cancellationToken);
        if (await work.FindAccountAsync(signedIn.Row.AccountId, cancellationToken) is not { } account) { return Lost(current, null); }
        if (await service.ConfirmAsync(work, account, form["current-password"].ToString(), cancellationToken) is { IsSuccess: false } wrong)
        {
            return wrong.Error.ToResult(context);
        }
        await work.ExecuteAsync(
            """
            update identity.accounts set totp_cipher = null, totp_enabled_at = null where id = @Id;
            delete from identity.recovery_codes where account_id = @Id
            """, new { account.Id }, cancellationToken);
        await EndOthersAsync(work, signedIn, cancellationToken);
        work.Audit("account", account.Id.ToString(), summary: account.DisplayName);
        await work.CommitAsync(cancellationToken);
        context.Flash("第二因素已停用。");
        return new SeeOther("/account");
    }

    private static Task EndOthersAsync(UnitOfWork work, SignedIn signedIn, CancellationToken cancellationToken) =>
        work.EndSessionsAsync("account_id = @AccountId and id <> @Id", new { signedIn.Row.AccountId, signedIn.Row.Id }, "factor-changed",
            cancellationToken);

    private static async Task<IResult> PasswordAsync(
        CurrentSession current, SecurityPolicy policy, [FromQuery(Name = "return")] string? back, CancellationToken cancellationToken)
    {
        if (current.SignedIn is not { } signedIn || !signedIn.IsOpen && !At(current, Stage.ChangePassword)) { return Lost(current, back); }
        return PasswordPage(signedIn, await policy.CurrentAsync(cancellationToken), back, null);
    }

    private static IResult PasswordPage(SignedIn signedIn, SecuritySettings settings, string? back, Error? error) => Ui.Plain(new("修改密码")
    {
        Text = signedIn.IsOpen ? null : "首次登录、密码被重置或使用过久，须先修改密码。",
        Sections =
        [
            new(null)
            {
                Forms =
                [
                    new("/sign-in/password", "修改密码",
                    [
                        new("current-password", "现在的密码", "password") { Required = true },
                        new("new-password", "新密码", "password") { Required = true, Hint = OfficerForm.PasswordHint(settings) },
                        new("repeat-password", "再输一次新密码", "password") { Required = true }, new("return", "", "hidden") { Value = back },
                    ]) { Errors = error?.ToFormErrors() },
                ],
            },
        ],
    }, error);

    private static async Task<IResult> ChangePasswordAsync(
        HttpContext context, [FromForm] IFormCollection form, CurrentSession current, Database database, Passwords passwords,
        SecurityPolicy policy, SignInService service,
        CancellationToken cancellationToken)
    {
        var back = form["return"].ToString();
        if (current.SignedIn is not { } signedIn || !signedIn.IsOpen && !At(current, Stage.ChangePassword)) { return Lost(current, back); }
        var settings = await policy.CurrentAsync(cancellationToken);
        await using var work = await database.BeginAsync(new("identity.password-change", signedIn.Actor), cancellationToken);
        if (await work.FindAccountAsync(signedIn.Row.AccountId, cancellationToken) is not { } account) { return Lost(current, back); }
        var (now, fresh) = (form["current-password"].ToString(), form["new-password"].ToString());
        if (await service.ConfirmAsync(work, account, now, cancellationToken) is { IsSuccess: false } wrong)
        {
            return PasswordPage(signedIn, settings, back, wrong.Error);
        }
        if (fresh != form["repeat-password"].ToString())
        {
            return PasswordPage(signedIn, settings, back,
                Error.Invalid("identity.password-invalid", "两次输入不一致。", [new("repeat-password", "differs", "两次输入的新密码不一致。")]));
        }
        if (Passwords.Fault(fresh, account.Name, account.DisplayName, settings) is { } weak)
        {
            return PasswordPage(
                signedIn, settings, back, Error.Invalid("identity.password-invalid", weak, [new("new-password", "weak", weak)]));
        }
        foreach (var former in (await work.FormerPasswordsAsync(account.Id, cancellationToken))
            .Take(Math.Max(0, settings.PasswordHistory - 1)).Prepend(account.PasswordHash))
        {
            if (settings.PasswordHistory > 0 && await passwords.VerifyAsync(fresh, former, cancellationToken))
            {
                return PasswordPage(signedIn, settings, back,
                    Error.Invalid("identity.password-invalid", SignInErrors.SamePassword.Message,
                    [new("new-password", "reused", SignInErrors.SamePassword.Message)]));
            }
        }
        await work.SetPasswordAsync(account.Id, await passwords.HashAsync(fresh, cancellationToken), mustChange: false,
            settings.PasswordHistory, cancellationToken);
        // Whoever else is signed in with the old password is not any more.
        await work.EndSessionsAsync("account_id = @AccountId and id <> @Id", new { signedIn.Row.AccountId, signedIn.Row.Id },
            "password-changed", cancellationToken);
        var token = await SignInService.RotateAsync(work, signedIn.Row.Id, Stage.Open, cancellationToken);
        work.Audit("account", account.Id.ToString(), after: new { outcome = "changed" }, summary: account.DisplayName);
        await work.CommitAsync(cancellationToken);
        SessionTokens.Write(context, token);
        context.Flash("密码已修改，其他设备上的登录已结束。");
        return new SeeOther(IdentityLinks.Local(back) ?? (account.Kind == "officer" ? "/workbench" : "/"));
    }

    private static byte[] HashOf(string recoveryCode) => Sm3.Hash(Encoding.UTF8.GetBytes(recoveryCode.Trim().ToLowerInvariant()));
}
