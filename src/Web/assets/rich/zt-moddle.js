export const zt = { name: 'zt', prefix: 'zt', uri: 'urn:zhengtong:bpmn:1', xml: { tagAlias: 'lowerCase' }, types: [] };
