// @vitest-environment happy-dom
import { afterEach, expect, it } from 'vitest';

import { setLanguage, setLoader, t } from '../../src/core/i18n';
import { el, svg } from '../../src/shared/dom';

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
