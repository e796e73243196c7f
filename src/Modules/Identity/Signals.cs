using Zhengtong.Kernel;

namespace Zhengtong.Identity;

/// <summary>Tells all nodes what to forget, in the act's own transaction; this node forgets with the commit, others within a second.</summary>
internal static class Signals
{
    public const string Session = "session", Account = "account", Rights = "rights", Regions = "regions",
        Organisations = "organisations", Settings = "settings", Keys = "keys";

    public static Task SignalAsync(this UnitOfWork work, string kind, Guid? subject, CancellationToken cancellationToken) =>
        work.ExecuteAsync("insert into identity.signals (kind, subject) values (@kind, @subject)", new { kind, subject }, cancellationToken);
}
