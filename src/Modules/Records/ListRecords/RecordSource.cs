using Zhengtong.Kernel;
using Zhengtong.Registers;

namespace Zhengtong.Records.ListRecords;

/// <summary>Records of all registers that the officer may read.</summary>
internal sealed class RecordSource(Database database, RecordStore store) : ISearchSource
{
    private const int EachRegister = 3;
    private const int MinWords = 2;

    public SearchPlace Place => SearchPlace.Workbench;

    public IReadOnlyList<SearchGroup> Groups { get; } = [new("records", "台账记录", "database", 20)];

    public async Task<IReadOnlyList<SearchHit>> SearchAsync(Actor actor, string words, int limit, CancellationToken cancellationToken)
    {
        // One character is in nearly every record.
        if (words.Length < MinWords) { return []; }
        var found = await store.SearchAsync(database.Read("registers.search", actor), words, EachRegister, cancellationToken);
        return [.. found.Select(f => new SearchHit("records", f.Record.Title, RecordLinks.View(f.Table.Definition.Key, f.Record.Id), null,
            f.Table.Definition.Title))];
    }
}
