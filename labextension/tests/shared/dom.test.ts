// @vitest-environment happy-dom
import { afterEach, expect, it, vi } from 'vitest';

import { setLanguage, setLoader, t } from '../../src/core/i18n';
import { el, keepHeight, svg } from '../../src/shared/dom';

afterEach(() => setLanguage('en'));

it('keeps fixed texts in the language of the reader', async () => {
  setLoader(() => Promise.resolve({ Undo: '撤销', 'Remove the last stroke (U)': '删除最后一笔 (U)' }));
  const button = el('button', '', { title: () => t('Remove the last stroke (U)') }, el('i'), () => t('Undo'));
  const hint = svg('title', {}, () => t('Undo'));
  expect([button.title, button.textContent, hint.textContent]).toEqual([
    'Remove the last stroke (U)',
    'Undo',
    'Undo',
  ]);
  await setLanguage('zh');
  expect([button.title, button.textContent, hint.textContent]).toEqual(['删除最后一笔 (U)', '撤销', '撤销']);
  expect(button.firstElementChild!.localName).toBe('i');
});

it('keeps the height of an empty view until its width changes', () => {
  let resized = (): void => undefined;
  vi.stubGlobal(
    'ResizeObserver',
    class {
      constructor(callback: () => void) {
        resized = callback;
      }
      observe = vi.fn();
      disconnect = vi.fn();
    },
  );
  const size = { width: 800, height: 300 };
  const root = el('div');
  Object.defineProperty(root, 'offsetWidth', { get: () => size.width });
  Object.defineProperty(root, 'offsetHeight', { get: () => size.height });
  keepHeight(root, true);
  expect(root.style.minHeight).toBe('300px');
  size.width = 0; // in a tab that is not shown
  resized();
  expect(root.style.minHeight).toBe('300px');
  size.width = 420;
  resized();
  expect(root.style.minHeight).toBe('');
  keepHeight(root, true);
  expect(root.style.minHeight).toBe('');
  keepHeight(root, false);
  keepHeight(root, true);
  expect(root.style.minHeight).toBe('300px');
  keepHeight(root, false);
  expect(root.style.minHeight).toBe('');
  vi.unstubAllGlobals();
});
