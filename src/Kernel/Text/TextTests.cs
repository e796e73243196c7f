using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using Zhengtong.Support;

namespace Zhengtong.Kernel;

public sealed class TextTests(KernelFixture fixture) : IClassFixture<KernelFixture>
{
    private static readonly DateOnly Today = new(2026, 6, 1);

    private static readonly Arbitrary<string> IdNumbers =
        (from region in Gen.Choose(110101, 659004)
         from days in Gen.Choose(0, 36_000)
         from sequence in Gen.Choose(0, 999)
         let body = $"{region}{new DateOnly(1925, 1, 1).AddDays(days):yyyyMMdd}{sequence:000}"
         select body + IdCard.CheckCharacter(body)).ToArbitrary();

    [Fact]
    public void A_right_identity_number_is_read_in_any_writing() => Check.QuickThrowOnFailure(Prop.ForAll(IdNumbers, number =>
    {
        var wide = string.Concat(number.ToLowerInvariant().Select(c => (char)(c + 0xFEE0)));
        var (card, fault) = IdCard.Read($" {wide[..6]} {wide[6..]} ", Today);
        return fault is null && card!.Value.Number == number && card.Value.Birth.ToString("yyyyMMdd") == number[6..14]
            && card.Value.Region == number[..6];
    }));

    [Fact]
    public void One_wrong_digit_or_two_exchanged_neighbours_are_always_noticed() => Check.QuickThrowOnFailure(Prop.ForAll(
        IdNumbers, Gen.Choose(0, 16).ToArbitrary(), Gen.Choose(1, 9).ToArbitrary(), (number, at, by) =>
        {
            var wrong = number.ToCharArray();
            wrong[at] = (char)('0' + ((wrong[at] - '0' + by) % 10));
            var swapped = number.ToCharArray();
            (swapped[at], swapped[at + 1]) = (swapped[at + 1], swapped[at]);
            return IdCard.Read(new(wrong), Today).Fault is not null
                && (number[at] == number[at + 1] || IdCard.Read(new(swapped), Today).Fault is not null);
        }));

    [Fact]
    public void Credit_codes_notice_one_wrong_character() => Check.QuickThrowOnFailure(Prop.ForAll(
        Gen.Choose(0, 99_999_999).ToArbitrary(), Gen.Choose(0, 17).ToArbitrary(), Gen.Choose(1, 30).ToArbitrary(), (n, at, by) =>
        {
            const string alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
            var organisation = $"{n:00000000}";
            var body = $"91330106{organisation}{Validators.OrganisationCheck(organisation)}";
            var code = body + Validators.CreditCheck(body);
            var wrong = code.ToCharArray();
            wrong[at] = alphabet[(alphabet.IndexOf(wrong[at]) + by) % 31];
            return Validators.CreditCode(code.ToLowerInvariant()).Value == code && !Validators.CreditCode(new(wrong)).IsGood;
        }));

    [Fact]
    public void Bank_cards_notice_one_wrong_digit() => Check.QuickThrowOnFailure(Prop.ForAll(
        Gen.Choose(0, 999_999_999).ToArbitrary(), Gen.Choose(0, 15).ToArbitrary(), Gen.Choose(1, 9).ToArbitrary(), (n, at, by) =>
        {
            var body = $"622848{n:000000000}";
            var card = body + Validators.LuhnCheck(body);
            var wrong = card.ToCharArray();
            wrong[at] = (char)('0' + ((wrong[at] - '0' + by) % 10));
            return Validators.BankCard(card).IsGood && !Validators.BankCard(new(wrong)).IsGood;
        }));

    [Theory]
    [InlineData("id-card", "11010119900230123X", "出生日期")]
    [InlineData("id-card", "110101299001011234", "出生日期")]
    [InlineData("id-card", "1101011990", "18 位")]
    [InlineData("credit-code", "91330106IOSVZ0000X", "不含")]
    [InlineData("mobile", "12345678901", "11 位")]
    [InlineData("phone", "1234567", "区号")]
    [InlineData("bank-card", "62284800000", "12 至 19")]
    [InlineData("post-code", "31000", "6 位")]
    [InlineData("e-mail", "a@b", "电子邮箱")]
    [InlineData("e-mail", "<script>@x.cn", "电子邮箱")]
    [InlineData("url", "javascript:alert(1)", "http")]
    public void What_is_wrong_is_said(string type, string text, string expected) =>
        Assert.Contains(expected, Validators.Check(type, text, Today).Fault);

