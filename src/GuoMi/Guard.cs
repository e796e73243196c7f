using System.Runtime.CompilerServices;

namespace Zhengtong.GuoMi;

/// <summary>Argument checks that the algorithms share. Values are never part of a message: they may be secret.</summary>
internal static class Guard
{
    internal static void Length(
        ReadOnlySpan<byte> value, int bytes, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (value.Length != bytes)
        {
            throw new ArgumentException($"Must be {bytes} bytes long, not {value.Length}.", name);
        }
    }

    internal static void Room(
        Span<byte> destination, int bytes, [CallerArgumentExpression(nameof(destination))] string name = "")
    {
        if (destination.Length < bytes)
        {
            throw new ArgumentException($"Needs room for {bytes} bytes, has {destination.Length}.", name);
        }
    }

    /// <summary>A cipher may write over its input from the start, but not over a part that it has not read yet.</summary>
    internal static void Overlap(ReadOnlySpan<byte> input, Span<byte> output)
    {
        if (input.Overlaps(output, out var offset) && offset != 0)
        {
            throw new ArgumentException("Input and output overlap without being the same.", nameof(output));
        }
    }
}
