import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { Courier } from '../../src/latent-pad/courier';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

const made = () => {
  const sent: unknown[][] = [];
  return { sent, courier: new Courier((place, asked, when) => sent.push([...place, asked, when])) };
};

it('sends the first place at once, and then only the newest, one at a time', () => {
  const { sent, courier } = made();
  courier.offer([1, 1], 10);
  courier.offer([2, 2], 20);
  courier.offer([3, 3], 30);
  expect(sent).toEqual([[1, 1, 1, 10]]);
  courier.answered(1);
  expect(sent).toEqual([
    [1, 1, 1, 10],
    [3, 3, 2, 30],
  ]);
  courier.answered(2);
  expect(sent).toHaveLength(2);
});

it('takes an answer to an older place for no answer', () => {
  const { sent, courier } = made();
  courier.offer([1, 1]);
  courier.answered(0);
  courier.offer([2, 2]);
  expect(sent).toHaveLength(1);
});

it('goes on when no answer comes', () => {
  const { sent, courier } = made();
  courier.offer([1, 1]);
  courier.offer([2, 2]);
  vi.advanceTimersByTime(500);
  expect(sent).toHaveLength(2);
  courier.dispose();
  vi.advanceTimersByTime(5000);
  expect(sent).toHaveLength(2);
});
