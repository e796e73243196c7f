using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Npgsql;
using Zhengtong.Design;
using Zhengtong.Identity.Administration;
using Zhengtong.Identity.Contracts;
using Zhengtong.Identity.Organisations;
using Zhengtong.Identity.Pages;
using Zhengtong.Identity.Personal;
using Zhengtong.Identity.Rights;
using Zhengtong.Identity.Sheets;
using Zhengtong.Identity.SignIn;
using Zhengtong.Kernel;

namespace Zhengtong.Identity.Officers;

/// <summary>Import and export of officers. An import is all or nothing: every bad line is named, and nothing is half done.</summary>
internal static class OfficerSheets
{
    private const int MaxRows = 5000;
    private static readonly string[] Header = ["账号", "姓名", "机构", "职务", "手机号", "电子邮箱", "性别", "身份证号", "用户类型", "办公电话", "角色", "说明"];

    public static void MapOfficerSheets(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup(IdentityLinks.Officers);
        group.MapGet("/import", () => ImportPage(null, [], null)).ForOfficers("accounts.edit");
        group.MapPost("/import", ImportAsync).ForOfficers("accounts.edit");
        group.MapGet("/import/template", TemplateAsync).ForOfficers("accounts.edit");
        group.MapGet("/export", ExportAsync).ForOfficers("accounts.read");
    }

    private static IResult ImportPage(
        Error? error, List<(int Line, string Message)> faults, IFormCollection? posted) => Ui.Workbench(new("导入人员")
    {
        Text = "按模板填写后上传；有一行不对就一行都不导入，并逐行指出原因。", Crumbs = Ui.Crumbs(("人员", IdentityLinks.Officers), ("导入", null)),
        Links = [new("下载模板", IdentityLinks.Officers + "/import/template", "download")],
        Sections =
        [
            .. faults.Count == 0 ? Array.Empty<Section>() :
            [
                new Section($"{faults.Count} 处错误，没有导入任何人员")
                {
                    Table = new("错误", ["行", "原因"], [.. faults.Take(500).Select(f => new TableRow($"第 {f.Line} 行", f.Message))]),
                },
            ],
            new(null)
            {
                Forms =
                [
                    new(IdentityLinks.Officers + "/import", "导入",
                    [
                        new("file", "文件", "file") { Required = true, Accept = ".xlsx,.csv" },
                        FirstPasswords.Field("为每人生成初始密码", $"一次最多 {FirstPasswords.MostAtOnce} 人。"),
                    ]) { Upload = true, Errors = error?.ToFormErrors(), Posted = posted, CancelHref = IdentityLinks.Officers },
                ],
            },
            new("列的说明")
            {
                Items =
                [
                    ("账号、姓名", "必填；账号以小写字母开头，不得重复"), ("机构", "必填；填名称、简称或统一社会信用代码，须在您的管理范围内"), ("职务", "填职务名称"), ("性别", "男或女"),
                    ("用户类型", "在编人员、聘用人员、临时人员、外部人员"),
                    ("角色", "填角色名称，多个用顿号分隔，只能填您可以授予的"),
                ],
            },
        ],
    }, error);

    private static Microsoft.AspNetCore.Http.HttpResults.PushStreamHttpResult TemplateAsync() => TypedResults.Stream(async stream =>
    {
        using var file = new MemoryStream();
        await Sheet.WriteExcelAsync(file, "人员", Header,
            One(["zhangsan", "张三", "市民政局", "科员", "15400000000", "", "男", "", "在编人员", "", "", ""]), CancellationToken.None);
        file.Position = 0;
        await file.CopyToAsync(stream);
    }, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "人员导入模板.xlsx");

    private static async IAsyncEnumerable<IReadOnlyList<string?>> One(IReadOnlyList<string?> row)
    {
        await Task.CompletedTask;
        yield return row;
    }

