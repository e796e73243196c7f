using System.Diagnostics.CodeAnalysis;

namespace Zhengtong.Kernel;

/// <summary>A value, or the reason why there is none. No combinators: early return reads better.</summary>
public readonly struct Result<T>
    where T : notnull
{
    private Result(T? value, Error? error) => (Value, Error) = (value, error);

    public T? Value { get; }

    public Error? Error { get; }

    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Error))]
    public bool IsSuccess => Error is null;

    public static implicit operator Result<T>(T value) => new(value, null);

    public static implicit operator Result<T>(Error error) => new(default, error);
}

/// <summary>Done, or the reason why not.</summary>
public readonly struct Result
{
    private Result(Error? error) => Error = error;

    public static Result Done => default;

    public Error? Error { get; }

    [MemberNotNullWhen(false, nameof(Error))]
    public bool IsSuccess => Error is null;

    public static implicit operator Result(Error error) => new(error);
}
