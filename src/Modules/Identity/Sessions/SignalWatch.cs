using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Zhengtong.Identity.ApiKeys;
using Zhengtong.Identity.Organisations;
using Zhengtong.Identity.Regions;
using Zhengtong.Identity.SignIn;
using Zhengtong.Kernel;

namespace Zhengtong.Identity.Sessions;

/// <summary>Makes this node's caches forget what has been changed or revoked, here or on another node.</summary>
internal sealed class SignalWatch(
    Database database, SignalTargets targets, IOptions<IdentityOptions> options, ILogger<SignalWatch> log)
    : PeriodicWorker(options.Value.SignalInterval, TimeProvider.System, log)
{
    private readonly HashSet<long> _seen = [];
    private string _horizon = "";
    private int _rounds;

    protected override async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        try { await LookAsync(cancellationToken); }
        catch (Exception)
        {
            // Deaf for the moment: what is known may be out of date, so it is asked for again.
            targets.ForgetSessions();
            throw;
        }
        return false;
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        var read = database.Read("identity.signals", Actor.System("identity"));
        if (_horizon.Length == 0)
        {
            _horizon = await read.ScalarAsync<string>("select pg_snapshot_xmin(pg_current_snapshot())::text", null, cancellationToken)
                ?? "";
            targets.ForgetAll();
            return;
        }
        var rows = await read.QueryAsync<(string Xmin, long? Seq, string? Kind, Guid? Subject)>(
            """
            select pg_snapshot_xmin(pg_current_snapshot())::text, s.seq, s.kind, s.subject
            from (select 1) as one
            left join identity.signals s on s.tx >= @horizon::xid8
            """, new { horizon = _horizon }, cancellationToken);
        var current = new HashSet<long>();
        foreach (var (_, seq, kind, subject) in rows)
        {
            if (seq is not { } number || kind is null) { continue; }
            current.Add(number);
            if (!_seen.Contains(number)) { targets.Apply(kind, subject); }
        }
        _seen.Clear();
        _seen.UnionWith(current);
        _horizon = rows[0].Xmin;
        if (++_rounds % 600 == 0)
        {
            await read.QueryAsync<int>(
                "delete from identity.signals where at < now() - interval '1 day' returning 1", null, cancellationToken);
        }
    }
}

/// <summary>Which cache forgets what.</summary>
internal sealed class SignalTargets(
    SessionCache sessions, RegionTree regions, OrganisationTree organisations, SecurityPolicy policy, ApiKeyCache keys)
{
    public void Apply(string kind, Guid? subject)
    {
        switch (kind)
        {
            case Signals.Session when subject is { } session: sessions.Forget(session); break;
            case Signals.Account when subject is { } account: sessions.ForgetAccount(account); break;
            case Signals.Regions: regions.Forget(); break;
            case Signals.Organisations: organisations.Forget(); sessions.ForgetAll(); break;
            case Signals.Settings: policy.Forget(); break;
            case Signals.Keys: keys.ForgetAll(); break;
            default: sessions.ForgetAll(); break;
        }
    }

    public void ForgetSessions()
    {
        sessions.ForgetAll();
        keys.ForgetAll();
    }

    public void ForgetAll()
    {
        ForgetSessions();
        regions.Forget();
        organisations.Forget();
        policy.Forget();
    }
}
