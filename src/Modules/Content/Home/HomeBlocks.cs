using Zhengtong.Services.Contracts;

namespace Zhengtong.Content.Home;

/// <summary>Pictures and news, right below the search.</summary>
internal sealed class FrontNewsBlock : IHomeBlock
{
    public int Order => 10;

    public Type Component => typeof(FrontNews);
}

/// <summary>The door for the elderly, numbers, and where else to go, at the end.</summary>
internal sealed class FrontFiguresBlock : IHomeBlock
{
    public int Order => 60;

    public Type Component => typeof(FrontFigures);
}

/// <summary>The few things that the elderly are told.</summary>
internal sealed class ElderNewsBlock : IHomeBlock
{
    public int Order => 10;

    public bool ForElder => true;

    public Type Component => typeof(ElderNews);
}
