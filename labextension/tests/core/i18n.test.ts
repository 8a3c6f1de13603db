// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import {
  chooseLanguage,
  currentLanguage,
  followPage,
  messageText,
  onLanguageChange,
  setLanguage,
  setLoader,
  t,
  tn,
  translated,
  wantedLanguage,
} from '../../src/core/i18n';

const CATALOGS: Record<string, unknown> = {
  zh: {
    '': { language: 'zh', plural_forms: 'nplurals=1; plural=0;', plurals: { '{n} steps': '{n} step' } },
    Pause: '暂停',
    '{n} step': ['{n} 步'],
    'Epoch {epoch} / {epochs}': '第 {epoch} 轮，共 {epochs} 轮',
    'Not a number: {message}': '不是数：{message}',
    'Reading {name}…': '正在读取 {name}…',
  },
  pl: { '': { plurals: { '{n} steps': '{n} step' } }, '{n} step': ['{n} krok', '{n} kroki', '{n} kroków'] },
  de: { '': {}, '{n} samples in total': '{n} Beispiele insgesamt' },
};

beforeEach(() => {
  setLoader((tag) =>
    tag in CATALOGS ? Promise.resolve(CATALOGS[tag]) : Promise.reject(new Error('no such file')),
  );
});

afterEach(async () => {
  await setLanguage('en');
});

describe('t and tn', () => {
  it('are English without a catalog', async () => {
    expect(t('Epoch {epoch} / {epochs}', { epoch: 3, epochs: 1200 })).toBe('Epoch 3 / 1,200');
    expect([tn('{n} step', '{n} steps', 1), tn('{n} step', '{n} steps', 0)]).toEqual(['1 step', '0 steps']);
    await setLanguage('fr');
    expect([currentLanguage(), t('Pause')]).toEqual(['en', 'Pause']);
  });

  it('are in the language asked for, and English where a text has no translation', async () => {
    await setLanguage('zh-CN');
    expect([currentLanguage(), t('Pause'), t('Resume')]).toEqual(['zh', '暂停', 'Resume']);
    expect(t('Epoch {epoch} / {epochs}', { epochs: 9, epoch: 2 })).toBe('第 2 轮，共 9 轮');
    expect(tn('{n} step', '{n} steps', 5)).toBe('5 步');
  });

  it('choose the form that the language has for a number, and write numbers its way', async () => {
    await setLanguage('pl');
    const steps = [1, 2, 5, 22].map((n) => tn('{n} step', '{n} steps', n));
    expect(steps).toEqual(['1 krok', '2 kroki', '5 kroków', '22 kroki']);
    await setLanguage('de');
    expect(t('{n} samples in total', { n: 60_000 })).toBe('60.000 Beispiele insgesamt');
  });

  it('leave a field without an argument as it is, and put no field of an argument to use', () => {
    expect(t('{a} of {b}', { a: '{b}' })).toBe('{b} of {b}');
  });

  it('mark every text of the invented language, whose fields and plurals stay', async () => {
    await setLanguage('xx');
    expect(t('Text {n}', { n: 1 })).toBe('[Ťéxť 1~~~~]');
    expect(tn('{n} step', '{n} steps', 1)).not.toBe(tn('{n} step', '{n} steps', 2));
  });
});

describe('translated', () => {
  it('gives a message of Python in the language, with the messages in its fields', async () => {
    const message = {
      id: 'Not a number: {message}',
      args: {
        message: { id: '{n} step', plural: '{n} steps', n: 1500, args: { n: 1500 }, text: '1,500 steps' },
      },
      text: 'Not a number: 1,500 steps',
    };
    expect(translated(message)).toBe('Not a number: 1,500 steps');
    await setLanguage('zh');
    expect(translated(message)).toBe('不是数：1,500 步');
    expect(messageText('Pause')).toBe('Pause');
  });

  it.each([
    ['Pause', '暂停'],
    ['\u00a0Pause ', '\u00a0暂停 '],
    ['12 steps', '12 步'],
    ['1 step', '1 步'],
    ['Epoch 2 / 1,000', '第 2 轮，共 1,000 轮'],
    ['Not a number: Pause', '不是数：暂停'],
    ['Reading steps…', '正在读取 steps…'],
    ['paused', 'paused'],
    ['Reading', 'Reading'],
    ['', ''],
  ])('finds the message of the plain text %j', async (text, expected) => {
    await setLanguage('zh');
    expect(translated(text)).toBe(expected);
  });

  it.each([null, undefined, 3, {}, { id: 'Pause' }])('makes no text of %j', (value) => {
    expect(translated(value)).toBe('');
  });
});

describe('the language', () => {
  it('is told to those who listen once it can be shown, and only when it is another', async () => {
    const heard = vi.fn(() => t('Pause'));
    const stop = onLanguageChange(heard);
    await setLanguage('zh');
    await setLanguage('zh-TW');
    expect(heard.mock.results.map((result) => result.value as string)).toEqual(['暂停']);
    stop();
    await setLanguage('en');
    expect(heard).toHaveBeenCalledOnce();
  });

  it('is the one asked for last, whichever catalog comes first', async () => {
    let release: (catalog: unknown) => void = () => undefined;
    setLoader((tag) =>
      tag === 'zh' ? new Promise((resolve) => (release = resolve)) : Promise.resolve(CATALOGS[tag]),
    );
    const first = setLanguage('zh');
    await setLanguage('pl');
    release(CATALOGS.zh);
    await first;
    expect(currentLanguage()).toBe('pl');
  });

  it("is the page's, else JupyterLab's, else the browser's", () => {
    const root = document.documentElement;
    vi.spyOn(navigator, 'languages', 'get').mockReturnValue(['zh-CN', 'en']);
    root.lang = 'en';
    expect(wantedLanguage()).toBe('zh-CN');
    root.lang = 'pl';
    expect(wantedLanguage()).toBe('pl');
    root.dataset.dlwLang = 'en';
    expect(wantedLanguage()).toBe('en');
    delete root.dataset.dlwLang;
    root.lang = '';
  });

  it('follows the page while it is open, and Python for as long as it asks', async () => {
    const root = document.documentElement;
    root.dataset.dlwLang = 'pl';
    await followPage();
    expect(currentLanguage()).toBe('pl');
    chooseLanguage('zh');
    await vi.waitFor(() => expect(currentLanguage()).toBe('zh'));
    chooseLanguage('');
    await vi.waitFor(() => expect(currentLanguage()).toBe('pl'));
    root.dataset.dlwLang = 'en';
    await vi.waitFor(() => expect(currentLanguage()).toBe('en'));
  });
});
