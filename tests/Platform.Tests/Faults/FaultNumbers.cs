namespace Zhengtong.Faults;

/// <summary>
/// How much a fault test does: little in continuous integration, more where somebody asks for it by an environment variable.
/// </summary>
internal static class FaultNumbers
{
    /// <summary>Tests that start nodes run one after the other: each takes the machine for itself.</summary>
    internal const string Collection = "nodes";

    /// <summary>Applications while a node is killed, and while the database restarts.</summary>
    internal static int Submissions => Of("ZT_FAULT_SUBMISSIONS", 240);

    /// <summary>Seconds for which two nodes fight.</summary>
    internal static int Seconds => Of("ZT_FAULT_SECONDS", 12);

    private static int Of(string variable, int otherwise) => int.TryParse(Environment.GetEnvironmentVariable(variable), out var number)
        ? number : otherwise;
}
