using Zhengtong.Feel;
using Zhengtong.Kernel;

namespace Zhengtong.Documents;

/// <summary>A template with its facts: elements and plain text, nothing left to evaluate.</summary>
internal abstract record FilledNode;

internal sealed record FilledText(string Text) : FilledNode;

internal sealed record FilledElement(
    string Tag, IReadOnlyList<string> Classes, int ColumnSpan, double? Width, IReadOnlyList<FilledNode> Children) : FilledNode
{
    internal bool Is(string name) => Classes.Contains(name);

    internal IEnumerable<FilledElement> Elements => Children.OfType<FilledElement>();

    /// <summary>All text within, spaces and line ends collapsed.</summary>
    internal string Text => string.Join(' ', string.Concat(Texts(this)).Split([' ', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries));

    private static IEnumerable<string> Texts(FilledNode node) => node is FilledElement e
        ? e.Children.SelectMany(Texts)
        : [((FilledText)node).Text];
}

/// <summary>Puts facts into a template.</summary>
internal static class TemplateFilling
{
    internal static IReadOnlyList<FilledNode> Fill(DocumentTemplate template, IReadOnlyDictionary<string, object?> facts)
    {
        // Once here, so that not every expression converts the whole case anew.
        var values = facts.ToDictionary(f => f.Key, f => FeelValue.From(f.Value), StringComparer.Ordinal);
        return [.. template.Body.SelectMany(n => Fill(n, values))];
    }

    private static IEnumerable<FilledNode> Fill(TemplateNode node, Dictionary<string, object?> values)
    {
        switch (node)
        {
            case TextNode text:
                yield return new FilledText(text.Text);
                break;
            case ValueNode value:
                yield return new FilledText(Show(value.Value.Evaluate(values).Value));
                break;
            case IfNode choice:
                if (choice.Condition.Evaluate(values).Value is true)
                {
                    foreach (var filled in choice.Children.SelectMany(c => Fill(c, values))) { yield return filled; }
                }
                break;
            case EachNode each:
                var items = each.Items.Evaluate(values)
                    .Value switch { null => [], FeelList list => list, var one => (IReadOnlyList<object?>)[one] };
                foreach (var item in items)
                {
                    var inner = new Dictionary<string, object?>(values, StringComparer.Ordinal) { [each.Name] = item };
                    foreach (var filled in each.Children.SelectMany(c => Fill(c, inner))) { yield return filled; }
                }
                break;
            case ElementNode element:
                yield return new FilledElement(
                    element.Tag, element.Classes, element.ColumnSpan, element.Width,
                    [.. element.Children.SelectMany(c => Fill(c, values))]);
                break;
        }
    }

    /// <summary>A value as an official document writes it.</summary>
    internal static string Show(object? value) => value switch
    {
        null => "",
        FeelDate date => Day(date.Year, date.Month, date.Day),
        // An instant is shown as the day it falls on where the office stands; a clock without zone is taken as it reads.
        FeelDateTime clock when clock.ToDateTimeOffset() is { } instant => Show(FeelDate.From(instant.ToLocalDay())),
        FeelDateTime clock => Show(clock.Date),
        bool flag => flag ? "是" : "否",
        FeelList list => string.Join('、', list.Select(Show).Where(t => t.Length > 0)),
        _ => FeelValue.ToText(value),
    };

    private static string Day(int year, int month, int day) => $"{year}年{month}月{day}日";
}
