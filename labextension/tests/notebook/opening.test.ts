// @vitest-environment happy-dom
import { expect, it, vi } from 'vitest';

import { noteBegun } from '../../src/notebook/begun';
import { openLinked, resolved } from '../../src/notebook/opening';
import { notebookLink } from '../../src/shared/course/links';
import { standingOf } from '../../src/shared/course/progress';

it('finds what a link in a notebook means', () => {
  expect(resolved('index.ipynb', '02-a.ipynb')).toBe('02-a.ipynb');
  expect(resolved('books/tutorials/index.ipynb', '02-a.ipynb')).toBe('books/tutorials/02-a.ipynb');
  expect(resolved('books/dashboards/train.ipynb', '../tutorials/02-a.ipynb')).toBe(
    'books/tutorials/02-a.ipynb',
  );
});

it('opens a notebook that a widget links to', () => {
  const node = document.createElement('div');
  document.body.append(node);
  const open = vi.fn();
  openLinked(node, () => 'tutorials/index.ipynb', open);
  const link = notebookLink('02-a.ipynb', '', 'A');
  node.append(link);
  link.click();
  expect(open).toHaveBeenCalledExactlyOnceWith('tutorials/02-a.ipynb');
});

it('notes that an opened tutorial is begun', () => {
  noteBegun({ metadata: { dlwidgets: { title: 'no number' } } });
  noteBegun(null);
  expect(localStorage.length).toBe(0);
  noteBegun({ metadata: { dlwidgets: { number: 5 } } });
  expect(standingOf(5)).toBe('begun');
  localStorage.clear();
});
