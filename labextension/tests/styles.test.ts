import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');

/** Classes by style sheet, as far as a view has them to itself. */
function classesOf(file: string): Set<string> {
  return new Set(
    [...readFileSync(join(root, file), 'utf8').matchAll(/\.(dlw-[a-z0-9-]+)/g)].map((m) => m[1]!),
  );
}

it('a concept widget has no class of another view', () => {
  const list = readFileSync(join(root, 'src/standalone/concepts.css'), 'utf8');
  const concepts = [...list.matchAll(/'\.\.\/(views\/[^']+\.css)'/g)].map((m) => `src/${m[1]!}`);
  expect(concepts.length).toBeGreaterThan(2);
  const sheets = (folder: string): string[] =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.css'))
      .map((name) => `${folder}/${name}`);
  const shared = classesOf('style/concept.css');
  const others = [...sheets('src'), ...sheets('style')].filter(
    (file) => !['style/concept.css', 'style/base.css', 'style/button.css'].includes(file),
  );
  const found: string[] = [];
  for (const concept of concepts) {
    const own = [...classesOf(concept)].filter(
      (name) => !shared.has(name) && !/^dlw-(tool|button|dark|number|concept)/.test(name),
    );
    for (const other of others.filter((file) => file !== concept)) {
      const theirs = classesOf(other);
      found.push(...own.filter((name) => theirs.has(name)).map((name) => `${name}: ${concept}, ${other}`));
    }
  }
  // What concept widgets share is in the page beside all other views.
  for (const other of others.filter((file) => file.startsWith('src/views/') && !concepts.includes(file))) {
    const theirs = classesOf(other);
    found.push(
      ...[...shared]
        .filter((name) => theirs.has(name) && !/^dlw-(tool|button)$/.test(name))
        .map((name) => `${name}: shared, ${other}`),
    );
  }
  expect(found).toEqual([]);
});
