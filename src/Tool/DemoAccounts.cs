namespace Zhengtong.Tool;

/// <summary>What a first visitor needs to sign in to the demo.</summary>
internal static class DemoAccounts
{
    public const string Text = """

          demo accounts (password Zhengtong-2026):
            citizen      chenguilan (82 years old)  zhoujianguo (her son)
            officers     clerk1  reviewer1  approver1  approver2  clerk2 (another district)
            administrators  service1  register1  sysadmin  secadmin  auditor  operator1
        """;
}
