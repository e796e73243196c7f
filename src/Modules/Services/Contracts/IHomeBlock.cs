namespace Zhengtong.Services.Contracts;

/// <summary>A block that another module puts on the portal's home page: news, a map, numbers.</summary>
public interface IHomeBlock
{
    int Order { get; }

    /// <summary>A component without required parameters that fetches what it shows.</summary>
    Type Component { get; }
}
