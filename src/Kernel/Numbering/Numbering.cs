using System.Collections.Concurrent;
using Dapper;

namespace Zhengtong.Kernel;

/// <summary>Gives out numbers that people read: of cases, documents, licences, receipts.</summary>
public sealed class Numbering(Database database)
{
    private const int BlockSize = 100;
    private readonly ConcurrentDictionary<string, Block> _blocks = [];

    /// <summary>
    /// The next number without a gap: it is taken back with the act if the act fails. Acts in the same scope wait for each other from here
    /// to their commit, so take it late. Law wants it of documents and licences.
    /// </summary>
    /// <param name="key">What is numbered, e.g. <c>document:approval-decision</c>.</param>
    public async Task<Result<string>> NextAsync(
        UnitOfWork work, string key, string pattern, string? region, CancellationToken cancellationToken)
    {
        var parsed = NumberPattern.Parse(pattern);
        if (!parsed.IsSuccess) { return parsed.Error; }
        var day = work.Now.ToLocalDay();
        var sequence = await work.ScalarAsync<long>(
            """
            insert into kernel.numbers (scope, last)
            values (@scope, 1)
            on conflict (scope) do update set last = numbers.last + 1
            returning last
            """, new { scope = parsed.Value.ScopeOf(key, day, region) }, cancellationToken);
        return parsed.Value.Format(sequence, day, region);
    }

    /// <summary>
    /// The next number, quickly: nobody waits, but numbers of failed acts and stopped nodes stay unused, and two nodes give out
    /// numbers from different hundreds. For receipts and case numbers.
    /// </summary>
    public async Task<Result<string>> NextFastAsync(
        string key, string pattern, DateTimeOffset now, string? region, CancellationToken cancellationToken)
    {
        var parsed = NumberPattern.Parse(pattern);
        if (!parsed.IsSuccess) { return parsed.Error; }
        var day = now.ToLocalDay();
        var scope = "fast|" + parsed.Value.ScopeOf(key, day, region);
        var block = _blocks.GetOrAdd(scope, static _ => new());
        return parsed.Value.Format(await block.NextAsync(() => ReserveAsync(scope), cancellationToken), day, region);
    }

    /// <summary>Takes the next numbers for acts of a day that is past, in the scope of <see cref="NextFastAsync"/>; taken back with the
    /// act.</summary>
    public async Task<IReadOnlyList<string>> TakeAsync(
        UnitOfWork work, string key, NumberPattern pattern, DateOnly day, string? region, int count, CancellationToken cancellationToken)
    {
        var last = await work.ScalarAsync<long>(
            """
            insert into kernel.numbers (scope, last)
            values (@scope, @count)
            on conflict (scope) do update set last = numbers.last + @count
            returning last
            """, new { scope = "fast|" + pattern.ScopeOf(key, day, region), count }, cancellationToken);
        return [.. Enumerable.Range(0, count).Select(i => pattern.Format(last - count + 1 + i, day, region))];
    }

    /// <summary>Not cancelled with the one who asked first: others wait for it too.</summary>
    private async Task<long> ReserveAsync(string scope)
    {
        await using var connection = await database.Source.OpenConnectionAsync(CancellationToken.None);
        return await connection.ExecuteScalarAsync<long>(
            """
            insert into kernel.numbers (scope, last)
            values (@scope, @BlockSize)
            on conflict (scope) do update set last = numbers.last + @BlockSize
            returning last
            """, new { scope, BlockSize });
    }

    private sealed class Block
    {
        private readonly Lock _gate = new();
        private Task<long>? _reserving;
        private long _next = 1;
        private long _last;

        internal async Task<long> NextAsync(Func<Task<long>> reserve, CancellationToken cancellationToken)
        {
            while (true)
            {
                Task<long> reserving;
                lock (_gate)
                {
                    if (_next <= _last) { return _next++; }
                    // The first one that finds the block empty fetches the next; the others wait for the same one.
                    reserving = _reserving ??= reserve();
                }
                try
                {
                    var last = await reserving.WaitAsync(cancellationToken);
                    lock (_gate)
                    {
                        if (_reserving == reserving) { (_reserving, _last, _next) = (null, last, last - BlockSize + 1); }
                    }
                }
                catch
                {
                    // Who gives up waiting leaves the fetch to the others; a failed fetch is forgotten, so that the next one tries anew.
                    lock (_gate)
                    {
                        if (_reserving == reserving && reserving.IsFaulted) { _reserving = null; }
                    }
                    throw;
                }
            }
        }
    }
}
