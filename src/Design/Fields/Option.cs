namespace Zhengtong.Design;

/// <summary>One choice of a select, radios, checkboxes or picker.</summary>
/// <param name="Value">What is posted.</param>
/// <param name="Text">What is read.</param>
/// <param name="Hint">A second line under radios and checkboxes.</param>
/// <param name="Group">Heading within a select.</param>
/// <param name="Disabled">Shown, but not to be chosen.</param>
/// <param name="Level">Depth in a tree (regions, organisations): indents the text in a select.</param>
public sealed record Option(
    string Value, string Text, string? Hint = null, string? Group = null, bool Disabled = false, int Level = 0)
{
    /// <summary>Text with its indentation by ideographic spaces, which a select keeps.</summary>
    internal string Indented => Level == 0 ? Text : new string('　', Level) + Text;
}
