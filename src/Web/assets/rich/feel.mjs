import { evaluate, parseExpression, parseUnaryTests } from 'feelin';

/** First syntax fault of a FEEL text, or null. Names that the text does not declare are no fault: the server knows them. */
export function fault(text, dialect) {
  let tree;
  try {
    tree = dialect === 'unary' ? parseUnaryTests(text, {}) : parseExpression(text, {});
  } catch {
    return place(text, 0);
  }
  let found = null;
  tree.iterate({
    enter(node) {
      if (node.type.isError && found === null) found = node.from;
    },
  });
  return found === null ? null : place(text, found);
}

/** What an expression gives; not known where it asks for names that the scope does not have, or cannot be worked out. */
export function value(text, scope) {
  try {
    const { value: found, warnings } = evaluate(text, scope);
    return { value: found, known: !warnings.some(w => w.type === 'NO_VARIABLE_FOUND') };
  } catch {
    return { value: null, known: false };
  }
}

function place(text, offset) {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: before.at(-1).length + 1 };
}
