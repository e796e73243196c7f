using Zhengtong.Feel;

namespace Zhengtong.Benchmarks.Decisions;

/// <summary>The rules of <see cref="Tables.Allowance"/> as one would write them in C#: the physical limit.</summary>
internal readonly record struct ByHand(int Age, string Kind, bool Local, int Income, string Disability, int Members)
{
    public static ByHand From(FeelContext person) => new(
        // all are set
        Whole(person["年龄"]), (string)person["类别"]!, (bool)person["本市"]!, Whole(person["月收入"]), (string)person["残疾"]!, Whole(person["人口"]));

    private static int Whole(object? value) => ((FeelNumber)value!).TryToInt32(out var whole) ? whole : 0; // numbers by construction

    public static int Decide(in ByHand person)
    {
        if (person.Members <= 0 || person.Kind is not ("居民" or "农户"))
        {
            return -1;
        }

        var age = person.Age switch { >= 0 and < 20 => 0, >= 20 and < 40 => 1, >= 40 and < 60 => 2, >= 60 and < 80 => 3,
            >= 80 and < 100 => 4, _ => -1 };
        return (age, person.Income, person.Disability) switch
        {
            (< 0, _, _) => -1,
            (_, < 1000, _) => (age * 100) + 90,
            (_, < 3000, not "重度") => (age * 100) + 50,
            (_, < 3000, _) => -1,
            _ => age * 100,
        };
    }
}
