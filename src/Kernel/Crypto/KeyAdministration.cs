using System.Security.Cryptography;
using Zhengtong.GuoMi;

namespace Zhengtong.Kernel;

/// <summary>What came of a request: the number of a new version, or the shares of the master key, each for one person.</summary>
public sealed record KeyOutcome(int? Version = null, IReadOnlyList<SecretShare>? Shares = null, Guid? Job = null);

/// <summary>Acts on keys: one person asks, a second one approves, then it is done. Each step leaves an audit entry.</summary>
public sealed class KeyAdministration(Database database, KeyRing ring, ICryptoProvider provider, Jobs jobs)
{
    public const string Permission = "kernel.keys.manage";
    private const string TagLabel = "kernel.key-requests";

    /// <summary>A request that nobody has decided within this is made anew.</summary>
    private static readonly TimeSpan Validity = TimeSpan.FromDays(7);

    public async Task<IReadOnlyList<KeyEntry>> ListAsync(Actor actor, CancellationToken cancellationToken)
    {
        ring.Refresh();
        return await database.Read("keys.list", actor).QueryAsync<KeyEntry>(
            """
            select id, purpose, version, state, created_at, retired_at, archived_at, destroyed_at
            from kernel.keys
            order by purpose, version desc
            """, null, cancellationToken);
    }

    /// <summary>What waits, and the last ones that were decided; newest first.</summary>
    public Task<IReadOnlyList<KeyRequest>> RequestsAsync(Actor actor, CancellationToken cancellationToken) =>
        database.Read("keys.requests", actor).QueryAsync<KeyRequest>(
            $"select {KeyRequest.Columns} from kernel.key_requests order by (state = 'pending') desc, requested_at desc limit 50", null,
            cancellationToken);

    /// <returns>Id of the request that somebody else has to approve.</returns>
    public async Task<Result<Guid>> RequestAsync(KeyOrder order, string reason, Actor actor, CancellationToken cancellationToken)
    {
        if (Refuse(actor) is { } refusal) { return refusal; }
        if (string.IsNullOrWhiteSpace(reason) || reason.Length > 200)
        {
            return Error.Invalid("keys.reason", "请用 1 至 200 字说明原因。", new FieldError("reason", "length", "请用 1 至 200 字说明原因"));
        }
        if (order is { Act: "split" } && order is not { Threshold: >= 2, Shares: <= 20 } || order.Shares < order.Threshold)
        {
            return Error.Invalid("keys.shares", "份额数应为 2 至 20，恢复所需份额不少于 2 且不多于总份额。",
                new FieldError("shares", "range", "份额数应为 2 至 20，且不少于恢复所需份额"));
        }
        await using var work = await database.BeginAsync(new("keys.request", actor) { Reason = reason.Trim() }, cancellationToken);
        if (await UnfitAsync(work, order, cancellationToken) is { } unfit) { return unfit; }
        var request = new KeyRequest
        {
            Id = work.NewId(), Act = order.Act, Purpose = order.Purpose?.Name(), KeyId = order.KeyId, Threshold = order.Threshold,
            Shares = order.Shares, Reason = reason.Trim(), RequestedBy = actor.Id, RequestedByName = actor.Name,
            RequestedAt = DateTimeOffset.UnixEpoch.AddMicroseconds(AuditRow.Microseconds(work.Now)),
        };
        var inserted = await work.ExecuteAsync(
            """
            insert into kernel.key_requests
                (id, act, purpose, key_id, threshold, shares, reason, requested_by, requested_by_name, requested_at, tag)
            values (@Id, @Act, @Purpose, @KeyId, @Threshold, @Shares, @Reason, @RequestedBy, @RequestedByName, @RequestedAt, @tag)
            on conflict do nothing
            """,
            new
            {
                request.Id, request.Act, request.Purpose, request.KeyId, request.Threshold, request.Shares, request.Reason,
                request.RequestedBy, request.RequestedByName, request.RequestedAt, tag = provider.Mac(TagLabel, request.ToTag()),
            }, cancellationToken);
        if (inserted == 0) { return Error.Conflict("keys.requested-already", "已有相同的申请等待批准，无需重复提交。"); }
        work.Audit("key-request", request.Id.ToString(), after: Facts(request));
        await work.CommitAsync(cancellationToken);
        return request.Id;
    }

