using System.Globalization;
using System.Reflection;

namespace Zhengtong.Benchmarks;

/// <summary>One measurement beside its limit: what the machine gives without our code. Both in the unit that the name says.</summary>
internal sealed record Measurement(string Name, double Ours, double Limit, bool LessIsBetter = false)
{
    /// <summary>1 is the limit itself; above it is noise or a better way.</summary>
    internal double Ratio => LessIsBetter ? Limit / Ours : Ours / Limit;
}

/// <summary>A group of measurements. Every class in this project that implements it is run.</summary>
internal interface IBenchmark
{
    string Group { get; }

    IEnumerable<Measurement> Run();
}

internal static class Program
{
    /// <param name="args">Groups to run; none means all.</param>
    private static int Main(string[] args)
    {
        var groups = Assembly.GetExecutingAssembly().GetTypes()
            .Where(t => typeof(IBenchmark).IsAssignableFrom(t) && t is { IsAbstract: false, IsInterface: false })
            .Select(t => (IBenchmark)Activator.CreateInstance(t)!)
            .Where(b => args.Length == 0 || args.Contains(b.Group, StringComparer.OrdinalIgnoreCase))
            .OrderBy(b => b.Group, StringComparer.Ordinal)
            .ToList();
        if (groups.Count == 0)
        {
            Console.Error.WriteLine("No such group.");
            return 2;
        }

        Console.WriteLine("name\tours\tlimit\tratio");
        foreach (var line in groups.SelectMany(g => g.Run()))
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{line.Name}\t{line.Ours:0.##}\t{line.Limit:0.##}\t{line.Ratio:0.00}"));
        }

        return 0;
    }
}
