using System.Diagnostics.Metrics;

namespace Zhengtong.Kernel;

/// <summary>The platform's meter; names of instruments are a contract.</summary>
public static class Meters
{
    public static Meter Kernel { get; } = new("Zhengtong");
}
