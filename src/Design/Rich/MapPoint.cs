namespace Zhengtong.Design;

/// <summary>A place on a map. Longitude and latitude in WGS 84 or CGCS 2000 (the same to a metre).</summary>
public sealed record MapPoint(
    double Longitude, double Latitude, string Title, string? Text = null, string? Href = null, Tone Tone = Tone.Info);
