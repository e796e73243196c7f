namespace Zhengtong.Benchmarks.Registers;

/// <summary>The register that is measured: fields of every common type, a scope, a search, a formula and a check.</summary>
internal static class BenchRegister
{
    /// <summary>Rows to fill it with: <c>ZT_BENCH_ROWS</c>, or 200,000.</summary>
    internal static int Rows => int.TryParse(Environment.GetEnvironmentVariable("ZT_BENCH_ROWS"), out var rows) ? rows : 200_000;

    /// <param name="fields">Lines of more fields.</param>
    internal static string Definition(string fields = "") =>
        $$"""
        register: bench
        title: 测速
        title-field: name
        scope: region
        fields:
          name: { title: 名称, type: text, required: true, search: true }
          number: { title: 编号, type: text, required: true, unique: true }
          district: { title: 区, type: region, required: true }
          status: { title: 状态, type: text, required: true }
          amount: { title: 金额, type: money, required: true }
          count: { title: 数量, type: integer }
          opened-on: { title: 开始, type: date, required: true }
          closed-on: { title: 结束, type: date }
          open: { title: 在用, type: boolean }
          address: { title: 地址, type: text }
          contact: { title: 联系人, type: text }
          phone: { title: 电话, type: text }
          note: { title: 备注, type: long-text }
          total: { title: 合计, type: computed, formula: amount * 2 }
        {{string.Join('\n', fields.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(f => "  " + f))}}
        checks:
          - { if: closed-on < opened-on, say: 结束不能早于开始, at: closed-on }
        lists:
          default: { columns: [name, district, status, amount], filters: [district, open, name], sort: [-amount] }
        history: full
        """;
}
