using Microsoft.AspNetCore.Http;
using Zhengtong.Design;

namespace Zhengtong.Identity.Pages;

/// <summary>A field of an administration form; <see cref="Type"/> names the component that draws it.</summary>
/// <param name="Type">text, area, number, date, select, check, checks, region, organisation, person, phone, id-card, credit-code, password,
/// file, hidden.</param>
public sealed record FieldSpec(string Name, string Label, string Type = "text")
{
    public bool Required { get; init; }

    public string? Hint { get; init; }

    public string? Value { get; init; }

    public IEnumerable<string>? Values { get; init; }

    public IReadOnlyList<Option> Options { get; init; } = [];

    public int? Max { get; init; }

    public string? Min { get; init; }

    public string? Step { get; init; }

    /// <summary>Name of the chosen value, for pickers.</summary>
    public string? Text { get; init; }

    public bool ReadOnly { get; init; }

    /// <summary>Heading before this field, where a group begins.</summary>
    public string? Group { get; init; }

    public string? Accept { get; init; }
}

/// <summary>A form on an administration page.</summary>
public sealed record FormSpec(string Action, string Submit, IReadOnlyList<FieldSpec> Fields)
{
    public string? Title { get; init; }

    /// <summary>What will happen; shown before a destructive act.</summary>
    public string? Note { get; init; }

    public bool Danger { get; init; }

    public bool Upload { get; init; }

    /// <summary>Further buttons that post the same form, e.g. "save and new": name=value and words.</summary>
    public IReadOnlyList<(string Name, string Value, string Text)> MoreButtons { get; init; } = [];

    public string? CancelHref { get; init; }

    public FormErrors? Errors { get; init; }

    public IFormCollection? Posted { get; init; }

    /// <summary>Folded behind its title.</summary>
    public bool Folded { get; init; }
}

/// <summary>A button that posts at once, in a row of a table.</summary>
public sealed record PostButton(string Text, string Action, bool Danger, params (string Name, string Value)[] Values);

public sealed record TableRow(params IReadOnlyList<string?> Cells)
{
    public string? Href { get; init; }

    public IReadOnlyList<PostButton> Posts { get; init; } = [];
}

public sealed record TableSpec(string Caption, IReadOnlyList<string> Columns, IReadOnlyList<TableRow> Rows)
{
    public Pager? Pager { get; init; }

    public string EmptyTitle { get; init; } = "还没有记录";

    public string? EmptyText { get; init; }
}

public sealed record LinkSpec(string Text, string Href, string? Icon = null, bool Primary = false);

/// <summary>A card of an administration page.</summary>
public sealed record Section(string? Title)
{
    public string? Text { get; init; }

    public string? Warning { get; init; }

    public IReadOnlyList<(string Label, string? Value)> Items { get; init; } = [];

    public TableSpec? Table { get; init; }

    public IReadOnlyList<FormSpec> Forms { get; init; } = [];

    public IReadOnlyList<TreeNode>? Tree { get; init; }

    /// <summary>Something to scan with a phone.</summary>
    public string? QrCode { get; init; }

    /// <summary>Text to copy: a new key, recovery codes.</summary>
    public IReadOnlyList<string> Secrets { get; init; } = [];

    public IReadOnlyList<LinkSpec> Links { get; init; } = [];
}

/// <summary>A page of this module: heading, filters, cards.</summary>
public sealed record PageModel(string Title)
{
    public string? Over { get; init; }

    public string? Text { get; init; }

    public IReadOnlyList<Crumb> Crumbs { get; init; } = [];

    public IReadOnlyList<(string Text, Tone Tone)> Tags { get; init; } = [];

    public IReadOnlyList<LinkSpec> Links { get; init; } = [];

    public IReadOnlyList<TabItem> Tabs { get; init; } = [];

    /// <summary>Placeholder of the search box; null leaves search out.</summary>
    public string? Search { get; init; }

    public IReadOnlyList<FieldSpec> Filters { get; init; } = [];

    public IReadOnlyList<Section> Sections { get; init; } = [];

    /// <summary>A tree beside the cards.</summary>
    public Section? Side { get; init; }
}