    private static async Task<IResult> ImportAsync(
        HttpContext context, [FromForm] IFormCollection form, CurrentActor current, Database database, AdminRanges ranges,
        PersonalFields fields, Passwords passwords, SecurityPolicy policy,
        GrantService grants, CancellationToken cancellationToken)
    {
        var settings = await policy.CurrentAsync(cancellationToken);
        var posted = SignInEndpoints.WithoutPasswords(form);
        if (form.Files["file"] is not { Length: > 0 } file)
        {
            return ImportPage(
                Error.Invalid("identity.import-file", "请选择文件。", [new("file", "missing", "请选择要导入的文件。")]), [], posted);
        }
        await using var stream = file.OpenReadStream();
        var sheet = Sheet.Read(stream, file.FileName, MaxRows);
        if (!sheet.IsSuccess) { return ImportPage(sheet.Error, [], posted); }

        await using var work = await database.BeginAsync(new("identity.officer-import", current.Actor), cancellationToken);
        var (rows, faults) = await CheckAsync(
            work, sheet.Value, await ranges.OfAsync(current.Actor, cancellationToken), current.Actor, fields, cancellationToken);
        if (faults.Count > 0)
        {
            return ImportPage(Error.Invalid("identity.import-faulty", $"文件中有 {faults.Count} 处错误，没有导入任何人员。"), faults, posted);
        }
        if (FirstPasswords.AreWanted(form) && rows.Count > FirstPasswords.MostAtOnce)
        {
            var many = $"文件中有 {rows.Count} 人，一次最多为 {FirstPasswords.MostAtOnce} 人生成初始密码。请分批导入，或不生成。";
            return ImportPage(Error.Invalid("identity.import-passwords", many, [new("first-password", "many", many)]), [], posted);
        }
        var first = FirstPasswords.AreWanted(form)
            ? rows.ConvertAll(r => (r.Data.Account, r.Data.Name, Password: Passwords.NewFirst(r.Data.Account, r.Data.Name, settings))) : [];
        var hashes = await Task.WhenAll(first.Select(f => passwords.HashAsync(f.Password, cancellationToken)));
        var added = new List<(Guid Id, IReadOnlyList<string> Roles)>();
        try
        {
            foreach (var (index, row) in rows.Index())
            {
                var id = work.NewId();
                await work.AddOfficerAsync(fields, id, row.Data, hashes.ElementAtOrDefault(index), cancellationToken);
                await work.ExecuteAsync(
                    """
                    insert into identity.officer_organisations (officer_id, organisation_id, own, post, sort)
                    select @id, @organisation, true, @post, coalesce(max(sort), 0) + 1 from identity.officer_organisations where organisation_id = @organisation
                    """, new { id, organisation = row.OrganisationId, post = row.Post }, cancellationToken);
                added.Add((id, row.Roles));
            }
        }
        catch (PostgresException fault) when (fault.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            return ImportPage(Error.Conflict("identity.import-meanwhile", "导入期间有账号或证件号码被他人登记，没有导入任何人员，请重试。"), [], posted);
        }
        work.Audit("officers", "import", after: new { added = added.Count });
        await work.CommitAsync(cancellationToken);
        var refused = 0;
        foreach (var (id, roles) in added)
        {
            foreach (var role in roles)
            {
                if (!(await grants.GrantAsync(new() { AccountId = id, Role = role }, current.Actor, cancellationToken)).IsSuccess)
                {
                    refused++;
                }
            }
        }
        var done = refused == 0 ? $"已导入 {added.Count} 人。" : $"已导入 {added.Count} 人，{refused} 个角色没有授予，请逐人核对。";
        if (first.Count > 0) { return FirstPasswords.Told(done, first, IdentityLinks.Officers); }
        context.Flash(new FlashMessage(done, refused == 0 ? Tone.Success : Tone.Warning));
        return new SeeOther(IdentityLinks.Officers);
    }

