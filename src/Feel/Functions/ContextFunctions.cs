namespace Zhengtong.Feel.Functions;

/// <summary>Functions on contexts (DMN 1.5, 10.3.4.6).</summary>
internal static class ContextFunctions
{
    private static readonly string[] EntryKeys = ["key", "value"];

    public static IEnumerable<Builtin> All { get; } =
    [
        new("get value", FeelType.Any,
            Overload.Of("m:context, key:string", (a, e) => Get((FeelContext)a[0]!, (string)a[1]!, e)),
            Overload.Of("context:context, key:string", (a, e) => Get((FeelContext)a[0]!, (string)a[1]!, e)),
            Overload.Of("context:context, keys:list", (a, e) => GetPath((FeelContext)a[0]!, (FeelList)a[1]!, e))),
        new("get entries", FeelType.AnyList,
            Overload.Of("m:context", (a, _) => Entries((FeelContext)a[0]!)),
            Overload.Of("context:context", (a, _) => Entries((FeelContext)a[0]!))),
        new("context", FeelType.AnyContext, Overload.Of("entries:list", (a, e) => FromEntries((FeelList)a[0]!, e))),
        new("context put", FeelType.AnyContext,
            Overload.Of("context:context, key:string, value:any~", (a, _) => ((FeelContext)a[0]!).With((string)a[1]!, a[2])),
            Overload.Of("context:context, keys:list, value:any~", (a, e) => PutPath((FeelContext)a[0]!, (FeelList)a[1]!, 0, a[2], e))),
        new("context merge", FeelType.AnyContext, Overload.Of("contexts:list", (a, e) => Merge((FeelList)a[0]!, e))),
    ];

    private static object? Get(FeelContext context, string key, Evaluation evaluation) => context.TryGetValue(key, out var value)
        ? value
        : evaluation.Warn("name.no-member", $"get value: there is no entry '{key}'");

    private static object? GetPath(FeelContext context, FeelList keys, Evaluation evaluation)
    {
        object? value = context;
        foreach (var key in keys)
        {
            if (key is not string name || value is not FeelContext inner)
            {
                return evaluation.Warn("name.no-member", "get value: the keys lead nowhere");
            }

            value = Get(inner, name, evaluation);
        }

        return keys.Count == 0 ? evaluation.Warn("call.arguments", "get value: there are no keys") : value;
    }

    private static FeelList Entries(FeelContext context) =>
        new([.. context.Select(e => (object?)new FeelContext(EntryKeys, [e.Key, e.Value]))]);

    private static object? FromEntries(FeelList entries, Evaluation evaluation)
    {
        var values = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var item in entries)
        {
            if (item is not FeelContext entry || !entry.TryGetValue("key", out var key) || key is not string name
                || !entry.TryGetValue("value", out var value))
            {
                return evaluation.Warn("type.element", "context: an entry has no text 'key' or no 'value'");
            }

            if (!values.TryAdd(name, value))
            {
                return evaluation.Warn("context.duplicate-key", $"context: the key '{name}' comes twice");
            }
        }

        return new FeelContext([.. values.Keys], [.. values.Values]);
    }

    private static object? PutPath(FeelContext context, FeelList keys, int at, object? value, Evaluation evaluation)
    {
        if (keys.Count == 0 || keys[at] is not string key)
        {
            return evaluation.Warn("call.arguments", "context put: a key is not a string, or there are none");
        }

        if (at == keys.Count - 1)
        {
            return context.With(key, value);
        }

        if (!context.TryGetValue(key, out var inner) || inner is not FeelContext next)
        {
            return evaluation.Warn("type.element", $"context put: '{key}' is no context");
        }

        return PutPath(next, keys, at + 1, value, evaluation) is { } changed
            ? context.With(key, changed)
            : null;
    }

    private static object? Merge(FeelList contexts, Evaluation evaluation)
    {
        var values = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var item in contexts)
        {
            if (item is not FeelContext context)
            {
                return evaluation.Warn("type.element", $"context merge: {FeelTypes.Describe(item)} is not a context");
            }

            foreach (var (key, value) in context)
            {
                values[key] = value;
            }
        }

        return new FeelContext([.. values.Keys], [.. values.Values]);
    }
}
