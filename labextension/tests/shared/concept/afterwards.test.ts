// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest';

import { Afterwards } from '../../../src/shared/concept/afterwards';

/** Stands in for a browser that tells when it has time; returns what makes it have some. */
function stubIdle(): () => void {
  let waiting = new Map<number, () => void>();
  let handles = 0;
  vi.stubGlobal('requestIdleCallback', (act: () => void) => {
    handles += 1;
    waiting.set(handles, act);
    return handles;
  });
  vi.stubGlobal('cancelIdleCallback', (handle: number) => waiting.delete(handle));
  return () => {
    const due = waiting;
    waiting = new Map();
    for (const act of due.values()) act();
  };
}

describe('what follows a frame', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('is done once there is time, once for all requests', () => {
    const idle = stubIdle();
    const act = vi.fn();
    const afterwards = new Afterwards(act);
    afterwards.request();
    afterwards.request();
    expect(act).not.toHaveBeenCalled();
    idle();
    expect(act).toHaveBeenCalledTimes(1);
    afterwards.request();
    idle();
    expect(act).toHaveBeenCalledTimes(2);
  });

  it('is done at once if asked for, and not a second time', () => {
    const idle = stubIdle();
    const act = vi.fn();
    const afterwards = new Afterwards(act);
    afterwards.request();
    afterwards.now();
    expect(act).toHaveBeenCalledTimes(1);
    idle();
    expect(act).toHaveBeenCalledTimes(1);
  });

  it('is left out where its view has gone', () => {
    const idle = stubIdle();
    const act = vi.fn();
    const afterwards = new Afterwards(act);
    afterwards.request();
    afterwards.dispose();
    idle();
    expect(act).not.toHaveBeenCalled();
  });

  it('is done at once in browsers that do not tell when they have time', () => {
    const act = vi.fn();
    new Afterwards(act).request();
    expect(act).toHaveBeenCalledTimes(1);
  });
});
