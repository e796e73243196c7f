import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { translate } from '../rich/words.js';

const modules = path.join(import.meta.dirname, '../node_modules');

function said(folder, pattern) {
  const files = readdirSync(path.join(modules, folder), { recursive: true }).filter(f => f.endsWith('.js'));
  return [...new Set(files.flatMap(f => [...readFileSync(path.join(modules, folder, f), 'utf8').matchAll(pattern)].map(m => m[1])))];
}

const spoken = /translate\('([^']+)'/g;
// Texts of the libraries' own examples, and fragments of sentences that never stand alone.
const aside = text => /HELLO|^ ?\+|^ or $|^\W*$/.test(text);

for (const [what, folder] of [
  ['palette', 'bpmn-js/lib/features/palette'], ['context pad', 'bpmn-js/lib/features/context-pad'], ['popup menus', 'bpmn-js/lib/features/popup-menu'],
]) {
  test(`every text of the ${what} is Chinese`, () => {
    const texts = said(folder, spoken).filter(t => !aside(t));
    assert.ok(texts.length > 0);
    assert.deepEqual(texts.filter(t => translate(t) === t), []);
  });
}

test('every type that an element can be changed to is Chinese', () => {
  const texts = said('bpmn-js/lib/features/popup-menu', /label: '([^']+)'/g);
  assert.ok(texts.length > 50);
  assert.deepEqual(texts.filter(t => translate(t) === t), []);
});

test('texts with places filled in keep what was filled in', () => {
  assert.equal(translate('Append {type}', { type: '任务' }), '接任务');
});

test('a text that nobody translated is shown as it is', () => {
  assert.equal(translate('Something new'), 'Something new');
});
