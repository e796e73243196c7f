using Zhengtong.Kernel;

namespace Zhengtong.Identity.Contracts;

/// <summary>Who an officer is as an actor, with the rights of today: for what is done in their name outside a session, such as a
/// demonstration's past.</summary>
public interface IActors
{
    /// <summary>Null where there is no such officer.</summary>
    Task<Actor?> OfficerAsync(Guid id, CancellationToken cancellationToken);
}
