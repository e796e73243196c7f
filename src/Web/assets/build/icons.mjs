// Makes one SVG sprite of the icons that the sources name; icons.txt adds those which only data names.
import { readFile } from 'node:fs/promises';
import path from 'node:path';

// Icon="x", <Icon Name="x", Icon: "x", icon: x (packs), and literals in places that are known to hold icon names.
const mentions = [
  /\bIcon="([a-z0-9-]+)"/g,
  /<Icon\b[^>]*?\bName="([a-z0-9-]+)"/g,
  /\bicon["']?\s*[:=]\s*["']?([a-z0-9-]+)/gi,
  /new MenuItem\([^)]*?,[^)]*?,\s*"([a-z0-9-]+)"/g,
];
// Razor expressions and C# switches answer with a literal; any literal in a file that speaks of icons is tried.
const literal = /"([a-z][a-z0-9]*(?:-[a-z0-9]+)*)"/g;

export async function collectIcons(here, sources) {
  const wanted = new Set();
  const maybe = new Set();
  for (const { text } of sources.texts) {
    for (const pattern of mentions) for (const match of text.matchAll(pattern)) wanted.add(match[1]);
    if (/icon/i.test(text)) for (const match of text.matchAll(literal)) maybe.add(match[1]);
  }
  const listed = (await readFile(path.join(here, 'icons.txt'), 'utf8')).split('\n').map(l => l.trim()).filter(l => l && !l.startsWith('#'));
  for (const name of listed) wanted.add(name);

  const symbols = [];
  const unknown = [];
  for (const name of [...new Set([...wanted, ...maybe])].sort()) {
    const symbol = await read(here, name);
    if (symbol) symbols.push({ name, symbol });
    else if (listed.includes(name)) unknown.push(name);
  }
  const sprite = `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.map(s => s.symbol).join('\n')}\n</svg>\n`;
  return { sprite, names: symbols.map(s => s.name), unknown };
}

async function read(here, name) {
  const filled = name.endsWith('-filled');
  const file = filled ? `filled/${name.slice(0, -7)}.svg` : `outline/${name}.svg`;
  let svg;
  try {
    svg = await readFile(path.join(here, 'node_modules/@tabler/icons/icons', file), 'utf8');
  } catch {
    return null;
  }
  const shapes = svg.replace(/<!--.*?-->/gs, '').replace(/^[\s\S]*?<svg[^>]*>/, '').replace(/<\/svg>\s*$/, '')
    .replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*\/>/, '').replace(/\s+/g, ' ').trim();
  const paint = filled
    ? 'fill="currentColor" stroke="none"'
    : 'fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"';
  return `<symbol id="${name}" viewBox="0 0 24 24" ${paint}>${shapes}</symbol>`;
}
