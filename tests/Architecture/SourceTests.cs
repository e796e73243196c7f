using Xunit;

namespace Zhengtong.Architecture;

public sealed class SourceTests
{
    /// <summary>Every schema of the house: a room's own is its name.</summary>
    private static readonly HashSet<string> Schemas =
        [.. Walls.Rooms.Values.Where(r => r is "Kernel" || r.Contains('/')).SelectMany(SourceGuards.SchemasOf)];

    [Fact]
    public void Time_and_ids_come_from_the_clock() => Exceptions.AssertNone("clock", Unique(House.Product.SelectMany(SourceGuards.Clock)));

    [Theory]
    [InlineData("var at = DateTime.UtcNow;")]
    [InlineData("var at = DateTimeOffset.Now.AddDays(1);")]
    [InlineData("Id = Guid.NewGuid(),")]
    [InlineData("Id = Guid.CreateVersion7(),")]
    public void The_wall_clock_is_found(string code) => Assert.Single(SourceGuards.Clock(new("src/Kernel/X.cs", code)));

    [Theory]
    [InlineData("var at = clock.GetUtcNow(); // not DateTime.UtcNow")]
    [InlineData("Id = Guid.CreateVersion7(clock.GetUtcNow()),")]
    public void The_injected_clock_is_none(string code) => Assert.Empty(SourceGuards.Clock(new("src/Kernel/X.cs", code)));

    [Fact]
    public void Clients_of_http_are_made_in_one_place() =>
        Exceptions.AssertNone("outgoing", Unique(House.Product.SelectMany(SourceGuards.ClientsOfHttp)));

    [Theory]
    [InlineData("var http = new HttpClient();")]
    [InlineData("HttpMessageHandler handler = new SocketsHttpHandler { };")]
    [InlineData("services.AddHttpClient();")]
    public void A_client_of_http_elsewhere_is_found(string code) =>
        Assert.Single(SourceGuards.ClientsOfHttp(new("src/Modules/X/X.cs", code)));

    [Fact]
    public void Patterns_of_others_are_bounded() =>
        Exceptions.AssertNone("patterns", Unique(House.Product.SelectMany(SourceGuards.UnboundedPatterns)));

    [Theory]
    [InlineData("var found = new Regex(pattern);")]
    [InlineData("if (!Regex.IsMatch(text, field.Pattern)) { return; }")]
    public void A_pattern_without_bounds_is_found(string code) =>
        Assert.Single(SourceGuards.UnboundedPatterns(new("src/Modules/X/X.cs", code)));

    [Theory]
    [InlineData("var found = new Regex(pattern, RegexOptions.NonBacktracking);")]
    [InlineData("var found = Regex.Replace(text, \"a+\", \"\");")]
    [InlineData("return new Regex(pattern, options, limit);")]
    public void A_pattern_with_bounds_is_none(string code) => Assert.Empty(SourceGuards.UnboundedPatterns(new("src/Modules/X/X.cs", code)));

    [Fact]
    public void Sql_touches_only_the_schema_of_its_room() => Exceptions.AssertNone("schemas", Unique(
        House.Files.Where(f => House.Is(f, ".sql") && f.Path.StartsWith("src/", StringComparison.Ordinal)).Concat(House.Product)
            .SelectMany(f => SourceGuards.ForeignSchemas(f, Schemas))));

    [Theory]
    [InlineData("src/Modules/Services/Store.cs", "\"select name from identity.persons where id = @id\"")]
    [InlineData("src/Modules/Services/Store.cs", "\"delete from kernel.jobs\"")]
    [InlineData("src/Modules/Records/Store.cs", "\"insert into reg.caregivers (id) values (@id)\"")]
    [InlineData("src/Modules/Services/Migrations/0001_x.sql", "alter table if exists identity.persons add column x text;")]
    [InlineData("src/Web/Pages/X.cs", "\"select 1 from a join processes.tasks t on true\"")]
    public void Another_rooms_table_is_found(string path, string code) =>
        Assert.Single(SourceGuards.ForeignSchemas(new(path, code), Schemas));

