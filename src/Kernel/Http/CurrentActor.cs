namespace Zhengtong.Kernel;

/// <summary>Who makes this request. Set once by the sign-in middleware; anonymous until then.</summary>
public sealed class CurrentActor
{
    public Actor Actor { get; set; } = Actor.Anonymous;
}
