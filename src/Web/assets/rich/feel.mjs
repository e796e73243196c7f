import { parseExpression, parseUnaryTests } from 'feelin';

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

function place(text, offset) {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: before.at(-1).length + 1 };
}
