// Reads a DMN model with dmn-moddle, checks its FEEL and its requirements, and evaluates it with feelin: enough DMN to run a pack's tests
// (decision tables, literal expressions, contexts).
import { readFileSync } from 'node:fs';
import { DmnModdle } from 'dmn-moddle';
import { evaluate, parseExpression, parseUnaryTests, unaryTest } from 'feelin';

const firstError = (tree) => {
  let at = null;
  tree.iterate({
    enter: (node) => {
      if (node.type.isError && at === null) {
        at = node.from;
      }
    },
  });
  return at;
};
const parse = (parser, text) => {
  try {
    const at = firstError(parser(text));
    return at === null ? null : `no FEEL at ${at}`;
  } catch (error) {
    return error.message;
  }
};
export const parseFeel = (text) => parse((source) => parseExpression(source, {}), text);
export const parseUnary = (text) => parse((source) => parseUnaryTests(source, {}), text);
const value = (text, context) => evaluate(text, context).value;
const iso = /^\d{4}-\d{2}-\d{2}$/;
const toFeel = (data) =>
  Array.isArray(data)
    ? data.map(toFeel)
    : data && typeof data === 'object'
      ? Object.fromEntries(Object.entries(data).map(([key, item]) => [key, toFeel(item)]))
      : typeof data === 'string' && iso.test(data)
        ? value(`date("${data}")`, {})
        : data;

export async function checkDecision(file, fault) {
  const { rootElement, warnings } = await new DmnModdle().fromXML(readFileSync(file, 'utf8'), 'dmn:Definitions');
  warnings.forEach((warning) => fault(warning.message));
  const inputs = rootElement.drgElement.filter((element) => element.$type === 'dmn:InputData').map((element) => element.name);
  const decisions = new Map(
    rootElement.drgElement.filter((element) => element.$type === 'dmn:Decision').map((element) => [element.name, element]),
  );
  const texts = [];
  for (const [name, decision] of decisions) {
    const logic = decision.decisionLogic;
    const own = [];
    const take = (text, unary) => {
      texts.push(text);
      const wrong = unary ? parseUnary(text) : parseFeel(text);
      if (wrong) {
        fault(`${name}: ${wrong} in ${text}`);
      }
      return text.replace(/"(?:[^"\\]|\\.)*"/g, '""');
    };
    const used = [];
    if (logic.$type === 'dmn:LiteralExpression') {
      used.push(take(logic.text));
    }
    if (logic.$type === 'dmn:Context') {
      for (const entry of logic.contextEntry) {
        used.push(own.reduce((text, key) => text.replaceAll(new RegExp(`(?<![\\w.])${key}\\b`, 'g'), '_'), take(entry.value.text)));
        own.push(entry.variable.name);
      }
    }
    if (logic.$type === 'dmn:DecisionTable') {
      logic.input.forEach((input) => used.push(take(input.inputExpression.text)));
      for (const rule of logic.rule) {
        if (rule.inputEntry.length !== logic.input.length || rule.outputEntry.length !== logic.output.length) {
          fault(`${name}: a rule has too few cells`);
        }
        rule.inputEntry.forEach((cell) => used.push(take(cell.text, true)));
        rule.outputEntry.forEach((cell) => used.push(take(cell.text)));
      }
    }
    const needs = new Set(
      (decision.informationRequirement ?? []).map((need) =>
        (need.requiredInput ?? need.requiredDecision).href.replace(/^#(input|decision)_/, ''),
      ),
    );
    for (const other of [...inputs, ...decisions.keys()].filter((key) => key !== name)) {
      const uses = used.some((text) => new RegExp(`(?<![\\w.])${other}(?![\\w:])`).test(text));
      if (uses !== needs.has(other)) {
        fault(`${name}: ${other} is ${uses ? 'used but not required' : 'required but not used'}`);
      }
    }
  }
  return {
    file,
    key: rootElement.id,
    decisions,
    texts,
    entries: (name) => [...(decisions.get(name)?.decisionLogic.text ?? '').matchAll(/^ {2}(\w+):/gm)].map(([, key]) => key),
    outputs: (name) =>
      [...decisions.values()].flatMap((decision) => {
        const at = decision.decisionLogic.output?.findIndex((output) => output.name === name) ?? -1;
        return at < 0 ? [] : decision.decisionLogic.rule.map((rule) => JSON.parse(rule.outputEntry[at].text));
      }),
  };
}

