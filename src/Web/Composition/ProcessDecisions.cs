using Zhengtong.Bpmn.Data;
using Zhengtong.Decisions;
using Zhengtong.Processes;

namespace Zhengtong.Web.Composition;

/// <summary>Business rule tasks ask the decision engine.</summary>
internal sealed class ProcessDecisions(DecisionEngine decisions) : IProcessDecisions
{
    public Task<object?> EvaluateAsync(string decision, DataMap inputs, CancellationToken cancellationToken) =>
        Task.FromResult(decisions.Evaluate(decision, inputs).Value);
}
