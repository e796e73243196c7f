import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { evaluate } from 'feelin';
import { fault } from '../rich/feel.mjs';

const root = path.join(import.meta.dirname, '../../../..');
// src/Feel/FormExpressionsTests.cs asks the server's engine the same file.
const { context, cases } = JSON.parse(readFileSync(path.join(root, 'tests/Shared/form-expressions.json'), 'utf8'));

for (const { expression, value } of cases) {
  test(`in the browser as on the server: ${expression}`, () => {
    const answer = evaluate(expression, context);
    assert.deepEqual(JSON.parse(JSON.stringify('value' in Object(answer) ? answer.value : answer) ?? 'null'), value);
  });
}

test('the browser reads every expression of every form in the packs', () => {
  const found = [];
  for (const pack of readdirSync(path.join(root, 'packs'))) {
    const folder = path.join(root, 'packs', pack, 'forms');
    let files = [];
    try { files = readdirSync(folder).filter(f => f.endsWith('.form.json')); } catch { continue; }
    for (const file of files) {
      JSON.parse(readFileSync(path.join(folder, file), 'utf8'), (key, value) => {
        if (typeof value === 'string' && value.startsWith('=')) found.push([`${pack}/${file} ${key}`, value.slice(1)]);
        return value;
      });
    }
  }
  assert.ok(found.length > 20);
  assert.deepEqual(found.filter(([, text]) => fault(text, 'expression')), []);
});
