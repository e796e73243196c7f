using Zhengtong.Decisions;
using Zhengtong.Forms;
using Zhengtong.Identity.Contracts;
using Zhengtong.Kernel;
using Zhengtong.Processes;
using Zhengtong.Registers;
using Zhengtong.Services.Contracts;

namespace Zhengtong.Cases.SeedCases;

/// <param name="People">Made-up people; a tenth as many companies.</param>
/// <param name="Cases">Made-up cases of the last year, in every state.</param>
/// <param name="Documents">For how many of the latest approved cases documents are issued as well.</param>
public sealed record SeedOrder(int Seed, int People, int Cases, int Documents);

/// <param name="Added">Cases added now.</param>
/// <param name="Before">Cases of this seed that were there.</param>
/// <param name="Notes">Service items for which no case could be walked, with what the platform answered.</param>
public sealed record SeedOutcome(int People, int Added, int Before, IReadOnlyList<string> Notes);

/// <summary>
/// Fills a demonstration with a year of cases. Some are walked by the platform's own acts as of their days; the others are copies of these
/// with applicants, answers, decisions, numbers and seals of their own. Batches are whole or absent, and never made twice.
/// </summary>
public sealed class CaseSeeder
{
    private const int BatchSize = 500;
    private const int MostTries = 24;
    private const int WorkdaysOfAYear = 240;
    private readonly Database _database;
    private readonly IPopulation _population;
    private readonly ServiceCatalogue _catalogue;
    private readonly FormStore _forms;
    private readonly ArtefactStore _artefacts;
    private readonly CodeLists _codes;
    private readonly Calendars _calendars;
    private readonly CaseSeats _seats;
    private readonly CaseWalker _walker;
    private readonly CaseCopier _copier;
    private readonly CaseDocuments _documents;
    private readonly DossierReader _dossiers;
    private readonly RegisterCatalogue _registers;
    private readonly ActingClock _clock;

    internal CaseSeeder(
        Database database, IPopulation population, ServiceCatalogue catalogue, FormStore forms, ArtefactStore artefacts, CodeLists codes,
        Calendars calendars,
        CaseSeats seats, CaseWalker walker, CaseCopier copier, CaseDocuments documents, DossierReader dossiers,
        RegisterCatalogue registers, ActingClock clock)
    {
        (_database, _population, _catalogue, _forms, _artefacts, _codes, _calendars) =
            (database, population, catalogue, forms, artefacts, codes, calendars);
        (_seats, _walker, _copier, _documents, _dossiers, _registers, _clock) =
            (seats, walker, copier, documents, dossiers, registers, clock);
    }

    /// <param name="report">Called with the number of cases that are there and wanted.</param>
    public async Task<Result<SeedOutcome>> SeedAsync(SeedOrder order, Action<int, int> report, CancellationToken cancellationToken)
    {
        if (_calendars.Default is not { IsSuccess: true, Value: var calendar }) { return CalendarErrors.Missing; }
        // Held to the end: timers of days that are past are fired by the walk and by nobody else.
        await using var pause = await _database.BeginAsync(new("cases.seed", Actor.System("seed")), cancellationToken);
        if (!await pause.ScalarAsync<bool>("select pg_try_advisory_xact_lock(@PauseKey)", new { TimerWorker.PauseKey }, cancellationToken))
        {
            return Error.Conflict("cases.seeding", "正在生成演示数据，请稍后再试。");
        }
        var there = (await pause.QueryAsync<(int Batch, int Cases)>(
            "select batch, cases from cases.seeds where seed = @Seed", new { order.Seed }, cancellationToken))
                .ToDictionary(b => b.Batch, b => b.Cases);
        var wanted = Enumerable.Range(1, (order.Cases + BatchSize - 1) / BatchSize).Where(b => !there.ContainsKey(b)).ToList();
        var before = there.Values.Sum();
        if (wanted.Count == 0) { return new SeedOutcome(0, 0, before, []); }

        var (people, companies) = await _population.MakeAsync(order.People, order.People / 10, order.Seed, cancellationToken);
        if (people.Count == 0) { return Error.Conflict("cases.no-names", "没有安装演示机构和人员，无法生成数据；请先安装演示包。"); }
        var added = await _population.AddAsync(people, companies, cancellationToken);
        var run = new Run(this, order, new(calendar),
            [.. people.Select(p => StoryApplicant.Of(p, false)), .. companies.Select(StoryApplicant.Of)], cancellationToken);
        await run.PrepareAsync([.. (await _population.NamedAsync(cancellationToken)).Select(p => StoryApplicant.Of(p, true))]);
        await run.WalkAsync(Math.Clamp(order.Cases / 10, 40, 200), (n, of) =>
            report(before + (n * Math.Min(order.Cases, BatchSize) / Math.Max(of * 4, 1)), order.Cases));
        if (run.IsEmpty) { return Error.Conflict("cases.nothing-walked", "没有可以办理的事项，或者没有人员在岗。") with { Fields =
            [.. run.Notes.Select(n => new FieldError("", "note", n))] }; }
        var count = before;
        foreach (var batch in wanted)
        {
            count += await run.BatchAsync(batch, Math.Min(BatchSize, order.Cases - ((batch - 1) * BatchSize)));
            report(count, order.Cases);
        }
        await run.IssueAsync(order.Documents);
        return new SeedOutcome(added, count - before, before, run.Notes);
    }

