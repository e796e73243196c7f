using Zhengtong.Feel;
using Zhengtong.Feel.Syntax;

namespace Zhengtong.Dmn.Compilation;

/// <summary>The names at a place of a boxed expression: for reading texts, and for running them.</summary>
internal sealed class Env(ParseScope names, CompileScope slots)
{
    public ParseScope Names { get; } = names;

    public CompileScope Slots { get; } = slots;

    public int Declare(string name, FeelType type)
    {
        Names.Add(name, type);
        return Slots.Declare(name);
    }

    public Env Inner() => new(new ParseScope(Names), new CompileScope(Slots, Slots.Layout));

    /// <summary>The inside of a filter: the element's members are names.</summary>
    public Env ForElement(FeelType element, out int slot)
    {
        slot = Slots.Layout.Add();
        var inner = new Env(new ParseScope(Names), new CompileScope(Slots, Slots.Layout) { ElementSlot = slot });
        inner.Names.Add("item", element);
        inner.Slots.Alias("item", slot);
        if (element.Plain is FeelType.ContextOf context)
        {
            foreach (var member in context.Members)
            {
                inner.Names.Add(member.Name, member.Type);
            }
        }

        return inner;
    }

    /// <summary>The inside of a function, with variables of its own.</summary>
    public Env ForFunction(FrameLayout layout) => new(new ParseScope(Names), new CompileScope(Slots, layout));
}

/// <summary>Compiled logic and the type of what it gives.</summary>
internal readonly record struct Logic(Code Code, FeelType Type);
