// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest';

import { setLanguage, setLoader } from '../../../src/core/i18n';
import { lessonsOf } from '../../../src/shared/course/lessons';
import { indexPath, notebookLink, OPEN_NOTEBOOK, pathOf } from '../../../src/shared/course/links';

const [LESSON, IN_LAB] = lessonsOf([
  { number: 2, title: 'Two', file: '02-two.ipynb', translated: ['zh'] },
  { number: 9, title: 'Nine', file: '09-nine.ipynb', host: 'jupyterlab' },
]) as [ReturnType<typeof lessonsOf>[number], ReturnType<typeof lessonsOf>[number]];
const HERE = { folder: '', linked: true };

const served = (path: string): void => {
  document.body.dataset.voila = 'voila';
  vi.stubGlobal('location', { pathname: path });
};

describe('links to tutorials', () => {
  afterEach(async () => {
    delete document.body.dataset.voila;
    vi.unstubAllGlobals();
    document.body.replaceChildren();
    await setLanguage('en');
  });

  it('lead to the page beside this one, but not to what is no page', () => {
    served('/base/voila/render/tutorials/index.ipynb');
    expect(pathOf(LESSON, HERE)).toBe('02-two.ipynb');
    expect(pathOf(LESSON, { ...HERE, folder: '../tutorials/' })).toBe('../tutorials/02-two.ipynb');
    expect(pathOf(IN_LAB, HERE)).toBe('');
    expect(indexPath([LESSON], HERE)).toBe('index.ipynb');
  });

  it('lead nowhere where a single notebook is served, or the tutorials are elsewhere', () => {
    served('/');
    expect(pathOf(LESSON, HERE)).toBe('');
    served('/voila/render/a.ipynb');
    expect(pathOf(LESSON, { folder: '', linked: false })).toBe('');
    expect(notebookLink('', 'c', 'Two').tagName).toBe('SPAN');
  });

  it('lead to the copy in the reader’s language in JupyterLab, and to the one notebook on pages', async () => {
    setLoader(() => Promise.resolve({ Next: '下一个' }));
    await setLanguage('zh');
    expect(pathOf(LESSON, HERE)).toBe('02-two.zh.ipynb');
    expect(pathOf(IN_LAB, HERE)).toBe('09-nine.ipynb');
    expect(indexPath([LESSON], HERE)).toBe('index.zh.ipynb');
    served('/voila/render/tutorials/index.ipynb');
    expect(pathOf(LESSON, HERE)).toBe('02-two.ipynb');
  });

  it('ask the notebook around them, and follow the address where none answers', () => {
    const link = notebookLink('../a b/02-two.ipynb', 'c', 'Two');
    document.body.append(link);
    expect(link.getAttribute('href')).toBe('../a%20b/02-two.ipynb');
    const followed = vi.fn((event: Event) => {
      const prevented = event.defaultPrevented;
      event.preventDefault(); // no page to go to here
      return prevented;
    });
    document.body.addEventListener('click', followed);
    link.click();
    expect(followed).toHaveLastReturnedWith(false);
    const asked = vi.fn((event: Event) => event.preventDefault());
    document.body.addEventListener(OPEN_NOTEBOOK, asked);
    link.click();
    expect(followed).toHaveLastReturnedWith(true);
    expect((asked.mock.lastCall![0] as CustomEvent).detail).toEqual({ path: '../a b/02-two.ipynb' });
    link.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true, ctrlKey: true })); // a tab of its own
    expect(asked).toHaveBeenCalledTimes(1);
    document.body.removeEventListener('click', followed);
    document.body.removeEventListener(OPEN_NOTEBOOK, asked);
  });
});
