namespace Zhengtong.Kernel;

public enum CheckVerdict
{
    Good,

    /// <summary>Works, and should be mended before people depend on it.</summary>
    Warning,

    /// <summary>Below the baseline.</summary>
    Bad,
}

/// <summary>One line of <c>zt doctor</c>.</summary>
/// <param name="Advice">What to do about it; null where nothing has to be done.</param>
public sealed record CheckFinding(string Name, CheckVerdict Verdict, string Message, string? Advice = null)
{
    public static CheckFinding Good(string name, string message) => new(name, CheckVerdict.Good, message);

    public static CheckFinding Warning(string name, string message, string advice) => new(name, CheckVerdict.Warning, message, advice);

    public static CheckFinding Bad(string name, string message, string advice) => new(name, CheckVerdict.Bad, message, advice);
}

/// <summary>What a room of the house knows of the state of an installation.</summary>
public interface IInstallationCheck
{
    IAsyncEnumerable<CheckFinding> CheckAsync(CancellationToken cancellationToken);
}
