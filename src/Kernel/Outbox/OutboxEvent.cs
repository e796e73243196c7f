namespace Zhengtong.Kernel;

/// <summary>Something that has happened, told to whoever subscribed. Payloads carry ids, not personal data.</summary>
/// <param name="Name">Wire name with version, never derived from a type name: <c>cases.case-accepted.v1</c>.</param>
/// <param name="Subject">What it is about, e.g. <c>case:0198…</c>; events of one subject are delivered in order.</param>
/// <param name="Payload">Serialised to JSON with the platform's options.</param>
public sealed record OutboxEvent(string Name, string Subject, object Payload);
