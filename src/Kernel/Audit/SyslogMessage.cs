using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Zhengtong.Kernel;

/// <summary>An audit entry as RFC 5424 has it, framed by its length as RFC 5425 asks for over TLS.</summary>
internal static class SyslogMessage
{
    /// <summary>Facility 13 (log audit), severity 5 (notice).</summary>
    private const int Priority = 13 * 8 + 5;

    /// <param name="enterprise">Number of the sender at IANA for the name of the structured data.</param>
    public static byte[] Frame(AuditRow row, long block, string host, string enterprise)
    {
        var text = new StringBuilder(512);
        text.Append(CultureInfo.InvariantCulture, $"<{Priority}>1 {row.At.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'} ")
            .Append(Name(host, 255)).Append(" zhengtong ").Append(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)).Append(' ')
            .Append(Name(row.Operation, 32)).Append(" [audit@").Append(enterprise);
        Add(text, "seq", row.Seq.ToString(CultureInfo.InvariantCulture));
        Add(text, "block", block.ToString(CultureInfo.InvariantCulture));
        Add(text, "id", row.Id.ToString());
        Add(text, "operation", row.Operation);
        Add(text, "actorKind", row.ActorKind);
        Add(text, "actorId", row.ActorId.ToString());
        Add(text, "actor", row.ActorName);
        Add(text, "onBehalfOf", row.OnBehalfOf?.ToString());
        Add(text, "organisation", row.OrganisationId?.ToString());
        Add(text, "address", row.RemoteAddress);
        Add(text, "subjectType", row.SubjectType);
        Add(text, "subject", row.SubjectId);
        Add(text, "reason", row.Reason);
        Add(text, "mac", Convert.ToHexStringLower(row.Mac));
        text.Append("] ");
        // UTF-8 is announced by its mark; before and after are JSON already, and their personal fields were masked when they were written.
        var body = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(
            new { row.Summary, row.LegalBasis, before = Parsed(row.Before), after = Parsed(row.After) }, Json.Options));
        byte[] message = [.. Encoding.UTF8.GetBytes(text.ToString()), 0xEF, 0xBB, 0xBF, .. body];
        return [.. Encoding.ASCII.GetBytes(message.Length.ToString(CultureInfo.InvariantCulture)), (byte)' ', .. message];
    }

    private static JsonElement? Parsed(string? json) => json is null ? null : JsonElement.Parse(json);

    /// <summary>Header fields are printable ASCII without blanks.</summary>
    private static string Name(string name, int most)
    {
        var clean = string.Concat(name.Where(c => c is > ' ' and < (char)127).Take(most));
        return clean.Length == 0 ? "-" : clean;
    }

    private static void Add(StringBuilder text, string name, string? value)
    {
        if (string.IsNullOrEmpty(value)) { return; }
        text.Append(' ').Append(name).Append("=\"");
        foreach (var c in value)
        {
            if (c is '"' or '\\' or ']') { text.Append('\\'); }
            text.Append(char.IsControl(c) ? ' ' : c);
        }
        text.Append('"');
    }
}
