import { beforeEach, describe, expect, it, vi } from 'vitest';

import { type Clock, FrameScheduler } from '../../src/core/frame-scheduler';
import { Page } from '../../src/core/page';

/** Time that passes only when the test says so; frames come every 16 ms. */
class FakeClock implements Clock {
  time = 0;
  /** How long the browser takes after the draws of a frame, in ms. */
  painting = 1;
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

  afterPaint(run: () => void): void {
    this.setTimer(run, this.painting);
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
    coalescer = new FrameScheduler(draw, { clock, page: new Page(clock) });
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
    const page = new Page(clock);
    const charts = Array.from({ length: 6 }, () => new FrameScheduler(draw, { clock, page }));
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
    const figure = new FrameScheduler(draw, { clock, page: new Page(clock), parts: 20 });
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

  it('takes along what only waits for a frame', () => {
    const page = new Page(clock);
    const slow = new FrameScheduler(draw, { clock, page });
    const other = vi.fn();
    const beside = new FrameScheduler(other, { clock, page });
    clock.painting = 60;
    for (let i = 0; i < 20; i += 1) {
      slow.request();
      clock.advance(200);
    }
    beside.request();
    clock.advance(2);
    expect(other).not.toHaveBeenCalled();
    slow.request(true);
    clock.advance(16);
    expect(other).toHaveBeenCalledTimes(1);
    clock.advance(1000);
    expect(other).toHaveBeenCalledTimes(1);
  });
});

describe('Page', () => {
  let clock: FakeClock;
  let page: Page;
  let frames: Set<number>;
  let schedulers: FrameScheduler[];

  /** For a second each view has news four times, one after the other. */
  function look(): void {
    frames.clear();
    for (let round = 0; round < 4; round += 1) {
      for (const one of schedulers) {
        one.request();
        clock.advance(10);
      }
      clock.advance(250 - 10 * schedulers.length);
    }
  }

  beforeEach(() => {
    clock = new FakeClock();
    page = new Page(clock);
    frames = new Set();
    schedulers = [1, 2, 3, 4].map(
      () => new FrameScheduler(() => frames.add(Math.floor(clock.now() / 16)), { clock, page }),
    );
  });

  it('has a frame for each piece of news while its frames are quick', () => {
    look();
    look();
    expect(frames.size).toBeGreaterThan(8);
  });

  it('shares a frame among the news of a look where its frames are slow, and leaves out no look', () => {
    clock.painting = 20;
    for (let i = 0; i < 10; i += 1) look();
    expect(frames.size).toBeLessThan(7);
    expect(frames.size).toBeGreaterThan(3);
  });

  it('lets prompt draws wait only while others draw', () => {
    clock.painting = 20;
    for (let i = 0; i < 10; i += 1) look();
    const draw = vi.fn();
    const points = new FrameScheduler(draw, { clock, page, prompt: true });
    const ask = (): number => {
      draw.mockClear();
      for (let i = 0; i < 10; i += 1) {
        points.request();
        clock.advance(17);
      }
      return draw.mock.calls.length;
    };
    expect(ask()).toBeLessThan(4);
    clock.advance(1000);
    expect(ask()).toBe(10);
  });

  it('lets nobody wait who has just done something', () => {
    clock.painting = 20;
    for (let i = 0; i < 10; i += 1) look();
    page.act();
    frames.clear();
    schedulers[0]!.request();
    clock.advance(17);
    expect(frames.size).toBe(1);
    schedulers[1]!.request();
    clock.advance(17);
    expect(frames.size).toBe(2);
  });
});
