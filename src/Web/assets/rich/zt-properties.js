// Groups of the properties panel for the extension elements: one field per attribute, made from zt-schema.js.
import {
  CheckboxEntry, Group, isSelectEntryEdited, isTextAreaEntryEdited, isTextFieldEntryEdited, ListGroup, SelectEntry, TextAreaEntry, TextFieldEntry,
} from '@bpmn-io/properties-panel';
import { useService } from 'bpmn-js-properties-panel';
import { typeOf } from './zt-moddle.js';
import { allowedAt, elementOf, extensions } from './zt-schema.js';

class ZtProvider {
  static $inject = ['propertiesPanel', 'injector'];

  constructor(propertiesPanel, injector) {
    this.injector = injector;
    propertiesPanel.registerProvider(400, this);
  }

  getGroups(element) {
    return groups => {
      const business = owner(element);
      const own = allowedAt(business).map(name => (extensions[name].many ? listGroup(element, name, this.injector) : singleGroup(element, name)));
      const extra = business.$type === 'bpmn:SequenceFlow' ? [conditionGroup(element)]
        : business.$type === 'bpmn:ScriptTask' ? [scriptGroup(element)] : [];
      const [general, ...rest] = groups;
      return [general, ...extra, ...own, ...rest].filter(Boolean);
    };
  }
}

export const ztProperties = { __init__: ['ztProvider'], ztProvider: ['type', ZtProvider] };

// Of a pool the process behind it is meant.
function owner(element) {
  return element.businessObject.processRef ?? element.businessObject;
}

// zt:each stands where BPMN says how often: in the loop characteristics.
function home(business, name) {
  return name === 'each' ? business.loopCharacteristics : business;
}

function container(business, name) {
  const parent = extensions[name].in;
  return parent ? find(business, parent)[0] : home(business, name).extensionElements;
}

function find(business, name) {
  const held = container(business, name);
  if (!held) return [];
  if (extensions[name].in) return [held.get(elementOf(name)) ?? []].flat();
  return (held.get('values') ?? []).filter(v => v.$type === typeOf(name));
}

function singleGroup(element, name) {
  const { title, fields } = extensions[name];
  return {
    id: `zt-${name}`,
    label: title,
    component: Group,
    entries: fields.map(field => entry(`zt-${name}-${field.name}`, field, element, () => find(owner(element), name)[0], name)),
  };
}

function listGroup(element, name, injector) {
  const { title, fields, name: titleField } = extensions[name];
  const change = () => changer(injector);
  return {
    id: `zt-${name}`,
    label: title,
    component: ListGroup,
    items: find(owner(element), name).map((item, index) => ({
      id: `zt-${name}-${index}`,
      label: labelOf(fields, titleField, item) || `${title} ${index + 1}`,
      entries: fields.map(field => entry(`zt-${name}-${index}-${field.name}`, field, element, () => item, name)),
      remove: event => {
        event.stopPropagation();
        change().remove(element, name, item);
      },
    })),
    add: event => {
      event.stopPropagation();
      change().add(element, name, {});
    },
  };
}

function labelOf(fields, titleField, item) {
  const value = item.get(titleField);
  return fields.find(f => f.name === titleField).options?.[value] ?? value;
}

function entry(id, field, element, current, name) {
  return {
    id,
    field,
    current,
    extension: name,
    component: field.options ? SelectField : TextField,
    isEdited: field.options ? isSelectEntryEdited : isTextFieldEntryEdited,
  };
}

function useField({ element, field, current, extension }) {
  const injector = useService('injector');
  return {
    getValue: () => current()?.get(field.name) ?? '',
    setValue: value => {
      const item = current();
      const change = changer(injector);
      if (item) change.set(element, item, { [field.name]: value || undefined }, extension);
      else if (value) change.add(element, extension, { [field.name]: value });
    },
  };
}

function TextField(props) {
  const debounce = useService('debounceInput');
  return TextFieldEntry({ ...base(props), ...useField(props), debounce });
}

function SelectField(props) {
  const options = [{ value: '', label: '（默认）' }, ...Object.entries(props.field.options).map(([value, label]) => ({ value, label }))];
  return SelectEntry({ ...base(props), ...useField(props), getOptions: () => options });
}

