namespace Zhengtong.Services.Contracts;

/// <summary>政务服务事项: what can be applied for, by whom, with which materials, in what time. Immutable per version.</summary>
public sealed record ServiceItem
{
    public required string Key { get; init; }

    /// <summary>Version of the definition; a case keeps the one it started with.</summary>
    public required int Version { get; init; }

    public required string Title { get; init; }

    public string Summary { get; init; } = "";

    /// <summary>Code of the list <c>service-kind</c>: 行政许可, 行政给付, …</summary>
    public string Kind { get; init; } = "";

    /// <summary><c>person</c>, <c>legal-person</c> or both.</summary>
    public IReadOnlyList<string> Audience { get; init; } = [];

    public IReadOnlyList<string> Themes { get; init; } = [];

    public IReadOnlyList<string> LifeEvents { get; init; } = [];

    /// <summary>Key of the organisation that answers for it.</summary>
    public string Department { get; init; } = "";

    /// <summary>At which level of the applicant's region the case is accepted: <c>city</c>, <c>district</c>, <c>town</c>.</summary>
    public string AcceptLevel { get; init; } = "district";

    /// <summary>Words people really say.</summary>
    public IReadOnlyList<string> Keywords { get; init; } = [];

    /// <summary>Markdown.</summary>
    public string Conditions { get; init; } = "";

    public IReadOnlyList<LegalBasis> LegalBasis { get; init; } = [];

    public ServiceFee Fee { get; init; } = new("none", null, null);

    public ServiceTimeLimit TimeLimit { get; init; } = new(20, 20);

    /// <summary><c>online</c>, <c>window</c>.</summary>
    public IReadOnlyList<string> Channels { get; init; } = [];

    public IReadOnlyList<Situation> Situations { get; init; } = [];

    public IReadOnlyList<Material> Materials { get; init; } = [];

    public IReadOnlyList<ServiceStep> Steps { get; init; } = [];

    public IReadOnlyList<Question> Faq { get; init; } = [];

    /// <summary>Key of the form; empty where nothing has to be filled in.</summary>
    public string Form { get; init; } = "";

    /// <summary><c>eligibility</c>, <c>materials</c> → <c>decision-key#Decision name</c>.</summary>
    public IReadOnlyDictionary<string, string> Decisions { get; init; } = new Dictionary<string, string>();

    public string Process { get; init; } = "";

    public ServiceOutcome Outcome { get; init; } = new();

    public bool Rating { get; init; } = true;

    public int Order { get; init; } = 100;

    public bool Popular { get; init; }

    public bool IsOnline => Channels.Contains("online") && Form.Length > 0;
}

public sealed record LegalBasis(string Name, string? Article, string? Text);

/// <param name="Kind"><c>none</c>, <c>fixed</c>, <c>varies</c>.</param>
/// <param name="Amount">Yuan, where fixed.</param>
public sealed record ServiceFee(string Kind, decimal? Amount, string? Basis);

/// <summary>Working days: what the law allows and what is promised.</summary>
public sealed record ServiceTimeLimit(int Statutory, int Promised)
{
    /// <summary>What is promised, as people read it.</summary>
    public string Words => Promised == 0 ? "当场办结" : $"{Promised} 个工作日办结";
}

/// <summary>情形: a question whose answer narrows materials, form and time limit.</summary>
public sealed record Situation(string Key, string Title, IReadOnlyList<SituationOption> Options);

public sealed record SituationOption(string Key, string Title);

/// <summary>申请材料.</summary>
public sealed record Material
{
    public required string Key { get; init; }

    public required string Title { get; init; }

    /// <summary><c>original</c>, <c>copy</c>, <c>electronic</c>.</summary>
    public string Form { get; init; } = "electronic";

    public int Copies { get; init; } = 1;

    /// <summary>FEEL over <c>form</c>, <c>situation</c>, <c>applicant</c>; <c>true</c> and <c>false</c> are FEEL too.</summary>
    public string Required { get; init; } = "true";

    /// <summary>Extensions: <c>pdf</c>, <c>jpg</c>, <c>png</c>, …</summary>
    public IReadOnlyList<string> Accept { get; init; } = ["pdf", "jpg", "png"];

    public int MaxMegabytes { get; init; } = 10;

    public string? Sample { get; init; }

    /// <summary>What the platform already holds in its place: a licence type or a register.</summary>
    public string? Held { get; init; }

    public string? Note { get; init; }
}

public sealed record ServiceStep(string Title, string? Who, string? Days);

public sealed record Question(string Q, string A);

/// <summary>What an approval brings about.</summary>
public sealed record ServiceOutcome
{
    /// <summary>Register that gets a record; empty for none.</summary>
    public string Register { get; init; } = "";

    /// <summary>Field → FEEL over <c>form</c>, <c>applicant</c>, <c>decision</c>, <c>case</c>.</summary>
    public IReadOnlyDictionary<string, string> Values { get; init; } = new Dictionary<string, string>();

    /// <summary>Documents issued on approval.</summary>
    public IReadOnlyList<string> Documents { get; init; } = [];

    /// <summary>Code of the list <c>licence-type</c>; empty where no licence is issued.</summary>
    public string LicenceType { get; init; } = "";

    /// <summary>FEEL duration or date until which the licence holds; empty for ever.</summary>
    public string LicenceValid { get; init; } = "";
}
