using Zhengtong.Identity.Administration;
using Zhengtong.Identity.Contracts;
using Zhengtong.Identity.Officers;
using Zhengtong.Kernel;

namespace Zhengtong.Identity.Rights;

/// <summary>Widens an officer's data scope by a region or an organisation subtree; a unit's administrator only within their own
/// range.</summary>
internal sealed class ScopeService(Database database, AdminRanges ranges, IRegions regions)
{
    private static readonly Error Unknown = Error.Invalid("identity.scope-unknown", "没有这个区划或机构，请核对代码。");

    public async Task<Result> ChangeAsync(
        Guid officerId, string kind, string value, bool remove, Actor actor, CancellationToken cancellationToken)
    {
        var range = await ranges.OfAsync(actor, cancellationToken);
        if (officerId == actor.Id) { return GrantErrors.NotSelf; }
        await using var work = await database.BeginAsync(
            new(remove ? "identity.scope-narrow" : "identity.scope-widen", actor), cancellationToken);
        if (!await OfficerForm.ManagesAsync(work, range, officerId, cancellationToken)) { return AdminErrors.OutOfRange; }
        switch (kind)
        {
            case "region":
                if (await regions.FindAsync(value, cancellationToken) is null) { return Unknown; }
                if (!range.ManagesRegion(value)) { return AdminErrors.OutOfRange; }
                break;
            case "organisation":
                var path = await work.ScalarAsync<string>(
                    "select path from identity.organisations where (path = @value or code = @value or key = @value) and deleted_at is null",
                    new { value }, cancellationToken);
                if (path is null) { return Unknown; }
                if (!range.Manages(path)) { return AdminErrors.OutOfRange; }
                value = path;
                break;
            case "all":
                if (!range.GrantsAnything) { return AdminErrors.OutOfRange; }
                value = "";
                break;
            default:
                return Unknown;
        }
        await work.ExecuteAsync(
            remove
                ? "delete from identity.officer_scopes where officer_id = @officerId and kind = @kind and value = @value"
                : "insert into identity.officer_scopes (officer_id, kind, value) values (@officerId, @kind, @value) on conflict do nothing",
            new { officerId, kind, value }, cancellationToken);
        work.Audit("account", officerId.ToString(), after: new { kind, value, remove });
        await work.SignalAsync(Signals.Account, officerId, cancellationToken);
        await work.CommitAsync(cancellationToken);
        return Result.Done;
    }
}
