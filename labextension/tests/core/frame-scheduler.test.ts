import { beforeEach, describe, expect, it, vi } from 'vitest';

import { type Clock, FrameScheduler } from '../../src/core/frame-scheduler';

/** Time that passes only when the test says so; frames come every 16 ms. */
class FakeClock implements Clock {
  time = 0;
  private due: { at: number; run: () => void; handle: number }[] = [];
  private handles = 0;

  now(): number {
    return this.time;
  }

  requestFrame(run: () => void): number {
    return this.add(Math.floor(this.time / 16 + 1) * 16, run);
  }

  setTimer(run: () => void, ms: number): number {
    return this.add(this.time + ms, run);
  }

  cancelFrame(handle: number): void {
    this.due = this.due.filter((entry) => entry.handle !== handle);
  }

  clearTimer(handle: number): void {
    this.cancelFrame(handle);
  }

  advance(ms: number): void {
    const end = this.time + ms;
    for (;;) {
      const [next] = this.due.filter((entry) => entry.at <= end).sort((a, b) => a.at - b.at);
      if (!next) break;
      this.cancelFrame(next.handle);
      this.time = Math.max(this.time, next.at);
      next.run();
    }
    this.time = Math.max(this.time, end);
  }

  private add(at: number, run: () => void): number {
    this.handles += 1;
    this.due.push({ at, run, handle: this.handles });
    return this.handles;
  }
}

describe('FrameScheduler', () => {
  let clock: FakeClock;
  let cost: number;
  const draw = vi.fn();
  let coalescer: FrameScheduler;

  beforeEach(() => {
    clock = new FakeClock();
    cost = 0;
    draw.mockReset();
    draw.mockImplementation(() => (clock.time += cost));
    coalescer = new FrameScheduler(draw, clock, new Set());
  });

  it('draws once for many requests', () => {
    for (let i = 0; i < 1000; i += 1) coalescer.request();
    expect(draw).not.toHaveBeenCalled();
    clock.advance(100);
    expect(draw).toHaveBeenCalledTimes(1);
  });

  it('draws again for a request that comes after the draw, and never without one', () => {
    coalescer.request();
    clock.advance(20);
    coalescer.request();
    clock.advance(1000);
    expect(draw).toHaveBeenCalledTimes(2);
  });

  it('leaves most of the time to the page when drawing is slow', () => {
    cost = 50;
    for (let i = 0; i < 2000; i += 1) {
      coalescer.request();
      clock.advance(1);
    }
    const share = (draw.mock.calls.length * cost) / clock.time;
    expect(share).toBeLessThan(0.55);
    expect(draw.mock.calls.length).toBeGreaterThan(5);
  });

  it('shares the time of the page among its charts', () => {
    cost = 40;
    const peers = new Set<FrameScheduler>();
    const charts = Array.from({ length: 6 }, () => new FrameScheduler(draw, clock, peers));
    for (let i = 0; i < 4000; i += 1) {
      for (const chart of charts) chart.request();
      clock.advance(1);
    }
    const share = (draw.mock.calls.length * cost) / clock.time;
    expect(share).toBeLessThan(0.6);
    expect(share).toBeGreaterThan(0.3);
  });

  it('takes no more than its part of the time', () => {
    cost = 10;
    const figure = new FrameScheduler(draw, clock, new Set(), 20);
    for (let i = 0; i < 4000; i += 1) {
      figure.request();
      clock.advance(1);
    }
    const share = (draw.mock.calls.length * cost) / clock.time;
    expect(share).toBeLessThan(0.06);
    expect(share).toBeGreaterThan(0.03);
  });

  it('draws cheap pictures at the rate they are asked for', () => {
    cost = 5;
    for (let i = 0; i < 10; i += 1) {
      coalescer.request();
      clock.advance(100);
    }
    expect(draw).toHaveBeenCalledTimes(10);
  });

  it('does not let the user wait', () => {
    cost = 80;
    coalescer.request();
    clock.advance(20);
    coalescer.request();
    coalescer.request(true);
    clock.advance(17);
    expect(draw).toHaveBeenCalledTimes(2);
  });

  it('holds draws back and lets one through afterwards', () => {
    coalescer.hold(true);
    for (let i = 0; i < 10; i += 1) coalescer.request();
    clock.advance(1000);
    expect(draw).not.toHaveBeenCalled();
    coalescer.hold(false);
    clock.advance(20);
    expect(draw).toHaveBeenCalledTimes(1);
  });

  it('draws no more once disposed', () => {
    coalescer.request();
    coalescer.dispose();
    coalescer.request(true);
    clock.advance(1000);
    expect(draw).not.toHaveBeenCalled();
  });
});
