using Zhengtong.Bpmn.Model;
using Zhengtong.Kernel;

namespace Zhengtong.Processes.Starting;

/// <summary>A start event of the newest version of a process that waits for something.</summary>
internal sealed record StartTrigger(string Process, int Version, string Name, StartEvent Start);

/// <summary>What the published processes wait for to begin; worked out once for each publication.</summary>
internal sealed class StartTriggers(ArtefactStore artefacts, ProcessHost host)
{
    private (long Generation, IReadOnlyList<StartTrigger> All) _known = (-1, []);

    public IReadOnlyList<StartTrigger> All()
    {
        var (generation, known) = _known;
        if (generation == artefacts.Generation) { return known; }
        generation = artefacts.Generation;
        known =
        [
            .. artefacts.All(ProcessKind.Name)
                .Select(a => (a.Key, a.Version, Model: host.Latest(a.Key)))
                .Where(a => a.Model is not null)
                .SelectMany(a => a.Model!.Root.Nodes.OfType<StartEvent>() // `!`: filtered
                    .Where(s => s.Event is not EventDefinition.None)
                    .Select(s => new StartTrigger(a.Key, a.Version, a.Model.Name, s))),
        ];
        _known = (generation, known);
        return known;
    }

    public IEnumerable<StartTrigger> Of(string name, bool isSignal) => All().Where(t => t.Start.Event switch
    {
        EventDefinition.Signal signal => isSignal && signal.Name == name,
        EventDefinition.Message message => !isSignal && message.Reference?.Name == name,
        _ => false,
    });
}
