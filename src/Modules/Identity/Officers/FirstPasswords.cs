using Microsoft.AspNetCore.Http;
using Zhengtong.Identity.Administration;
using Zhengtong.Identity.Pages;

namespace Zhengtong.Identity.Officers;

/// <summary>First passwords of officers: made by the platform, told once to whoever hands them over, good for the first sign-in.</summary>
internal static class FirstPasswords
{
    /// <summary>Hashing is slow on purpose: an import for more people makes none.</summary>
    public const int MostAtOnce = 50;

    private const string Name = "first-password";

    public static FieldSpec Field(string label, string more) =>
        new(Name, label, "check") { Value = "true", Hint = "只显示一次，首次登录须修改。不选则暂不能登录，以后可以重置密码。" + more };

    public static bool AreWanted(IFormCollection form) => form[Name] == "true";

    /// <summary>The only page on which they are ever seen.</summary>
    public static IResult Told(string done, IReadOnlyList<(string Account, string Name, string Password)> made, string onward) =>
        Ui.Workbench(new("初始密码")
        {
            Text = done, Crumbs = Ui.Crumbs(("人员", IdentityLinks.Officers), ("初始密码", null)),
            Sections =
            [
                new("告知本人")
                {
                    Warning = "初始密码只显示这一次，请当面或经可靠途径告知本人，不要截图转发。首次登录须修改。",
                    Secrets = made is [var only] ? [only.Password] : [],
                    Table = made.Count == 1 ? null
                        : new("初始密码", ["账号", "姓名", "初始密码"], [.. made.Select(m => new TableRow(m.Account, m.Name, m.Password))]),
                    Links = [new("已告知，继续", onward, Primary: true)],
                },
            ],
        });
}
