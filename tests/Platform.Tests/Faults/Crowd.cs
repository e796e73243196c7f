using System.Collections.Concurrent;
using System.Diagnostics;
using Xunit;
using Zhengtong.Support;

namespace Zhengtong.Faults;

/// <summary>Several people who file applications at once and try again, with the same ids, whenever they got no answer.</summary>
internal sealed class Crowd(NodeProcess first, IReadOnlyList<string> accounts, int count)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120 + FaultNumbers.Submissions);
    private readonly ConcurrentDictionary<int, string> _accepted = [];
    private int _next = -1;

    /// <summary>The node that people reach: a balancer would find it for them.</summary>
    public volatile NodeProcess Node = first;

    /// <summary>Addresses of the cases that were answered as accepted, by the number of the application.</summary>
    public IReadOnlyDictionary<int, string> Accepted => _accepted;

    /// <summary>Answers that never came, or said that the platform was away.</summary>
    public int Lost;

    /// <summary>Ends when every application has been answered as accepted.</summary>
    public Task FileAllAsync() => Task.WhenAll(accounts.Select(FileAsync));

    public async Task UntilAsync(int accepted)
    {
        var since = Stopwatch.StartNew();
        while (_accepted.Count < accepted)
        {
            Assert.True(since.Elapsed < Patience, $"{_accepted.Count} of {accepted} after all patience:\n{Node.Log}");
            await Task.Delay(5);
        }
    }

    private async Task FileAsync(string account)
    {
        var since = Stopwatch.StartNew();
        NodeProcess? node = null;
        Applicant? person = null;
        while (Interlocked.Increment(ref _next) is var number && number < count)
        {
            var (start, submission) = (Guid.NewGuid(), Guid.NewGuid());
            while (!_accepted.ContainsKey(number))
            {
                Assert.True(since.Elapsed < Patience, $"application {number} is not accepted after all patience:\n{Node.Log}");
                try
                {
                    if (person is null || node != Node)
                    {
                        var now = Node;
                        (person, node) = (await Applicant.SignInAsync(now, account), now);
                    }
                    if (await person.FileAsync(start, submission, $"第 {number} 件") is { } address)
                    {
                        _accepted[number] = address;
                        continue;
                    }
                    Interlocked.Increment(ref Lost);
                }
                catch (Exception away) when (away is HttpRequestException or TaskCanceledException or InvalidOperationException or Xunit.Sdk.XunitException && since.Elapsed < Patience)
                {
                    Interlocked.Increment(ref Lost);
                }
                await Task.Delay(50);
            }
        }
    }
}
