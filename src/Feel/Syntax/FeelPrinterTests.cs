using Xunit;
using Zhengtong.Feel;
using Zhengtong.Feel.Syntax;

namespace Zhengtong.Libraries.Feel;

public sealed class FeelPrinterTests
{
    private static readonly FeelScope Scope = FeelScope.Of("a", "月 收入", "left-on", "list");
    private static readonly FeelEngine Engine = new();

    [Fact]
    public void What_is_printed_reads_back_as_the_same_tree() => Seeds.Check(3000, seed =>
    {
        var syntax = Trees.Make(new Random(seed), 4);
        var text = FeelPrinter.Print(syntax);

        var again = Engine.Parse(text, Scope);

        Assert.True(again.Succeeded, $"{text}: {string.Join("; ", again.Faults)}");
        Assert.True(syntax.Equals(again.Expression), $"{text} reads back as {again.Expression}");
    });

    /// <summary>Random trees of every kind of node.</summary>
    private static class Trees
    {
        private static readonly string[] Names = ["a", "月 收入", "left-on", "list"];
        private static readonly string[] Texts = ["", "x", "a \"b\"", "行\n二", "\\d"];
        private static readonly FeelTypeName[] Types =
            [new("number", FeelType.Number), new("list<string>", new FeelType.ListOf(FeelType.String))];

        public static FeelSyntax Make(Random random, int depth)
        {
            FeelSyntax Sub() => Make(random, depth - 1);
            NodeList<FeelSyntax> Some(int least) => new(Enumerable.Range(0, random.Next(least, 3)).Select(_ => Sub()).ToArray());
            NodeList<FeelIterator> Loops() => new([new FeelIterator("i", Sub(), random.Next(2) == 0 ? Sub() : null)]);
            return random.Next(depth <= 0 ? 5 : 19) switch
            {
                0 => new FeelSyntax.Literal(random.Next(-5, 50) is var n && n < 0 ? null : (FeelNumber)n),
                1 => new FeelSyntax.Literal(Texts[random.Next(Texts.Length)]),
                2 => new FeelSyntax.Literal(random.Next(2) == 0),
                3 => new FeelSyntax.AtLiteral("2026-11-20", FeelDate.Create(2026, 11, 20)),
                4 => new FeelSyntax.Name(Names[random.Next(Names.Length)]),
                5 => new FeelSyntax.Path(Sub(), "b"),
                6 => new FeelSyntax.Filter(Sub(), Sub()),
                7 => new FeelSyntax.Invocation(new FeelSyntax.Name("a"), Some(0), null),
                8 => new FeelSyntax.Invocation(new FeelSyntax.Name("sum"), new([Sub()]), new(["n"])),
                9 => new FeelSyntax.Binary((FeelOperator)random.Next(13), Sub(), Sub()),
                10 => new FeelSyntax.Between(Sub(), Sub(), Sub()),
                11 => new FeelSyntax.In(Sub(), new([Sub(), new FeelSyntax.Comparison(FeelOperator.Less, Sub())])),
                12 => new FeelSyntax.InstanceOf(Sub(), Types[random.Next(Types.Length)]),
                13 => new FeelSyntax.If(Sub(), Sub(), Sub()),
                14 => new FeelSyntax.For(Loops(), Sub()),
                15 => new FeelSyntax.Quantified(random.Next(2) == 0, Loops(), Sub()),
                16 => new FeelSyntax.Function(new([new FeelFormal("p", Types[0]), new FeelFormal("q", null)]), Sub(), false),
                17 => new FeelSyntax.List(Some(0)),
                _ => new FeelSyntax.Range(Sub(), random.Next(2) == 0, Sub(), random.Next(2) == 0),
            };
        }
    }
}
