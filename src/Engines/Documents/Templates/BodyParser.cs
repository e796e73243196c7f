using System.Net;
using Zhengtong.Feel;
using Zhengtong.Kernel;

namespace Zhengtong.Documents;

/// <summary>
/// Reads the body of a template into one tree of elements, texts, values and blocks. A block must nest with the elements around it, so a
/// filled template is well-formed whatever the facts are.
/// </summary>
internal sealed class BodyParser
{
    private static readonly FeelEngine Feel = new();

    /// <summary>The facts that a template may speak of.</summary>
    internal static readonly FeelScope Facts = FeelScope.Of(
        "case", "service", "applicant", "form", "situation", "decision", "department", "officer", "document", "today");

    private readonly string _path;
    private readonly string _text;
    private readonly List<Fault> _faults;
    private readonly Stack<Open> _open = new();
    private int _at;
    private int _line;

    private BodyParser(string path, string text, int line, List<Fault> faults)
    {
        (_path, _text, _line, _faults) = (path, text, line, faults);
        _open.Push(new("", line, Facts));
    }

    internal static IReadOnlyList<TemplateNode> Parse(string path, string text, int firstLine, List<Fault> faults) =>
        new BodyParser(path, text, firstLine, faults).Parse();

    private IReadOnlyList<TemplateNode> Parse()
    {
        while (_at < _text.Length)
        {
            if (Ahead("{{")) { Brace(); }
            else if (Ahead("<!--")) { Comment(); }
            else if (_text[_at] == '<') { Tag(); }
            else { Text(); }
        }
        while (_open.Count > 1)
        {
            var left = _open.Pop();
            Fault(left.Line, $"{left.Shown} 没有结束");
            _open.Peek().Children.AddRange(left.Children);
        }
        return _open.Peek().Children;
    }

    private void Text()
    {
        var line = _line;
        var end = _at;
        while (end < _text.Length && _text[end] != '<' && !(_text[end] == '{' && end + 1 < _text.Length && _text[end + 1] == '{'))
        {
            end++;
        }
        var text = WebUtility.HtmlDecode(Take(end - _at));
        if (text.Contains("}}", StringComparison.Ordinal)) { Fault(line, "多余的 }}"); }
        if (TemplateTags.Structure.Contains(Element()))
        {
            if (text.Trim().Length > 0) { Fault(line, $"<{Element()}> 里不能直接写文字"); }
            return;
        }
        _open.Peek().Children.Add(new TextNode(line, text));
    }

    private void Brace()
    {
        var line = _line;
        var start = _at + 2;
        var end = EndOfBrace(start);
        if (end < 0)
        {
            Fault(line, "{{ 没有对应的 }}");
            Take(_text.Length - _at);
            return;
        }
        var inner = _text[start..end];
        Take(end + 2 - _at);
        switch (inner)
        {
            case ['#', 'i', 'f', ' ' or '\n', ..]:
                var condition = Compile(inner[3..], line);
                _open.Push(new("#if", line, Scope) { Expression = condition });
                break;
            case ['#', 'e', 'a', 'c', 'h', ' ' or '\n', ..]:
                OpenEach(inner[5..], line);
                break;
            case "/if":
                Close("#if", line, o => o.Expression is { } c ? new IfNode(o.Line, c, o.Children) : null);
                break;
            case "/each":
                Close("#each", line, o => o.Expression is { } c ? new EachNode(o.Line, c, o.Name, o.Children) : null);
                break;
            case ['#' or '/', ..]:
                Fault(line, $"不认识的 {{{{{inner}}}}}");
                break;
            default:
                if (TemplateTags.Structure.Contains(Element())) { Fault(line, $"<{Element()}> 里不能直接写文字"); }
                if (Compile(inner, line) is { } value) { _open.Peek().Children.Add(new ValueNode(line, value)); }
                break;
        }
    }

    /// <summary>FEEL has contexts in braces and texts in quotes: the end is the first <c>}}</c> outside of both.</summary>
    private int EndOfBrace(int from)
    {
        var depth = 0;
        for (var i = from; i < _text.Length; i++)
        {
            switch (_text[i])
            {
                case '"':
                    for (i++; i < _text.Length && _text[i] != '"'; i++) { i += _text[i] == '\\' ? 1 : 0; }
                    break;
                case '{':
                    depth++;
                    break;
                case '}' when depth > 0:
                    depth--;
                    break;
                case '}' when i + 1 < _text.Length && _text[i + 1] == '}':
                    return i;
            }
        }
        return -1;
    }

    private void OpenEach(string inner, int line)
    {
        var at = inner.LastIndexOf(" as ", StringComparison.Ordinal);
        var name = at < 0 ? "" : inner[(at + 4)..].Trim();
        if (name.Length == 0 || !name.All(c => char.IsLetterOrDigit(c) || c == '_') || char.IsDigit(name[0]))
        {
            Fault(line, "应写作 {{#each 列表 as 名称}}");
            _open.Push(new("#each", line, Scope));
            return;
        }
        _open.Push(new("#each", line, Scope.With(name)) { Expression = Compile(inner[..at], line), Name = name });
    }

