using System.Collections.Frozen;
using System.Globalization;
using System.Xml.Linq;
using Zhengtong.Bpmn.Data;
using Zhengtong.Bpmn.Model;

namespace Zhengtong.Bpmn.Xml;

// Reads the extension elements of urn:zhengtong:bpmn:1. A word that is not known is a fault at publishing, not a default in silence.
internal sealed partial class ProcessBuilder
{
    private const string Who = "kind value of pick";

    /// <summary>Elements of the namespace with their attributes: what is not here is a slip of the pen.</summary>
    private static readonly FrozenDictionary<string, string[]> Known = new Dictionary<string, string>
    {
        ["property"] = "name value", ["assignment"] = Who, ["fallback"] = Who, ["to"] = Who, ["form"] = "key",
        ["field"] = "name access required title type", ["button"] = "key title style reason vote",
        ["limit"] = "working-days duration warn-before on-expiry outcome", ["move"] = "name to resume reason",
        ["sign"] = "mode threshold weight order agreed refused", ["skip"] = "same-person nobody when outcome", ["clock"] = "mode",
        ["notify"] = $"on template {Who}", ["copy"] = $"on template {Who}", ["service"] = "name retries backoff", ["decision"] = "key result",
        ["script"] = "result", ["called"] = "process version", ["input"] = "target source", ["output"] = "target source",
        ["message"] = "name correlation", ["timer"] = "working-days", ["outcome"] = "value", ["each"] = "in item collect yield",
    }.ToFrozenDictionary(k => k.Key, k => k.Value.Split(' '));

    /// <summary>Names every extension element, attribute or word of an attribute that nobody would read.</summary>
    private void CheckExtensions(XElement process)
    {
        foreach (var e in process.Descendants().Where(x => x.Name.Namespace == BpmnNames.Zt))
        {
            if (!Known.TryGetValue(e.Name.LocalName, out var attributes))
            {
                Fault("bpmn.extension", $"There is no extension element zt:{e.Name.LocalName}.", e);
                continue;
            }

            foreach (var unknown in e.Attributes()
                .Where(a => !a.IsNamespaceDeclaration && a.Name.NamespaceName.Length == 0 && !attributes.Contains(a.Name.LocalName)))
            {
                Fault("bpmn.extension", $"zt:{e.Name.LocalName} has no attribute '{unknown.Name.LocalName}'.", e);
            }
        }
    }

    private StepRules Step(XElement e)
    {
        var form = e.Extension("form");
        var assignment = e.Extension("assignment") is { } who ? Assignment(who) : null;
        var own = e.Extensions("move").Select(Move).ToList();
        return new(
            assignment,
            form?.Text("key") is { Length: > 0 } key ? key : null,
            (form?.Elements(BpmnNames.Zt + "field") ?? []).Select(Field).ToItems(),
            e.Extensions("button").Select(Button).ToItems(),
            Limit(e),
            own.Concat(rules.Moves.Where(m => own.TrueForAll(o => o.Kind != m.Kind))).ToItems(),
            Sign(e.Extension("sign")),
            Skip(e.Extension("skip")),
            e.Extension("clock")?.Text("mode") == "stopped",
            assignment?.Kind == AssignmentKind.Starter);
    }

    private AssignmentRule Assignment(XElement e) => new(
        Word(e, "kind", AssignmentKind.Role),
        Feel(e.Text("value")) ?? "",
        Feel(e.Text("of")),
        Word(e, "pick", AssignmentPick.Claim),
        e.Element(BpmnNames.Zt + "fallback") is { } fallback ? Assignment(fallback) : null);

    private FieldRule Field(XElement e)
    {
        if (e.Text("name") is not { Length: > 0 } name)
        {
            Fault("bpmn.extension", "A zt:field needs a 'name'.", e);
            name = "";
        }

        return new(
            name, Word(e, "access", FieldAccess.Read), e.Flag("required", fallback: false),
            e.Text("title") is { Length: > 0 } title ? title : name, Word(e, "type", FieldType.Text));
    }

    private StepButton Button(XElement e)
    {
        if (e.Text("key") is not { Length: > 0 })
        {
            Fault("bpmn.extension", "A zt:button needs a 'key': it becomes the outcome of the step.", e);
        }

        return new(
            e.Text("key") ?? "", e.Text("title") ?? e.Text("key") ?? "", e.Text("style"), Word(e, "reason", ReasonRule.None),
            Word(e, "vote", Vote.Agree));
    }

    private TimeLimit? Limit(XElement e)
    {
        if (e.Extension("limit") is not { } limit)
        {
            return null;
        }

        if ((limit.Text("working-days") is null) == (limit.Text("duration") is null))
        {
            Fault("bpmn.extension", "A zt:limit has either 'working-days' or 'duration'.", limit);
        }

        return new(
            Feel(limit.Text("working-days")),
            Feel(limit.Text("duration")),
            Feel(limit.Text("warn-before")),
            Word(limit, "on-expiry", ExpiryAction.Notify),
            limit.Element(BpmnNames.Zt + "to") is { } to ? Assignment(to) : null,
            limit.Text("outcome"));
    }

    private MoveRule Move(XElement e) => new(
        Word(e, "name", MoveKind.Recall),
        Words(e.Text("to")),
        Words(e.Text("resume")).Select(w => w switch
        {
            "replay" => ResumeMode.Replay,
            "straight" => ResumeMode.Straight,
            _ => Unknown(e, "resume", w, ResumeMode.Replay),
        }).ToItems(),
        Word(e, "reason", ReasonRule.Optional));

    private SignRule Sign(XElement? e) => e is null
        ? new(SignMode.Any, 1, null, false, null, null)
        : new(
            Word(e, "mode", SignMode.All),
            decimal.TryParse(e.Text("threshold") ?? "1", NumberStyles.Number, CultureInfo.InvariantCulture, out var threshold)
                ? threshold
                : Unknown(e, "threshold", e.Text("threshold") ?? "", 1m),
            Feel(e.Text("weight")),
            Word(e, "order", SignOrder.Parallel) == SignOrder.Sequence,
            e.Text("agreed"),
            e.Text("refused"));

    private SkipRule Skip(XElement? e) => e is null
        ? new(SamePersonSkip.No, NobodyRule.Incident, null, null)
        : new(Word(e, "same-person", SamePersonSkip.No), Word(e, "nobody", NobodyRule.Incident), Feel(e.Text("when")), e.Text("outcome"));

    private Items<Announcement> Announcements(XElement e) =>
        e.Extensions("notify").Concat(e.Extensions("copy"))
            .Select(a => new Announcement(
                a.Name.LocalName == "copy", Word(a, "on", AnnouncementMoment.Enter), Assignment(a), a.Text("template")))
            .ToItems();

    private static Items<string> Words(string? text) => (text ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).ToItems();

    private T Word<T>(XElement e, string name, T fallback)
        where T : struct, Enum
    {
        if (e.Text(name) is not { Length: > 0 } text)
        {
            return fallback;
        }

        foreach (var value in Enum.GetValues<T>())
        {
            if (Kebab(value.ToString()) == text)
            {
                return value;
            }
        }

        return Unknown(e, name, text, fallback);
    }

    private T Unknown<T>(XElement e, string name, string text, T fallback)
    {
        Fault("bpmn.extension", $"'{name}' of zt:{e.Name.LocalName} does not know '{text}'.", e);
        return fallback;
    }

    private static string Kebab(string word) =>
        string.Concat(word.Select((c, i) => char.IsUpper(c) ? (i > 0 ? "-" : "") + char.ToLowerInvariant(c) : c.ToString()));
}
