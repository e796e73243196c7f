namespace Zhengtong.Feel;

/// <summary>The simple types of FEEL.</summary>
public enum FeelKind
{
    Number,
    String,
    Boolean,
    Date,
    Time,
    DateTime,
    YearsMonthsDuration,
    DaysTimeDuration,
}

/// <summary>A type of the FEEL type lattice (DMN 1.5, 10.3.2.9). The list is closed.</summary>
public abstract record FeelType
{
    private FeelType()
    {
    }

    public static FeelType Any { get; } = new AnyType();

    public static FeelType Null { get; } = new NullType();

    public static FeelType Number { get; } = new Simple(FeelKind.Number);

    public static FeelType String { get; } = new Simple(FeelKind.String);

    public static FeelType Boolean { get; } = new Simple(FeelKind.Boolean);

    public static FeelType Date { get; } = new Simple(FeelKind.Date);

    public static FeelType Time { get; } = new Simple(FeelKind.Time);

    public static FeelType DateTime { get; } = new Simple(FeelKind.DateTime);

    public static FeelType YearsMonthsDuration { get; } = new Simple(FeelKind.YearsMonthsDuration);

    public static FeelType DaysTimeDuration { get; } = new Simple(FeelKind.DaysTimeDuration);

    public static FeelType AnyList { get; } = new ListOf(Any);

    public static FeelType AnyContext { get; } = new ContextOf([]);

    /// <summary>Any value, and the type of what is not known before evaluation.</summary>
    public sealed record AnyType : FeelType
    {
        public override string ToString() => "Any";
    }

    /// <summary>The type of null alone.</summary>
    public sealed record NullType : FeelType
    {
        public override string ToString() => "Null";
    }

    public sealed record Simple(FeelKind Kind) : FeelType
    {
        public override string ToString() => FeelTypes.NameOf(Kind);
    }

    public sealed record ListOf(FeelType Element) : FeelType
    {
        public override string ToString() => $"list<{Element}>";
    }

    public sealed record RangeOf(FeelType Element) : FeelType
    {
        public override string ToString() => $"range<{Element}>";
    }

    /// <summary>A context that has at least these members.</summary>
    public sealed record ContextOf(IReadOnlyList<FeelParameter> Members) : FeelType
    {
        public FeelType? Find(string name)
        {
            foreach (var member in Members)
            {
                if (member.Name == name)
                {
                    return member.Type;
                }
            }

            return null;
        }

        public bool Equals(ContextOf? other) => other is not null && Members.SequenceEqual(other.Members);

        public override int GetHashCode() => Members.Count;

        public override string ToString() =>
            Members.Count == 0 ? "context" : $"context<{string.Join(", ", Members.Select(m => $"{m.Name}: {m.Type}"))}>";
    }

    public sealed record FunctionOf(IReadOnlyList<FeelType>? Parameters, FeelType Result) : FeelType
    {
        public bool Equals(FunctionOf? other) => other is not null && Result.Equals(other.Result)
            && (Parameters is null ? other.Parameters is null : other.Parameters is not null && Parameters.SequenceEqual(other.Parameters));

        public override int GetHashCode() => Result.GetHashCode();

        public override string ToString() => $"function<{string.Join(", ", Parameters ?? [])}>->{Result}";
    }

    /// <summary>A named type whose values are further limited, such as an item definition with allowed values.</summary>
    /// <param name="Name">Name for messages.</param>
    /// <param name="Base">The structure.</param>
    /// <param name="Allows">Whether a value of that structure is allowed; never asked about null.</param>
    public sealed record Restricted(string Name, FeelType Base, Func<object, Evaluation, bool> Allows) : FeelType
    {
        /// <summary>The limits as they are written; null when they are not unary tests.</summary>
        public Syntax.FeelUnaryTests? Tests { get; init; }

        public override string ToString() => Name;
    }

    /// <summary>The type without restrictions around it.</summary>
    public FeelType Plain => this is Restricted restricted ? restricted.Base.Plain : this;

    /// <summary>Whether a value has the structure of this type; what <c>instance of</c> asks. Null is of type Null alone.</summary>
    public bool IsInstance(object? value) => value is null ? Plain is NullType : Conforms(value);

