using System.Diagnostics;
using Zhengtong.Identity;
using Zhengtong.Support;

namespace Zhengtong.Benchmarks.Rest;

/// <summary>The platform as an operator runs it: a process of its own on a database.</summary>
internal sealed class Node(string root, string connection, string url) : IDisposable
{
    private Process? _process;

    public int Id => _process?.Id ?? 0;

    // of the same build
    public static string Tool(string root) =>
        Path.Combine(root, "src/Tool/bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0/zt.dll");

    /// <summary>Starts and waits until it can serve.</summary>
    /// <returns>From the start of the process until <c>/ready</c> says so.</returns>
    public async Task<TimeSpan> StartAsync(params string[] arguments)
    {
        var clock = Stopwatch.StartNew();
        _process = Process.Start(Command(arguments)) ?? throw new InvalidOperationException("the node did not start");
        _process.OutputDataReceived += static (_, _) => { };
        _process.BeginOutputReadLine();
        using var http = new HttpClient();
        while (true)
        {
            if (_process.HasExited) { throw new InvalidOperationException($"the node ended with {_process.ExitCode}"); }
            try
            {
                if ((await http.GetAsync(new Uri(url + "/ready"))).IsSuccessStatusCode) { return clock.Elapsed; }
            }
            catch (HttpRequestException)
            {
                // not listening yet
            }
            await Task.Delay(20);
        }
    }

    public void RunTool(params string[] arguments)
    {
        using var tool = Process.Start(Command(arguments)) ?? throw new InvalidOperationException("zt did not start");
        var output = tool.StandardOutput.ReadToEnd();
        tool.WaitForExit();
        if (tool.ExitCode != 0) { throw new InvalidOperationException($"zt {string.Join(' ', arguments)}: {output}"); }
    }

    private ProcessStartInfo Command(string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, WorkingDirectory = root };
        start.ArgumentList.Add(Tool(root));
        foreach (var argument in arguments) { start.ArgumentList.Add(argument); }
        start.Environment["ConnectionStrings__Zhengtong"] = connection;
        start.Environment["Zhengtong__DataFolder"] = Path.Combine(root, "var/bench-rest");
        start.Environment["Zhengtong__Demo"] = "true";
        // Everything comes from one address, as fast as it can.
        start.Environment["Zhengtong__Identity__AddressRequestsPerMinute"] = "0";
        start.Environment["Zhengtong__Identity__AccountRequestsPerMinute"] = "0";
        start.Environment["urls"] = url;
        return start;
    }

    /// <summary>An officer of the demo pack, signed in as with a browser; the cookies as a header.</summary>
    public async Task<string> SignInAsync(string account)
    {
        using var handler = new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false };
        using var http = new HttpClient(handler) { BaseAddress = new(url) };
        var browser = new Browser(http);
        await browser.FillAsync(
            "/workbench/sign-in?return=%2Fworkbench", "password", ("account", account), ("password", IdentityOptions.DemoPassword));
        return string.Join("; ", browser.Cookies.Select(c => $"{c.Key}={c.Value}"));
    }

    public void Stop()
    {
        if (_process is { HasExited: false })
        {
            _process.Kill();
            _process.WaitForExit();
        }
        _process = null;
    }

    public void Dispose() => Stop();
}
