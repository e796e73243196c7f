namespace Zhengtong.Design;

/// <summary>A node of a tree. Children not loaded yet: leave them empty and give <paramref name="Href"/> of the page that shows
/// them.</summary>
/// <param name="Text">What is read.</param>
/// <param name="Href">Where it leads.</param>
/// <param name="Children">Nodes below.</param>
/// <param name="Open">Unfolded at first; nodes above an active one are always open.</param>
/// <param name="Active">The node that is shown.</param>
/// <param name="Icon">Before the text.</param>
/// <param name="Count">A number after the text.</param>
/// <param name="Value">Posted when the tree has checkboxes.</param>
/// <param name="Checked">Ticked at first.</param>
public sealed record TreeNode(
    string Text,
    string? Href = null,
    IReadOnlyList<TreeNode>? Children = null,
    bool Open = false,
    bool Active = false,
    string? Icon = null,
    long? Count = null,
    string? Value = null,
    bool Checked = false)
{
    internal bool HoldsActive => Active || (Children ?? []).Any(c => c.HoldsActive);
}
