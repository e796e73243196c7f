using Zhengtong.Kernel;

namespace Zhengtong.Identity.Sessions;

/// <summary>A session as it stands: whose, how far it has come, and the actor it makes.</summary>
internal sealed record SignedIn(SessionRow Row, byte[] TokenHash, Actor Actor, string Detail)
{
    public bool IsOfficer => Row.AccountKind == "officer";

    public bool IsOpen => Row.Stage == Stage.Open;
}

/// <summary>The session of this request, also while it is only half signed in; the actor is anonymous until then.</summary>
internal sealed class CurrentSession
{
    public SignedIn? SignedIn { get; set; }
}