    private static async Task<(List<ImportRow> Rows, List<(int Line, string Message)> Faults)> CheckAsync(
        DbSession work, IReadOnlyList<(int Line, Dictionary<string, string> Cells)> sheet, AdminRange range, Actor actor,
        PersonalFields fields, CancellationToken cancellationToken)
    {
        var organisations = (await work.OrganisationsAsync(range, null, null, null, cancellationToken)).Where(o => range.Manages(o.Path))
            .ToList();
        var posts = (await work.QueryAsync<(string Key, string Title)>("select key, title from identity.posts", null, cancellationToken))
            .ToLookup(p => p.Title, p => p.Key);
        var roles = actor.May("roles.grant")
            ? (await GrantForm.ChoicesAsync(work, range, false, cancellationToken))
                .Where(c => c.Value.StartsWith("role:", StringComparison.Ordinal)).ToLookup(c => c.Text, c => c.Value[5..])
            : Array.Empty<Option>().ToLookup(c => c.Text, c => c.Value);
        var taken = (await work.QueryAsync<string>(
            "select name from identity.accounts where kind = 'officer' and deleted_at is null and name = any(@names)",
            new { names = sheet.Select(r => r.Cells.GetValueOrDefault("账号") ?? "").ToArray() }, cancellationToken)).ToHashSet();
        var (rows, faults, seen) = (new List<ImportRow>(), new List<(int, string)>(), new Dictionary<string, int>());
        var numbers = new Dictionary<string, int>();
        if (sheet.Count == 0) { faults.Add((1, "文件中没有人员。")); }
        foreach (var (line, cells) in sheet)
        {
            var before = faults.Count;
            string? Cell(string name) => cells.GetValueOrDefault(name)?.Trim();
            foreach (var unknown in cells.Keys.Where(k => !Header.Contains(k))) { faults.Add((line, $"不认识的列“{unknown}”。")); }
            var data = new OfficerData(Cell("账号") ?? "", Cell("姓名") ?? "")
            {
                Mobile = Cell("手机号"), Email = Cell("电子邮箱"), IdNumber = Cell("身份证号")?.ToUpperInvariant(), IdType = "111",
                OfficePhone = Cell("办公电话"), Description = Cell("说明"),
                Sex = Choices.Sexes.FirstOrDefault(s => s.Text == Cell("性别"))?.Value,
                UserType = Choices.UserTypes.FirstOrDefault(t => t.Text == Cell("用户类型"))?.Value ?? "staff",
            };
            if (!Numbers.IsAccountName(data.Account)) { faults.Add((line, $"账号“{data.Account}”应以小写字母开头，由小写字母、数字、. _ - 组成。")); }
            else if (taken.Contains(data.Account)) { faults.Add((line, $"账号 {data.Account} 已存在。")); }
            else if (!seen.TryAdd(data.Account, line)) { faults.Add((line, $"账号 {data.Account} 与第 {seen[data.Account]} 行重复。")); }
            if (data.Name.Length is 0 or > 40) { faults.Add((line, "姓名必填，最多 40 个字。")); }
            if (Cell("性别") is { } sex && data.Sex is null) { faults.Add((line, $"性别“{sex}”应为男或女。")); }
            if (data.IdNumber is { } number && !numbers.TryAdd(number, line)) { faults.Add((line, $"身份证号与第 {numbers[number]} 行重复。")); }
            else if (data.IdNumber is not null && await work.ScalarAsync<bool>(
                "select exists (select 1 from identity.officers where id_number_index = any(@indexes) and deleted_at is null)",
                new { indexes = fields.Indexes(data.IdNumber, Fields.IdNumber) }, cancellationToken)) {
                    faults.Add((line, "身份证号已登记在其他人员名下。")); }
            foreach (var (_, message) in data.Faults()) { faults.Add((line, message)); }
            var named = organisations.Where(
                o => o.Name == Cell("机构") || o.ShortName == Cell("机构") || o.Code is not null && o.Code == Cell("机构")).ToList();
            if (named.Count != 1)
            {
                faults.Add((line, named.Count == 0 ? $"没有机构“{Cell("机构")}”，或不在您的管理范围内。" : $"机构“{Cell("机构")}”不止一个，请填全称或代码。"));
            }
            if (Cell("职务") is { } post && !posts.Contains(post)) { faults.Add((line, $"没有职务“{post}”。")); }
            var wanted = Cell("角色")?.Split((char[])['、', ',', '，'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                ?? [];
            foreach (var role in wanted.Where(r => !roles.Contains(r))) { faults.Add((line, $"没有角色“{role}”，或您不能授予它。")); }
            if (faults.Count == before)
            {
                rows.Add(new(data, named[0].Id, Cell("职务") is { } p ? posts[p].First() : null, [.. wanted.Select(r => roles[r].First())]));
            }
        }
        return (rows, faults);
    }

    private static async Task<IResult> ExportAsync(
        HttpContext context, CurrentActor current, Database database, AdminRanges ranges, PersonalFields fields, TimeProvider clock,
        string? q, string? status, string? role, Guid? organisation,
        string? format, CancellationToken cancellationToken)
    {
        await using (var work = await database.BeginAsync(new("identity.officer-export", current.Actor), cancellationToken))
        {
            // An export leaves the house: it is noted before the first row goes out.
            work.Audit("officers", "export", after: new { status, role, organisation, format });
            await work.CommitAsync(cancellationToken);
        }
        var read = database.Read("identity.officer-export", current.Actor);
        var range = await ranges.OfAsync(current.Actor, cancellationToken);
        var filter = await OfficerEndpoints.FilterAsync(read, fields, q, status, role, organisation, cancellationToken);
        string[] header = ["姓名", "账号", "机构", "职务", "手机号（脱敏）", "角色", "状态"];
        var name = $"人员-{Rights.RightsReading.Today(clock.GetUtcNow()):yyyyMMdd}";
        var rows = RowsAsync(read, range, filter, fields, cancellationToken);
        if (format != "xlsx")
        {
            return TypedResults.Stream(
                s => Sheet.WriteCsvAsync(s, header, rows, cancellationToken), "text/csv; charset=utf-8", name + ".csv");
        }
        return TypedResults.Stream(async stream =>
        {
            // A workbook is a zip whose directory comes last: made in a temporary file, so that the answer is never half a workbook.
            await using var file = new FileStream(
                Path.GetTempFileName(), FileMode.Create, FileAccess.ReadWrite, FileShare.None, 4096, System.IO.FileOptions.DeleteOnClose);
            await Sheet.WriteExcelAsync(file, "人员", header, rows, cancellationToken);
            file.Position = 0;
            await file.CopyToAsync(stream, cancellationToken);
        }, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", name + ".xlsx");
    }

    private static async IAsyncEnumerable<IReadOnlyList<string?>> RowsAsync(
        DbSession read, AdminRange range, OfficerFilter filter, PersonalFields fields,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        const int batch = 1000;
        while (true)
        {
            var page = await read.OfficersAsync(range, filter, batch, cancellationToken);
            foreach (var o in page)
            {
                yield return
                [
                    o.Name, o.Account, o.OrganisationName, o.Post, Mask.Mobile(fields.Open(o.MobileCipher, Fields.MobileOf(o.Id))), o.Roles,
                    o.Status == "active" ? Choices.UsageOfOfficer.Title(o.UsageStatus) : "账号停用",
                ];
            }
            if (page.Count < batch) { yield break; }
            filter = filter with { AfterName = page[^1].Name, AfterId = page[^1].Id };
        }
    }

    private sealed record ImportRow(OfficerData Data, Guid OrganisationId, string? Post, IReadOnlyList<string> Roles);
}
