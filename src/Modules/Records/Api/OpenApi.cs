using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Zhengtong.Registers;

namespace Zhengtong.Records.Api;

/// <summary>The interface of registers as OpenAPI 3.1, made from the definitions in force: never older than what it describes.</summary>
internal static class OpenApi
{
    public static byte[] Write(IReadOnlyList<RegisterTable> tables)
    {
        var buffer = new ArrayBufferWriter<byte>(64 * 1024);
        using var json = new Utf8JsonWriter(buffer, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        json.WriteString("openapi", "3.1.0");
        Object(json, "info", () =>
        {
            json.WriteString("title", tables.Count == 1 ? tables[0].Definition.Title : "台账接口");
            json.WriteString("version", tables.Count == 1 ? tables[0].Version.ToString() : "1");
            json.WriteString("description", "筛选：字段名=值（可重复），或 字段名.contains、.starts、.from、.to、.in、.not、.empty；引用字段可写 引用.字段。");
        });
        Object(json, "paths", () =>
        {
            foreach (var table in tables) { WritePaths(json, table); }
        });
        Object(json, "components", () =>
        {
            Object(json, "securitySchemes", () => Object(json, "api-key", () =>
            {
                json.WriteString("type", "http");
                json.WriteString("scheme", "bearer");
            }));
            Object(json, "schemas", () =>
            {
                foreach (var table in tables) { WriteSchemas(json, table); }
                WriteProblem(json);
            });
        });
        json.WriteStartArray("security");
        json.WriteStartObject();
        json.WriteStartArray("api-key");
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static void WritePaths(Utf8JsonWriter json, RegisterTable table)
    {
        var (root, title) = ($"/api/registers/{table.Key}", table.Definition.Title);
        Object(json, root, () =>
        {
            Operation(json, "get", table, $"list-{table.Key}", $"查询{title}", [],
                () => Answer(json, "200", "一页记录", () => WritePageSchema(json, table)), parameters: () =>
            {
                foreach (var (name, text) in new[] { ("q", "关键词"), ("sort", "排序，如 -updated-at,name"), ("cursor", "翻页位置，取自 next 或 previous"),
                    ("count", "计数：none、capped、exact"), ("fields", "只要这些字段"), ("retired", "true 只看停用的，all 全部") })
                {
                    Parameter(json, name, "query", text, false, "string");
                }
                Parameter(json, "limit", "query", "每页条数，1 到 500", false, "integer");
                foreach (var field in table.Fields.Where(f => FieldTypes.IsText(f.ValueType) || FieldTypes.IsChoice(f.ValueType)))
                {
                    Parameter(json, field.Key, "query", field.Title, false, "string");
                }
            });
            Operation(json, "post", table, $"create-{table.Key}", $"新增{title}", ["409", "422"],
                () => Answer(json, "201", "已新增", () => Ref(json, table.Key)), body: $"{table.Key}.values",
                parameters: () => Parameter(json, "Idempotency-Key", "header", "UUID；同一个键只新增一次", false, "string"));
        });
        Object(json, root + "/{id}", () =>
        {
            Operation(json, "get", table, $"get-{table.Key}", $"读取{title}", ["404"],
                () => Answer(json, "200", "记录", () => Ref(json, table.Key)), parameters: () => Id(json));
            Operation(json, "patch", table, $"update-{table.Key}", $"修改{title}", ["404", "409", "422"],
                () => Answer(json, "200", "修改后的记录", () => Ref(json, table.Key)), body: $"{table.Key}.values",
                parameters: () => Versioned(json));
            Operation(json, "delete", table, $"retire-{table.Key}", $"停用{title}", ["404", "409"], () => Answer(json, "204", "已停用", null),
                parameters: () => Versioned(json));
        });
        Object(json, root + "/{id}/history", () =>
            Operation(json, "get", table, $"history-{table.Key}", $"{title}的变更记录", ["404"], () => Answer(json, "200", "变更记录", () =>
            {
                json.WriteString("type", "array");
                Object(json, "items", () => json.WriteString("type", "object"));
            }), parameters: () => Id(json)));
    }

    private static void WriteSchemas(Utf8JsonWriter json, RegisterTable table)
    {
        Object(json, $"{table.Key}.values", () =>
        {
            json.WriteString("type", "object");
            json.WriteBoolean("additionalProperties", false);
            json.WriteStartArray("required");
            foreach (var field in table.Fields.Where(f => f.Required && f.Default is null)) { json.WriteStringValue(field.Key); }
            json.WriteEndArray();
            Object(json, "properties", () =>
            {
                foreach (var field in table.Fields) { Object(json, field.Key, () => WriteField(json, field)); }
            });
        });
        Object(json, table.Key, () =>
        {
            json.WriteString("type", "object");
            Object(json, "properties", () =>
            {
                Object(json, "id", () => Type(json, "string", "uuid"));
                Object(json, "version", () => Type(json, "integer", null));
                foreach (var at in (string[])["created-at", "updated-at", "retired-at"])
                {
                    Object(json, at, () => Type(json, "string", "date-time"));
                }
                foreach (var by in (string[])["created-by", "updated-by"]) { Object(json, by, () => Type(json, "string", null)); }
                Object(json, "values", () => Ref(json, $"{table.Key}.values"));
            });
        });
    }

    private static void WriteField(Utf8JsonWriter json, FieldDefinition field)
    {
        json.WriteString("title", field.Title);
        if (field.Help is not null) { json.WriteString("description", field.Help); }
        if (field.Type is FieldType.Computed) { json.WriteBoolean("readOnly", true); }
        switch (field.Store)
        {
            case StoreType.Long: Type(json, "integer", null); Bounds(json, field, "minimum", "maximum"); break;
            case StoreType.Decimal: Type(json, "number", null); Bounds(json, field, "minimum", "maximum"); break;
            case StoreType.Boolean: Type(json, "boolean", null); break;
            case StoreType.Date: Type(json, "string", "date"); break;
            case StoreType.Instant: Type(json, "string", "date-time"); break;
            case StoreType.Time: Type(json, "string", "time"); break;
            case StoreType.Uuid: Type(json, "string", "uuid"); break;
            case StoreType.TextList or StoreType.UuidList:
                Type(json, "array", null);
                Object(json, "items", () => Type(json, "string", field.Store is StoreType.UuidList ? "uuid" : null));
                break;
            case StoreType.Json when field.Type is FieldType.Rows:
                Type(json, "array", null);
                Object(json, "items", () =>
                {
                    json.WriteString("type", "object");
                    Object(json, "properties", () =>
                    {
                        foreach (var child in field.Fields) { Object(json, child.Key, () => WriteField(json, child)); }
                    });
                });
                break;
            case StoreType.Json: break;
            default: Type(json, "string", null); Bounds(json, field, "minLength", "maxLength"); break;
        }
        if (field.List is not null) { json.WriteString("x-code-list", field.List); }
        if (field.To is not null) { json.WriteString("x-register", field.To); }
        if (field.Personal) { json.WriteString("x-sensitivity", "personal"); }
    }

    private static void Bounds(Utf8JsonWriter json, FieldDefinition field, string min, string max)
    {
        if (field.Min is { } least) { json.WriteNumber(min, least); }
        if (field.Max is { } most) { json.WriteNumber(max, most); }
    }

    private static void WritePageSchema(Utf8JsonWriter json, RegisterTable table)
    {
        json.WriteString("type", "object");
        Object(json, "properties", () =>
        {
            Object(json, "items", () =>
            {
                json.WriteString("type", "array");
                Object(json, "items", () => Ref(json, table.Key));
            });
            foreach (var cursor in (string[])["next", "previous"]) { Object(json, cursor, () => Type(json, "string", null)); }
            Object(json, "count", () => Type(json, "integer", null));
            Object(json, "count-capped", () => Type(json, "boolean", null));
        });
    }

    private static void WriteProblem(Utf8JsonWriter json) => Object(json, "problem", () =>
    {
        json.WriteString("type", "object");
        Object(json, "properties", () =>
        {
            foreach (var name in (string[])["type", "title", "code", "traceId"]) { Object(json, name, () => Type(json, "string", null)); }
            Object(json, "status", () => Type(json, "integer", null));
            Object(json, "errors", () =>
            {
                json.WriteString("type", "array");
                Object(json, "items", () =>
                {
                    json.WriteString("type", "object");
                    Object(json, "properties", () =>
                    {
                        foreach (var name in (string[])["path", "code", "message"])
                        {
                            Object(json, name, () => Type(json, "string", null));
                        }
                    });
                });
            });
        });
    });

    private static void Operation(
        Utf8JsonWriter json, string method, RegisterTable table, string id, string summary, string[] refusals, Action answer,
        string? body = null, Action? parameters = null) =>
        Object(json, method, () =>
        {
            json.WriteString("operationId", id);
            json.WriteString("summary", summary);
            json.WriteStartArray("tags");
            json.WriteStringValue(table.Definition.Group);
            json.WriteEndArray();
            if (parameters is not null)
            {
                json.WriteStartArray("parameters");
                parameters();
                json.WriteEndArray();
            }
            if (body is not null)
            {
                Object(json, "requestBody", () =>
                {
                    json.WriteBoolean("required", true);
                    Content(json, () => Ref(json, body));
                });
            }
            Object(json, "responses", () =>
            {
                answer();
                foreach (var status in (string[])["401", "403", .. refusals])
                {
                    Answer(json, status, "拒绝，说明见 problem", () => Ref(json, "problem"), "application/problem+json");
                }
            });
        });

    private static void Answer(Utf8JsonWriter json, string status, string text, Action? schema, string type = "application/json") =>
        Object(json, status, () =>
    {
        json.WriteString("description", text);
        if (schema is not null) { Content(json, schema, type); }
    });

    private static void Content(Utf8JsonWriter json, Action schema, string type = "application/json") =>
        Object(json, "content", () => Object(json, type, () => Object(json, "schema", schema)));

    private static void Id(Utf8JsonWriter json) => Parameter(json, "id", "path", "记录的标识", true, "string");

    private static void Versioned(Utf8JsonWriter json)
    {
        Id(json);
        Parameter(json, "If-Match", "header", "带引号的版本号", true, "string");
    }

    private static void Parameter(Utf8JsonWriter json, string name, string place, string text, bool required, string type)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteString("in", place);
        json.WriteString("description", text);
        if (required) { json.WriteBoolean("required", true); }
        Object(json, "schema", () => json.WriteString("type", type));
        json.WriteEndObject();
    }

    private static void Ref(Utf8JsonWriter json, string schema) => json.WriteString("$ref", $"#/components/schemas/{schema}");

    private static void Type(Utf8JsonWriter json, string type, string? format)
    {
        json.WriteString("type", type);
        if (format is not null) { json.WriteString("format", format); }
    }

    private static void Object(Utf8JsonWriter json, string name, Action content)
    {
        json.WriteStartObject(name);
        content();
        json.WriteEndObject();
    }
}
