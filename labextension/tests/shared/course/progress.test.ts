// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest';

import {
  KEY,
  begin,
  isKept,
  onProgress,
  progress,
  setDone,
  standingOf,
} from '../../../src/shared/course/progress';

describe('the progress of the course', () => {
  afterEach(() => {
    vi.restoreAllMocks();
    localStorage.clear();
  });

  it('goes from new to begun to done, and back', () => {
    expect(standingOf(2)).toBe('new');
    begin(2);
    expect(standingOf(2)).toBe('begun');
    setDone(2, true);
    expect(standingOf(2)).toBe('done');
    begin(2); // opened once more
    expect(standingOf(2)).toBe('done');
    setDone(2, false);
    expect(standingOf(2)).toBe('begun');
  });

  it('is written where the gallery reads it', () => {
    vi.spyOn(Date, 'now').mockReturnValue(1000);
    setDone(13, true);
    expect(KEY).toBe('dlwidgets:course');
    expect(JSON.parse(localStorage.getItem(KEY)!)).toEqual({ 13: { done: true, at: 1000 } });
  });

  it.each(['{not json', '[]', '7', '{"2": 1, "x": {"done": true}}'])('reads nothing out of %s', (text) => {
    localStorage.setItem(KEY, text);
    expect(progress().size).toBe(0);
  });

  it('tells of changes here and on other pages', () => {
    const changed = vi.fn();
    const stop = onProgress(changed);
    begin(1);
    expect(changed).toHaveBeenCalledTimes(1);
    window.dispatchEvent(new StorageEvent('storage', { key: KEY }));
    expect(changed).toHaveBeenCalledTimes(2);
    window.dispatchEvent(new StorageEvent('storage', { key: 'other' }));
    stop();
    begin(2);
    expect(changed).toHaveBeenCalledTimes(2);
  });

  it('lasts as long as the page where the browser keeps nothing', async () => {
    vi.resetModules();
    const fresh = await import('../../../src/shared/course/progress');
    vi.stubGlobal('localStorage', {
      getItem: () => {
        throw new DOMException('no', 'SecurityError');
      },
      setItem: () => {
        throw new DOMException('no', 'SecurityError');
      },
    });
    expect(fresh.isKept()).toBe(false);
    fresh.setDone(4, true);
    expect(fresh.standingOf(4)).toBe('done');
    vi.unstubAllGlobals();
    expect(isKept()).toBe(true);
  });
});
