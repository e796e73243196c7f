namespace Zhengtong.Tool;

/// <summary>One command of <c>zt</c>.</summary>
/// <param name="Usage">Words after <c>zt</c>, as the help shows them; the first one or two are the name.</param>
/// <param name="RunAsync">Gets what follows the name; answers the exit code.</param>
internal sealed record Command(string Name, string Usage, string Help, Func<string[], CancellationToken, Task<int>> RunAsync);
