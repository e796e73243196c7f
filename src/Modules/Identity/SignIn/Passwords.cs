using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Zhengtong.GuoMi;
using Zhengtong.Kernel;

namespace Zhengtong.Identity.SignIn;

/// <summary>Hashing and rules of passwords. Hashing is slow on purpose, so only as many at a time as there are processors.</summary>
internal sealed class Passwords(IOptions<IdentityOptions> options) : IDisposable
{
    private readonly SemaphoreSlim _places = new(Math.Max(1, Environment.ProcessorCount));
    private readonly int _iterations = options.Value.PasswordIterations;

    public void Dispose() => _places.Dispose();

    public Task<string> HashAsync(string password, CancellationToken cancellationToken) =>
        InTurnAsync(() => Pbkdf2Sm3.HashPassword(password, _iterations), cancellationToken);

    /// <summary>An account that does not exist, has no password or a hash from when they were cheaper takes as long as any other.</summary>
    public Task<bool> VerifyAsync(string password, string? stored, CancellationToken cancellationToken) => InTurnAsync(() =>
    {
        var good = Pbkdf2Sm3.VerifyPassword(password, stored);
        var missing = _iterations - Pbkdf2Sm3.IterationsOf(stored);
        if (missing > 0) { Pbkdf2Sm3.Derive("nobody"u8, "has this password"u8, missing, stackalloc byte[32]); }
        return good;
    }, cancellationToken);

    public bool NeedsRehash(string? stored) => Pbkdf2Sm3.NeedsRehash(stored, _iterations);

    /// <summary>A random one to be told to somebody: nothing in it is easily mistaken for something else.</summary>
    public static string NewFirst(string accountName, string displayName, SecuritySettings settings)
    {
        var groups = Math.Max(4, (settings.MinPasswordLength + 5) / 5);
        while (true)
        {
            var letters = RandomNumberGenerator.GetString("abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789", groups * 4);
            var password = string.Join('-', letters.Chunk(4).Select(c => new string(c)));
            if (Fault(password, accountName, displayName, settings) is null) { return password; }
        }
    }

    /// <summary>What is wrong with a new password, or null.</summary>
    public static string? Fault(string password, string accountName, string displayName, SecuritySettings settings)
    {
        if (password.Length < settings.MinPasswordLength) { return $"密码至少 {settings.MinPasswordLength} 位。"; }
        if (password.Length > 128) { return "密码最多 128 位。"; }
        int[] classes =
        [
            password.Any(char.IsAsciiLetterLower) ? 1 : 0, password.Any(char.IsAsciiLetterUpper) ? 1 : 0,
            password.Any(char.IsAsciiDigit) ? 1 : 0,
            password.Any(c => !char.IsAsciiLetterOrDigit(c)) ? 1 : 0,
        ];
        if (classes.Sum() < settings.MinPasswordClasses)
        {
            return $"密码须包含小写字母、大写字母、数字、符号中的至少 {settings.MinPasswordClasses} 类。";
        }
        if (accountName.Length > 2 && password.Contains(accountName, StringComparison.OrdinalIgnoreCase)
            || displayName.Length > 1 && password.Contains(displayName, StringComparison.Ordinal))
        {
            return "密码不能包含账号或姓名。";
        }
        if (password.Distinct().Count() < 4) { return "密码中不同的字符太少。"; }
        return settings.WeakPasswords is { } weak && (weak.Accepts(password.ToLowerInvariant()) || weak.Accepts(Core(password)))
            ? "这个密码太常见，容易被猜中，请换一个。" : null;
    }

    /// <summary>The word behind the decoration: <c>P@ssw0rd-2026!</c> is <c>password</c>.</summary>
    private static string Core(string password)
    {
        var word = password.ToLowerInvariant().AsSpan();
        while (word.Length > 0 && !char.IsLetter(word[^1])) { word = word[..^1]; }
        while (word.Length > 0 && !char.IsLetter(word[0])) { word = word[1..]; }
        return string.Concat(word.ToArray().Select(c => c switch { '0' => 'o', '1' => 'l', '3' => 'e', '5' or '$' => 's', '@' => 'a', _ => c })
            .Where(char.IsLetter));
    }

    private async Task<T> InTurnAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken);
        try { return await Task.Run(work, cancellationToken); }
        finally { _places.Release(); }
    }
}
