namespace Zhengtong.Kernel;

/// <summary>
/// What an engine or module tells the packs about one kind of definition. Installing a pack checks every file first; only when no
/// fault is left does one transaction publish them all.
/// </summary>
public interface IArtefactKind
{
    /// <summary>Stable name: <c>register</c>, <c>form</c>, <c>code-list</c>, …</summary>
    string Kind { get; }

    /// <summary>Chinese name for lists in the workbench.</summary>
    string Title { get; }

    /// <summary>Folder within a pack, or empty for files at its root.</summary>
    string Folder { get; }

    /// <summary>Patterns of files, e.g. <c>*.yaml</c>; searched in sub-folders too.</summary>
    IReadOnlyList<string> Patterns { get; }

    /// <summary>Kinds with a lower number are published first: codes 10, regions 15, calendars 20, organisations 25, roles 30,
    /// persons 35, registers 40, decisions 50, forms 55, documents 60, processes 65, services 70, content 80, indicators 90.</summary>
    int Order { get; }

    /// <summary>True where the content is only loaded into tables of the owner (regions, officers): no version is kept of the
    /// text.</summary>
    bool IsData => false;

    /// <summary>Place among the files of the kind: those with a lower number first (a register whose records others refer to).</summary>
    int OrderWithin(ArtefactSource source, PackCatalogue catalogue) => 0;

    /// <summary>Key and title of a file, from its content or, where that cannot be read, from its name.</summary>
    (string Key, string Title) Identify(ArtefactSource source);

    /// <summary>All faults of one definition, with lines. References to others are looked up in <paramref name="catalogue"/>,
    /// which already holds everything that would be there after the installation.</summary>
    IEnumerable<Fault> Check(ArtefactSource source, PackCatalogue catalogue);

    /// <summary>Effects beyond keeping the text: tables of a register, rows of a code list. Within the installation's transaction.
    /// Most kinds have none: their text is compiled when it is first asked for.</summary>
    /// <param name="previous">The version before, null for the first.</param>
    Task PublishAsync(UnitOfWork work, Artefact artefact, Artefact? previous, CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>
/// Content that is written by means of the definitions (records of a register): loaded in one transaction of its own when these are in
/// force.
/// </summary>
public interface IPackLoader : IArtefactKind
{
    /// <returns>What an administrator should know: rows that were kept because somebody has changed them.</returns>
    /// <exception cref="PublicationRefusedException">Nothing of the pack's content is loaded; the error names file and line.</exception>
    Task<IReadOnlyList<string>> LoadAsync(UnitOfWork work, ArtefactSource source, CancellationToken cancellationToken);
}

/// <summary>What is there, or would be there after an installation: for checks of references between definitions.</summary>
/// <param name="kinds">Kinds that this installation has a reader for.</param>
public sealed class PackCatalogue(IEnumerable<string> kinds)
{
    private readonly HashSet<string> _kinds = [.. kinds];
    private readonly Dictionary<(string Kind, string Key), ArtefactSource> _sources = [];

    public void Add(string kind, string key, ArtefactSource source) => _sources[(kind, key)] = source;

    /// <summary>Whether this installation reads that kind at all; a reference to a kind that it does not know is not a fault.</summary>
    public bool Knows(string kind) => _kinds.Contains(kind);

    public bool Has(string kind, string key) => _sources.ContainsKey((kind, key));

    /// <summary>The text of another definition, for checks that must look inside (does this register have that field?).</summary>
    public ArtefactSource? Find(string kind, string key) => _sources.GetValueOrDefault((kind, key));

    public IEnumerable<string> Keys(string kind) => _sources.Keys.Where(k => k.Kind == kind).Select(k => k.Key);
}
