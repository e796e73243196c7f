using Zhengtong.Bpmn.Data;
using Zhengtong.Bpmn.Model;

namespace Zhengtong.Bpmn.Interpreter;

// What the engine itself knows of the people a rule means, and the notices a model asks for.
internal sealed partial class Run
{
    private Items<Person> KnownPeople(AssignmentRule rule, Token token)
    {
        switch (rule.Kind)
        {
            case AssignmentKind.Starter:
                return [new(before.Starter)];
            case AssignmentKind.Person:
                return [new(rule.Value)];
            case AssignmentKind.SameAs:
                return trail.FindLast(t => t.Node == rule.Value && t.By.Count > 0)?.By ?? [];
            case AssignmentKind.Expression:
                var error = TryEvaluate(token.Scope, token.Locals, rule.Value, out var value);
                if (error is not null)
                {
                    warnings.Add($"{rule.Value}: {error}");
                }

                return value switch
                {
                    string one => [new(one)],
                    DataList many => many.OfType<string>().Select(p => new Person(p)).ToItems(),
                    _ => [],
                };
            default:
                return [];
        }
    }

    private object? OfValue(AssignmentRule rule, Token token)
    {
        if (rule.Of is null)
        {
            return null;
        }

        if (TryEvaluate(token.Scope, token.Locals, rule.Of, out var value) is { } error)
        {
            warnings.Add($"{rule.Of}: {error}");
        }

        return value;
    }

    private void Announce(Activity activity, Token token, AnnouncementMoment moment, int step)
    {
        foreach (var announcement in activity.Announcements)
        {
            if (announcement.On == moment)
            {
                Announce(announcement.To, activity.Id, step, token, announcement.IsCopy, announcement.Template);
            }
        }
    }

    private void AnnounceProcess(AnnouncementMoment moment)
    {
        foreach (var announcement in model.Rules.Announcements)
        {
            if (announcement.On == moment)
            {
                Announce(
                    announcement.To, null, 0, new(0, scopes[0].Id, model.Key, TokenState.Waiting), announcement.IsCopy,
                    announcement.Template);
            }
        }
    }

    private void Announce(AssignmentRule to, string? node, int step, Token token, bool isCopy, string? template) =>
        Say(new ProcessCommand.Announce(isCopy, node, step, to, KnownPeople(to, token), OfValue(to, token), template));
}
