namespace Zhengtong.Design;

/// <summary>Where a case stands against its time limit.</summary>
public enum Light
{
    /// <summary>No limit applies.</summary>
    None,

    /// <summary>In time.</summary>
    Green,

    /// <summary>Near the limit.</summary>
    Yellow,

    /// <summary>Over the limit.</summary>
    Red,

    /// <summary>The clock stands still (supplements, expert review).</summary>
    Paused,

    /// <summary>Ended in time.</summary>
    Met,
}
