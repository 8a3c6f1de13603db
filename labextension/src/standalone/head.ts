/** The top of the page: what was trained and how it ended, the language and the theme. */

import {
  chooseLanguage,
  currentLanguage,
  locale,
  messageText,
  onLanguageChange,
  t,
  tn,
  translated,
} from '../core/i18n';
import { el, setText } from '../shared/dom';
import { formatCount, formatDuration, formatInteger, formatValue } from '../shared/format';
import { isState, stateName } from '../shared/run-states';
import type { Head } from './document';

/** Follows the language in force: `write` is called now and whenever it changes. */
export function inLanguage(write: () => void): void {
  write();
  onLanguageChange(write);
}

/** An epoch as a fraction: 4.4, and 5 rather than 5.0. */
export function formatEpoch(epoch: number): string {
  return new Intl.NumberFormat(locale(), { maximumFractionDigits: 1 }).format(epoch);
}

/** Where in the training something was. */
export function placeText({ step, epoch }: { step: number; epoch: number }): string {
  return t('step {step} · epoch {epoch}', { step: formatInteger(step), epoch: formatEpoch(epoch) });
}

function date(seconds: number): string {
  if (!(seconds > 0)) return '';
  return new Intl.DateTimeFormat(locale(), { dateStyle: 'medium', timeStyle: 'short' }).format(
    seconds * 1000,
  );
}

function figure(name: string, value: string): HTMLElement {
  return el('div', 'dlw-file-figure', {}, el('dt', '', {}, name), el('dd', '', {}, value));
}

function figures(head: Head): HTMLElement[] {
  const { epoch, epochs } = head;
  const list = [
    figure(t('Steps'), formatInteger(head.step)),
    figure(
      t('Epochs'),
      epochs > 0 && epochs !== epoch
        ? t('{done} of {total}', { done: formatInteger(epoch), total: formatInteger(epochs) })
        : formatInteger(epoch),
    ),
    figure(t('Training time'), formatDuration(head.seconds)),
  ];
  if (head.best > 0) list.push(figure(t('Best epoch'), formatInteger(head.best)));
  for (const { name, value } of head.values) {
    const text = messageText(name);
    list.push(figure(text.slice(0, 1).toLocaleUpperCase(locale()) + text.slice(1), formatValue(value)));
  }
  return list;
}

/** The head of the page. */
export function makeHead(head: Head, languages: readonly string[]): HTMLElement {
  const about = el('p', 'dlw-file-about');
  const chipText = el('span');
  const chip = el('span', 'dlw-chip', {}, el('span', 'dlw-chip-dot'), chipText);
  const tags = head.tags.map((tag) => el('span', 'dlw-file-tag', {}, tag));
  const numbers = el('dl', 'dlw-file-figures');
  const message = el('p', 'dlw-file-message');
  const root = el(
    'header',
    'dlw-file-head dlw-run-bar',
    { 'data-state': head.state },
    el(
      'div',
      'dlw-file-top',
      {},
      el('div', 'dlw-file-title', {}, el('h1', '', {}, head.name), chip, ...tags),
      el('div', 'dlw-file-tools', {}, languageField(languages), themeButton()),
    ),
    about,
    ...(head.note ? [el('p', 'dlw-file-note', {}, head.note)] : []),
    numbers,
    message,
  );
  inLanguage(() => {
    setText(chipText, isState(head.state) ? stateName(head.state) : head.state);
    const size =
      head.parameters > 0
        ? tn('{n} parameter', '{count} parameters', head.parameters, { count: formatCount(head.parameters) })
        : '';
    setText(about, [head.model, size, date(head.created)].filter(Boolean).join(' · '));
    numbers.replaceChildren(...figures(head));
    setText(message, translated(head.message));
    message.hidden = message.textContent === '';
  });
  return root;
}

/** The name of a language in itself. */
function ownName(tag: string): string {
  const name = new Intl.DisplayNames([tag], { type: 'language' }).of(tag) ?? tag;
  return name.slice(0, 1).toLocaleUpperCase(tag) + name.slice(1);
}

function languageField(languages: readonly string[]): HTMLElement {
  const options = languages.map((tag) => el('option', '', { value: tag, lang: tag }, ownName(tag)));
  const field = el('select', 'dlw-file-language', { 'aria-label': () => t('Language') }, ...options);
  field.addEventListener('change', () => chooseLanguage(field.value));
  inLanguage(() => {
    field.value = currentLanguage();
  });
  return field;
}

const SUN =
  'M8 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM8 1v2M8 13v2M1 8h2M13 8h2M3 3l1.4 1.4M11.6 11.6L13 13M13 3l-1.4 1.4M4.4 11.6L3 13';

/** Follows the system's theme until the user chooses another. */
function themeButton(): HTMLElement {
  const root = document.documentElement;
  const system = matchMedia('(prefers-color-scheme: dark)');
  const apply = (dark: boolean): void => {
    root.dataset.theme = dark ? 'dark' : 'light';
    button.setAttribute('aria-pressed', String(dark));
  };
  const button = el('button', 'dlw-tool', {
    type: 'button',
    title: () => t('Dark colors'),
    'aria-label': () => t('Dark colors'),
  });
  button.append(iconOf(SUN));
  const follow = (): void => apply(system.matches);
  system.addEventListener('change', follow);
  button.addEventListener('click', () => {
    system.removeEventListener('change', follow);
    apply(root.dataset.theme !== 'dark');
  });
  follow();
  return button;
}

function iconOf(path: string): SVGSVGElement {
  const namespace = 'http://www.w3.org/2000/svg';
  const image = document.createElementNS(namespace, 'svg');
  image.setAttribute('viewBox', '0 0 16 16');
  image.setAttribute('class', 'dlw-icon dlw-icon-line');
  image.setAttribute('aria-hidden', 'true');
  const line = document.createElementNS(namespace, 'path');
  line.setAttribute('d', path);
  image.append(line);
  return image;
}
