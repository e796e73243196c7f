// The rules of a decision table, cell by cell, with feelin of the browser bundle: what a table costs with the npm library.
// Reads {rules: [[cell…, output]], names: [input…], people: [{…}]} and prints evaluations a second.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const assets = createRequire(path.join(path.resolve(process.argv[2]), 'package.json'));
const { evaluate, unaryTest } = await import(pathToFileURL(assets.resolve('feelin')));
const { rules, names, people } = JSON.parse(readFileSync(0, 'utf8'));
const plain = answer => (answer !== null && typeof answer === 'object' && 'value' in answer ? answer.value : answer);

function decide(person) {
  for (const rule of rules) {
    const hit = names.every((name, i) => rule[i] === '-' || plain(unaryTest(rule[i], { ...person, '?': person[name] })) === true);
    if (hit) return plain(evaluate(rule.at(-1), person));
  }
  return null;
}

function round(seconds) {
  const start = performance.now();
  let count = 0;
  do decide(people[count++ % people.length]); while (performance.now() - start < seconds * 1000);
  return count / ((performance.now() - start) / 1000);
}

round(1);
console.log(JSON.stringify({ rate: Math.max(round(1), round(1), round(1)), answers: people.slice(0, 50).map(decide) }));
