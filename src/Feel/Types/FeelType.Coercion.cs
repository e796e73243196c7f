namespace Zhengtong.Feel;

internal static class FeelTypeCoercion
{
    public static bool CoerceList(this FeelType.ListOf type, object value, Evaluation evaluation, out object? coerced)
    {
        if (value is not FeelList list)
        {
            var fits = TryElement(type.Element, value, evaluation, out var element);
            coerced = fits ? new FeelList([element]) : null;
            return fits;
        }

        coerced = list;
        if (type.Element is FeelType.AnyType)
        {
            return true;
        }

        object?[]? changed = null;
        for (var i = 0; i < list.Count; i++)
        {
            if (!TryElement(type.Element, list[i], evaluation, out var element))
            {
                coerced = null;
                return false;
            }

            if (!ReferenceEquals(element, list[i]))
            {
                changed ??= [.. list];
                changed[i] = element;
            }
        }

        coerced = changed is null ? list : new FeelList(changed);
        return true;
    }

    public static bool CoerceContext(this FeelType.ContextOf type, FeelContext value, Evaluation evaluation, out object? coerced)
    {
        var result = value;
        coerced = null;
        foreach (var member in type.Members)
        {
            // A member that is not there conforms like null: callers may leave out what they do not know.
            if (!value.TryGetValue(member.Name, out var item) || item is null)
            {
                continue;
            }

            if (!TryElement(member.Type, item, evaluation, out var fitted))
            {
                return false;
            }

            if (!ReferenceEquals(fitted, item))
            {
                result = result.With(member.Name, fitted);
            }
        }

        coerced = result;
        return true;
    }

    private static bool TryElement(FeelType type, object? value, Evaluation evaluation, out object? coerced)
    {
        if (value is null)
        {
            coerced = null;
            return true;
        }

        var before = evaluation.WarningCount;
        coerced = type.Coerce(value, evaluation, "element");
        if (coerced is not null)
        {
            return true;
        }

        evaluation.ForgetAfter(before);
        return false;
    }
}
