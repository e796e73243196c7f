using System.Text;
using Npgsql;

namespace Zhengtong.Registers;

/// <summary>A statement in the making: text of ours, values only as parameters.</summary>
internal sealed class SqlText
{
    private readonly StringBuilder _text = new(512);
    private readonly List<NpgsqlParameter> _parameters = [];

    public SqlText Add(string text)
    {
        _text.Append(text);
        return this;
    }

    /// <summary>Adds the value and writes its number.</summary>
    public SqlText Add(NpgsqlParameter parameter)
    {
        _parameters.Add(parameter);
        _text.Append('$').Append(_parameters.Count);
        return this;
    }

    public SqlText Add(object? value, StoreType type) => Add(Parameters.Of(value, type));

    public NpgsqlBatchCommand ToCommand()
    {
        var command = new NpgsqlBatchCommand(_text.ToString());
        foreach (var parameter in _parameters) { command.Parameters.Add(parameter); }
        return command;
    }

    public NpgsqlBatch ToBatch() => new() { BatchCommands = { ToCommand() } };

    public override string ToString() => _text.ToString();
}