    [Theory]
    [InlineData("phone", "+86 138 0013 8000", "13800138000")]
    [InlineData("phone", "0571-88880000", "0571-88880000")]
    [InlineData("phone", "(010)62345678-801", "010-62345678-801")]
    [InlineData("phone", "12345", "12345")]
    [InlineData("phone", "400-800-1234", "400-800-1234")]
    [InlineData("post-code", "３１００００", "310000")]
    [InlineData("e-mail", " wang.li@example.cn ", "wang.li@example.cn")]
    public void What_is_right_gets_its_normal_form(string type, string text, string expected) =>
        Assert.Equal(expected, Validators.Check(type, text, Today).Value);

    [Fact]
    public void Any_text_is_judged_and_never_throws() => Check.QuickThrowOnFailure(Prop.ForAll((string? text) =>
        Validators.Types.All(t => Validators.Check(t, text ?? "", Today) is { } c && (c.Value is null) == (c.Fault is not null))));

    [Fact]
    public void Age_counts_completed_years()
    {
        const string body = "11010120000229001";
        var card = IdCard.Read(body + IdCard.CheckCharacter(body), Today).Card!.Value;

        Assert.Equal((0, 17, 18), (card.AgeOn(new(2001, 2, 28)), card.AgeOn(new(2018, 2, 28)), card.AgeOn(new(2018, 3, 1))));
        Assert.Equal("1", card.Sex);
    }

    [Fact]
    public void Masking_keeps_the_length_and_hides_enough() => Check.QuickThrowOnFailure(Prop.ForAll((string? text) =>
    {
        var value = string.Concat((text ?? "").Where(c => c is not '*' and not '@' && !char.IsSurrogate(c)));
        return Masking.Kinds.Append("unknown").All(kind =>
        {
            var masked = Masking.Apply(kind, value);
            var hidden = masked.Count(c => c == '*');
            return masked.Length == value.Length && (value.Length == 0 || hidden >= 1)
                && (value.Length < 2 || hidden * 2 >= value.Length || hidden >= 3);
        });
    }));

    [Theory]
    [InlineData("id-card", "110101199001011234", "110101**********34")]
    [InlineData("phone", "13800138000", "138****8000")]
    [InlineData("name", "欧阳明", "**明")]
    [InlineData("name", "李", "*")]
    [InlineData("bank-card", "6228480000001234567", "6228***********4567")]
    [InlineData("e-mail", "wang@example.cn", "w***@example.cn")]
    [InlineData("secret", "abc", "***")]
    public void Masks_look_as_people_expect(string kind, string value, string expected) =>
        Assert.Equal(expected, Masking.Apply(kind, value));

    [Fact]
    public void The_normal_form_is_stable_and_forgives_width_case_and_blanks()
    {
        Assert.Equal("abc 综合1", Normal.Form("  ＡＢＣ\u3000 综合\u200B１ \n"));
        Check.QuickThrowOnFailure(Prop.ForAll((string? text) => Normal.Form(Normal.Form(text ?? "")) == Normal.Form(text ?? "")));
    }

