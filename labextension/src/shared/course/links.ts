/** Links to notebooks that open in the place where the reader is: as a page, or in JupyterLab. */

import { isServedPage } from '../../core/address';
import { currentLanguage } from '../../core/i18n';
import { el } from '../dom';
import { isForJupyterLab, type Lesson } from './lessons';

/** What a link asks the notebook around it for: to open another one. JupyterLab takes it, and then it is no link. */
export const OPEN_NOTEBOOK = 'dlw:open-notebook';

/** Where the tutorials are, seen from the notebook: "" beside it, else a path that ends in a slash. */
export interface Place {
  folder: string;
  linked: boolean;
}

/** The notebook of all tutorials. */
const INDEX = 'index.ipynb';

function inLanguage(file: string, languages: readonly string[]): string {
  const language = currentLanguage();
  return languages.includes(language) ? file.replace(/\.ipynb$/, `.${language}.ipynb`) : file;
}

/** The notebook of a tutorial; "" where it can't be opened from here. */
export function pathOf(lesson: Lesson, place: Place): string {
  if (!isServedPage()) return place.linked ? place.folder + inLanguage(lesson.file, lesson.translated) : '';
  return isForJupyterLab(lesson) ? '' : pagePath(lesson.file, place);
}

/** The notebook of all tutorials; "" where it can't be opened from here. */
export function indexPath(lessons: readonly Lesson[], place: Place): string {
  if (isServedPage()) return pagePath(INDEX, place);
  const languages = lessons.flatMap((lesson) => lesson.translated);
  return place.linked ? place.folder + inLanguage(INDEX, languages) : '';
}

/** Of a page. A server of a single notebook has no others. */
function pagePath(file: string, place: Place): string {
  return place.linked && location.pathname.includes('/voila/render/') ? place.folder + file : '';
}

/** A link to a notebook, or where it can't be opened from here, the same as text. */
export function notebookLink(path: string, className: string, ...children: (Node | string)[]): HTMLElement {
  if (path === '') return el('span', className, {}, ...children);
  const href = path.split('/').map(encodeURIComponent).join('/');
  // Outside of a page, what no notebook takes opens beside it: the notebook has unsaved work.
  const target = isServedPage() ? undefined : '_blank';
  const link = el('a', className, { href, target, rel: target && 'noopener' }, ...children);
  link.addEventListener('click', (event) => {
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const asked = new CustomEvent(OPEN_NOTEBOOK, { bubbles: true, cancelable: true, detail: { path } });
    if (!link.dispatchEvent(asked)) event.preventDefault();
  });
  return link;
}
