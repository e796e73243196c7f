namespace Zhengtong.Kernel;

/// <summary>Who makes this request. Set once by the sign-in middleware; anonymous until then.</summary>
public sealed class CurrentActor
{
    public Actor Actor { get; set; } = Actor.Anonymous;

    /// <summary>The request came with a session that has ended, or never was one: whoever it is believes to be signed in.</summary>
    public bool HasEnded { get; set; }
}