    private void Tag()
    {
        var line = _line;
        var end = _text.IndexOf('>', _at);
        if (end < 0)
        {
            Fault(line, "标签没有结束");
            Take(_text.Length - _at);
            return;
        }
        var inner = Take(end + 1 - _at)[1..^1].Trim();
        if (inner.StartsWith('/'))
        {
            var name = inner[1..].Trim();
            Close(name, line, o => new ElementNode(o.Line, o.Tag, o.Classes, o.ColumnSpan, o.Width, o.Children));
            return;
        }
        inner = inner.TrimEnd('/').TrimEnd();
        var tag = inner.Split([' ', '\n', '\t'], 2)[0];
        if (!TemplateTags.Known.Contains(tag)) { Fault(line, $"不支持的标签 <{tag}>"); }
        else if (TemplateTags.Parents.TryGetValue(tag, out var parents) && !parents.Contains(Element()))
        {
            Fault(line, $"<{tag}> 应在 {string.Join(" 或 ", parents.Select(p => $"<{p}>"))} 之内");
        }
        var open = new Open(tag, line, Scope);
        Attributes(inner[tag.Length..], open);
        if (TemplateTags.Void.Contains(tag)) { _open.Peek().Children.Add(new ElementNode(line, tag, open.Classes, 1, null, [])); }
        else { _open.Push(open); }
    }

    private void Attributes(string text, Open open)
    {
        foreach (var (name, value) in HtmlAttributes.Read(text))
        {
            switch (name)
            {
                case "class":
                    open.Classes = value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                    foreach (var unknown in open.Classes.Where(c => !TemplateTags.Classes.Contains(c)))
                    {
                        Fault(open.Line, $"不认识的样式 {unknown}");
                    }
                    break;
                case "colspan" when open.Tag is "td" or "th" && int.TryParse(value, out var span) && span is > 0 and <= 20:
                    open.ColumnSpan = span;
                    break;
                case "width" when open.Tag is "td" or "th" && value.EndsWith('%') && double.TryParse(value[..^1], out var width)
                    && width is > 0 and <= 100:
                    open.Width = width;
                    break;
                default:
                    Fault(open.Line, $"<{open.Tag}> 不支持 {name}{(value.Length > 0 ? $"=\"{value}\"" : "")}");
                    break;
            }
        }
    }

    private void Close(string tag, int line, Func<Open, TemplateNode?> make)
    {
        if (_open.Count == 1 || _open.All(o => o.Tag != tag))
        {
            Fault(line, $"{Open.Show(tag, closing: true)} 没有对应的开始");
            return;
        }
        while (_open.Peek() is var top && top.Tag != tag)
        {
            Fault(top.Line, $"{top.Shown} 在 {Open.Show(tag, closing: true)}（第 {line} 行）之前没有结束");
            _open.Pop();
            _open.Peek().Children.AddRange(top.Children);
        }
        var closed = _open.Pop();
        if (make(closed) is { } node) { _open.Peek().Children.Add(node); }
    }

    private void Comment()
    {
        var end = _text.IndexOf("-->", _at, StringComparison.Ordinal);
        if (end < 0) { Fault(_line, "注释没有结束"); }
        Take((end < 0 ? _text.Length : end + 3) - _at);
    }

    private FeelExpression? Compile(string text, int line)
    {
        var compiled = Feel.Compile(text, Scope);
        foreach (var fault in compiled.Faults) { Fault(line + fault.Line - 1, $"FEEL 有误：{text.Trim()}：{fault.Message}"); }
        foreach (var note in compiled.Notes.Where(n => n.Code == "name.unknown"))
        {
            Fault(line + note.Line - 1, $"FEEL 中没有这个名称：{text.Trim()}：{note.Message}");
        }
        return compiled.Expression;
    }

    private FeelScope Scope => _open.Peek().Scope;

    /// <summary>The innermost element, looking through blocks.</summary>
    private string Element() => _open.FirstOrDefault(o => !o.Tag.StartsWith('#'))?.Tag ?? "";

    private bool Ahead(string text) => string.CompareOrdinal(_text, _at, text, 0, text.Length) == 0;

    private string Take(int count)
    {
        var taken = _text.Substring(_at, count);
        _line += taken.Count(c => c == '\n');
        _at += count;
        return taken;
    }

    private void Fault(int line, string message) => _faults.Add(new(_path, line, "", message));

    private sealed class Open(string tag, int line, FeelScope scope)
    {
        internal string Tag { get; } = tag;

        internal int Line { get; } = line;

        internal FeelScope Scope { get; } = scope;

        internal List<TemplateNode> Children { get; } = [];

        internal FeelExpression? Expression { get; init; }

        internal string Name { get; init; } = "";

        internal IReadOnlyList<string> Classes { get; set; } = [];

        internal int ColumnSpan { get; set; } = 1;

        internal double? Width { get; set; }

        internal string Shown => Show(Tag, closing: false);

        internal static string Show(string tag, bool closing) => (tag.StartsWith('#'), closing) switch
        {
            (true, true) => $"{{{{/{tag[1..]}}}}}",
            (true, false) => $"{{{{{tag} …}}}}",
            (false, true) => $"</{tag}>",
            _ => $"<{tag}>",
        };
    }
}
