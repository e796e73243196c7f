using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Xunit;

namespace Zhengtong.Support;

/// <summary>A node of the platform as an operator runs it: a process of its own with a port of its own, which may be killed.</summary>
public sealed class NodeProcess : IAsyncDisposable
{
    private readonly StringBuilder _log = new();
    private readonly Process _process;
    private bool _isDisposed;

    private NodeProcess(ProcessStartInfo start, Uri address)
    {
        Address = address;
        Client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, MaxConnectionsPerServer = 64 }) { BaseAddress =
            address, Timeout = TimeSpan.FromSeconds(60) };
        _process = Process.Start(start) ?? throw new InvalidOperationException("the node does not start");
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>The keys of the test templates: encrypted fields of a clone open only with them.</summary>
    public static string MasterKey { get; } = Convert.ToBase64String(SHA256.HashData("tests"u8));

    public Uri Address { get; }

    public HttpClient Client { get; }

    public int Id => _process.Id;

    public bool IsRunning => !_process.HasExited;

    /// <summary>What it has written so far.</summary>
    public string Log { get { lock (_log) { return _log.ToString(); } } }

    /// <summary>Physical memory in use, in bytes.</summary>
    public long Memory { get { _process.Refresh(); return _process.WorkingSet64; } }

    /// <summary>Starts a node and waits until it says that it is ready.</summary>
    /// <param name="port">The port of a node that was killed, or null for a free one.</param>
    /// <param name="within">A command that runs it, e.g. one that gives it a file system of its own.</param>
    public static async Task<NodeProcess> StartAsync(
        string database, string folder, IEnumerable<(string Key, string Value)>? settings = null, int? port = null,
        IReadOnlyList<string>? within = null)
    {
        var address = new Uri($"http://127.0.0.1:{port ?? FreePort()}");
        Directory.CreateDirectory(Path.Combine(folder, "tmp"));
        List<string> command = [.. within ?? [], "dotnet", Program];
        var start = new ProcessStartInfo(command[0]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
            WorkingDirectory = folder };
        foreach (var word in command.Skip(1)) { start.ArgumentList.Add(word); }
        (string Key, string Value)[] all =
        [
            ("urls", address.ToString()), ("environment", "Testing"), ("ConnectionStrings:Zhengtong", database),
            ("Zhengtong:DataFolder", folder),
            ("Zhengtong:MasterKey", MasterKey), ("Zhengtong:Demo", "true"), ("Zhengtong:Identity:PasswordIterations", "1200"),
            ("Zhengtong:Identity:AddressRequestsPerMinute", "0"), ("Zhengtong:Identity:AccountRequestsPerMinute", "0"),
            ("Logging:LogLevel:Default", "Warning"), .. settings ?? [],
        ];
        foreach (var (key, value) in all) { start.ArgumentList.Add($"--{key}={value}"); }
        // Where the framework puts the parts of a form that are too large for memory.
        start.Environment["ASPNETCORE_TEMP"] = Path.Combine(folder, "tmp");
        var node = new NodeProcess(start, address);
        await node.ReadyAsync();
        return node;
    }

    public Browser Visitor() => new(Client);

    /// <summary>Waits until <c>/ready</c> is green, or red.</summary>
    public async Task ReadyAsync(bool ready = true, int seconds = 60)
    {
        var until = Stopwatch.StartNew();
        while (await StatusAsync("/ready") is var status && (status == HttpStatusCode.OK) != ready)
        {
            Assert.True(IsRunning, $"the node has ended:\n{Log}");
            Assert.True(until.Elapsed < TimeSpan.FromSeconds(seconds), $"/ready is {status} after {seconds} s:\n{Log}");
            await Task.Delay(50);
        }
    }

    /// <summary>The status of an address, or null where nobody answers.</summary>
    public async Task<HttpStatusCode?> StatusAsync(string path)
    {
        try
        {
            using var answer = await Client.GetAsync(path);
            return answer.StatusCode;
        }
        catch (Exception away) when (away is HttpRequestException or TaskCanceledException) { return null; }
    }

    /// <summary>As <c>kill -9</c> does: nothing of it runs any more when this returns.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
    }

    /// <summary>As the operating system asks a service to stop.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> TerminateAsync()
    {
        Signal(Id, "TERM");
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    public static void Signal(int process, string signal)
    {
        using var kill = Process.Start("kill", ["-s", signal, process.ToString()]);
        kill.WaitForExit();
    }

    public async ValueTask DisposeAsync()
    {
        if (_isDisposed) { return; }
        _isDisposed = true;
        if (IsRunning) { await KillAsync(); }
        Client.Dispose();
        _process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is null) { return; }
        lock (_log) { _log.AppendLine(line); }
    }

    /// <summary>The web host as built beside these tests.</summary>
    private static string Program =>
        Path.Combine(TestCluster.Root, "src", "Web", "bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0",
            "Zhengtong.Web.dll");

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
