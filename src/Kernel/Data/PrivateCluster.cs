using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Npgsql;

namespace Zhengtong.Kernel;

/// <summary>
/// A PostgreSQL cluster of our own under a data folder, for the first start without any configuration and for tests.
/// It listens on loopback only, on a free port, with a password that only the owner of the folder can read.
/// </summary>
public sealed class PrivateCluster
{
    private const string User = "zhengtong";
    private readonly string _folder;
    private readonly bool _durable;

    private PrivateCluster(string folder, bool durable) => (_folder, _durable) = (folder, durable);

    private string Data => Path.Combine(_folder, "data");

    private string PasswordFile => Path.Combine(_folder, "password");

    private string PortFile => Path.Combine(_folder, "port");

    /// <summary>Makes the cluster where there is none, starts it where it does not run, and says how to reach it.</summary>
    /// <param name="folder">Folder of the cluster; as root it must be reachable by the user <c>postgres</c>.</param>
    /// <param name="durable">False for tests: no fsync, a crash may lose the cluster.</param>
    /// <returns>A connection string to the maintenance database <c>postgres</c>.</returns>
    public static async Task<string> EnsureAsync(string folder, bool durable, CancellationToken cancellationToken)
    {
        folder = Reachable(Path.GetFullPath(folder));
        Directory.CreateDirectory(folder);
        // Two starting processes must not both initialise: the second waits for the first.
        await using var gate = await LockAsync(folder + ".lock", cancellationToken);
        var cluster = new PrivateCluster(folder, durable);
        if (!File.Exists(Path.Combine(cluster.Data, "PG_VERSION"))) { cluster.Initialise(); }
        if (!await cluster.AnswersAsync(cancellationToken)) { cluster.Start(); }
        return cluster.ConnectionString("postgres");
    }

    /// <summary>Stops a cluster started here; open connections are cut. Nothing happens where none runs.</summary>
    public static void Stop(string folder)
    {
        var cluster = new PrivateCluster(Reachable(Path.GetFullPath(folder)), true);
        if (File.Exists(Path.Combine(cluster.Data, "postmaster.pid")))
        {
            cluster.Run("pg_ctl", "-D", cluster.Data, "-m", "fast", "-w", "stop");
        }
    }

