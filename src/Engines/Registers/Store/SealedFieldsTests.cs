using Microsoft.Extensions.DependencyInjection;
using Xunit;
using Zhengtong.Kernel;

namespace Zhengtong.Registers;

/// <summary>Encrypted fields of registers through a rotation of keys.</summary>
public sealed class SealedFieldsTests(RegistersHarness harness) : IClassFixture<RegistersHarness>
{
    private const string Register = """
        register: sealed-person
        title: 人员
        title-field: name
        fields:
          name: { title: 姓名, type: text, required: true }
          number: { title: 证号, type: id-card, unique: true, sensitivity: personal, encrypt: true, mask: id-card }
          mobile: { title: 手机, type: phone, sensitivity: personal, mask: phone }
        permissions:
          read: [ registers.read ]
          write: [ registers.edit ]
        """;

    private static readonly Actor Keeper = RegistersHarness.Keeper("99");

    [Fact]
    public async Task After_a_rotation_fields_move_are_found_and_leave_no_history()
    {
        await harness.PublishedAsync(Register);
        var inserted = await harness.InsertAsync(
            Keeper, "sealed-person", ("name", "甲"), ("number", "990102194401011006"), ("mobile", "15400000011"));
        Assert.True(inserted.IsSuccess, inserted.Error?.Message);
        var id = inserted.Value.Id;
        foreach (var purpose in new[] { KeyPurpose.Field, KeyPurpose.BlindIndex }) { await RotateAsync(harness, purpose); }
        var history = await CountAsync("select count(*) from registers.history where record_id = @id", id);

        while (await harness.Services.GetRequiredService<JobRunner>().RunOneAsync(default)) { }

        var cipher = harness.Services.GetRequiredService<FieldCipher>();
        foreach (var column in new[] { "number", "mobile__sealed" })
        {
            var stored = await harness.Database.Read("tests.read", Keeper).ScalarAsync<byte[]>(
                "select " + column + " from reg.sealed_person where id = @id", new { id }, default);
            Assert.False(cipher.IsStale(stored), column);
        }
        var found = await harness.PageAsync(
            Keeper, "sealed-person", new() { Filter = new Filter.In("number", ["990102194401011006"]), Limit = 5 });
        Assert.Equal("990102194401011006", Assert.Single(found.Records)["number"]);
        Assert.Equal(history, await CountAsync("select count(*) from registers.history where record_id = @id", id));
    }

    internal static async Task RotateAsync(RegistersHarness harness, KeyPurpose purpose)
    {
        var (one, two) = (Custodian(), Custodian());
        var keys = harness.Services.GetRequiredService<KeyAdministration>();
        var request = await keys.RequestAsync(new("rotate", purpose), "到期", one, default);
        var done = await keys.ApproveAsync(request.Value, one, two, default);
        Assert.True(done.IsSuccess, done.Error?.Message);
    }

    private static Actor Custodian() => RegistersHarness.Clerk() with
    {
        Id = Guid.NewGuid(), Permissions = new HashSet<string> { KeyAdministration.Permission },
    };

    private async Task<long> CountAsync(string sql, Guid id) =>
        await harness.Database.Read("tests.read", Keeper).ScalarAsync<long>(sql, new { id }, default);
}
