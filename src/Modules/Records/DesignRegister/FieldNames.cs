using Zhengtong.Registers;

namespace Zhengtong.Records.DesignRegister;

/// <summary>Field types as people call them.</summary>
internal static class FieldNames
{
    public static string Of(FieldType type) => type switch
    {
        FieldType.Text => "单行文字",
        FieldType.LongText => "多行文字",
        FieldType.RichText => "富文本",
        FieldType.Integer => "整数",
        FieldType.Decimal => "小数",
        FieldType.Money => "金额",
        FieldType.Percent => "百分比",
        FieldType.Boolean => "是否",
        FieldType.Date => "日期",
        FieldType.DateTime => "日期时间",
        FieldType.Time => "时间",
        FieldType.Code => "代码（单选）",
        FieldType.Codes => "代码（多选）",
        FieldType.TreeCode => "树形代码",
        FieldType.Region => "行政区划",
        FieldType.Organisation => "机构",
        FieldType.Person => "人员",
        FieldType.IdCard => "身份证号码",
        FieldType.CreditCode => "统一社会信用代码",
        FieldType.Phone => "电话号码",
        FieldType.EMail => "电子邮箱",
        FieldType.BankCard => "银行卡号",
        FieldType.Url => "网址",
        FieldType.Location => "位置",
        FieldType.Attachment => "附件",
        FieldType.Picture => "图片",
        FieldType.Signature => "签名",
        FieldType.Reference => "关联记录",
        FieldType.References => "关联多条记录",
        FieldType.Rows => "明细",
        FieldType.Computed => "计算",
        _ => "JSON",
    };
}