function decide(model, name, given, done = {}) {
  if (name in done) {
    return done[name];
  }
  const decision = model.decisions.get(name);
  const context = { ...given };
  for (const need of decision.informationRequirement ?? []) {
    if (need.requiredDecision) {
      const other = need.requiredDecision.href.replace('#decision_', '');
      context[other] = decide(model, other, given, done);
    }
  }
  const logic = decision.decisionLogic;
  if (logic.$type === 'dmn:LiteralExpression') {
    return (done[name] = value(logic.text, context));
  }
  if (logic.$type === 'dmn:Context') {
    const result = {};
    for (const entry of logic.contextEntry) {
      result[entry.variable.name] = value(entry.value.text, { ...context, ...result });
    }
    return (done[name] = result);
  }
  const tested = logic.input.map((input) => value(input.inputExpression.text, context));
  const hits = logic.rule
    .filter((rule) => rule.inputEntry.every((cell, at) => unaryTest(cell.text, { ...context, '?': tested[at] }).value === true))
    .map((rule) =>
      logic.output.length === 1
        ? value(rule.outputEntry[0].text, context)
        : Object.fromEntries(logic.output.map((output, at) => [output.name, value(rule.outputEntry[at].text, context)])),
    );
  if (logic.hitPolicy === 'UNIQUE' && hits.length > 1) {
    throw new Error(`${name}: ${hits.length} rules of a UNIQUE table hit`);
  }
  return (done[name] = logic.hitPolicy === 'COLLECT' ? (hits.length ? hits : null) : (hits[0] ?? null));
}

const plain = (data) => JSON.parse(JSON.stringify(data ?? null));
const same = (wanted, got) =>
  JSON.stringify(wanted) === JSON.stringify(got) ||
  (wanted &&
    got &&
    typeof wanted === 'object' &&
    !Array.isArray(wanted) &&
    Object.entries(wanted).every(([key, item]) => same(item, got[key])));
const sorted = (list) => JSON.stringify([...list].sort());

export function runTests(suite, models, services, fault) {
  let passed = 0;
  const service = services.get(suite.service);
  for (const test of suite.tests) {
    try {
      const given = Object.fromEntries(
        ['form', 'applicant', 'situation', 'today'].map((key) => [key, toFeel(test.given[key] ?? (key === 'today' ? null : {}))]),
      );
      const keysOf = (reference) => decide(models.get(reference.split('#')[0]), 'materials', given).map((item) => item.key);
      const stated = (service?.materials ?? [])
        .filter((material) => typeof material.required === 'string' && value(material.required, given) === true)
        .map((material) => material.key);
      let got;
      let fine;
      if (test.expect.required) {
        const always = service.materials.filter((material) => material.required === true).map((material) => material.key);
        got = [...new Set([...always, ...stated, ...(service.decisions.materials ? keysOf(service.decisions.materials) : [])])];
        fine = sorted(got) === sorted(test.expect.required);
      } else if (test.expect.materials) {
        got = keysOf(test.decision);
        fine = sorted(got) === sorted(test.expect.materials) && sorted(got) === sorted(stated);
        if (sorted(got) !== sorted(stated)) {
          got = { decision: got, required: stated };
        }
      } else {
        const [model, name] = test.decision.split('#');
        got = plain(decide(models.get(model), name, given));
        fine = same(test.expect, got);
      }
      if (fine) {
        passed++;
      } else {
        fault(`${test.test}: expected ${JSON.stringify(test.expect)}, got ${JSON.stringify(got)}`);
      }
    } catch (error) {
      fault(`${test.test}: ${error.message}`);
    }
  }
  return passed;
}
