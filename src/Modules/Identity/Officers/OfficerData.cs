using Zhengtong.Identity.Administration;
using Zhengtong.Identity.Personal;
using Zhengtong.Kernel;

namespace Zhengtong.Identity.Officers;

/// <summary>An officer as typed in a form or read from a sheet; clear personal values live only here.</summary>
internal sealed record OfficerData(string Account, string Name)
{
    public string? Mobile { get; init; }

    public string? Email { get; init; }

    public string? Sex { get; init; }

    public DateOnly? Birth { get; init; }

    public string? Nationality { get; init; }

    public string? IdType { get; init; }

    public string? IdNumber { get; init; }

    public string? Address { get; init; }

    public string? OfficePhone { get; init; }

    public string UserType { get; init; } = "staff";

    public string UsageStatus { get; init; } = "in-use";

    public string? Description { get; init; }

    public string? Region { get; init; }

    /// <summary>For the audit: no personal values.</summary>
    public object Summary => new { Account, Name, Sex, UserType, UsageStatus, Region };

    public static OfficerData Read(FormInput input)
    {
        var data = new OfficerData(input.Required("account", "账号", 40), input.Required("name", "姓名", 40))
        {
            Mobile = input.Text("mobile", "手机号", 20), Email = input.Text("email", "电子邮箱", 100),
            Sex = input.Choice("sex", "性别", Choices.Sexes.Select(c => c.Value)), Birth = input.Day("birth", "出生日期"),
            Nationality = input.Text("nationality", "国籍", 40),
            IdType = input.Text("id-type", "证件类型", 20), IdNumber = input.Text("id-number", "证件号码", 30)?.ToUpperInvariant(),
            Address = input.Text("address", "家庭住址"),
            OfficePhone = input.Text("office-phone", "办公电话", 40),
            UserType = input.Choice("user-type", "用户类型", Choices.UserTypes.Select(c => c.Value)) ?? "staff",
            UsageStatus = input.Choice("usage-status", "使用状态", Choices.UsageOfOfficer.Select(c => c.Value)) ?? "in-use",
            Description = input.Text("description", "说明", 500), Region = input.Text("region", "管辖区划", 9),
        };
        foreach (var (field, message) in data.Faults()) { input.Fault(field, message); }
        return data;
    }

    /// <summary>What a number itself gives away as wrong.</summary>
    public IEnumerable<(string Field, string Message)> Faults()
    {
        if (Mobile is not null && !Numbers.IsMobile(Mobile)) { yield return ("mobile", "手机号应为 11 位数字，以 1 开头。"); }
        if (Email is not null && !Numbers.IsEmail(Email)) { yield return ("email", "电子邮箱格式不符，如 name@example.org。"); }
        if (IdNumber is null || IdType is not (null or "111")) { yield break; }
        if (!Numbers.IsIdCard(IdNumber, out var birth, out var sex)) { yield return ("id-number", "身份证号校验位或出生日期不符，请核对。"); yield break; }
        if (Birth is { } said && said != birth) { yield return ("birth", "出生日期与身份证号不一致。"); }
        if (Sex is "1" or "2" && Sex != sex) { yield return ("sex", "性别与身份证号不一致。"); }
    }
}

internal static class OfficerWriting
{
    public static Task AddOfficerAsync(
        this UnitOfWork work, PersonalFields fields, Guid id, OfficerData o, string? passwordHash, CancellationToken cancellationToken) =>
        work.ExecuteAsync(
            """
            insert into identity.accounts
                (id, kind, name, display_name, mobile_cipher, mobile_index, email, password_hash, password_set_at, must_change_password, created_at, updated_at)
            values (@id, 'officer', @Account, @Name, @mobileCipher, @mobileIndex, @Email, @passwordHash, @now, true, @now, @now);
            insert into identity.officers
                (id, name, sex, birth, nationality, id_type, id_number_cipher, id_number_index, address_cipher, office_phone, user_type, description, usage_status, region,
                 version, created_at, updated_at, change)
            values (@id, @Name, @Sex, @Birth, @Nationality, @IdType, @idCipher, @idIndex, @addressCipher, @OfficePhone, @UserType, @Description, @UsageStatus, @Region,
                    2, @now, @now, 0)
            """, Args(work, fields, id, o, passwordHash, 0), cancellationToken);

    /// <summary>Numbers and address that were left empty stay as they are.</summary>
    public static async Task<bool> UpdateOfficerAsync(
        this UnitOfWork work, PersonalFields fields, Guid id, OfficerData o, int version, CancellationToken cancellationToken)
    {
        var args = Args(work, fields, id, o, null, version);
        var changed = await work.ExecuteAsync(
            """
            update identity.officers
            set name = @Name, sex = @Sex, birth = @Birth, nationality = @Nationality, id_type = @IdType, id_number_cipher = coalesce(@idCipher, id_number_cipher),
                id_number_index = coalesce(@idIndex, id_number_index), address_cipher = coalesce(@addressCipher, address_cipher), office_phone = @OfficePhone,
                user_type = @UserType, description = @Description, usage_status = @UsageStatus, region = @Region, updated_at = @now, version = version + 1
            where id = @id and version = @version and deleted_at is null
            """, args, cancellationToken);
        if (changed == 0) { return false; }
        await work.ExecuteAsync(
            """
            update identity.accounts
            set display_name = @Name, email = @Email, mobile_cipher = coalesce(@mobileCipher, mobile_cipher), mobile_index = coalesce(@mobileIndex, mobile_index), updated_at = @now
            where id = @id
            """, args, cancellationToken);
        return true;
    }

    private static object Args(UnitOfWork work, PersonalFields fields, Guid id, OfficerData o, string? passwordHash, int version) => new
    {
        id, version, passwordHash, now = work.Now, o.Account, o.Name, o.Email, o.Sex, o.Birth, o.Nationality, o.IdType, o.OfficePhone,
        o.UserType, o.Description, o.UsageStatus, o.Region,
        mobileCipher = fields.Seal(o.Mobile, Fields.MobileOf(id)), mobileIndex = fields.Index(o.Mobile, Fields.Mobile),
        idCipher = fields.Seal(o.IdNumber, Fields.IdNumberOf(id)), idIndex = fields.Index(o.IdNumber, Fields.IdNumber),
        addressCipher = fields.Seal(o.Address, Fields.AddressOf(id)),
    };
}
