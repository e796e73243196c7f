namespace Zhengtong.Kernel;

public enum ActorKind
{
    /// <summary>The platform itself: jobs, schedules, migrations. Always visible at the call as <see cref="Actor.System"/>.</summary>
    System,

    /// <summary>Somebody who has not signed in.</summary>
    Anonymous,

    /// <summary>A natural person acting for themselves or for somebody they may act for.</summary>
    Person,

    /// <summary>A person acting for a company or another organisation that is not part of the government.</summary>
    LegalPerson,

    /// <summary>Somebody with an office in the organisation tree.</summary>
    Officer,

    /// <summary>Another system, known by its API key.</summary>
    Client,
}

/// <summary>Who acts, on whose behalf, from where, and what they may do. Never optional below the edge.</summary>
public sealed record Actor
{
    private static readonly IReadOnlySet<string> Nothing = new HashSet<string>();

    public required ActorKind Kind { get; init; }

    /// <summary>Id of the account (person, officer, API client); empty for the platform and for anonymous visitors.</summary>
    public required Guid Id { get; init; }

    /// <summary>Name as people know it; shown in histories.</summary>
    public required string Name { get; init; }

    /// <summary>The natural or legal person on whose behalf a citizen or agent acts; equal to <see cref="Id"/> when for oneself.</summary>
    public Guid? OnBehalfOf { get; init; }

    /// <summary>The organisation in whose name the officer acts now.</summary>
    public Guid? OrganisationId { get; init; }

    /// <summary>Path of that organisation in the tree, e.g. <c>/1/12/40/</c>; empty for people without an office.</summary>
    public string OrganisationPath { get; init; } = "";

    /// <summary>Region of that organisation: the code without trailing zeros, e.g. <c>990101</c>; empty means none.</summary>
    public string Region { get; init; } = "";

    /// <summary>Keys of the roles held (after union of role, personal and organisation grants).</summary>
    public IReadOnlySet<string> Roles { get; init; } = Nothing;

    /// <summary>Permissions held, e.g. <c>cases.accept</c>. The platform itself holds all.</summary>
    public IReadOnlySet<string> Permissions { get; init; } = Nothing;

    /// <summary>Whose rows the actor sees and changes.</summary>
    public DataScope Scope { get; init; } = DataScope.Nothing;

    public string? SessionId { get; init; }

    public string? RemoteAddress { get; init; }

    /// <summary>A visitor who has not signed in.</summary>
    public static Actor Anonymous { get; } = new() { Kind = ActorKind.Anonymous, Id = Guid.Empty, Name = "访客" };

    /// <summary>The platform acting on its own account; <paramref name="part"/> names which part, e.g. <c>outbox</c>.</summary>
    public static Actor System(string part) =>
        new() { Kind = ActorKind.System, Id = Guid.Empty, Name = part, Scope = DataScope.Everything };

    public bool May(string permission) => Kind is ActorKind.System || Permissions.Contains(permission);
}
