import { elementOf, extensions, naming } from './zt-schema.js';

const capital = name => name[0].toUpperCase() + name.slice(1);

/** Tells the XML reader of the extension elements, so that their attributes can be changed one by one. */
export const zt = {
  name: 'Zhengtong',
  prefix: 'zt',
  uri: 'urn:zhengtong:bpmn:1',
  xml: { tagAlias: 'lowerCase' },
  types: Object.entries(extensions).filter(([, extension]) => !extension.element).map(([name, extension]) => ({
    name: capital(name),
    superClass: extension.in ? undefined : ['Element'],
    properties: [
      ...extension.fields.map(field => ({ name: field.name, isAttr: true, type: 'String' })),
      ...Object.entries(extensions).filter(([child, inner]) => (inner.in === name && !inner.element) || (child === 'fallback' && naming.includes(name)))
        .map(([child, inner]) => ({ name: child, type: capital(child), ...(inner.many ? { isMany: true } : {}) })),
    ],
  })),
};

export const typeOf = name => `zt:${capital(elementOf(name))}`;
