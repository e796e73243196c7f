namespace Zhengtong.Documents;

/// <summary>What the host tells the engine.</summary>
/// <param name="PublicUrl">Address under which people reach the platform; QR codes lead to <c>/verify/{code}</c> below it.</param>
/// <param name="Demo">True where nothing that is issued has legal force: every seal says so.</param>
public sealed record DocumentOptions(string PublicUrl, bool Demo = false)
{
    /// <summary>Folders with fonts beside the system's, searched first.</summary>
    public IReadOnlyList<string> FontFolders { get; init; } = [];

    internal string VerifyAddress(string code) => $"{PublicUrl.TrimEnd('/')}/verify/{code}";
}

/// <summary>Names of organisations for templates whose seal is not the handling department's; implemented by whoever keeps the
/// organisations.</summary>
public interface ISealOwners
{
    /// <summary>Full name of the organisation with that key of a pack, or null.</summary>
    ValueTask<string?> NameAsync(string organisationKey, CancellationToken cancellationToken);
}
