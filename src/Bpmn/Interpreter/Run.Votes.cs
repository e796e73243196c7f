using Zhengtong.Bpmn.Data;
using Zhengtong.Bpmn.Model;

namespace Zhengtong.Bpmn.Interpreter;

// 会签 and 或签: when several people's answers make one outcome.
internal sealed partial class Run
{
    /// <summary>The outcome of a step that is decided ("" for one without a word), or null while it is not.</summary>
    private static string? Decision(Step step, StepRules rules)
    {
        var voters = step.Tasks.Where(t => t.Kind != WorkTaskKind.AddedBefore && t.Status != WorkTaskStatus.Cancelled).ToList();
        var done = voters.Where(t => t.Status == WorkTaskStatus.Done).ToList();
        var isPending = step.Queue.Count > 0 || done.Count < voters.Count;
        return rules.Sign.Mode switch
        {
            SignMode.Any => AnyDecision(voters, done),
            SignMode.All => isPending ? null : Word(rules, done.TrueForAll(t => t.Vote != Vote.Against)),
            SignMode.Veto when done.Exists(t => t.Vote == Vote.Against) => Word(rules, agreed: false),
            SignMode.Veto => isPending ? null : Word(rules, agreed: true),
            SignMode.Share => Share(rules, done.Count(t => t.Vote == Vote.Agree), voters.Count - done.Count + step.Queue.Count,
                voters.Count + step.Queue.Count),
            SignMode.Weighted => Weighted(rules, voters, done, isPending),
            _ => null,
        };
    }

    // One main answer is enough; added signers must all have answered, and one of them against goes before the others.
    private static string? AnyDecision(List<WorkTask> voters, List<WorkTask> done)
    {
        var isAnswered = done.Exists(t => t.Kind == WorkTaskKind.Main) || !voters.Exists(t => t.Kind == WorkTaskKind.Main);
        if (!isAnswered || done.Count == 0 || voters.Exists(t => t.Kind != WorkTaskKind.Main && t.Status != WorkTaskStatus.Done))
        {
            return null;
        }

        return (done.Find(t => t.Vote == Vote.Against) ?? done.MaxBy(t => t.DoneAt)!).Outcome ?? ""; // `!`: done is not empty
    }

    private static string? Share(StepRules rules, int agreed, int pending, int all)
    {
        var needed = rules.Sign.Threshold * all;
        return agreed >= needed ? Word(rules, agreed: true)
            : agreed + pending < needed || pending == 0 ? Word(rules, agreed: false)
            : null;
    }

    private static string? Weighted(StepRules rules, List<WorkTask> voters, List<WorkTask> done, bool isPending)
    {
        var agreed = done.Where(t => t.Vote == Vote.Agree).Sum(t => t.Weight);
        var reachable = agreed + voters.Where(t => t.Status != WorkTaskStatus.Done).Sum(t => t.Weight);
        return agreed >= rules.Sign.Threshold ? Word(rules, agreed: true)
            : !isPending || (reachable < rules.Sign.Threshold && !rules.Sign.InSequence) ? Word(rules, agreed: false)
            : null;
    }

    private static string Word(StepRules rules, bool agreed) => agreed
        ? rules.Sign.Agreed ?? rules.Buttons.FirstOrDefault(b => b.Vote == Vote.Agree)?.Key ?? "agree"
        : rules.Sign.Refused ?? rules.Buttons.FirstOrDefault(b => b.Vote == Vote.Against)?.Key ?? "refuse";
}
