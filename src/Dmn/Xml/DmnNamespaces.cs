using System.Xml.Linq;

namespace Zhengtong.Dmn.Xml;

internal static class DmnNamespaces
{
    public const string Model = "https://www.omg.org/spec/DMN/20230324/MODEL/";
    public const string Feel = "https://www.omg.org/spec/DMN/20230324/FEEL/";

    private static readonly string[] Versions = ["20151101", "20180521", "20191111", "20211108", "20230324", "20240513"];

    /// <summary>Whether a namespace is that of the DMN model in any version that has the structure read here.</summary>
    public static bool IsModel(XNamespace space) =>
        Versions.Any(v => space.NamespaceName.Contains($"www.omg.org/spec/DMN/{v}/", StringComparison.Ordinal))
        && (space.NamespaceName.Contains("/MODEL", StringComparison.Ordinal)
            || space.NamespaceName.Contains("/dmn.xsd", StringComparison.Ordinal));

    public static bool IsFeel(string space) =>
        space.Contains("www.omg.org/spec/", StringComparison.Ordinal) && space.Contains("FEEL", StringComparison.Ordinal);

    public static bool IsDiagram(XNamespace space) => space.NamespaceName.Contains("/DMNDI", StringComparison.Ordinal);
}