function base({ element, id, field }) {
  return { element, id, label: field.label, description: field.hint };
}

// Every change is one step to undo.
function changer(injector) {
  const modeling = injector.get('modeling');
  const factory = injector.get('bpmnFactory');
  const create = (type, attributes, parent) => {
    const made = factory.create(type, attributes);
    made.$parent = parent;
    return made;
  };
  const self = {
    set(element, item, values, name) {
      modeling.updateModdleProperties(element, item, values);
      const empty = !extensions[name].many && !extensions[name].fields.some(f => item.get(f.name)) &&
        item.$descriptor.properties.every(p => p.isAttr || [item.get(p.name) ?? []].flat().length === 0);
      if (empty) self.remove(element, name, item);
    },
    add(element, name, attributes) {
      const business = home(owner(element), name);
      const parentName = extensions[name].in;
      if (!business.extensionElements) {
        modeling.updateModdleProperties(element, business, { extensionElements: create('bpmn:ExtensionElements', { values: [] }, business) });
      }
      if (parentName) {
        if (!find(business, parentName)[0]) self.add(element, parentName, {});
        const parent = find(business, parentName)[0];
        const made = create(typeOf(name), attributes, parent);
        modeling.updateModdleProperties(element, parent, { [elementOf(name)]: extensions[name].many ? [...(parent.get(name) ?? []), made] : made });
      } else {
        const held = business.extensionElements;
        modeling.updateModdleProperties(element, held, { values: [...held.get('values'), create(typeOf(name), attributes, held)] });
      }
    },
    remove(element, name, item) {
      const held = container(owner(element), name);
      if (!extensions[name].in) modeling.updateModdleProperties(element, held, { values: held.get('values').filter(v => v !== item) });
      else modeling.updateModdleProperties(element, held, { [elementOf(name)]: extensions[name].many ? held.get(name).filter(v => v !== item) : undefined });
    },
  };
  return self;
}

function conditionGroup(element) {
  return {
    id: 'zt-condition',
    label: '条件',
    component: Group,
    entries: [
      { id: 'zt-condition-text', component: Condition, isEdited: isTextAreaEntryEdited },
      ...(canBeDefault(element) ? [{ id: 'zt-condition-default', component: DefaultFlow, isEdited: node => Boolean(node?.checked) }] : []),
    ],
  };
}

function Condition({ element, id }) {
  const modeling = useService('modeling');
  const factory = useService('bpmnFactory');
  const debounce = useService('debounceInput');
  return TextAreaEntry({
    element, id, debounce, label: '满足什么条件走这条线（FEEL）', monospace: true, rows: 3,
    getValue: () => element.businessObject.conditionExpression?.body ?? '',
    setValue: value => modeling.updateProperties(element, {
      conditionExpression: value ? factory.create('bpmn:FormalExpression', { body: value }) : undefined,
    }),
  });
}

function canBeDefault(element) {
  return ['bpmn:ExclusiveGateway', 'bpmn:InclusiveGateway', 'bpmn:ComplexGateway'].includes(element.source?.businessObject.$type) ||
    element.source?.businessObject.$type.endsWith('Task');
}

function DefaultFlow({ element, id }) {
  const modeling = useService('modeling');
  return CheckboxEntry({
    element, id, label: '都不满足时走这条线',
    getValue: () => element.source.businessObject.default === element.businessObject,
    setValue: value => modeling.updateProperties(element.source, { default: value ? element.businessObject : undefined }),
  });
}

function scriptGroup(element) {
  return { id: 'zt-script-text', label: '计算', component: Group, entries: [{ id: 'zt-script-body', component: Script, isEdited: isTextAreaEntryEdited }] };
}

function Script({ element, id }) {
  const modeling = useService('modeling');
  const debounce = useService('debounceInput');
  return TextAreaEntry({
    element, id, debounce, label: 'FEEL 表达式', monospace: true, rows: 5,
    getValue: () => element.businessObject.script ?? '',
    setValue: value => modeling.updateProperties(element, { script: value || undefined, scriptFormat: value ? 'feel' : undefined }),
  });
}
