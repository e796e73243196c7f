using Zhengtong.Kernel;

namespace Zhengtong.Identity.SignIn;

internal static class SignInErrors
{
    public static readonly Error Wrong = new(ErrorKind.Unauthenticated, "identity.wrong-credentials", "账号或密码不正确，请核对后重试；连续输错将暂时锁定。");
    public static readonly Error WrongCurrent =
        Error.Invalid("identity.password-invalid", "现在的密码不正确。", [new("current-password", "wrong", "现在的密码不正确。")]);
    public static readonly Error WrongCode = new(ErrorKind.Unauthenticated, "identity.wrong-code", "验证码不正确或已过期，请输入验证器当前显示的六位数字。");
    public static readonly Error TooMany = new(ErrorKind.TooMany, "identity.too-many-attempts", "来自您所在网络的失败尝试过多，请十分钟后再试。");
    public static readonly Error WrongNetwork = new(ErrorKind.Forbidden, "identity.network-not-allowed", "不允许从当前网络登录工作台，请使用政务网络或联系安全管理员。");
    public static readonly Error WrongHour = new(ErrorKind.Forbidden, "identity.hour-not-allowed", "当前时段不允许登录工作台，请在规定时段内登录或联系安全管理员。");
    public static readonly Error NotActive = new(ErrorKind.Forbidden, "identity.not-active", "账号已停用，请联系本单位管理员。");
    public static readonly Error SamePassword = new(ErrorKind.Invalid, "identity.password-reused", "新密码不能与最近用过的密码相同。");

    public static Error Locked(TimeSpan left) => new(
        ErrorKind.TooMany, "identity.locked", $"连续输错次数过多，已暂时锁定，请 {Math.Max(1, (int)Math.Ceiling(left.TotalMinutes))} 分钟后再试，或联系管理员重置密码。");
}
