// Bundles scripts and styles into ../wwwroot/dist: hashed names, manifest.json for the host, a Brotli twin beside each text file.
import { build } from 'esbuild';
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';
import { collectIcons } from './build/icons.mjs';
import { dropUnused } from './build/unused.mjs';
import { readSources } from './build/sources.mjs';

const here = import.meta.dirname;
const out = path.join(here, '../wwwroot/dist');
const manifest = {};
const started = performance.now();

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
const sources = await readSources(path.join(here, '../../..'));

const shared = {
  absWorkingDir: here,
  outdir: out,
  bundle: true,
  minify: true,
  metafile: true,
  legalComments: 'linked',
  logLevel: 'warning',
  target: ['es2022', 'chrome100', 'firefox110', 'safari15.4'],
  loader: { '.woff': 'file', '.woff2': 'file', '.eot': 'empty', '.ttf': 'empty', '.svg': 'dataurl' },
  entryNames: '[name]-[hash]',
  chunkNames: 'part-[hash]',
  assetNames: '[name]-[hash]',
};

const scripts = await build({
  ...shared,
  entryPoints: ['scripts/app.mjs', ...(await readdir(path.join(here, 'rich'))).filter(f => f.endsWith('.mjs')).map(f => `rich/${f}`)],
  format: 'esm',
  splitting: true,
  define: { 'process.env.NODE_ENV': '"production"' },
});
register(scripts.metafile);

const styles = await build({ ...shared, entryPoints: ['css/app.css'], write: false });
for (const file of styles.outputFiles) {
  if (!file.path.endsWith('.css')) continue;
  const slim = dropUnused(file.text, sources.words);
  await put('app.css', slim);
  console.log(`app.css: ${kilo(file.text.length)} to ${kilo(slim.length)}`);
}

const { sprite, names, unknown } = await collectIcons(here, sources);
await put('icons.svg', sprite);
await put('favicon.svg', await readFile(path.join(here, 'favicon.svg'), 'utf8'));
const worker = await build({
  ...shared, entryPoints: ['node_modules/maplibre-gl/dist/maplibre-gl-worker.mjs'], format: 'esm', entryNames: 'maps-worker-[hash]', legalComments: 'none',
});
manifest['maps-worker.js'] = path.basename(Object.keys(worker.metafile.outputs)[0]);

for (const name of await readdir(out)) {
  if (!/\.(js|css|svg)$/.test(name)) continue;
  const body = await readFile(path.join(out, name));
  const packed = await promisify(brotliCompress)(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } });
  await writeFile(path.join(out, `${name}.br`), packed);
}
await writeFile(path.join(out, 'manifest.json'), JSON.stringify(manifest, null, 2));

if (unknown.length > 0) console.warn(`no such icon: ${unknown.join(', ')}`);
console.log(`${names.length} icons, ${Object.keys(manifest).length} files, ${Math.round(performance.now() - started)} ms`);

function register(metafile) {
  for (const [file, output] of Object.entries(metafile.outputs)) {
    if (!output.entryPoint) continue;
    const name = path.basename(output.entryPoint).replace(/\.mjs$/, '');
    manifest[`${name}.js`] = path.basename(file);
    if (output.cssBundle) manifest[`${name}.css`] = path.basename(output.cssBundle);
  }
}

async function put(name, text) {
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 8).toUpperCase();
  const { name: stem, ext } = path.parse(name);
  manifest[name] = `${stem}-${hash}${ext}`;
  await writeFile(path.join(out, manifest[name]), text);
}

function kilo(bytes) {
  return `${Math.round(bytes / 1024)} KB`;
}
