import { describe, expect, it } from 'vitest';

import { lessonsOf, nextOf, timeText } from '../../../src/shared/course/lessons';
import type { Mark } from '../../../src/shared/course/progress';

const LESSONS = lessonsOf([
  { number: 1, title: 'One', part: 'Course: first networks', needs: [] },
  { number: 2, title: 'Two', part: '课程：起步', needs: [1] },
  { number: 3, title: 'Three', needs: [2, 'x'] },
]);

const marks = (...given: [number, boolean, number][]): Map<number, Mark> =>
  new Map(given.map(([number, done, at]) => [number, { done, at }]));

describe('lessons', () => {
  it('have parts without the word that all parts have', () => {
    expect(LESSONS.map(({ part }) => part)).toEqual(['First networks', '起步', '']);
    expect(LESSONS[2]!.needs).toEqual([2]);
  });

  it('go on with the first that is not done, or with what was begun last', () => {
    expect(nextOf(LESSONS, marks())?.number).toBe(1);
    expect(nextOf(LESSONS, marks([1, true, 5]))?.number).toBe(2);
    expect(nextOf(LESSONS, marks([1, false, 9], [3, false, 5]))?.number).toBe(1);
    expect(nextOf(LESSONS, marks([1, true, 9], [2, false, 5], [3, false, 6]))?.number).toBe(3);
    expect(nextOf(LESSONS, marks([1, true, 1], [2, true, 2], [3, true, 3]))).toBeNull();
  });

  it('skip what builds on something that is not done', () => {
    const [, two, three] = LESSONS;
    expect(nextOf([{ ...two!, needs: [3] }, three!].reverse(), marks())?.number).toBe(3);
    expect(
      nextOf(
        [
          { ...two!, needs: [3] },
          { ...three!, needs: [] },
        ],
        marks(),
      )?.number,
    ).toBe(3);
  });

  it('take minutes, and from two hours on half hours', () => {
    expect([0, 15, 119, 120, 500].map(timeText)).toEqual([
      '',
      '15\u00a0min',
      '119\u00a0min',
      '2\u00a0h',
      '8.5\u00a0h',
    ]);
  });
});
