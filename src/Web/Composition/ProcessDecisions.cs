using Zhengtong.Bpmn.Data;
using Zhengtong.Decisions;
using Zhengtong.Kernel;
using Zhengtong.Processes;

namespace Zhengtong.Web.Composition;

/// <summary>Business rule tasks ask the decision engine; the answer is kept with the record that the process moves.</summary>
internal sealed class ProcessDecisions(DecisionEngine decisions, DecisionLog log) : IProcessDecisions
{
    public async Task<object?> EvaluateAsync(
        UnitOfWork work, string subject, string decision, DataMap inputs, CancellationToken cancellationToken)
    {
        var answer = decisions.Evaluate(decision, inputs);
        await log.WriteAsync(work, subject, answer, cancellationToken);
        return answer.Value;
    }
}
