namespace Zhengtong.Design;

/// <summary>A tab is a link: each has its own URL.</summary>
/// <param name="Text">What is read.</param>
/// <param name="Href">Its page.</param>
/// <param name="Active">The one that is shown; when none says so, the URL decides.</param>
/// <param name="Count">A number beside the text.</param>
public sealed record TabItem(string Text, string Href, bool Active = false, int? Count = null);
