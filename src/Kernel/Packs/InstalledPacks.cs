namespace Zhengtong.Kernel;

/// <summary>Which packs an installation has.</summary>
public static class InstalledPacks
{
    public static Task<bool> HasPackAsync(this DbSession session, string pack, CancellationToken cancellationToken) =>
        session.ScalarAsync<bool>("select exists (select 1 from kernel.packs where key = @pack)", new { pack }, cancellationToken);
}