    [Theory]
    [InlineData("src/Modules/Identity/Store.cs", "\"select name from identity.persons where id = @id\"")]
    [InlineData("src/Engines/Registers/Store.cs", "\"insert into reg.caregivers (id) values (@id)\"")]
    [InlineData("src/Kernel/Audit/X.cs", "\"select 1 from audit.entries\"")]
    [InlineData("src/Modules/Cases/X.cs", "var text = \"from a.b\";")]
    public void Its_own_table_is_none(string path, string code) => Assert.Empty(SourceGuards.ForeignSchemas(new(path, code), Schemas));

    [Fact]
    public void Sql_holds_no_values_of_requests() =>
        // The registers engine writes SQL from definitions; its builder quotes names and is tested with hostile ones.
        Exceptions.AssertNone("sql",
            Unique(House.Product.Where(f => House.RoomOf(f.Path) is not "Engines/Registers").SelectMany(SourceGuards.InterpolatedSql)));

    [Fact]
    public void A_value_in_sql_is_found()
    {
        Assert.Single(SourceGuards.InterpolatedSql(new("src/X/A.cs", "$\"select id from a.b where name = '{name}'\"")));
        Assert.Single(SourceGuards.InterpolatedSql(new("src/X/A.cs", "$\"\"\"\n  update a.b\n  set name = '{form[\"name\"]}'\n  \"\"\"")));
    }

    [Theory]
    [InlineData("$\"select {Columns} from a.b\"")]
    [InlineData("$\"select {AuditRow.Columns} from a.b\"")]
    [InlineData("$\"{count} rows were selected from {name}\"")]
    public void A_constant_fragment_is_none(string code) => Assert.Empty(SourceGuards.InterpolatedSql(new("src/X/A.cs", code)));

    [Fact]
    public void Every_event_has_a_wire_name_with_a_version() =>
        Exceptions.AssertNone("events", Unique(House.Product.SelectMany(SourceGuards.EventNames)));

    [Theory]
    [InlineData("src/X/A.cs", "work.Raise(new(\"CaseAccepted\", subject, payload));")]
    [InlineData("src/X/A.cs", "work.Raise(new OutboxEvent(\"cases.case-accepted\", subject, payload));")]
    [InlineData("src/X/Contracts/CaseEvents.cs", "public const string Accepted = \"cases.CaseAccepted.v1\";")]
    public void A_name_without_version_is_found(string path, string code) => Assert.Single(SourceGuards.EventNames(new(path, code)));

    [Theory]
    [InlineData("work.Raise(new(\"cases.case-accepted.v1\", subject, payload));")]
    [InlineData("work.Raise(new($\"register.{table.Key}.imported.v1\", subject, payload));")]
    public void A_wire_name_is_none(string code) => Assert.Empty(SourceGuards.EventNames(new("src/X/A.cs", code)));

    [Fact]
    public void Every_act_has_words_in_the_audit() =>
        Exceptions.AssertNone("act words", Unique(House.Product.SelectMany(f => SourceGuards.ActNames(f, ActWords))));

    [Theory]
    [InlineData("await using var work = await database.BeginAsync(new(\"cases.invent\", actor), cancellationToken);")]
    [InlineData("BeginAsync(\n new(active ? \"cases.submit\" : \"cases.invent\", current.Actor), cancellationToken);")]
    public void An_act_without_words_is_found(string code) =>
        Assert.Equal("src/X.cs: cases.invent", Assert.Single(SourceGuards.ActNames(new("src/X.cs", code), ActWords)).Key);

    private static HashSet<string> ActWords =>
        [.. House.Files.Single(f => f.Path == "src/Kernel/Audit/operations.tsv").Text.Split('\n').Select(l => l.Split('\t')[0])];

    private static IEnumerable<Finding> Unique(IEnumerable<Finding> findings) => findings.DistinctBy(f => f.Key);
}
