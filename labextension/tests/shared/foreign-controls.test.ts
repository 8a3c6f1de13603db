// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it } from 'vitest';

import { setLanguage, setLoader } from '../../src/core/i18n';
import { el } from '../../src/shared/dom';
import { translateControls } from '../../src/shared/foreign-controls';
import { settle } from '../harness';

const CATALOG = {
  '': { plurals: { '{n} images shown': '{n} image shown' } },
  Epochs: '轮数',
  'Choose a data set.': '选择数据集。',
  'handwritten digits': '手写数字',
  '{n} image shown': ['显示 {n} 张图像'],
  cat: '猫',
};

let stop: () => void;

beforeEach(() => {
  setLoader((tag) => (tag === 'zh' ? Promise.resolve(CATALOG) : Promise.reject(new Error('none'))));
});

afterEach(async () => {
  stop();
  document.body.replaceChildren();
  await setLanguage('en');
});

/** A form as ipywidgets builds it: a menu and a label. */
function form(): { root: HTMLElement; label: HTMLElement; option: HTMLElement; message: HTMLElement } {
  const label = el('label', 'widget-label', { title: 'Choose a data set.' }, 'Epochs');
  const option = el('option', '', { value: 'digits' }, 'handwritten\u00a0digits');
  const message = el('div', 'jupyter-widgets widget-label', {}, '3 images shown');
  const root = el(
    'div',
    'jupyter-widgets widget-vbox dlw-form',
    {},
    el('div', 'jupyter-widgets widget-dropdown', {}, label, el('select', '', {}, option)),
    message,
  );
  return { root, label, option, message };
}

it('leaves a name that the user gave as it is, in a menu whose other entries are translated', async () => {
  const { root, option } = form();
  const own = el('option', '', { value: '1' }, 'cat\u2060');
  option.after(own);
  document.body.append(root);
  stop = translateControls();
  await setLanguage('zh');
  expect([option.textContent, own.textContent]).toEqual(['手写数字', 'cat\u2060']);
});

it('translates labels, tooltips and menus that are there, and those that come or change', async () => {
  const { root, label, option, message } = form();
  document.body.append(root);
  stop = translateControls();
  await setLanguage('zh');
  expect([label.textContent, label.title, option.textContent]).toEqual(['轮数', '选择数据集。', '手写数字']);
  expect(message.textContent).toBe('显示 3 张图像');
  message.textContent = '4 images shown';
  label.title = 'Epochs';
  const late = form();
  document.body.append(el('section', '', {}, late.root));
  await settle();
  expect([message.textContent, label.title, late.label.textContent]).toEqual([
    '显示 4 张图像',
    '轮数',
    '轮数',
  ]);
  expect((option as HTMLOptionElement).value).toBe('digits');
});

it('gives the English texts back, also of what changed meanwhile', async () => {
  const { root, label, message } = form();
  document.body.append(root);
  stop = translateControls();
  await setLanguage('zh');
  message.textContent = 'Epochs';
  await settle();
  expect(message.textContent).toBe('轮数');
  await setLanguage('en');
  expect([label.textContent, label.title, message.textContent]).toEqual([
    'Epochs',
    'Choose a data set.',
    'Epochs',
  ]);
});

it("leaves alone what isn't ours, what users typed, and what is marked as theirs", async () => {
  const field = el('textarea', '', {}, 'Epochs');
  const named = el('div', '', { translate: 'no', title: 'cat' }, 'cat');
  const marked = el('div', 'jupyter-widgets notranslate', {}, el('span', '', {}, 'cat'));
  const own = el('div', 'jupyter-widgets dlw dlw-class-bars', {}, 'cat');
  const code = el('code', '', {}, 'cat');
  const ours = el('div', 'jupyter-widgets dlw-page', {}, field, named, marked, own, code);
  const foreign = el('div', 'jupyter-widgets widget-vbox', {}, 'Epochs');
  document.body.append(ours, foreign);
  stop = translateControls();
  await setLanguage('zh');
  for (const node of [field, named, marked, own, code, foreign])
    expect(node.textContent).toMatch(/^(cat|Epochs)$/);
  expect(named.title).toBe('cat');
  named.firstChild!.nodeValue = 'Epochs';
  await settle();
  expect(named.textContent).toBe('Epochs');
});

it('watches nothing while the page is in English', async () => {
  stop = translateControls();
  await setLanguage('zh');
  await setLanguage('en');
  const { root, label } = form();
  document.body.append(root);
  await settle();
  expect(label.textContent).toBe('Epochs');
});
