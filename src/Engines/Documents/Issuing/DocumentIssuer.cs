using Zhengtong.GuoMi;
using Zhengtong.Kernel;

namespace Zhengtong.Documents;

/// <summary>
/// Issues documents: numbered without gaps, drawn, kept, signed. The signature is SM2 over the SM3 of the exact bytes of the file and
/// stands beside it, so the file is the same for everybody and for ever.
/// </summary>
public sealed class DocumentIssuer(
    DocumentTemplates templates, DocumentRenderer renderer, IssuedStore store, PlatformFiles files, PlatformSeal seal, Numbering numbering,
    TimeProvider clock,
    IEnumerable<ISealOwners> owners)
{
    /// <summary>Key of the general template for a moment (<c>accepted</c>, <c>correction</c>, <c>not-accepted</c>, <c>refused</c>,
    /// <c>approved</c> …), or null.</summary>
    public string? ByUse(string use) => templates.All().FirstOrDefault(t => t.Use == use)?.Key;

    /// <summary>Issues one document within the caller's act: if the act fails, nothing was issued and the number is free again.</summary>
    public async Task<Result<IssuedDocument>> IssueAsync(UnitOfWork work, IssueRequest request, CancellationToken cancellationToken)
    {
        if (templates.Latest(request.Document) is not { } template) { return DocumentErrors.NoTemplate(request.Document); }
        if (template.IsSample) { return DocumentErrors.NotIssued(template.Title); }
        var sealOwner = await SealOwnerAsync(template, request.Issuer, cancellationToken);
        var number = "";
        if (template.Number.Length > 0)
        {
            var next = await numbering.NextAsync(work, $"document:{template.Key}", template.Number, request.Region, cancellationToken);
            if (!next.IsSuccess) { return next.Error; }
            number = next.Value;
        }
        var code = Codes.Create();
        var rendered = renderer.Render(template, request.Facts, new()
        {
            Issuer = request.Issuer, Number = number, Day = work.Now.ToLocalDay(), At = work.Now, SealOwner = sealOwner, Code = code,
        });
        if (!rendered.IsSuccess) { return rendered.Error; }
        var id = work.NewId();
        using var content = new MemoryStream(rendered.Value, writable: false);
        var file = await files.AddAsync(work, $"{template.Title}{(number.Length > 0 ? "-" + number : "")}.pdf", "application/pdf", content,
            $"document:{id}", cancellationToken);
        if (!file.IsSuccess) { return file.Error; }
        var issued = new IssuedDocument
        {
            Id = id, Document = template.Key, Version = template.Version, Kind = template.Kind, Title = template.Title, Number = number,
            FileId = file.Value.Id,
            VerifyCode = code, At = work.Now, SubjectType = request.SubjectType, SubjectId = request.SubjectId, Region = request.Region,
            Issuer = request.Issuer,
            HolderId = request.HolderId, HolderName = request.HolderName, LicenceType = request.LicenceType,
            ValidUntil = request.ValidUntil, IssuedByName = work.Actor.Name,
        };
        await InsertAsync(work, issued, Sm3.Hash(rendered.Value), cancellationToken);
        work.Audit("document", id.ToString(), after: new { issued.Document, issued.Title, issued.Number, issued.SubjectType,
            issued.SubjectId, issued.FileId }, summary: $"签发{issued.Title}{number}");
        return issued;
    }

    /// <summary>Draws a template without issuing it: blank forms to print, and previews, which carry neither number nor seal nor
    /// code.</summary>
    public Result<byte[]> Draft(string document, IReadOnlyDictionary<string, object?> facts, string issuer) =>
        templates.Latest(document) is { } template
            ? renderer.Render(template, facts, new() { Issuer = issuer, Day = clock.Today(), At = clock.GetUtcNow() })
            : DocumentErrors.NoTemplate(document);

    /// <summary>Takes a document out of force; the file stays, and verification says since when and why.</summary>
    public async Task<Result> RevokeAsync(UnitOfWork work, Guid id, string reason, CancellationToken cancellationToken = default)
    {
        if (string.IsNullOrWhiteSpace(reason)) { return DocumentErrors.ReasonMissing; }
        if (await store.FindAsync(work, id, cancellationToken) is not { } document) { return DocumentErrors.NotFound; }
        var changed = await work.ExecuteAsync(
            """
            update documents.issued
            set revoked_at = @now, revoked_by = @by, revoked_by_name = @name, revoke_reason = @reason
            where id = @id and revoked_at is null
            """, new { id, now = work.Now, by = work.Actor.Id, name = work.Actor.Name, reason = reason.Trim() }, cancellationToken);
        if (changed == 0) { return DocumentErrors.AlreadyRevoked; }
        work.Audit("document", id.ToString(), new { Status = "valid" }, new { Status = "revoked", Reason = reason.Trim() },
            $"撤销{document.Title}{document.Number}");
        return Result.Done;
    }

    /// <summary>
    /// Whether a document is genuine and in force. The kept file is checked against the signature each time; a file given is compared with
    /// it.
    /// </summary>
    /// <param name="code">As typed or scanned; null where only a file is given.</param>
    public async Task<Verification> VerifyAsync(
        DbSession session, string? code, Stream? file, CancellationToken cancellationToken = default)
    {
        byte[]? given = null;
        if (file is not null)
        {
            using var copy = new MemoryStream();
            await file.CopyToAsync(copy, cancellationToken);
            given = copy.ToArray();
        }
        var wanted = Codes.Normal(code);
        var hash = given is null ? null : Sm3.Hash(given);
        if (string.IsNullOrWhiteSpace(code) && hash is not null)
        {
            wanted = await session.ScalarAsync<string>(
                "select code from documents.issued where sm3 = @hash", new { hash }, cancellationToken) ?? Codes.ClaimedBy(given);
        }
        if (wanted is null || await store.FindByCodeAsync(session, wanted, cancellationToken) is not { } document)
        {
            return new(VerificationStatus.Unknown, null, hash is not null);
        }
        var kept = await SealedAsync(session, document, cancellationToken);
        var genuine = kept is not null && (hash is null || hash.AsSpan().SequenceEqual(kept));
        var status = !genuine ? VerificationStatus.NotGenuine
            : document.IsRevoked ? VerificationStatus.Revoked
            : document.IsExpired(clock.Today()) ? VerificationStatus.Expired
            : VerificationStatus.Valid;
        return new(status, document, hash is not null);
    }

    /// <summary>The SM3 of the kept file, if its bytes are those that the platform signed.</summary>
    private async Task<byte[]?> SealedAsync(DbSession session, IssuedDocument document, CancellationToken cancellationToken)
    {
        var noted = await session.FindAsync<SignatureRow>(
            "select sm3, key_id, signature from documents.issued where id = @id", new { id = document.Id }, cancellationToken);
        if (noted is null || !seal.Verify(noted.Sm3, new((uint)noted.KeyId, noted.Signature))) { return null; }
        if (await files.FindAsync(session, document.FileId, cancellationToken) is not { } entry) { return null; }
        var opened = await files.OpenAsync(entry, cancellationToken);
        if (!opened.IsSuccess) { return null; }
        await using var content = opened.Value;
        try { return (await Sm3.HashAsync(content, cancellationToken)).AsSpan().SequenceEqual(noted.Sm3) ? noted.Sm3 : null; }
        catch (Exception fault) when (fault is IOException or GuoMiException or System.Security.Cryptography.CryptographicException or InvalidDataException)
        {
            // An encrypted file that was touched does not open any more.
            return null;
        }
    }

    private async ValueTask<string?> SealOwnerAsync(DocumentTemplate template, string issuer, CancellationToken cancellationToken)
    {
        if (template.Seal is "none") { return null; }
        if (template.Seal is "department") { return issuer; }
        foreach (var owner in owners)
        {
            if (await owner.NameAsync(template.Seal, cancellationToken) is { } name) { return name; }
        }
        return issuer;
    }

    private Task<int> InsertAsync(UnitOfWork work, IssuedDocument issued, byte[] sm3, CancellationToken cancellationToken)
    {
        var signed = seal.Sign(sm3);
        return work.ExecuteAsync(
            """
            insert into documents.issued
                (id, document, version, kind, title, number, code, subject_type, subject_id, region, issuer, holder_id, holder_name, licence_type, valid_until,
                 file_id, sm3, key_id, signature, at, issued_by, issued_by_name)
            values
                (@Id, @Document, @Version, @Kind, @Title, @Number, @VerifyCode, @SubjectType, @SubjectId, @Region, @Issuer, @HolderId, @HolderName, @LicenceType,
                 @ValidUntil, @FileId, @sm3, @keyId, @signature, @At, @by, @IssuedByName)
            """,
            new
            {
                issued.Id, issued.Document, issued.Version, issued.Kind, issued.Title, issued.Number, issued.VerifyCode, issued.SubjectType,
                issued.SubjectId, issued.Region,
                issued.Issuer, issued.HolderId, issued.HolderName, issued.LicenceType, issued.ValidUntil, issued.FileId, sm3,
                keyId = (long)signed.KeyId,
                signature = signed.Signature, issued.At, by = work.Actor.Id, issued.IssuedByName,
            }, cancellationToken);
    }

    private sealed record SignatureRow
    {
        public byte[] Sm3 { get; init; } = [];

        public long KeyId { get; init; }

        public byte[] Signature { get; init; } = [];
    }
}