    /// <summary>Creates the database where it is missing.</summary>
    /// <returns>The connection string to it.</returns>
    public static async Task<string> EnsureDatabaseAsync(string maintenance, string database, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(maintenance);
        await connection.OpenAsync(cancellationToken);
        await using var find = new NpgsqlCommand(
            "select 1 from pg_database where datname = $1", connection) { Parameters = { new() { Value = database } } };
        if (await find.ExecuteScalarAsync(cancellationToken) is null)
        {
            await using var create = new NpgsqlCommand(
                $"create database \"{database.Replace("\"", "", StringComparison.Ordinal)}\"", connection);
            await create.ExecuteNonQueryAsync(cancellationToken);
        }
        return new NpgsqlConnectionStringBuilder(maintenance) { Database = database }.ConnectionString;
    }

    private string ConnectionString(string database) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = int.Parse(File.ReadAllText(PortFile)),
        Username = User,
        Password = File.ReadAllText(PasswordFile).Trim(),
        Database = database,
        MaxPoolSize = 40,
    }.ConnectionString;

    private void Initialise()
    {
        var password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        File.WriteAllText(PasswordFile, password);
        Own(_folder);
        Own(PasswordFile);
        File.SetUnixFileMode(PasswordFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Run("initdb", "-D", Data, "-U", User, "-A", "scram-sha-256", "--pwfile", PasswordFile, "-E", "UTF8", "--locale=C.UTF-8");
        File.AppendAllText(Path.Combine(Data, "postgresql.conf"),
            $"""

            # Zhengtong's private cluster
            listen_addresses = '127.0.0.1'
            unix_socket_directories = ''
            max_connections = 200
            shared_buffers = 512MB
            work_mem = 16MB
            maintenance_work_mem = 256MB
            effective_cache_size = 2GB
            random_page_cost = 1.1
            wal_compression = on
            max_wal_size = 4GB
            jit = off
            {(_durable ? "" : "fsync = off\nsynchronous_commit = off\nfull_page_writes = off")}

            """);
    }

    private void Start()
    {
        // The port it had before, so that nodes that outlived a crash of the cluster find it again; else a free one of this moment. The
        // file tells the others, and a port taken meanwhile makes the next start choose again.
        var port = File.Exists(PortFile) && int.TryParse(File.ReadAllText(PortFile), out var before)
            && IsFree(before) ? before : FreePort();
        Run("pg_ctl", "-D", Data, "-w", "-t", "60", "-l", Path.Combine(_folder, "log"), "-o", $"-p {port}", "start");
        // Only now: a start that fails because a server runs that did not answer in time must not make it unreachable.
        File.WriteAllText(PortFile, port.ToString());
    }

    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(PortFile) || !File.Exists(Path.Combine(Data, "postmaster.pid"))) { return false; }
        try
        {
            await using var connection = new NpgsqlConnection(ConnectionString("postgres") + ";Timeout=5;Pooling=false");
            await connection.OpenAsync(cancellationToken);
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    /// <summary>Path of a program of PostgreSQL, of the newest version that is installed.</summary>
    /// <exception cref="InvalidOperationException">It is not installed; says which package holds it.</exception>
    internal static string FindProgram(string program) =>
        Programs().Select(d => Path.Combine(d, program)).FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException($"{program} of PostgreSQL 15 or later was not found: install the package postgresql-15");

    private void Run(string program, params string[] arguments)
    {
        var path = FindProgram(program);
        var start = new ProcessStartInfo { WorkingDirectory = "/", RedirectStandardError = true, RedirectStandardOutput = true };
        if (Environment.IsPrivilegedProcess)
        {
            // PostgreSQL refuses root; runuser keeps the arguments as they are, without a shell in between.
            start.FileName = "runuser";
            foreach (var a in (string[])["-u", "postgres", "--", path]) { start.ArgumentList.Add(a); }
        }
        else
        {
            start.FileName = path;
        }
        foreach (var argument in arguments) { start.ArgumentList.Add(argument); }
        using var process = Process.Start(start)!;
        // pg_ctl's child keeps the pipes open, so waiting for their end would wait for ever: wait for the process alone.
        var errors = "";
        process.ErrorDataReceived += (_, e) => errors += e.Data + "\n";
        process.BeginErrorReadLine();
        process.OutputDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        while (!process.WaitForExit(100)) { }
        if (process.ExitCode != 0)
        {
            var log = Path.Combine(_folder, "log");
            var tail = File.Exists(log) ? string.Join('\n', File.ReadLines(log).TakeLast(10)) : "";
            throw new InvalidOperationException($"{program} failed with {process.ExitCode}: {errors}\n{tail}");
        }
    }

    private static void Own(string path)
    {
        if (Environment.IsPrivilegedProcess) { Process.Start("chown", ["-R", "postgres", path]).WaitForExit(); }
    }

    private static IEnumerable<string> Programs()
    {
        if (Environment.GetEnvironmentVariable("ZT_PG_BIN") is { Length: > 0 } chosen) { yield return chosen; }
        if (Directory.Exists("/usr/lib/postgresql"))
        {
            foreach (var version in Directory.GetDirectories("/usr/lib/postgresql")
                .OrderByDescending(v => int.TryParse(Path.GetFileName(v), out var n) ? n : 0))
            {
                yield return Path.Combine(version, "bin");
            }
        }
        foreach (var folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')) { yield return folder; }
    }

    /// <summary>As root the cluster belongs to <c>postgres</c>, who may not be able to enter our folder: then it lives under
    /// /var/lib.</summary>
    private static string Reachable(string folder)
    {
        if (!Environment.IsPrivilegedProcess || !OperatingSystem.IsLinux()) { return folder; }
        for (var parent = Directory.GetParent(folder); parent is not null; parent = parent.Parent)
        {
            if (parent.Exists && (parent.UnixFileMode & UnixFileMode.OtherExecute) == 0)
            {
                var name = Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(folder.AsSpan())))[..12];
                return Path.Combine("/var/lib/zhengtong", name, Path.GetFileName(folder));
            }
        }
        return folder;
    }

    private static async Task<FileStream> LockAsync(string path, CancellationToken cancellationToken)
    {
        while (true)
        {
            try { return new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None); }
            catch (IOException) { await Task.Delay(100, cancellationToken); }
        }
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException) { return false; }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
