import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { LatestSender } from '../../src/shared/latest-sender';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

const made = () => {
  const sent: unknown[][] = [];
  return { sent, sender: new LatestSender((place, asked, when) => sent.push([...place, asked, when])) };
};

it('sends two places, and then only the newest, when one of them is answered', () => {
  const { sent, sender } = made();
  for (let i = 1; i <= 6; i++) sender.offer([i, i], 10 * i);
  expect(sent).toEqual([
    [1, 1, 1, 10],
    [2, 2, 2, 20],
  ]);
  sender.answered(1);
  expect(sent.slice(2)).toEqual([[6, 6, 3, 60]]);
  sender.answered(3);
  expect(sent).toHaveLength(3);
});

it('takes the answer to a place for the answer to all before it', () => {
  const { sent, sender } = made();
  sender.offer([1, 1]);
  sender.offer([2, 2]);
  sender.answered(2);
  for (let i = 3; i <= 7; i++) sender.offer([i, i]);
  expect(sent).toHaveLength(4);
});

it('takes an answer to an older place for no answer', () => {
  const { sent, sender } = made();
  for (let i = 1; i <= 3; i++) sender.offer([i, i]);
  sender.answered(1);
  sender.answered(1);
  sender.answered(0);
  sender.offer([4, 4]);
  expect(sent).toHaveLength(3);
});

it('goes on when no answer comes', () => {
  const { sent, sender } = made();
  for (let i = 1; i <= 4; i++) sender.offer([i, i]);
  expect(sent).toHaveLength(2);
  vi.advanceTimersByTime(500);
  expect(sent).toHaveLength(3);
  for (let i = 5; i <= 9; i++) sender.offer([i, i]);
  sender.dispose();
  const before = sent.length;
  vi.advanceTimersByTime(5000);
  expect(sent).toHaveLength(before);
});

it('sends the newest place at once where something else is said after it', () => {
  const { sent, sender } = made();
  for (let i = 1; i <= 4; i++) sender.offer([i, i], i);
  sender.flush();
  expect(sent.at(-1)).toEqual([4, 4, 3, 4]);
  sender.flush();
  sender.answered(3);
  expect(sent).toHaveLength(3);
});

it('sends no queue of places to a kernel that is slow', () => {
  const { sent, sender } = made();
  sender.offer([1, 1]);
  vi.advanceTimersByTime(1000);
  sender.answered(1);
  const before = sent.length;
  for (let i = 2; i <= 40; i++) {
    sender.offer([i, i]);
    vi.advanceTimersByTime(40);
  }
  expect(sent).toHaveLength(before + 2);
  vi.advanceTimersByTime(500);
  expect(sent).toHaveLength(before + 3);
});
