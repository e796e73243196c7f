using Zhengtong.Kernel;
using Zhengtong.Registers;

namespace Zhengtong.Records.ShowRecord;

/// <summary>Masked fields of a record, for those who may read it and see its personal fields.</summary>
internal sealed class RecordReveal(Database database, RecordStore store) : IRevealSource
{
    public const string KindName = "record";

    public string Kind => KindName;

    /// <param name="subject">Register and id: <c>caregiver/0198…</c>.</param>
    public async Task<RevealedValue?> FindAsync(Actor actor, string subject, string field, CancellationToken cancellationToken)
    {
        if (subject.Split('/') is not [var register, var text] || !Guid.TryParse(text, out var id)) { return null; }
        var found = await store.GetAsync(database.Read("registers.reveal", actor), register, id, cancellationToken);
        return found.IsSuccess && found.Value is { Table: var table } record && table.MayUnmask(actor)
            && table.MaskOf(field) is { } mask && record[field] is string { Length: > 0 } clear
                ? new(
                    table.Definition.Field(field)!.Title, Masks.Apply(mask, clear), clear, ($"register:{register}", text),
                    RecordLinks.View(register, id))
                : null;
    }
}
