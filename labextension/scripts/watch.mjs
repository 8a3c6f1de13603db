/**
 * Rebuild the front end whenever a file is saved; a page shows it after a refresh.
 *
 * Usage: node scripts/watch.mjs PREFIX, where PREFIX is the environment in which dlwidgets is installed.
 *
 * The output folder becomes a link to the folder that Jupyter serves. The other way round (what
 * `jupyter labextension develop` does) is refused by Voila, which serves no files behind links.
 */
import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';

const root = path.dirname(import.meta.dirname);
const served = path.resolve(process.argv[2] ?? '', 'share/jupyter/labextensions/dlwidgets');
const output = path.join(root, 'build');
const modules = path.join(root, 'node_modules');

if (!existsSync(served)) {
  console.error(`Expected dlwidgets to be installed. Received: no folder ${served}. Run "make watch".`);
  process.exit(1);
}

const node = (script, ...options) => [process.execPath, [script, ...options], { cwd: root }];
const run = (script, ...options) => node(path.join(modules, script), ...options);
const compile = run('typescript/bin/tsc', '-p', 'tsconfig.build.json', '--pretty');
const bundle = run(
  '@jupyter/builder/lib/build-labextension.js',
  ...['--core-package-file', path.join(modules, '@jupyterlab/core-meta/core.package.json')],
  ...['--development', '--source-map', '--watch', root],
);

const children = [];
const start = ([command, options, settings]) => {
  const child = spawn(command, options, { ...settings, stdio: 'inherit' });
  child.on('exit', () => stop());
  children.push(child);
};
const stop = () => {
  rmSync(output, { force: true });
  for (const child of children) child.kill();
  process.exit();
};

rmSync(output, { recursive: true, force: true });
symlinkSync(served, output, 'dir');
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop);

// The bundler reads what the compiler writes: once before it starts, then as files are saved.
spawnSync(compile[0], compile[1], { ...compile[2], stdio: 'inherit' });
compile[1].push('--watch', '--preserveWatchOutput');
start(compile);
start(bundle);
// The bundler empties the folder first.
setTimeout(() => {
  copyFileSync(path.join(root, 'install.json'), path.join(served, 'install.json'));
  start(node(path.join(root, 'scripts', 'standalone.mjs'), '--watch'));
}, 5000);