    /// <summary>One run: what it has found out and made so far.</summary>
    private sealed class Run(CaseSeeder seeder, SeedOrder order, WorkdayShift shift, IReadOnlyList<StoryApplicant> crowd,
        CancellationToken cancellationToken)
    {
        private readonly AnswerMaker _maker = new(seeder._codes,
            [.. crowd.Where(c => c.Kind == "person").Select(c => c.Name).Distinct().Take(2000)],
            [.. crowd.Select(c => c.Region).Distinct()]);
        private readonly CaseExamples _examples = new(seeder._artefacts);
        private readonly Dictionary<(string Service, string Region), StaffedSeat> _seats = [];
        private readonly List<CaseMould> _moulds = [];
        private readonly Dictionary<string, IReadOnlyDictionary<string, DecisionVersion>> _rules = [];
        private readonly HashSet<(string Service, Guid Applicant)> _approved = [];
        private readonly List<MadeCase> _latest = [];
        private IReadOnlyList<ServiceItem> _services = [];
        private IReadOnlyList<StoryApplicant> _named = [];

        /// <summary>Who lives where most of those live whom the packs name: their offices are the ones that visitors look into.</summary>
        private IReadOnlyList<StoryApplicant> _neighbours = [];

        public List<string> Notes { get; } = [];

        public bool IsEmpty => _moulds.Count == 0;

        /// <summary>Which items can be handled where.</summary>
        public async Task PrepareAsync(IReadOnlyList<StoryApplicant> named)
        {
            _named = named;
            var home = named.Where(n => n.Region.Length >= 6).GroupBy(n => n.Region[..6]).OrderByDescending(g => g.Count())
                .ThenBy(g => g.Key, StringComparer.Ordinal).FirstOrDefault()?.Key;
            _neighbours = [.. crowd.Where(c => home is not null && c.Region.StartsWith(home, StringComparison.Ordinal))];
            _services = [.. seeder._catalogue.All().Where(s => s.IsOnline && s.Process.Length > 0
                && seeder._forms.Latest(s.Form) is not null).OrderBy(s => s.Order).ThenBy(s => s.Key, StringComparer.Ordinal)];
            foreach (var service in _services)
            {
                _rules[service.Key] = await seeder._dossiers.RulesAsync(service, [], cancellationToken);
                foreach (var region in crowd.Concat(named).Select(a => a.Region).Distinct())
                {
                    if (await seeder._seats.OfAsync(service, region, cancellationToken) is { } seat) { _seats[(service.Key, region)] =
                        seat; }
                }
            }
        }

        /// <summary>Walks up to so many cases: every story with as many items as that allows.</summary>
        public async Task WalkAsync(int most, Action<int, int> report)
        {
            var pairs = CaseStory.All.SelectMany((story, s) =>
                _services.Select((_, i) => (Story: story, Service: _services[(i + (s * 3)) % _services.Count], Round: i)))
                .OrderBy(p => p.Round).Take(most).ToList();
            foreach (var (index, (story, service, _)) in pairs.Index())
            {
                await WalkOneAsync(story, service, new Random(unchecked((order.Seed * 31) + index)));
                report(index + 1, pairs.Count);
            }
        }

        private async Task WalkOneAsync(CaseStory story, ServiceItem service, Random random)
        {
            if (seeder._forms.Latest(service.Form) is not { } form) { return; }
            // The last working day before today: every act of today's morning is over.
            var last = shift.Add(seeder._clock.Today().AddDays(-1), 0);
            var told = story.For(service.TimeLimit.Promised);
            var length = told.Age is { } age ? age - 1 : told.Acts[^1].Day + 2;
            var first = shift.Add(last, -length);
            if (Choose(service, form, first, random) is not { } chosen) { Notes.Add($"{service.Title}：没有符合条件的申请人"); return; }
            var (applicant, seat, choices, situation, answers) = chosen;
            var walked = await seeder._walker.WalkAsync(
                told, service, applicant, seat, situation, answers, d => shift.Add(first, d), seeder._clock.GetUtcNow(), random,
                cancellationToken);
            if (!walked.IsSuccess) { Notes.Add($"{service.Title}：{walked.Error.Message}"); return; }
            await using var work = await seeder._database.BeginAsync(new("cases.seed", Actor.System("seed")), cancellationToken);
            _moulds.Add(await CaseMould.TakeAsync(
                work, story, service, form, walked.Value.Id, applicant, seat, HasUniquePerson(service), _rules[service.Key], choices,
                walked.Value.Officers,
                shift, story.IsOpen ? 30 : WorkdaysOfAYear, cancellationToken));
            _approved.Add((service.Key, applicant.Id));
        }

        private (StoryApplicant Applicant, StaffedSeat Seat, IReadOnlyDictionary<string, object?> Choices, Dictionary<string,
            string> Situation, Answers Answers)? Choose(
            ServiceItem service, FormDefinition form, DateOnly day, Random random)
        {
            var examples = _examples.Of(service.Key);
            for (var tries = 0; tries < MostTries * 8; tries++)
            {
                var applicant = crowd[random.Next(crowd.Count)];
                if (!service.Audience.Contains(applicant.Kind) || _approved.Contains((service.Key, applicant.Id))
                    || !_seats.TryGetValue((service.Key, applicant.Region), out var seat)) { continue; }
                var choices = examples[random.Next(examples.Count)];
                var situation = service.Situations.ToDictionary(s => s.Key, s => choices.GetValueOrDefault(s.Key) as string is { } said
                    && s.Options.Any(o => o.Key == said) ? said : s.Options[0].Key);
                var context = DossierReader.Context(applicant.Facts, situation, day);
                if (_maker.Fill(form, applicant.Known(day), CaseExamples.OnDay(choices, day), context, random, day) is not { } filled)
                {
                    continue;
                }
                if (seeder._copier.IsEntitled(service, _rules[service.Key], form, filled, situation, applicant, day))
                {
                    return (applicant, seat, choices, situation, filled.Answers);
                }
            }
            return null;
        }

        /// <summary>One batch in one act.</summary>
        /// <returns>How many cases it holds.</returns>
        public async Task<int> BatchAsync(int batch, int size)
        {
            var made = new List<MadeCase>(size);
            if (batch == 1) { Take(made, ForNamed(), size); }
            for (var round = 0; made.Count < size && round < 6; round++)
            {
                var seeds = Enumerable.Range(0, size - made.Count)
                    .Select(i => unchecked((order.Seed * 7_919) + (batch * 100_003) + (round * 17_389) + i)).ToList();
                Take(made, seeds.AsParallel().AsOrdered().WithDegreeOfParallelism(2).Select(MakeOne).OfType<MadeCase>().ToList(), size);
            }
            await using var work = await seeder._database.BeginAsync(new("cases.seed", Actor.System("seed")), cancellationToken);
            var written = await seeder._copier.WriteAsync(work, made, shift, cancellationToken);
            await work.ExecuteAsync(
                "insert into cases.seeds (seed, batch, cases, added_at) values (@Seed, @batch, @count, @now)",
                new { order.Seed, batch, count = written.Count, now = work.Now }, cancellationToken);
            work.Audit("cases", "", after: new { order.Seed, batch, cases = written.Count }, summary: "生成演示办件");
            await work.CommitAsync(cancellationToken);
            Remember(written);
            return written.Count;
        }

        /// <summary>Documents for the latest approved cases; visitors' own first.</summary>
        public async Task IssueAsync(int most)
        {
            foreach (var made in _latest.OrderByDescending(m => m.Plan.Applicant.IsNamed).ThenByDescending(DecidedAt).Take(most))
            {
                seeder._clock.Set(DecidedAt(made));
                try
                {
                    await using var work = await seeder._database.BeginAsync(new("cases.issue", made.Plan.Officers[StoryRole.Approver]),
                        cancellationToken);
                    if (await work.FindCaseAsync(made.Id, cancellationToken) is not { } @case) { continue; }
                    var dossier = await seeder._dossiers.OpenAsync(work, @case, cancellationToken);
                    var done = true;
                    foreach (var document in made.Plan.Mould.Service.Outcome.Documents)
                    {
                        done &= (await seeder._documents.IssueAsync(work, dossier, document, made.Judged, isLicence: true,
                            cancellationToken)).IsSuccess;
                    }
                    if (done) { await work.CommitAsync(cancellationToken); }
                }
                finally { seeder._clock.Set(null); }
            }
        }

        private DateTimeOffset DecidedAt(MadeCase made) =>
            shift.Add(made.Plan.Mould.Case.DecidedAt ?? made.Plan.Mould.Case.CreatedAt, -made.Plan.Shift, made.Plan.Minutes);

        private void Remember(IReadOnlyList<MadeCase> written)
        {
            _latest.AddRange(written.Where(m => m.Plan.Mould.Story.IsApproved));
            var keep = _latest.OrderByDescending(m => m.Plan.Applicant.IsNamed).ThenByDescending(DecidedAt).Take(order.Documents).ToList();
            _latest.Clear();
            _latest.AddRange(keep);
        }

        private void Take(List<MadeCase> made, IReadOnlyList<MadeCase> more, int size)
        {
            foreach (var m in more.Take(size - made.Count))
            {
                // A register knows a person once.
                if (!m.Plan.Mould.Story.IsApproved || _approved.Add((m.Plan.Mould.Service.Key, m.Plan.Applicant.Id))) { made.Add(m); }
            }
        }

        private MadeCase? MakeOne(int seed)
        {
            var random = new Random(seed);
            var story = Weighted(random);
            var moulds = _moulds.Where(m => m.Story == story).ToList();
            if (moulds.Count == 0) { moulds = _moulds; }
            for (var tries = 0; tries < MostTries; tries++)
            {
                var from = story.IsOpen && random.Next(3) == 0 && _neighbours.Count > 0 ? _neighbours : crowd;
                if (MakeFor(moulds[random.Next(moulds.Count)], from[random.Next(from.Count)], random) is { } made) { return made; }
            }
            return null;
        }

        private MadeCase? MakeFor(CaseMould mould, StoryApplicant applicant, Random random)
        {
            if (!mould.IsFor(applicant.Kind) || !_seats.TryGetValue((mould.Service.Key, applicant.Region), out var seat)) { return null; }
            var officers = mould.Officers.Keys.ToDictionary(r => r, r => seat.At(r, random));
            var plan = new CopyPlan(mould, applicant, seat, officers, random.Next(mould.MostShift + 1), random.Next(-60, 90),
                random.Next());
            return seeder._copier.Make(plan, _maker, shift);
        }

        /// <summary>Every named person has something under way, something behind them, and nothing that keeps them from applying for what
        /// they came to try.</summary>
        private List<MadeCase> ForNamed()
        {
            var made = new List<MadeCase>();
            string[][] lives = [["draft", "reviewing", "approved-praised", "withdrawn"],
                ["correcting", "reviewing-over", "approved", "draft"], ["submitted-near", "deciding-over", "refused", "approved-content"]];
            foreach (var (index, person) in _named.Index())
            {
                foreach (var story in lives[index % lives.Length])
                {
                    var random = new Random(unchecked((order.Seed * 131) + (index * 7) + story.Length));
                    var moulds = _moulds.Where(m => m.Story.Key == story && !m.HasUniquePerson).OrderBy(_ => random.Next()).ToList();
                    if (moulds.Select(m => MakeFor(m, person, random)).FirstOrDefault(m => m is not null) is { } own) { made.Add(own); }
                }
            }
            return made;
        }

        private bool HasUniquePerson(ServiceItem service) =>
            seeder._registers.Find(service.Outcome.Register) is { } register
                && register.Definition.Fields.Any(f => f is { Unique: true, Personal: true, Retired: false });

        private static CaseStory Weighted(Random random)
        {
            var at = random.Next(CaseStory.All.Sum(s => s.Weight));
            foreach (var story in CaseStory.All) { if ((at -= story.Weight) < 0) { return story; } }
            return CaseStory.All[0];
        }
    }
}
