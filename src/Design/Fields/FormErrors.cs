using System.Collections;

namespace Zhengtong.Design;

/// <summary>One thing to correct.</summary>
/// <param name="Field">Name of the field, or null when it concerns the whole form.</param>
/// <param name="Message">A sentence that says what to do.</param>
public sealed record FormError(string? Field, string Message);

/// <summary>What a refused form has to correct; shown as a summary on top and beside each field.</summary>
public sealed class FormErrors(IEnumerable<FormError> errors) : IReadOnlyList<FormError>
{
    private readonly IReadOnlyList<FormError> _errors = [.. errors];

    /// <summary>Nothing to correct.</summary>
    public static FormErrors None { get; } = new([]);

    /// <inheritdoc/>
    public int Count => _errors.Count;

    /// <inheritdoc/>
    public FormError this[int index] => _errors[index];

    /// <summary>One error of the whole form.</summary>
    public static FormErrors Of(string message) => new([new FormError(null, message)]);

    /// <summary>One error of a field.</summary>
    public static FormErrors Of(string field, string message) => new([new FormError(field, message)]);

    /// <summary>What a field has to correct, or null.</summary>
    public string? For(string field) => _errors.FirstOrDefault(e => e.Field == field)?.Message;

    /// <inheritdoc/>
    public IEnumerator<FormError> GetEnumerator() => _errors.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
