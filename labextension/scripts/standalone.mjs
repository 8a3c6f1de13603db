/**
 * Build what a page of one file consists of into build/standalone: the same views as in Jupyter, without Jupyter.
 *
 * Usage: node scripts/standalone.mjs [--development]
 *
 * Vite comes with Vitest. Its bundler puts a script into one file, and its styles into another, without settings.
 */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';

const root = path.dirname(import.meta.dirname);
const source = path.join(root, 'src', 'standalone');
const output = path.join(root, 'build', 'standalone');
const minify = !process.argv.includes('--development');
/** Parts of the page's own code stand where Jupyter's packages would be. */
const alias = [
  { find: '@jupyter-widgets/base', replacement: path.join(source, 'jupyter-base.ts') },
  { find: /^plotly\.js-.*$/, replacement: path.join(source, 'left-out.ts') },
];

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
      minify,
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

rmSync(output, { recursive: true, force: true });
mkdirSync(output, { recursive: true });
await bundle('boot.ts', 'boot');
await bundle('index.ts', 'app');
pack(path.join(output, 'app.js'), 'app.js');
rmSync(path.join(output, 'app.js'));
pack(path.join(root, 'node_modules/plotly.js-basic-dist-min/plotly-basic.min.js'), 'plotly.js');
const locale = path.join(root, 'src', 'locale');
for (const file of readdirSync(locale)) {
  // The invented language is for tests.
  if (file.endsWith('.json') && file !== 'xx.json') pack(path.join(locale, file), `locale-${file}`);
}
copyFileSync(
  path.join(root, 'node_modules/plotly.js-basic-dist-min/LICENSE'),
  path.join(output, 'plotly-LICENSE'),
);
