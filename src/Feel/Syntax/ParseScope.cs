namespace Zhengtong.Feel.Syntax;

/// <summary>Names visible at a place of a text, innermost scope first.</summary>
internal sealed class ParseScope(ParseScope? parent)
{
    private readonly NameTable names = new();

    /// <summary>Names of members of any type that is in sight; they settle names after a dot whose type is not known.</summary>
    public NameTable Members { get; private init; } = parent?.Members ?? new NameTable();

    public void Add(string name, FeelType type)
    {
        names.Add(name, type);
        AddMembersOf(type, 0);
    }

    public void AddMember(string name) => Members.Add(name, FeelType.Any);

    private void AddMembersOf(FeelType type, int depth)
    {
        if (depth > 8)
        {
            return;
        }

        switch (type.Plain)
        {
            case FeelType.ListOf list:
                AddMembersOf(list.Element, depth + 1);
                break;
            case FeelType.ContextOf context:
                foreach (var member in context.Members)
                {
                    Members.Add(member.Name, FeelType.Any);
                    AddMembersOf(member.Type, depth + 1);
                }

                break;
        }
    }

    public FeelType? TypeOf(string name)
    {
        for (var scope = this; scope is not null; scope = scope.Parent)
        {
            if (scope.names.Types.TryGetValue(name, out var type))
            {
                return type;
            }
        }

        return null;
    }

    private ParseScope? Parent { get; } = parent;

    /// <summary>A scope inside this one that has members of its own: shared scopes must not learn from single expressions.</summary>
    public ParseScope Inner() => new(this) { Members = new NameTable() };

    /// <summary>The longest visible name at an offset; of equally long ones the innermost.</summary>
    public string? Match(string text, int at, out int end)
    {
        string? best = null;
        end = at;
        for (var scope = this; scope is not null; scope = scope.Parent)
        {
            if (scope.names.Match(text, at, out var stop) is { } found && (best is null || stop > end))
            {
                (best, end) = (found, stop);
            }
        }

        return best;
    }
}
