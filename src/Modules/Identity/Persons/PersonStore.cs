using Zhengtong.Identity.Contracts;
using Zhengtong.Identity.Personal;
using Zhengtong.Kernel;

namespace Zhengtong.Identity.Persons;

internal sealed record NewPerson(string Account, string Name)
{
    public string? PasswordHash { get; init; }

    public bool MustChangePassword { get; init; }

    public string? IdNumber { get; init; }

    public string? Mobile { get; init; }

    public string? Email { get; init; }

    public string? Region { get; init; }

    public string? Address { get; init; }

    public string? EthnicGroup { get; init; }

    public string? Note { get; init; }

    public bool Verified { get; init; }
}

internal static class PersonStore
{
    /// <summary>Account and person; day of birth and sex come from the number.</summary>
    /// <exception cref="Npgsql.PostgresException">Unique violation on <c>accounts_name</c>, <c>accounts_person_mobile</c> or
    /// <c>persons_id_number</c>.</exception>
    public static async Task<Guid> AddPersonAsync(
        this UnitOfWork work, PersonalFields fields, NewPerson person, CancellationToken cancellationToken)
    {
        var id = work.NewId();
        DateOnly? birth = null;
        string? sex = null;
        if (person.IdNumber is { } number && Numbers.IsIdCard(number, out var day, out var says)) { (birth, sex) = (day, says); }
        await work.ExecuteAsync(
            """
            insert into identity.accounts
                (id, kind, name, display_name, mobile_cipher, mobile_index, email, password_hash, password_set_at, must_change_password, created_at, updated_at)
            values (@id, 'person', @Account, @Name, @mobileCipher, @mobileIndex, @Email, @PasswordHash, @now, @MustChangePassword, @now, @now);
            insert into identity.persons
                (id, name, sex, birth, ethnic_group, id_number_cipher, id_number_index, region, address_cipher, verified_at, note, created_at, updated_at)
            values (@id, @Name, @sex, @birth, @EthnicGroup, @idCipher, @idIndex, @Region, @addressCipher, @verifiedAt, @Note, @now, @now)
            """,
            new
            {
                id, person.Account, person.Name, person.Email, person.PasswordHash, person.MustChangePassword, now = work.Now, sex, birth,
                person.EthnicGroup,
                mobileCipher = fields.Seal(person.Mobile, Fields.MobileOf(id)), mobileIndex = fields.Index(person.Mobile, Fields.Mobile),
                idCipher = fields.Seal(person.IdNumber, Fields.IdNumberOf(id)), idIndex = fields.Index(person.IdNumber, Fields.IdNumber),
                person.Region, addressCipher = fields.Seal(person.Address, Fields.AddressOf(id)),
                verifiedAt = person.Verified ? work.Now : (DateTimeOffset?)null, person.Note,
            }, cancellationToken);
        return id;
    }

    public static async Task<PersonProfile?> PersonAsync(
        this DbSession session, PersonalFields fields, string where, object args, CancellationToken cancellationToken)
    {
        var row = await session.FindAsync<Row>(
            $"""
            select p.id, p.name, p.sex, p.birth, p.ethnic_group, p.id_type, p.id_number_cipher, p.region, p.address_cipher, p.verified_at, a.mobile_cipher, a.email
            from identity.persons p
            join identity.accounts a on a.id = p.id
            where p.deleted_at is null and {where}
            """, args, cancellationToken);
        return row is null ? null : new()
        {
            Id = row.Id, Name = row.Name, Sex = row.Sex, Birth = row.Birth, EthnicGroup = row.EthnicGroup, IdType = row.IdType,
            IdNumber = fields.Open(row.IdNumberCipher, Fields.IdNumberOf(row.Id)),
            Mobile = fields.Open(row.MobileCipher, Fields.MobileOf(row.Id)),
            Email = row.Email, Region = row.Region, Address = fields.Open(row.AddressCipher, Fields.AddressOf(row.Id)),
            Verified = row.VerifiedAt is not null,
        };
    }

    private sealed class Row
    {
        public Guid Id { get; init; }

        public string Name { get; init; } = "";

        public string? Sex { get; init; }

        public DateOnly? Birth { get; init; }

        public string? EthnicGroup { get; init; }

        public string? IdType { get; init; }

        public byte[]? IdNumberCipher { get; init; }

        public string? Region { get; init; }

        public byte[]? AddressCipher { get; init; }

        public DateTimeOffset? VerifiedAt { get; init; }

        public byte[]? MobileCipher { get; init; }

        public string? Email { get; init; }
    }
}
