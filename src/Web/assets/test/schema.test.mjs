import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { BpmnModdle } from 'bpmn-moddle';
import { zt } from '../rich/zt-moddle.js';
import { allowedAt, extensions } from '../rich/zt-schema.js';

const packs = path.join(import.meta.dirname, '../../../../packs');
const processes = readdirSync(packs, { recursive: true }).filter(f => f.endsWith('.bpmn')).map(f => path.join(packs, f));

test('the packs have processes to try', () => assert.ok(processes.length > 0));

for (const file of processes) {
  const name = path.relative(packs, file);
  const xml = readFileSync(file, 'utf8');

  test(`${name}: a walk through the designer loses no extension element or attribute`, async () => {
    const moddle = new BpmnModdle({ zt });
    const { rootElement, warnings } = await moddle.fromXML(xml);
    const { xml: written } = await moddle.toXML(rootElement, { format: true });
    assert.deepEqual(warnings, []);
    assert.deepEqual(tags(written), tags(xml));
  });

  test(`${name}: every extension element and attribute can be edited in the panel`, async () => {
    for (const [element, attributes] of tags(xml).map(t => JSON.parse(t))) {
      assert.ok(extensions[element], `zt:${element} is not in zt-schema.js`);
      for (const [attribute, value] of attributes) {
        const field = extensions[element].fields.find(f => f.name === attribute);
        assert.ok(field, `zt:${element} ${attribute} is not in zt-schema.js`);
        if (field.options) assert.ok(value in field.options, `zt:${element} ${attribute}="${value}" is not a choice`);
      }
    }
  });
}

test('fallbacks within fallbacks are kept', async () => {
  const xml = `<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zt="urn:zhengtong:bpmn:1"><bpmn:process id="p"><bpmn:userTask id="t">
    <bpmn:extensionElements><zt:assignment kind="role"><zt:fallback kind="post"><zt:fallback kind="person" value="x" /></zt:fallback></zt:assignment>
    <zt:limit working-days="1"><zt:to kind="role"><zt:fallback kind="post" /></zt:to></zt:limit></bpmn:extensionElements></bpmn:userTask></bpmn:process></bpmn:definitions>`;
  const moddle = new BpmnModdle({ zt });
  const { rootElement, warnings } = await moddle.fromXML(xml);
  assert.deepEqual(warnings, []);
  assert.deepEqual(tags((await moddle.toXML(rootElement)).xml), tags(xml));
});

test('every element and attribute that the engine reads can be edited in the panel', () => {
  const rules = readFileSync(path.join(packs, '../src/Bpmn/Xml/ProcessBuilder.Rules.cs'), 'utf8');
  const who = rules.match(/const string Who = "([^"]+)"/)[1];
  const known = [...rules.matchAll(/\["([a-z]+)"\] = (?:(Who)|\$?"([^"]+)")/g)].map(m => [m[1], (m[2] ? who : m[3].replace('{Who}', who)).split(' ')]);
  assert.ok(known.length > 20);
  for (const [element, attributes] of known) {
    for (const attribute of attributes) {
      assert.ok(extensions[element]?.fields.some(f => f.name === attribute), `zt:${element} ${attribute} is not in zt-schema.js`);
    }
  }
});

test('every place offers only extension elements that exist', () => {
  for (const type of ['UserTask', 'ServiceTask', 'BusinessRuleTask', 'ScriptTask', 'CallActivity', 'EndEvent', 'Process', 'SubProcess']) {
    for (const name of allowedAt({ $type: `bpmn:${type}` })) assert.ok(extensions[name], name);
  }
});

test('an event offers the timer only when it is one', () => {
  assert.ok(!allowedAt({ $type: 'bpmn:BoundaryEvent', eventDefinitions: [] }).includes('timer'));
  assert.ok(allowedAt({ $type: 'bpmn:BoundaryEvent', eventDefinitions: [{ $type: 'bpmn:TimerEventDefinition' }] }).includes('timer'));
});

// Extension tags in document order, each with its attributes sorted.
function tags(xml) {
  return [...xml.replace(/<!--[\s\S]*?-->/g, '').matchAll(/<zt:([\w-]+)((?:\s+[\w-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*\/?>/g)].map(m =>
    JSON.stringify([m[1], [...m[2].matchAll(/([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)].map(a => [a[1], plain(a[2] ?? a[3])]).sort()]));
}

function plain(text) {
  const named = { quot: '"', apos: "'", lt: '<', gt: '>', amp: '&' };
  return text.replace(/&(?:#(\d+)|(\w+));/g, (_, code, name) => (code ? String.fromCodePoint(Number(code)) : named[name]));
}
