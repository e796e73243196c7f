using Zhengtong.Identity.Sessions;
using Zhengtong.Kernel;

namespace Zhengtong.Identity;

/// <summary>Tells all nodes what to forget, in the act's own transaction: others hear of it within a second.</summary>
internal static class Signals
{
    public const string Session = "session", Account = "account", Rights = "rights", Regions = "regions",
        Organisations = "organisations", Settings = "settings", Keys = "keys";

    /// <summary>Caches of this process, so that the one who has revoked something never sees the old state. Several hosts in one
    /// process (tests) all forget: too much forgetting does no harm.</summary>
    private static readonly List<WeakReference<SignalTargets>> Here = [];

    public static void Attach(SignalTargets targets)
    {
        lock (Here)
        {
            Here.RemoveAll(h => !h.TryGetTarget(out _));
            Here.Add(new(targets));
        }
    }

    public static Task SignalAsync(this UnitOfWork work, string kind, Guid? subject, CancellationToken cancellationToken)
    {
        work.AfterCommit(() =>
        {
            lock (Here)
            {
                foreach (var reference in Here) { if (reference.TryGetTarget(out var targets)) { targets.Apply(kind, subject); } }
            }
        });
        return work.ExecuteAsync(
            "insert into identity.signals (kind, subject) values (@kind, @subject)", new { kind, subject }, cancellationToken);
    }
}
