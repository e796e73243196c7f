using Zhengtong.GuoMi;

namespace Zhengtong.Kernel;

/// <summary>A key as administrators see it: never its secret.</summary>
public sealed record KeyEntry(
    int Id, string Purpose, int Version, string State, DateTimeOffset CreatedAt, DateTimeOffset? RetiredAt, DateTimeOffset? DestroyedAt);

/// <summary>The master key in parts, each for one person.</summary>
public sealed record MasterKeyShares(IReadOnlyList<SecretShare> Shares);

/// <summary>Rotation and destruction of keys. Each act takes two persons who both may, and leaves an audit entry.</summary>
public sealed class KeyAdministration(Database database, KeyRing ring, ICryptoProvider provider)
{
    public const string Permission = "kernel.keys.manage";

    public async Task<IReadOnlyList<KeyEntry>> ListAsync(Actor actor, CancellationToken cancellationToken)
    {
        ring.Refresh();
        return await database.Read("keys.list", actor).QueryAsync<KeyEntry>(
            "select id, purpose, version, state, created_at, retired_at, destroyed_at from kernel.keys order by id",
            null, cancellationToken);
    }

    /// <summary>Makes a new key of a purpose. The old one goes on reading; data moves over when it is written next or by the
    /// re-encryption job.</summary>
    /// <returns>The new version.</returns>
    public async Task<Result<int>> RotateAsync(
        KeyPurpose purpose, Actor actor, Actor approver, string reason, CancellationToken cancellationToken)
    {
        if (Refuse(actor, approver) is { } refusal) { return refusal; }

        ring.Refresh();
        await using var work = await database.BeginAsync(new("keys.rotate", actor) { Reason = reason }, cancellationToken);
        var (id, version) = ring.Add(work.Connection, null, purpose);
        work.Audit("key", $"{purpose.Name()}/{version}", after: new { id, purpose = purpose.Name(), version, approvedBy = approver.Id });
        work.AfterCommit(ring.Refresh);
        await work.CommitAsync(cancellationToken);
        return version;
    }

    /// <summary>Destroys a retired key: what is still encrypted with it can never be read again. That is its use (erasure by
    /// key).</summary>
    public async Task<Result> DestroyAsync(int id, Actor actor, Actor approver, string reason, CancellationToken cancellationToken)
    {
        if (Refuse(actor, approver) is { } refusal) { return refusal; }

        await using var work = await database.BeginAsync(new("keys.destroy", actor) { Reason = reason }, cancellationToken);
        var destroyed = await work.ExecuteAsync(
            """
            update kernel.keys k
            set state = 'destroyed', wrapped = null, destroyed_at = @now
            where id = @id
              and state = 'retired'
              and not exists (select 1 from kernel.keys b where b.wrapped_by = k.id and b.state <> 'destroyed')
            """, new { id, now = work.Now }, cancellationToken);
        if (destroyed == 0)
        {
            return Error.Conflict("keys.in-use", "只有已停用且不再保护其他密钥的密钥才能销毁。");
        }

        work.Audit("key", id.ToString(), after: new { id, state = "destroyed", approvedBy = approver.Id });
        work.AfterCommit(ring.Refresh);
        await work.CommitAsync(cancellationToken);
        return Result.Done;
    }

    /// <summary>Splits the master key into shares for several people; any <paramref name="threshold"/> of them bring it back
    /// (<c>zt keys restore</c>). Hand each share to one person and keep none: they are shown this once.</summary>
    public async Task<Result<MasterKeyShares>> SplitMasterKeyAsync(
        int threshold, int shares, Actor actor, Actor approver, string reason, CancellationToken cancellationToken)
    {
        if (Refuse(actor, approver) is { } refusal) { return refusal; }
        if (threshold < 2 || shares < threshold || shares > 20)
        {
            return Error.Invalid("keys.shares", "份额数应为 2 至 20，恢复所需份额不少于 2 且不多于总份额。");
        }
        if (provider is not SoftwareCryptoProvider software)
        {
            // A device makes its own backups; its master key cannot be read.
            return Error.Conflict("keys.in-device", "主密钥保存在密码设备中，请使用设备自身的备份功能。");
        }

        await using var work = await database.BeginAsync(new("keys.split", actor) { Reason = reason }, cancellationToken);
        work.Audit("key", "master", after: new { threshold, shares, approvedBy = approver.Id });
        var made = software.Split(threshold, shares);
        await work.CommitAsync(cancellationToken);
        return new MasterKeyShares(made);
    }

    private static Error? Refuse(Actor actor, Actor approver)
    {
        if (!actor.May(Permission) || !approver.May(Permission))
        {
            return Error.Forbidden("keys.forbidden", "两名操作人都须具有密钥管理权限。");
        }

        // The platform on its own account may not: no job rotates or destroys keys without people.
        return actor.Kind is ActorKind.System || approver.Kind is ActorKind.System || actor.Id == approver.Id
            ? Error.Forbidden("keys.two-persons", "密钥操作须由两名不同的人员共同完成。")
            : null;
    }
}