    private bool Conforms(object? value) => value is null || this switch
    {
        AnyType => true,
        NullType => false,
        Simple simple => FeelTypes.KindOf(value) == simple.Kind,
        ListOf { Element: AnyType } => value is FeelList,
        ListOf list => value is FeelList items && items.All(list.Element.Conforms),
        RangeOf range => value is FeelRange r && (r.Start is not null || r.End is not null)
            && range.Element.Conforms(r.Start) && range.Element.Conforms(r.End),
        ContextOf context => value is FeelContext c
            && context.Members.All(m => c.TryGetValue(m.Name, out var member) && m.Type.Conforms(member)),
        FunctionOf function => value is FeelFunction f && Fits(function, f),
        Restricted restricted => restricted.Base.Conforms(value),
        _ => false,
    };

    // What a function does not declare may still be right: only a certain contradiction counts.
    private static bool Fits(FunctionOf wanted, FeelFunction actual)
    {
        if (wanted.Parameters is null)
        {
            return true;
        }

        return wanted.Parameters.Count == actual.Parameters.Count
            && actual.Result.MayMeet(wanted.Result)
            && wanted.Parameters.Zip(actual.Parameters).All(p => p.First.MayMeet(p.Second.Type));
    }

    /// <summary>Whether every value of this type is a value of <paramref name="other"/> (DMN 1.5, 10.3.2.9.2).</summary>
    public bool ConformsTo(FeelType other)
    {
        var (type, target) = (Plain, other.Plain);
        return target is AnyType || type is NullType || (type, target) switch
        {
            (Simple a, Simple b) => a.Kind == b.Kind,
            (ListOf a, ListOf b) => a.Element.ConformsTo(b.Element),
            (RangeOf a, RangeOf b) => a.Element.ConformsTo(b.Element),
            (ContextOf a, ContextOf b) => b.Members.All(m => a.Find(m.Name) is { } found && found.ConformsTo(m.Type)),
            (FunctionOf a, FunctionOf b) => b.Parameters is null || (a.Parameters is not null && a.Parameters.Count == b.Parameters.Count
                && a.Result.ConformsTo(b.Result) && b.Parameters.Zip(a.Parameters).All(p => p.First.ConformsTo(p.Second))),
            _ => false,
        };
    }

    /// <summary>Whether some value could have both types; false means a certain type error.</summary>
    public bool MayMeet(FeelType other)
    {
        var (type, target) = (Plain, other.Plain);
        return type is AnyType or NullType || target is AnyType or NullType || (type, target) switch
        {
            (Simple a, Simple b) => a.Kind == b.Kind,
            (ListOf a, ListOf b) => a.Element.MayMeet(b.Element),
            (RangeOf a, RangeOf b) => a.Element.MayMeet(b.Element),
            (ContextOf, ContextOf) or (FunctionOf, FunctionOf) => true,
            _ => false,
        };
    }

    /// <summary>
    /// The value as one of this type: itself, or converted from a singleton list, to a singleton list, or from a date to its
    /// midnight (DMN 1.5, 10.3.2.9.4); null with a warning otherwise.
    /// </summary>
    public object? Coerce(object? value, Evaluation evaluation, string what)
    {
        if (value is null || this is AnyType)
        {
            return value;
        }

        if (TryCoerce(value, evaluation, out var coerced))
        {
            return coerced;
        }

        return evaluation.Warn("type.mismatch", $"{what}: {FeelTypes.Describe(value)} is not {this}");
    }

    private bool TryCoerce(object? value, Evaluation evaluation, out object? coerced)
    {
        coerced = value;
        if (value is null)
        {
            return true;
        }

        switch (this)
        {
            case AnyType:
                return true;
            case Simple simple when FeelTypes.KindOf(value) == simple.Kind:
                return true;
            case Simple { Kind: FeelKind.DateTime } when value is FeelDate date:
                coerced = FeelDateTime.Midnight(date);
                return true;
            case Restricted restricted:
                return restricted.Base.TryCoerce(value, evaluation, out coerced)
                    && (coerced is null || restricted.Allows(coerced, evaluation));
            case ListOf list:
                return list.CoerceList(value, evaluation, out coerced);
            case ContextOf context when value is FeelContext c:
                return context.CoerceContext(c, evaluation, out coerced);
            case FunctionOf or RangeOf when Conforms(value):
                return true;
            default:
                return value is FeelList { Count: 1 } single && TryCoerce(single[0], evaluation, out coerced);
        }
    }
}
