using Zhengtong.Feel;

namespace Zhengtong.Dmn.Tables;

/// <summary>What the checks need to know of a table.</summary>
/// <param name="Cells">Shapes by column, then by rule; null where a cell depends on more than constants.</param>
/// <param name="Domains">Values that a column can have; null when there are no limits, or none that can be told.</param>
internal sealed record TableShape(
    string Path, DmnTable Content, DmnPlace Place, IReadOnlyList<FeelType> Types, CellShape?[][] Cells, CellShape?[] Domains);
