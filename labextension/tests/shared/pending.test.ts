// @vitest-environment happy-dom
import { afterEach, expect, it, vi } from 'vitest';

import { wordTop } from '../../src/shared/pending';

afterEach(() => document.body.replaceChildren());

function box(top: number, height: number, className = ''): HTMLElement {
  const element = document.createElement('div');
  element.className = className;
  vi.spyOn(element, 'getBoundingClientRect').mockReturnValue(new DOMRect(0, top, 100, height));
  document.body.append(element);
  return element;
}

it('puts its word where the view is seen', () => {
  expect(wordTop(box(300, 200))).toBe(4);
  expect(wordTop(box(-1000, 3000))).toBe(1008);
  expect(wordTop(box(-1000, 1010))).toBe(978);
  box(0, 60, 'dlw-sample-strip');
  expect(wordTop(box(-1000, 3000))).toBe(1068);
});
