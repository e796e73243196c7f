// Reads the files that may name a class or an icon: pages, code, scripts, and packs.
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

const skip = new Set(['node_modules', 'bin', 'obj', 'dist', '.git', 'var', 'artifacts', 'TestResults']);

export async function readSources(root) {
  const texts = [];
  await walk(path.join(root, 'src'), /\.(razor|cs|mjs)$/);
  await walk(path.join(root, 'packs'), /\.(ya?ml|json)$/);
  const words = new Set(texts.filter(t => /\.(razor|cs|mjs)$/.test(t.file)).flatMap(t => t.text.match(/[A-Za-z0-9_-]+/g) ?? []));
  return { texts, words };

  async function walk(folder, kinds) {
    let entries;
    try {
      entries = await readdir(folder, { withFileTypes: true });
    } catch {
      return; // there may be no packs yet
    }
    for (const entry of entries) {
      const file = path.join(folder, entry.name);
      if (entry.isDirectory()) {
        if (!skip.has(entry.name)) await walk(file, kinds);
      } else if (kinds.test(entry.name)) {
        texts.push({ file, text: await readFile(file, 'utf8') });
      }
    }
  }
}
