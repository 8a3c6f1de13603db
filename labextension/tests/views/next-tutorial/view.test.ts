// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { display } from '../../harness';

const { NextTutorialModel } = await import('../../../src/views/next-tutorial/model');
const { NextTutorialView } = await import('../../../src/views/next-tutorial/view');
const { standingOf } = await import('../../../src/shared/course/progress');

const LESSONS = [
  { number: 2, title: 'Digits', minutes: 15, file: '02-b.ipynb' },
  { number: 7, title: 'Clothes', minutes: 20, file: '07-c.ipynb' },
];

describe('NextTutorialView', () => {
  beforeEach(() => localStorage.clear());
  afterEach(() => document.body.replaceChildren());

  const show = (number: number) =>
    display(NextTutorialModel, NextTutorialView, { number, lessons: LESSONS }).view.el;

  it('marks its tutorial as begun when it is shown, and as done when the reader says so', () => {
    const root = show(2);
    expect(standingOf(2)).toBe('begun');
    const button = root.querySelector('button')!;
    expect(button.textContent).toBe('Mark as done');
    button.click();
    expect(standingOf(2)).toBe('done');
    expect(button.textContent).toBe('Done');
    expect(button.getAttribute('aria-pressed')).toBe('true');
    show(2); // opened again
    expect(standingOf(2)).toBe('done');
  });

  it('leads to the next tutorial that there is, and to all', () => {
    const links = [...show(2).querySelectorAll('a')];
    expect(links.map((link) => [link.textContent, link.getAttribute('href')])).toEqual([
      ['Next 07 Clothes', '07-c.ipynb'],
      ['All tutorials', 'index.ipynb'],
    ]);
  });

  it('says that the last one is the last', () => {
    expect(show(7).textContent).toContain('This is the last tutorial.');
  });
});