    /// <summary>Carries a request out, in one transaction with the approval.</summary>
    /// <param name="requester">The person who asked, with the rights of today; null where they are gone.</param>
    public async Task<Result<KeyOutcome>> ApproveAsync(Guid id, Actor? requester, Actor approver, CancellationToken cancellationToken)
    {
        if (Refuse(approver) is { } refusal) { return refusal; }
        ring.Refresh();
        var act = await database.Read("keys.find", approver).ScalarAsync<string>(
            "select act from kernel.key_requests where id = @id", new { id }, cancellationToken);
        await using var work = await database.BeginAsync(new(OperationOf(act), approver), cancellationToken);
        if (await LockedAsync(work, id, cancellationToken) is not { } request) { return NoRequest; }
        if (request.RequestedBy == approver.Id || requester is null || requester.Id != request.RequestedBy || Refuse(requester) is not null)
        {
            return Error.Forbidden("keys.two-persons", "密钥操作须由两名具有密钥管理权限的不同人员共同完成，不能批准自己的申请。");
        }
        if (!CryptographicOperations.FixedTimeEquals(provider.Mac(TagLabel, request.ToTag()), request.Tag))
        {
            return Error.Conflict("keys.request-altered", "申请内容与提交时不一致，已拒绝执行，请通知安全审计员。");
        }
        if (work.Now - request.RequestedAt > Validity)
        {
            return Error.Conflict("keys.request-expired", "申请已超过 7 天，请重新提交。");
        }
        var done = await DoAsync(work, request, cancellationToken);
        if (!done.IsSuccess) { return done.Error; }
        await DecideAsync(work, request, "executed", cancellationToken);
        work.Audit("key", request.KeyId?.ToString() ?? request.Purpose ?? "master", after: new
        {
            request.Act, request.Purpose, request.KeyId, request.Threshold, request.Shares, done.Value!.Version, request.Reason,
            requestedBy = request.RequestedBy, approvedBy = approver.Id,
        });
        work.AfterCommit(ring.Refresh);
        await work.CommitAsync(cancellationToken);
        return done;
    }

    /// <summary>Says no to a request; whoever made it withdraws it so.</summary>
    public async Task<Result> RefuseAsync(Guid id, Actor actor, CancellationToken cancellationToken)
    {
        if (Refuse(actor) is { } refusal) { return refusal; }
        await using var work = await database.BeginAsync(new("keys.refuse", actor), cancellationToken);
        if (await LockedAsync(work, id, cancellationToken) is not { } request) { return NoRequest; }
        var state = request.RequestedBy == actor.Id ? "withdrawn" : "refused";
        await DecideAsync(work, request, state, cancellationToken);
        work.Audit("key-request", id.ToString(), Facts(request), new { state });
        await work.CommitAsync(cancellationToken);
        return Result.Done;
    }

    private async Task<Result<KeyOutcome>> DoAsync(UnitOfWork work, KeyRequest request, CancellationToken cancellationToken)
    {
        switch (request.Act)
        {
            case "rotate":
                var purpose = KeyPurposes.Find(request.Purpose!)!.Value;
                var version = ring.Add(work.Connection, null, purpose).Version;
                // What older keys protect moves over behind the scenes.
                Guid? job = purpose is KeyPurpose.KeyEncryption or KeyPurpose.Field or KeyPurpose.BlindIndex or KeyPurpose.File
                    ? await jobs.EnqueueAsync(work, Reencryption.Name, new Reencryption.Args(), cancellationToken) : null;
                return new KeyOutcome(version, Job: job);
            case "split":
                return provider.Split(request.Threshold!.Value, request.Shares!.Value) is { } shares
                    ? new KeyOutcome(Shares: shares)
                    // A device makes its own backups; its master key cannot be read.
                    : Error.Conflict("keys.in-device", "主密钥保存在密码设备中，请使用设备自身的备份功能。");
            default:
                return await MoveAsync(work, request, cancellationToken) == 1 ? new KeyOutcome() : NotNow(request.Act);
        }
    }

