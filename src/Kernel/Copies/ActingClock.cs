namespace Zhengtong.Kernel;

/// <summary>A clock that stands where it is put, for acts that are carried out as of another day; elsewhere it is the machine's.</summary>
public sealed class ActingClock : TimeProvider
{
    private readonly AsyncLocal<DateTimeOffset?> _at = new();

    /// <summary>Puts the clock of this flow of control; null lets it go again.</summary>
    public void Set(DateTimeOffset? at) => _at.Value = at;

    public override DateTimeOffset GetUtcNow() => _at.Value ?? base.GetUtcNow();
}
