using System.Runtime.CompilerServices;
using System.Text;
using Zhengtong.Registers;

namespace Zhengtong.Records.ImportRecords;

/// <summary>
/// Reads RFC 4180 with what spreadsheet programs add: any line ending, a quote within bare text taken as it stands. A file that is not
/// closed properly ends where it ends; nothing in it makes the reader throw.
/// </summary>
internal static class CsvReader
{
    private const int MaxColumns = 200;
    private const int MaxCell = 200_000;

    public static async IAsyncEnumerable<LoadLine> ReadAsync(TextReader text, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var buffer = new char[1 << 16];
        var state = new State();
        var ready = new List<LoadLine>();
        while (await text.ReadAsync(buffer, cancellationToken) is > 0 and var count)
        {
            state.Take(buffer.AsSpan(0, count), ready);
            foreach (var line in ready) { yield return line; }
            ready.Clear();
        }
        state.End(ready);
        foreach (var line in ready) { yield return line; }
    }

    private sealed class State
    {
        private readonly StringBuilder _cell = new();
        private readonly List<string?> _cells = [];
        private int _line = 1;
        private bool _quoted;
        private bool _wasQuoted;
        private bool _quoteSeen;
        private bool _afterReturn;

        public void Take(ReadOnlySpan<char> text, List<LoadLine> ready)
        {
            while (!text.IsEmpty)
            {
                // Runs of ordinary characters are taken at once.
                var run = _quoteSeen ? 0 : _quoted ? text.IndexOf('"') : text.IndexOfAny(",\"\r\n");
                if (run < 0) { run = text.Length; }
                if (run > 0)
                {
                    _afterReturn = false;
                    if (_cell.Length < MaxCell) { _cell.Append(text[..run]); }
                    text = text[run..];
                    continue;
                }
                Special(text[0], ready);
                text = text[1..];
            }
        }

        public void End(List<LoadLine> ready)
        {
            if (_cell.Length > 0 || _cells.Count > 0 || _wasQuoted) { EndLine(ready); }
        }

        private void Special(char c, List<LoadLine> ready)
        {
            if (_quoted && !_quoteSeen)
            {
                _quoteSeen = true;
                return;
            }
            if (_quoteSeen)
            {
                _quoteSeen = false;
                if (c == '"') { _cell.Append('"'); return; }
                _quoted = false;
                if (c is not (',' or '\r' or '\n')) { _cell.Append(c); return; }
            }
            switch (c)
            {
                case '"' when _cell.Length == 0 && !_wasQuoted:
                    (_quoted, _wasQuoted) = (true, true);
                    break;
                case ',':
                    EndCell();
                    break;
                case '\n' when _afterReturn:
                    _afterReturn = false;
                    break;
                case '\r' or '\n':
                    EndLine(ready);
                    _afterReturn = c == '\r';
                    break;
                default:
                    _cell.Append(c);
                    break;
            }
        }

        private void EndCell()
        {
            if (_cells.Count < MaxColumns) { _cells.Add(_cell.Length == 0 ? null : _cell.ToString()); }
            _cell.Clear();
            _wasQuoted = _afterReturn = false;
        }

        private void EndLine(List<LoadLine> ready)
        {
            EndCell();
            if (_cells.Any(c => !string.IsNullOrWhiteSpace(c))) { ready.Add(new(_line, [.. _cells])); }
            _cells.Clear();
            (_line, _quoted, _quoteSeen) = (_line + 1, false, false);
        }
    }
}
