// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { connect, display } from '../../harness';

const saved = vi.fn();
vi.mock(import('../../../src/shared/dom'), async (original) => ({ ...(await original()), download: saved }));

const { DownloadModel } = await import('../../../src/views/download-button/model');
const { DownloadView } = await import('../../../src/views/download-button/view');

describe('DownloadView', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    saved.mockReset();
  });

  afterEach(() => {
    vi.useRealTimers();
    document.body.replaceChildren();
  });

  const shown = () => {
    const { model, view } = display(DownloadModel, DownloadView, { label: 'Steps' });
    const sent = connect(model);
    const button = view.el.querySelector('button')!;
    const answer = (content: object, at = 0): void => {
      const buffers = [new DataView(new ArrayBuffer(3))];
      model.trigger(
        'msg:custom',
        { type: 'file', name: 'a.csv', request: sent[at]!.request, ...content },
        buffers,
      );
    };
    return { view, sent, button, answer };
  };

  it('saves one file for a press, and asks once while it waits', () => {
    const { sent, button, answer } = shown();
    button.click();
    button.click();
    expect(sent).toHaveLength(1);
    expect(button.getAttribute('aria-busy')).toBe('true');
    answer({ request: -1 });
    expect(saved).not.toHaveBeenCalled();
    answer({});
    answer({});
    expect(saved).toHaveBeenCalledExactlyOnceWith('a.csv', expect.any(DataView), expect.any(String));
    expect(button.getAttribute('aria-busy')).toBeNull();
  });

  it('saves a late file, once for two presses', () => {
    const { button, answer } = shown();
    button.click();
    vi.advanceTimersByTime(11_000);
    expect(button.textContent).toBe("The kernel hasn't answered yet");
    button.click();
    answer({}, 0);
    answer({}, 1);
    expect(saved).toHaveBeenCalledOnce();
    expect(button.textContent).toBe('Steps');
  });

  it('shows why there is no file', () => {
    const { button, answer } = shown();
    button.click();
    answer({ type: 'error', text: 'No step has been recorded yet.' });
    expect(saved).not.toHaveBeenCalled();
    expect(button.textContent).toBe('No step has been recorded yet.');
    button.click();
    expect(button.textContent).toBe('Steps');
  });

  it('saves nothing once it is gone', () => {
    const { view, button, answer } = shown();
    button.click();
    view.remove();
    answer({});
    expect(saved).not.toHaveBeenCalled();
  });
});
