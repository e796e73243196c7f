namespace Zhengtong.Design;

/// <summary>A list as somebody wants to see it again.</summary>
/// <param name="Name">As the person called it.</param>
/// <param name="Href">URL of the list with its filters.</param>
/// <param name="Active">The one that is shown.</param>
/// <param name="Shared">Seen by others too.</param>
/// <param name="DeleteHref">Where deleting is posted; null when this person may not.</param>
public sealed record SavedView(string Name, string Href, bool Active = false, bool Shared = false, string? DeleteHref = null);
