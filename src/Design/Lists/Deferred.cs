using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace Zhengtong.Design;

/// <summary>Draws its content one turn later, when the columns before it have reported to their table.</summary>
public sealed class Deferred : ComponentBase
{
    /// <summary>What to draw.</summary>
    [Parameter]
    public RenderFragment? ChildContent { get; set; }

    /// <inheritdoc/>
    protected override void BuildRenderTree(RenderTreeBuilder builder) => builder.AddContent(0, ChildContent);
}
