/**
 * Build what a page of one file consists of into build/standalone: the same views as in Jupyter, without Jupyter.
 *
 * Usage: node scripts/standalone.mjs [--watch]
 *
 * Vite, which Vitest brings, puts a script into one file and its styles into another without a plugin.
 */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';

const root = path.dirname(import.meta.dirname);
const source = path.join(root, 'src', 'standalone');
const output = path.join(root, 'build', 'standalone');
const locale = path.join(root, 'src', 'locale');
/** Parts of the page's own code stand where Jupyter's packages would be. */
const alias = [
  { find: '@jupyter-widgets/base', replacement: path.join(source, 'jupyter-base.ts') },
  { find: /^plotly\.js-.*$/, replacement: path.join(source, 'left-out.ts') },
];

/** Concept widgets run in any page, as one script and one style sheet, with the texts that they use. */
async function buildConcepts() {
  await bundle('concepts.ts', 'concepts');
  const file = path.join(output, 'concepts.js');
  const code = readFileSync(file, 'utf8');
  const texts = {};
  const python = saidByPython();
  for (const name of catalogs()) {
    const all = JSON.parse(readFileSync(path.join(locale, name), 'utf8'));
    const used = Object.entries(all).filter(
      ([id]) => id !== '' && (python.has(id) || written(id).some((text) => code.includes(text))),
    );
    texts[name.replace('.json', '')] = Object.fromEntries(used);
  }
  writeFileSync(file, `var DLWIDGETS_TEXTS=${JSON.stringify(texts)};\n${code}`);
}

/** A text as it may stand in a minified script. */
function written(text) {
  const safe = text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
  return ['"', "'", '`'].map((quote) => quote + safe.replaceAll(quote, `\\${quote}`) + quote);
}

/** What the Python side of a concept widget may say in its page, such as a note about the user's own data. */
function saidByPython() {
  const template = readFileSync(path.join(root, '..', 'dlwidgets', 'locale', 'dlwidgets.pot'), 'utf8');
  const entries = template
    .split('\n\n')
    .filter((entry) => /^#: .*dlwidgets\/(widgets\/)?concepts\//m.test(entry));
  const id = (entry) => /^msgid ((?:".*"\n?)+)/m.exec(entry)[1].trim().split('\n').map(JSON.parse).join('');
  return new Set(entries.map(id));
}

/** The catalogs of translations; the invented language is for tests. */
function catalogs() {
  return readdirSync(locale).filter((name) => name.endsWith('.json') && name !== 'xx.json');
}

async function bundle(entry, name) {
  await build({
    configFile: false,
    root,
    publicDir: false,
    logLevel: 'warn',
    resolve: { alias },
    build: {
      outDir: output,
      emptyOutDir: false,
      target: ['chrome107', 'firefox113', 'safari16.4'],
      // Pictures in style sheets are few and small; a file beside the page would be lost.
      assetsInlineLimit: 1_000_000,
      lib: {
        entry: path.join(source, entry),
        formats: ['iife'],
        name: 'dlwidgets',
        fileName: () => `${name}.js`,
        cssFileName: name,
      },
      // The catalogs of texts are parts of the page: what would import them is never called there.
      dynamicImportVarsOptions: { exclude: [/core\/i18n\.ts$/] },
    },
  });
}

/** A file as the page carries it. */
function pack(from, to) {
  writeFileSync(path.join(output, `${to}.gz`), gzipSync(readFileSync(from), { level: 9 }));
}

async function buildAll() {
  mkdirSync(output, { recursive: true });
  await bundle('boot.ts', 'boot');
  await bundle('index.ts', 'app');
  pack(path.join(output, 'app.js'), 'app.js');
  rmSync(path.join(output, 'app.js'));
  const plotly = path.join(root, 'node_modules', 'plotly.js-basic-dist-min');
  pack(path.join(plotly, 'plotly-basic.min.js'), 'plotly.js');
  copyFileSync(path.join(plotly, 'LICENSE'), path.join(output, 'plotly-LICENSE'));
  for (const file of catalogs()) pack(path.join(locale, file), `locale-${file}`);
  await buildConcepts();
}

await buildAll();
if (process.argv.includes('--watch')) {
  let timer;
  const again = () => {
    clearTimeout(timer);
    // An editor writes a file in several steps.
    timer = setTimeout(() => void buildAll().catch((error) => console.error(error.message)), 300);
  };
  for (const folder of ['src', 'style']) watch(path.join(root, folder), { recursive: true }, again);
}
