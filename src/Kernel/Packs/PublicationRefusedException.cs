namespace Zhengtong.Kernel;

/// <summary>
/// A checked definition cannot take effect on what is there (a register whose change would lose data). Thrown by
/// <see cref="IArtefactKind.PublishAsync"/>, which has no result of its own; the installation rolls back and answers with the error.
/// </summary>
public sealed class PublicationRefusedException(Error error) : Exception(error.Message)
{
    public Error Error { get; } = error;
}
