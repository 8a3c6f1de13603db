import { formatPercent } from '../format';
import { el, setAttributes, setText, type Text } from '../dom';

/** A probability above a bar. */
export function shareText(share: number): string {
  if (share > 0 && share < 0.0005) return '<0.1%';
  return formatPercent(share, share > 0 && share < 0.0995 ? 1 : 0);
}

/** One bar. */
export interface Bar {
  /** What it is called, below it. */
  name: string;
  value: number;
  /** The value as people read it, at its end. */
  text: string;
  color: string;
  /** Whether it counts less, such as one that is left out. */
  faint?: boolean;
  /** A second value, which is drawn as a line across the bar; null for none. */
  line?: number | null;
}

interface Options {
  label: Text;
  low: number;
  high: number;
  /** How high the place of the bars is, in px. */
  height: number;
  /** What a bar is called by a screen reader. */
  name?: (bar: Bar) => string;
  /** A bar is dragged, or moved by keys; without it the bars are only looked at. */
  changed?: (index: number, value: number) => void;
  /** How much an arrow key changes; ten times as much with Page up and Page down. */
  step?: number;
  /** The bar under the pointer; null when it leaves. */
  hover?: (index: number | null) => void;
}

interface Parts {
  root: HTMLElement;
  track: HTMLElement;
  fill: HTMLElement;
  line: HTMLElement;
  text: HTMLElement;
  name: HTMLElement;
}

/** Values as upright bars side by side, which can be dragged where they may be changed. */
export class Bars {
  readonly root: HTMLElement;
  private bars: Parts[] = [];
  private shown: readonly Bar[] = [];

  constructor(private readonly options: Options) {
    this.root = el('div', 'dlw-bars', {
      role: options.changed ? 'group' : 'img',
      'aria-label': options.label,
    });
    this.root.style.setProperty('--dlw-bars-height', `${options.height}px`);
    this.root.classList.toggle('dlw-bars-moved', options.changed !== undefined);
    this.root.classList.toggle('dlw-bars-signed', options.low < 0);
  }

  show(bars: readonly Bar[]): void {
    const { low, high, changed, name } = this.options;
    this.shown = bars;
    if (bars.length !== this.bars.length) {
      const focus = this.bars.findIndex(({ track }) => track === document.activeElement);
      this.bars = bars.map((_, i) => this.bars[i] ?? this.make(i));
      this.root.replaceChildren(...this.bars.map(({ root }) => root));
      if (focus >= 0) this.bars[Math.min(focus, bars.length - 1)]!.track.focus();
    }
    const place = (value: number): number => (Math.min(high, Math.max(low, value)) - low) / (high - low);
    const zero = place(0);
    bars.forEach((bar, i) => {
      const parts = this.bars[i]!;
      const end = place(bar.value);
      const [below, above] = end < zero ? [end, zero] : [zero, end];
      parts.fill.style.bottom = `${below * 100}%`;
      parts.fill.style.height = `${(above - below) * 100}%`;
      parts.fill.style.background = bar.color;
      parts.root.classList.toggle('dlw-upright-faint', bar.faint === true);
      const line = bar.line ?? null;
      parts.line.hidden = line === null;
      if (line !== null) parts.line.style.bottom = `${place(line) * 100}%`;
      parts.text.style.bottom = `${end * 100}%`;
      parts.text.classList.toggle('dlw-upright-below', end < zero);
      setText(parts.text, bar.text);
      setText(parts.name, bar.name);
      // Long names are cut off.
      if (parts.root.title !== bar.name) parts.root.title = bar.name;
      if (!changed) return;
      setAttributes(parts.track, {
        'aria-label': name ? name(bar) : bar.name,
        'aria-valuenow': bar.value,
        'aria-valuetext': bar.text,
      });
    });
    this.root.style.setProperty('--dlw-bars-zero', `${zero * 100}%`);
  }

  private make(index: number): Parts {
    const fill = el('div', 'dlw-upright-fill');
    const line = el('div', 'dlw-upright-line', { hidden: true });
    const text = el('div', 'dlw-upright-text');
    const track = el('div', 'dlw-upright-track', {}, fill, line, text);
    const name = el('div', 'dlw-upright-name');
    const root = el('div', 'dlw-upright', {}, track, name);
    const { hover } = this.options;
    if (hover) {
      root.addEventListener('pointerenter', () => hover(index));
      root.addEventListener('pointerleave', () => hover(null));
    }
    if (this.options.changed) this.listen(track, index, this.options.changed);
    return { root, track, fill, line, text, name };
  }

  private listen(track: HTMLElement, index: number, changed: (index: number, value: number) => void): void {
    const { low, high, step = 0.1 } = this.options;
    setAttributes(track, {
      tabindex: 0,
      role: 'slider',
      'aria-orientation': 'vertical',
      'aria-valuemin': low,
      'aria-valuemax': high,
    });
    const drag = (event: PointerEvent): void => {
      const box = track.getBoundingClientRect();
      if (box.height === 0) return;
      const share = Math.min(1, Math.max(0, (box.bottom - event.clientY) / box.height));
      changed(index, Math.round((low + share * (high - low)) / step) * step);
    };
    track.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      event.preventDefault();
      track.focus({ preventScroll: true });
      track.setPointerCapture(event.pointerId);
      drag(event);
    });
    track.addEventListener('pointermove', (event) => {
      if (track.hasPointerCapture(event.pointerId)) drag(event);
    });
    track.addEventListener('keydown', (event) => {
      const now = this.shown[index]?.value ?? 0;
      const to: Readonly<Record<string, number>> = {
        ArrowUp: now + step,
        ArrowRight: now + step,
        ArrowDown: now - step,
        ArrowLeft: now - step,
        PageUp: now + 10 * step,
        PageDown: now - 10 * step,
        Home: low,
        End: high,
      };
      const value = to[event.key];
      if (value === undefined) return;
      event.preventDefault();
      const good = Math.min(high, Math.max(low, value));
      // Keys may come faster than frames.
      this.shown = this.shown.map((bar, i) => (i === index ? { ...bar, value: good } : bar));
      changed(index, good);
    });
  }
}
