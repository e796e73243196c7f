using Zhengtong.Design;
using Zhengtong.Kernel;
using Zhengtong.Registers;

namespace Zhengtong.Records.Parts;

/// <summary>Choices of the fields of a form or filter bar, by field key; fields with too many to list have none and get a search
/// box.</summary>
public sealed class Choices(Lookups lookups)
{
    private const int Most = 400;

    public async Task<IReadOnlyDictionary<string, IReadOnlyList<Option>>> OfAsync(
        Actor actor, IEnumerable<FieldDefinition> fields, CancellationToken cancellationToken)
    {
        var choices = new Dictionary<string, IReadOnlyList<Option>>();
        foreach (var field in fields)
        {
            if (field.Type is not (FieldType.Code or FieldType.Codes or FieldType.TreeCode) || lookups.Find("code") is not { } lookup)
            {
                continue;
            }
            var items = await lookup.SearchAsync(actor, field.List, null, null, Most, cancellationToken);
            if (items.Count < Most) { choices[field.Key] = InTree(items); }
        }
        return choices;
    }

    /// <summary>Parents before their children, children indented.</summary>
    private static List<Option> InTree(IReadOnlyList<LookupItem> items)
    {
        var keys = items.Select(i => i.Key).ToHashSet();
        var children = items.Where(i => i.Parent is not null && keys.Contains(i.Parent)).ToLookup(i => i.Parent);
        var options = new List<Option>();
        foreach (var root in items.Where(i => i.Parent is null || !keys.Contains(i.Parent))) { Add(root, 0); }
        return options;

        void Add(LookupItem item, int level)
        {
            options.Add(new(item.Key, item.Title, Level: level, Disabled: !item.Active));
            if (level > 6) { return; }
            foreach (var child in children[item.Key]) { Add(child, level + 1); }
        }
    }
}
