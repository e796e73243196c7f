// Writes ../pinyin.tsv: one line per Han character with its readings, no tones, ü written v (as input methods do), the most usual
// reading first, readings that occur in surnames included. It serves name search (zhangsan, zs) and sorting.
//   node packs/base/tools/pinyin.mjs
// Source: npm package pinyin-pro 3.29.4. Covers the basic block, extension A and the compatibility zero 〇.
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { fetchPackage } from './fetch.mjs';

const source = fetchPackage('pinyin-pro', '3.29.4');
const { pinyin } = await import(pathToFileURL(join(source, 'dist', 'index.mjs')).href);
const here = dirname(fileURLToPath(import.meta.url));

const ranges = [
  [0x3007, 0x3007],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
];
const plain = { toneType: 'none', type: 'array', v: true };
const lines = [];
for (const [first, last] of ranges) {
  for (let point = first; point <= last; point++) {
    const char = String.fromCodePoint(point);
    const readings = new Set(
      [...pinyin(char, { ...plain }), ...pinyin(char, { ...plain, multiple: true }), ...pinyin(char, { ...plain, mode: 'surname' })]
        .map((reading) => reading.toLowerCase())
        .filter((reading) => /^[a-z]+$/.test(reading)),
    );
    if (readings.size > 0) {
      lines.push(`${char}\t${[...readings].join(',')}`);
    }
  }
}
writeFileSync(join(here, '..', 'pinyin.tsv'), lines.join('\n') + '\n');
console.log(`${lines.length} characters`);
