import { t } from '../../core/i18n';
import type { Theme } from '../../core/theme';
import { random } from '../../shared/concept/batches';
import { Slider } from '../../shared/concept/fields';
import { short } from '../../shared/concept/numbers';
import { el } from '../../shared/dom';
import { sizedCanvas } from '../../shared/draw-pixels';
import { formatInteger } from '../../shared/format';
import { drawCaption } from './cells';
import type { TensorsModel } from './model';
import type { Room } from './room';

/** So many numbers are drawn, and so many of them are done at once by one instruction. */
const DRAWN = 32;
const AT_ONCE = 8;
const REST = 20;
const CODE = `z = np.empty(len(x))
for i in range(len(x)):
    total = x[i] + y[i]
    z[i] = total if total > 0 else 0`;

/** How long a loop of the page takes for max(x + y, 0), in ms. */
export function pageLoop(size: number, now: () => number = () => performance.now()): number {
  const next = random(0);
  const [x, y, z] = [0, 1, 2].map(() => Float64Array.from({ length: size }, () => next() - 0.5)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  let best = Infinity;
  for (let turn = 0; turn < 3; turn += 1) {
    const begun = now();
    for (let i = 0; i < size; i += 1) z[i] = Math.max(x[i]! + y[i]!, 0);
    best = Math.min(best, now() - begun);
  }
  return best;
}

/** A loop over numbers against one operation on the array, timed. */
export class LoopRoom implements Room {
  readonly root: HTMLElement;
  private readonly canvas = el('canvas', '', { 'aria-hidden': 'true' });
  private readonly size: Slider;
  private readonly table = el('div', 'dlw-tensors-times', { role: 'status' });
  private step = 0;
  /** What the page's own loop took. */
  private page: { size: number; ms: number } | null = null;
  private asked = false;

  constructor(
    private readonly model: TensorsModel,
    private readonly timed: () => void,
  ) {
    this.size = new Slider(
      () => t('Numbers in x and y'),
      3,
      6,
      0.5,
      (power) => model.change({ size: Math.round(10 ** power) }),
    );
    const button = el('button', 'dlw-button', { type: 'button' }, () => t('Time it'));
    button.addEventListener('click', () => this.time());
    this.root = el(
      'div',
      'dlw-tensors-room',
      {},
      el(
        'div',
        'dlw-tensors-codes',
        {},
        el('pre', 'dlw-tensors-code', {}, CODE),
        el('pre', 'dlw-tensors-code', {}, 'z = np.maximum(x + y, 0)'),
      ),
      this.canvas,
      el('div', 'dlw-concept-settings', {}, this.size.root, button),
      this.table,
    );
  }

  private time(): void {
    const { model } = this;
    const { size } = model.now;
    this.page = { size, ms: pageLoop(size) };
    this.asked = model.comm_live;
    model.act({ type: 'time', size });
    this.timed();
  }

  advance(playing: boolean): boolean {
    this.step = this.step >= 4 * DRAWN + REST ? 0 : this.step + (playing ? 1 : 4);
    return true;
  }

  finish(): void {
    this.step = 4 * DRAWN;
  }

  show(theme: Theme, width: number): void {
    const { now } = this.model;
    this.size.show(Math.log10(now.size), formatInteger(now.size));
    this.draw(theme, width);
    const lines = this.lines();
    const key = lines.map(([name, ms]) => `${name} ${ms}`).join();
    if (this.table.dataset.key === key) return;
    this.table.dataset.key = key;
    const most = Math.max(...lines.map(([, ms]) => ms ?? 0), 1e-9);
    this.table.replaceChildren(
      ...lines.flatMap(([name, ms]) => {
        const bar = el('span', 'dlw-tensors-bar');
        bar.style.width = ms === null ? '0' : `${Math.max(0.4, (ms / most) * 100)}%`;
        return [
          el('span', '', {}, name),
          el('span', 'dlw-tensors-ms', {}, ms === null ? '–' : `${short(ms)}\u00a0ms`),
          el('span', 'dlw-tensors-track', {}, bar),
        ];
      }),
    );
  }

  /** The times for the size that is set. */
  private lines(): [string, number | null][] {
    const { times, now } = this.model;
    const kernel = times?.size === now.size ? times : null;
    return [
      [t('Loop in Python'), kernel?.loop ?? null],
      ['NumPy', kernel?.numpy ?? null],
      [t('Loop in this page'), this.page?.size === now.size ? this.page.ms : null],
    ];
  }

  private draw(theme: Theme, width: number): void {
    const side = Math.floor(Math.min(26, width / DRAWN));
    const height = 2 * (side + 26);
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${height}px`;
    const context = sizedCanvas(this.canvas, width, height);
    if (!context) return;
    // The loop does one number in the time in which one instruction does several.
    const looped = Math.min(DRAWN, Math.floor(this.step / 4));
    const done = [looped, Math.min(DRAWN, looped * AT_ONCE)];
    [t('Loop: one number after the other'), t('Array: {count} numbers at once', { count: AT_ONCE })].forEach(
      (name, i) => {
        const top = i * (side + 26);
        drawCaption(context, theme, name, 0, top + 16);
        for (let k = 0; k < DRAWN; k += 1) {
          context.fillStyle = k < done[i]! ? theme.palette[i]! : theme.grid;
          context.fillRect(k * side + 1, top + 19, side - 2, side - 2);
        }
      },
    );
  }

  formula(): string[] {
    const { times, now } = this.model;
    const lines = ['z[i] = max(x[i] + y[i], 0)'];
    if (times?.size === now.size) {
      lines.push(
        t('{loop} ms / {numpy} ms: NumPy is {times} times as fast.', {
          loop: short(times.loop),
          numpy: short(times.numpy),
          times: short(times.loop / times.numpy),
        }),
      );
    }
    return lines;
  }

  remarks(): string[] {
    const found = [
      t(
        'The picture is a model: how many numbers an instruction takes depends on the processor. Python spends most of its time on looking up what each step means.',
      ),
    ];
    if (!this.model.comm_live && this.model.times === null) {
      found.push(
        t(
          'This page has no kernel, so Python and NumPy can’t be timed here: only the page’s own loop, in JavaScript, which the browser compiles.',
        ),
      );
    } else if (this.asked && this.model.times?.size !== this.model.now.size) {
      found.push(t('Waiting for the kernel…'));
    }
    return found;
  }

  said(): string {
    const { times, now } = this.model;
    if (times?.size === now.size) {
      return t('For {count} numbers a loop in Python takes {loop} ms and NumPy {numpy} ms.', {
        count: formatInteger(now.size),
        loop: short(times.loop),
        numpy: short(times.numpy),
      });
    }
    const page = this.page;
    if (page?.size === now.size) {
      return t('For {count} numbers the page’s own loop takes {ms} ms.', {
        count: formatInteger(now.size),
        ms: short(page.ms),
      });
    }
    return t('A loop does one number after the other; an operation on the array does several at once.');
  }
}