    /// <summary>A key that others are wrapped by stays.</summary>
    private static Task<int> MoveAsync(UnitOfWork work, KeyRequest request, CancellationToken cancellationToken) =>
        work.ExecuteAsync(
            """
            update kernel.keys k
            set state = case @Act when 'archive' then 'archived' when 'recover' then 'retired' else 'destroyed' end,
                wrapped = case when @Act = 'destroy' then null else wrapped end,
                archived_at = case @Act when 'archive' then @now when 'recover' then null else archived_at end,
                destroyed_at = case when @Act = 'destroy' then @now end
            where id = @KeyId
              and case @Act when 'archive' then state = 'retired' when 'recover' then state = 'archived'
                  else state in ('retired', 'archived') end
              and (@Act = 'recover' or not exists (select 1 from kernel.keys b where b.wrapped_by = k.id and b.state <> 'destroyed'))
            """, new { request.Act, request.KeyId, now = work.Now }, cancellationToken);

    /// <summary>What can be known wrong before somebody else is asked.</summary>
    private async Task<Error?> UnfitAsync(UnitOfWork work, KeyOrder order, CancellationToken cancellationToken)
    {
        if (!KeyOrder.Acts.Contains(order.Act) || (order.Act == "rotate") != (order.Purpose is not null)
            || (order.Act is "archive" or "recover" or "destroy") != (order.KeyId is not null))
        {
            return Error.Invalid("keys.order", "没有这种密钥操作。");
        }
        if (order.KeyId is not { } id) { return null; }
        var state = await work.ScalarAsync<string>("select state from kernel.keys where id = @id", new { id }, cancellationToken);
        return (order.Act, state) is ("archive", "retired") or ("recover", "archived") or ("destroy", "retired" or "archived")
            ? null
            : NotNow(order.Act);
    }

    private static async Task<KeyRequest?> LockedAsync(UnitOfWork work, Guid id, CancellationToken cancellationToken) =>
        await work.FindAsync<KeyRequest>(
            $"select {KeyRequest.Columns} from kernel.key_requests where id = @id and state = 'pending' for update", new { id },
            cancellationToken);

    private static Task<int> DecideAsync(UnitOfWork work, KeyRequest request, string state, CancellationToken cancellationToken) =>
        work.ExecuteAsync(
            """
            update kernel.key_requests
            set state = @state, decided_by = @by, decided_by_name = @name, decided_at = @now
            where id = @Id
            """, new { request.Id, state, by = work.Actor.Id, name = work.Actor.Name, now = work.Now }, cancellationToken);

    private static string OperationOf(string? act) => act switch
    {
        "rotate" => "keys.rotate",
        "archive" => "keys.archive",
        "recover" => "keys.recover",
        "destroy" => "keys.destroy",
        _ => "keys.split",
    };

    private static object Facts(KeyRequest request) =>
        new { request.Act, request.Purpose, request.KeyId, request.Threshold, request.Shares };

    private static readonly Error NoRequest = Error.Conflict("keys.no-request", "这项申请已经办理或撤回，请刷新页面查看。");

    private static Error NotNow(string act) => Error.Conflict("keys.in-use", act switch
    {
        "archive" => "只有已停用且不再保护其他密钥的密钥才能归档。",
        "recover" => "只有已归档的密钥才能恢复。",
        _ => "只有已停用且不再保护其他密钥的密钥才能销毁。",
    });

    private static Error? Refuse(Actor actor) =>
        !actor.May(Permission) ? Error.Forbidden("keys.forbidden", "操作人须具有密钥管理权限。")
        // The platform on its own account may not: no job rotates or destroys keys without people.
        : actor.Kind is not ActorKind.Officer ? Error.Forbidden("keys.two-persons", "密钥操作须由两名不同的人员共同完成。")
        : null;
}