    [Fact]
    public async Task Search_finds_by_reading_initials_slips_and_other_characters_of_the_same_sound()
    {
        var node = fixture.Node();
        var root = TestCluster.Root;
        await fixture.InstallAsync(
            node, "pinyin", ("pinyin.tsv", await File.ReadAllTextAsync(Path.Combine(root, "packs", "base", "pinyin.tsv"))));
        var text = node.GetRequiredService<ChineseText>();
        const string title = "老年综合津贴申请";

        Assert.Equal("laonianzonghejintieshenqing", text.PinyinOf(title));
        Assert.Equal("lnzhjtsq", text.InitialsOf(title));
        Assert.Equal(TextFit.Starts, text.Fit(title, "老年"));
        Assert.Equal(TextFit.Contains, text.Fit(title, "津贴"));
        Assert.Equal(TextFit.Sound, text.Fit(title, "laonian"));
        Assert.Equal(TextFit.Sound, text.Fit(title, "zongheji"));
        Assert.Equal(TextFit.Initials, text.Fit(title, "lnzhjt"));
        Assert.Equal(TextFit.Initials, text.Fit(title, "zhjintie"));
        Assert.Equal(TextFit.Sound, text.Fit(title, "老年宗和津贴"));
        Assert.Equal(TextFit.Near, text.Fit(title, "老年综含津贴"));
        Assert.Equal(TextFit.Near, text.Fit(title, "老年综合津"[..4] + "贴"));
        Assert.Equal(TextFit.Contains, text.Fit(title, "老年 申请"));
        Assert.Equal(TextFit.None, text.Fit(title, "养犬"));
        Assert.Equal(TextFit.None, text.Fit(title, "xyz"));
        Assert.Equal(TextFit.None, text.Fit(title, " "));
        // Several readings: 重庆 and 重量.
        Assert.Equal(TextFit.Sound, text.Fit("重庆", "chongqing"));
        Assert.Equal(TextFit.Sound, text.Fit("重量", "zhongliang"));
    }

    [Fact]
    public async Task Tokens_and_queries_meet_in_the_database()
    {
        Assert.Equal(["老年", "年综", "综合", "合", "abc", "1"], ChineseText.IndexTokens("老年综合ABC，1"));

        foreach (var (words, found) in ((string, bool)[])[("综合", true), ("老年综合", true), ("合", true), ("老", true), ("合津", false),
            ("abc", true), ("' | x", false)])
        {
            var query = ChineseText.SearchQuery(words);
            var sql = $"select array_to_tsvector(array[{string.Join(',', ChineseText.IndexTokens("老年综合 abc").Select(t => $"'{t}'"))}]) @@ to_tsquery('simple', '{query.Replace("'", "''")}')";
            Assert.Equal(found, await fixture.ScalarAsync<bool>(sql));
        }
    }

    [Fact]
    public async Task Tolerant_patterns_forgive_one_slip_in_sql()
    {
        foreach (var (title, word, found) in ((string, string, bool)[])
            [("老年综合津贴", "老年综含津贴", true), ("老年综合津贴", "老年综津贴", true), ("老年综合津贴", "老年人综合津贴", true), ("老年综合津贴", "犬类登记", false),
                ("100%", "100%", true), ("1000", "100%", false)])
        {
            var patterns = string.Join(',', ChineseText.TolerantPatterns(word).Select(p => $"'{p}'"));
            var exact = word.Contains('%', StringComparison.Ordinal) ? $"'{ChineseText.TolerantPatterns(word)[0]}'" : patterns;
            Assert.Equal(found, await fixture.ScalarAsync<bool>($"select '{title}' like any(array[{exact}])"));
        }
    }

    [Fact]
    public void A_faulty_reading_table_is_refused_with_lines()
    {
        var faults = new List<Fault>();
        Pinyin.Parse("pinyin.tsv", "中\tzhong\n国国\tguo\n人\tRén\n中\tzhong\n好", faults);

        Assert.Equal([2, 3, 4, 5], faults.Select(f => f.Line));
    }

    [Fact]
    public void The_distance_to_a_part_is_that_of_brute_force() => Check.QuickThrowOnFailure(Prop.ForAll(
        Words(8), Words(4), (text, word) =>
        {
            var best = Enumerable.Range(0, text.Length + 1)
                .SelectMany(from => Enumerable.Range(0, text.Length - from + 1).Select(length => Whole(text.Substring(from, length), word)))
                    .Min();
            return EditDistance.ToPart(text, word) == best;
        }));

    private static Arbitrary<string> Words(int length) =>
        Gen.Elements('a', 'b', 'c').ArrayOf(length).Select(c => new string(c)).ToArbitrary();

    private static int Whole(string a, string b) =>
        a.Length == 0 ? b.Length
        : b.Length == 0 ? a.Length
        : a[0] == b[0] ? Whole(a[1..], b[1..])
        : 1 + Math.Min(Whole(a[1..], b), Math.Min(Whole(a, b[1..]), Whole(a[1..], b[1..])));
}
