// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { display } from '../../harness';

const { CoursePathModel } = await import('../../../src/views/course-path/model');
const { CoursePathView } = await import('../../../src/views/course-path/view');
const { begin, setDone } = await import('../../../src/shared/course/progress');

const LESSONS = [
  { number: 1, title: 'A line', part: 'Course: first', minutes: 10, needs: [], file: '01-a.ipynb' },
  { number: 2, title: 'Digits', part: 'Course: first', minutes: 15, needs: [1], file: '02-b.ipynb' },
  {
    number: 12,
    title: 'Kernels',
    part: 'Course: images',
    minutes: 120,
    needs: [1, 2, 99],
    file: '12-c.ipynb',
  },
];

describe('CoursePathView', () => {
  beforeEach(() => localStorage.clear());
  afterEach(() => document.body.replaceChildren());

  const show = (traits: Record<string, unknown> = { lessons: LESSONS }) => {
    const root = display(CoursePathModel, CoursePathView, traits).view.el;
    const step = (number: number) => root.querySelector<HTMLElement>(`[data-number="${number}"]`)!;
    const words = (): string => root.querySelector('.dlw-path-words')!.textContent;
    const onward = (): string => root.querySelector('.dlw-path-onward')!.textContent;
    const button = (number: number) => step(number).querySelector('button')!;
    return { root, step, words, onward, button };
  };

  it('has the parts with their tutorials, times and what each builds on', () => {
    const { root, step, words, onward } = show();
    const parts = [...root.querySelectorAll('h2')].map((one) => one.textContent.replace(/\u00a0/g, ' '));
    expect(parts).toEqual(['First 25 min', 'Images 2 h']);
    expect(words().replace(/\u00a0/g, ' ')).toBe('3 tutorials, about 2.5 h in all');
    expect(onward()).toBe('Start with 01 A line');
    expect(step(12).querySelector('.dlw-path-facts')!.textContent).toContain('Builds on 01, 02');
    expect(step(2).querySelector('a.dlw-path-title')!.getAttribute('href')).toBe('02-b.ipynb');
  });

  it('keeps what the reader marks, and shows it again', () => {
    const first = show();
    first.button(1).click();
    expect(first.button(1).getAttribute('aria-pressed')).toBe('true');
    expect(document.activeElement === document.body || first.root.contains(document.activeElement)).toBe(
      true,
    );
    const second = show();
    expect(second.step(1).dataset.standing).toBe('done');
    expect(second.words().replace(/\u00a0/g, ' ')).toBe('1 of 3 done, about 2.5 h left');
    expect(second.onward()).toBe('Continue with 02 Digits');
    second.button(1).click();
    expect(first.step(1).dataset.standing).toBe('begun'); // both follow
  });

  it('goes on with what was opened last', () => {
    begin(12);
    const { step, onward } = show();
    expect(onward()).toBe('Continue with 12 Kernels');
    expect(step(12).hasAttribute('data-next')).toBe(true);
    expect(step(12).querySelector('.dlw-sr-only')!.textContent).toBe(' (Begun)');
  });

  it('says when all is done', () => {
    for (const { number } of LESSONS) setDone(number, true);
    const { root, words } = show();
    expect(words()).toBe('You have done all tutorials.');
    expect(root.querySelector<HTMLElement>('.dlw-path-onward')!.hidden).toBe(true);
    expect(root.querySelector('[role="progressbar"]')!.getAttribute('aria-valuenow')).toBe('3');
  });

  it('says what to do where there are none, or they can’t be opened from here', () => {
    expect(show({ lessons: [] }).root.textContent).toContain('No tutorials are here.');
    const { root } = show({ lessons: LESSONS, linked: false });
    expect(root.textContent).toContain('To open a tutorial, run dlwidgets serve');
    expect(root.querySelector('a')).toBeNull();
  });
});
