namespace Zhengtong.Services.Contracts;

/// <summary>A block that another module puts on the portal's home page: news, a map, numbers.</summary>
public interface IHomeBlock
{
    /// <summary>Below 50: right after the search and the ways in; above: after the services.</summary>
    int Order { get; }

    /// <summary>Shown in elder mode only; the others are left out there, because fewer things are easier to see.</summary>
    bool ForElder => false;

    /// <summary>A component without required parameters that fetches what it shows.</summary>
    Type Component { get; }
}
