import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { Rest } from '../../../../src/views/chart/drawing/rest';

describe('Rest', () => {
  beforeAll(() => {
    vi.useFakeTimers();
  });
  afterAll(() => {
    vi.useRealTimers();
  });

  it('is taken once it is due, once', () => {
    const overdue = vi.fn();
    const rest = new Rest(overdue);
    vi.advanceTimersByTime(100);
    expect(rest.take()).toBe(false);
    rest.plan(60);
    expect(rest.take()).toBe(false);
    vi.advanceTimersByTime(60);
    expect(rest.take()).toBe(true);
    expect(rest.take()).toBe(false);
    vi.advanceTimersByTime(5000);
    expect(overdue).not.toHaveBeenCalled();
  });

  it('is planned for the earliest moment that was asked for', () => {
    const rest = new Rest(vi.fn());
    rest.plan(1000);
    rest.plan(60);
    rest.plan(2000);
    vi.advanceTimersByTime(60);
    expect(rest.take()).toBe(true);
  });

  it('is not taken by two charts after the same frame', () => {
    const [one, other] = [new Rest(vi.fn()), new Rest(vi.fn())];
    vi.advanceTimersByTime(100);
    for (const rest of [one, other]) rest.plan(0);
    expect([one.take(), other.take()]).toEqual([true, false]);
    vi.advanceTimersByTime(100);
    expect(other.take()).toBe(true);
  });

  it('asks for a frame when no points come', () => {
    const overdue = vi.fn();
    const rest = new Rest(overdue);
    rest.plan(60);
    vi.advanceTimersByTime(600);
    expect(overdue).toHaveBeenCalledOnce();
    rest.plan(60);
    rest.cancel();
    vi.advanceTimersByTime(600);
    expect(overdue).toHaveBeenCalledOnce();
  });
});
