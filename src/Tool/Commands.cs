namespace Zhengtong.Tool;

internal static class Commands
{
    private static readonly IReadOnlyList<Command> All =
    [
        new("run", "run [--urls URL] [--no-demo]", "start everything on this machine: database, packs, web", RunCommand.RunAsync),
        new("serve", "serve [--urls URL]", "start a node on a configured database", ServeCommand.RunAsync),
        new("migrate", "migrate", "bring the schemas up to date", MigrateCommand.RunAsync),
        new("pack check", "pack check FOLDER", "name every fault of a pack with file and line", PackCommands.CheckAsync),
        new("pack install", "pack install FOLDER", "install or upgrade a pack", PackCommands.InstallAsync),
        new("feel", FeelCommand.Usage, "evaluate an expression; --explain shows each part, --json writes JSON", FeelCommand.RunAsync),
        new("dmn check", "dmn check FILE…", "name faults, overlaps, gaps and dead rules of decision models", DmnCommands.CheckAsync),
        new("dmn eval", "dmn eval FILE [DECISION] [--context …]", "evaluate decisions of a model; --explain, --json",
            DmnCommands.EvaluateAsync),
        new("dmn tck", "dmn tck FOLDER", "run folders of the public DMN compatibility kit", DmnCommands.TckAsync),
        new("seed", "seed [--people N] [--cases N] [--seed N]", "add made-up people and a year of cases to a demonstration",
            SeedCommand.RunAsync),
        new("verify-audit", "verify-audit [--head HASH]", "name every audit entry that was altered, removed or added",
            VerifyAuditCommand.RunAsync),
        new("controls", "controls", "write docs/reference/protection-level-3.md from the control libraries of the base pack",
            ControlsCommand.RunAsync),
        new("backup", "backup FILE", "back database and files up into one encrypted file", BackupCommands.CreateAsync),
        new("restore", "restore FILE [--verify]", "bring a backup back into an empty database; --verify only reads it",
            BackupCommands.RestoreAsync),
        new("doctor", "doctor", "check this installation against the baseline and say what to do", DoctorCommand.RunAsync),
        new("keys restore", "keys restore", "bring a lost master key back from its shares", KeyCommands.RestoreAsync),
        new("crypto-pool", "crypto-pool [--urls URL] [--data FOLDER]", "run a crypto pool in software, to try the remote provider",
            CryptoPoolCommand.RunAsync),
        new("dependencies", DependencyList.Usage, "list what the product stands on, with licences", DependencyList.RunAsync),
        new("usb-key", UsbKeySimulator.Usage, "stand in for a USB key: an SM2 certificate that signs sign-ins", UsbKeySimulator.RunAsync),
        new("stop", "stop", "stop the private database that `run` has started", StopCommand.RunAsync),
    ];

    public static async Task<int> RunAsync(string[] args)
    {
        using var stop = new CancellationTokenSource();
        Console.CancelKeyPress += (_, e) => { e.Cancel = true; stop.Cancel(); };
        // Two words first, so that `pack check` is not taken for `pack`.
        var command = All.FirstOrDefault(c => args.Length >= 2 && c.Name == $"{args[0]} {args[1]}")
            ?? All.FirstOrDefault(c => args.Length >= 1 && c.Name == args[0]);
        if (command is null)
        {
            Help();
            return args is [] or ["help"] or ["--help"] ? 0 : 2;
        }
        return await command.RunAsync(args[command.Name.Split(' ').Length..], stop.Token);
    }

    private static void Help()
    {
        Console.WriteLine("zt: the command line of Zhengtong\n");
        foreach (var command in All) { Console.WriteLine($"  zt {command.Usage,-54} {command.Help}"); }
        Console.WriteLine("\nThe database is ConnectionStrings__Zhengtong, or the private cluster under var/pg.");
    }
}
