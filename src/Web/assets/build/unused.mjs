// Drops rules whose class names occur nowhere in the sources. Tabler alone is 620 KB; pages use a tenth of it.

// Tabler's rules for words that the designers' libraries use for something else.
const foreign = new Set(['empty', 'group', 'cell']);

export function dropUnused(css, words) {
  return block(css, words);
}

function block(css, words) {
  let result = '';
  let at = 0;
  while (at < css.length) {
    if (/\s/.test(css[at])) { at++; continue; }
    if (css.startsWith('/*', at)) {
      const end = css.indexOf('*/', at) + 2;
      if (css[at + 2] === '!') result += css.slice(at, end) + '\n';
      at = end;
      continue;
    }
    const stop = find(css, at, c => c === '{' || c === ';');
    const head = css.slice(at, stop);
    if (stop >= css.length || css[stop] === ';') {
      result += head + ';'; // @charset, @import, @layer a, b
      at = stop + 1;
      continue;
    }
    const end = close(css, stop);
    const body = css.slice(stop + 1, end);
    at = end + 1;
    if (/^@(media|supports|layer|container)/.test(head)) {
      const kept = block(body, words);
      if (kept) result += `${head}{${kept}}`;
    } else if (head.startsWith('@')) {
      result += `${head}{${body}}`;
    } else {
      const kept = split(head).filter(selector => isUsed(selector, words));
      if (kept.length > 0) result += `${kept.join(',')}{${body}}`;
    }
  }
  return result;
}

function isUsed(selector, words) {
  // Our own classes are all in use, some put together at run time. What stands inside :not(), :is() and :where() may be absent and the rule still hit.
  const outside = selector.replace(/:(not|is|where|has)\((?:[^()]|\([^()]*\))*\)/g, '');
  return [...outside.matchAll(/\.((?:\\.|[A-Za-z0-9_-])+)/g)].every(m => m[1].startsWith('zt-') || (!foreign.has(m[1]) && words.has(m[1].replaceAll('\\', ''))));
}

function split(head) {
  const parts = [];
  let from = 0;
  for (let at = 0; at < head.length;) {
    const stop = find(head, at, c => c === ',');
    parts.push(head.slice(from, stop));
    from = at = stop + 1;
  }
  return parts;
}

// The next character, outside of brackets and strings, that the test takes.
function find(css, at, test) {
  for (let depth = 0; at < css.length; at++) {
    const c = css[at];
    if (c === '"' || c === "'") at = endOfString(css, at);
    else if (c === '\\') at++;
    else if (depth === 0 && test(c)) return at;
    else if (c === '(' || c === '[') depth++;
    else if (c === ')' || c === ']') depth--;
  }
  return css.length;
}

function close(css, at) {
  for (let depth = 0; at < css.length; at++) {
    const c = css[at];
    if (c === '"' || c === "'") at = endOfString(css, at);
    else if (c === '\\') at++;
    else if (c === '{') depth++;
    else if (c === '}' && --depth === 0) return at;
  }
  return css.length;
}

function endOfString(css, at) {
  const quote = css[at++];
  while (at < css.length && css[at] !== quote) at += css[at] === '\\' ? 2 : 1;
  return at;
}
