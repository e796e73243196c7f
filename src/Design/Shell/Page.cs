using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Zhengtong.Kernel;

namespace Zhengtong.Design;

/// <summary>Answers with a page. The component's <c>@layout</c> frames it.</summary>
public static class Page
{
    /// <param name="parameters">An anonymous object whose properties are the page's parameters.</param>
    public static RazorComponentResult<TPage> Of<TPage>(object? parameters = null, int status = StatusCodes.Status200OK)
        where TPage : IComponent =>
        parameters is null ? new() { StatusCode = status } : new(parameters) { StatusCode = status };

    /// <summary>The same page again with what must be corrected, under the status that the error's kind has.</summary>
    public static RazorComponentResult<TPage> Refused<TPage>(Error error, object parameters)
        where TPage : IComponent =>
        new(parameters) { StatusCode = HttpErrors.StatusOf(error.Kind) };

    /// <summary>Faults by field, or one of the whole form where no field is named.</summary>
    public static FormErrors ToFormErrors(this Error error) =>
        error.Fields.Count == 0
            ? FormErrors.Of(error.Message)
            : new(error.Fields.Select(f => new FormError(f.Path.Length == 0 ? null : f.Path, f.Message)));

    /// <summary>Id that the form was opened with (see <see cref="Submissions"/>); a missing or broken one counts as new.</summary>
    public static Guid SubmissionId(this IFormCollection form, TimeProvider clock) =>
        Guid.TryParse(form[Form.SubmissionField], out var id) ? id : Guid.CreateVersion7(clock.GetUtcNow());
}
