namespace Zhengtong.Kernel;

/// <summary>What sort of refusal an <see cref="Error"/> is; the edge maps it to a status code, nothing below the edge does.</summary>
public enum ErrorKind
{
    /// <summary>The input is wrong; <see cref="Error.Fields"/> says where.</summary>
    Invalid,

    /// <summary>There is no such thing, or the actor may not know that there is.</summary>
    NotFound,

    /// <summary>The thing is in another state, or somebody else changed it meanwhile.</summary>
    Conflict,

    /// <summary>The actor may know of it but not do this.</summary>
    Forbidden,

    /// <summary>Nobody is signed in, or the sign-in must be proved again.</summary>
    Unauthenticated,

    /// <summary>Too many attempts in a span.</summary>
    TooMany,

    /// <summary>A file or a request over its size limit.</summary>
    TooLarge,

    /// <summary>A part that the act needs does not answer now; trying again later may work.</summary>
    Unavailable,
}

/// <summary>A foreseeable refusal: a stable code and a sentence that tells a person what to do.</summary>
/// <param name="Code">Stable, lower-case, dotted, e.g. <c>cases.changed-meanwhile</c>.</param>
/// <param name="Message">Chinese, for the person at the screen; no personal data.</param>
public sealed record Error(ErrorKind Kind, string Code, string Message)
{
    /// <summary>Faults of single fields, with paths as the form names them (<c>applicant.mobile</c>, <c>rows[2].name</c>).</summary>
    public IReadOnlyList<FieldError> Fields { get; init; } = [];

    public static Error Invalid(string code, string message, params IReadOnlyList<FieldError> fields) =>
        new(ErrorKind.Invalid, code, message) { Fields = fields };

    public static Error NotFound(string code, string message) => new(ErrorKind.NotFound, code, message);

    public static Error Conflict(string code, string message) => new(ErrorKind.Conflict, code, message);

    public static Error Forbidden(string code, string message) => new(ErrorKind.Forbidden, code, message);
}

/// <summary>A fault of one field: where, which rule, and a sentence.</summary>
public sealed record FieldError(string Path, string Code, string Message);
