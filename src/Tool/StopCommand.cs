using Zhengtong.Kernel;

namespace Zhengtong.Tool;

internal static class StopCommand
{
    public static Task<int> RunAsync(string[] args, CancellationToken cancellationToken)
    {
        PrivateCluster.Stop(Path.Combine(Installation.Root, "var", "pg"));
        return Task.FromResult(0);
    }
}
