namespace Zhengtong.Design;

/// <summary>Which artefact a <see cref="Designer"/> shows.</summary>
public enum DesignerKind
{
    /// <summary>A BPMN process to edit.</summary>
    Bpmn,

    /// <summary>A BPMN process to look at, with marks on elements.</summary>
    BpmnView,

    /// <summary>A DMN model to edit.</summary>
    Dmn,

    /// <summary>A form-js form to edit.</summary>
    Form,

    /// <summary>A form-js form to look at.</summary>
    FormView,
}
