/** The tutorials as Python sends them, and which one comes next. */

import { messageTextOr, translated } from '../../core/i18n';
import { isRecord } from '../../core/wire';
import { withUnit } from '../format';
import { standingOf, type Progress } from './progress';

export interface Lesson {
  number: number;
  title: string;
  description: string;
  part: string;
  minutes: number;
  needs: number[];
  file: string;
  /** "jupyterlab" for one that is no page. */
  host: string;
  /** The languages of its copies. */
  translated: string[];
}

const IN_JUPYTERLAB = 'jupyterlab';

function numbersOf(value: unknown): number[] {
  return Array.isArray(value) ? value.filter((one): one is number => typeof one === 'number') : [];
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
}

/** The tutorials in the reader's language. */
export function lessonsOf(records: readonly unknown[]): Lesson[] {
  return records.filter(isRecord).map((record) => ({
    number: typeof record.number === 'number' ? record.number : 0,
    title: translated(record.title),
    description: translated(record.description),
    part: partName(translated(record.part)),
    minutes: typeof record.minutes === 'number' ? record.minutes : 0,
    needs: numbersOf(record.needs),
    file: messageTextOr(record.file, ''),
    host: messageTextOr(record.host, ''),
    translated: textsOf(record.translated),
  }));
}

/** "First networks" of "Course: first networks": on the path, all parts are the course's. */
function partName(group: string): string {
  const name = group.replace(/^[^:：]*[:：]\s*/, '');
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** The number as it stands in names of files: "02". */
export function numeral(number: number): string {
  return String(number).padStart(2, '0');
}

export function isForJupyterLab(lesson: Lesson): boolean {
  return lesson.host === IN_JUPYTERLAB;
}

/** Where to go on: what was begun last, else the first that isn't done and builds on nothing that isn't; null at the end. */
export function nextOf(lessons: readonly Lesson[], progress: Progress): Lesson | null {
  const open = lessons.filter(({ number }) => standingOf(number, progress) !== 'done');
  const begun = open.filter(({ number }) => standingOf(number, progress) === 'begun');
  const at = ({ number }: Lesson): number => progress.get(number)?.at ?? 0;
  if (begun.length > 0) return begun.reduce((last, one) => (at(one) > at(last) ? one : last));
  const waiting = new Set(open.map(({ number }) => number));
  const ready = open.find(({ needs }) => !needs.some((number) => waiting.has(number)));
  return ready ?? open[0] ?? null;
}

/** How long it takes: to the minute, and from two hours on to half an hour. "" if unknown. */
export function timeText(minutes: number): string {
  if (minutes <= 0) return '';
  return minutes < 120
    ? withUnit(String(Math.round(minutes)), 'min')
    : withUnit(String(Math.round(minutes / 30) / 2), 'h');
}
