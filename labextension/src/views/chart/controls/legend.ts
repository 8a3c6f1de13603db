import { t } from '../../../core/i18n';
import { el, setAttributes, setText } from '../../../shared/dom';
import { formatValue } from '../../../shared/format';
import type { Readout } from './readout';
import type { SeriesInfo, Style } from '../types';

export interface LegendActions {
  /** Shows or hides one series; with `alone`, hides all others instead (or shows all again). */
  toggle(id: string, alone: boolean): void;
  /** Puts one series in front of the others, or none with "". */
  emphasize(id: string): void;
}

interface Item {
  button: HTMLButtonElement;
  swatch: HTMLElement;
  name: HTMLElement;
  value: HTMLElement;
}

/** The legend: one button per series with its color, its name and its latest value, or that under the pointer. */
export class Legend {
  readonly root = el('div', 'dlw-legend', { role: 'group', 'aria-label': () => t('Series') });
  private items = new Map<string, Item>();
  private latest: (id: string) => number | undefined = () => undefined;
  /** The values where the pointer is, if it is in the plot. */
  private readout: Readout | null = null;

  constructor(private readonly actions: LegendActions) {
    this.root.addEventListener('scroll', () => this.showEdges(), { passive: true });
    // Whether there is more than fits depends on the width, and on how many there are.
    const resize = new ResizeObserver(() => this.showEdges());
    resize.observe(this.root);
    this.dispose = () => resize.disconnect();
  }

  readonly dispose: () => void;

  /** Brings the legend up to date; elements are kept, so that focus stays where it is. */
  update(
    series: readonly SeriesInfo[],
    styles: ReadonlyMap<string, Style>,
    hidden: ReadonlySet<string>,
    latest: (id: string) => number | undefined,
  ): void {
    const before = this.items.size;
    this.latest = latest;
    const known = new Set(series.map((info) => info.id));
    for (const [id, item] of this.items) {
      if (known.has(id)) continue;
      item.button.remove();
      this.items.delete(id);
    }
    // References stand behind what is live.
    const ordered = [...series.filter((info) => !info.reference), ...series.filter((info) => info.reference)];
    ordered.forEach((info, place) => {
      const item = this.items.get(info.id) ?? this.create(info.id);
      if (this.root.children[place] !== item.button) {
        this.root.insertBefore(item.button, this.root.children[place] ?? null);
      }
      const shown = !hidden.has(info.id);
      const style = styles.get(info.id)!;
      setAttributes(item.button, {
        'aria-pressed': shown ? 'true' : 'false',
        title: `${info.name}\n${shown ? t('Click to hide it, double-click to show it alone.') : t('Click to show it, double-click to show it alone.')}`,
      });
      item.button.classList.toggle('dlw-legend-reference', info.reference);
      item.swatch.style.setProperty('--dlw-color', style.color);
      item.swatch.dataset.dash = info.kind === 'markers' ? 'dots' : style.dash;
      setText(item.name, info.name);
    });
    this.showValues();
    this.root.classList.toggle('dlw-legend-many', series.length > 8);
    this.root.hidden = series.length === 0;
    if (this.items.size !== before) requestAnimationFrame(() => this.showEdges());
  }

  /**
   * Shows the values where the pointer is, or the latest ones with null.
   *
   * @param nearest the series whose curve the pointer is next to, "" for none
   */
  read(readout: Readout | null, nearest: string): void {
    this.readout = readout;
    this.showValues();
    this.root.classList.toggle('dlw-legend-reads', readout !== null);
    for (const [id, { button }] of this.items) {
      const near = id === nearest;
      if (near && !button.classList.contains('dlw-legend-near')) this.reveal(button);
      button.classList.toggle('dlw-legend-near', near);
    }
  }

  private showValues(): void {
    const here = this.readout && new Map(this.readout.rows.map((row) => [row.id, row.value]));
    for (const [id, { value }] of this.items) {
      const shown = here ? here.get(id) : this.latest(id);
      setText(value, shown === undefined ? (here ? '–' : '') : formatValue(shown));
    }
  }

  /** Scrolls the legend, and nothing around it, to one of its rows. */
  private reveal(button: HTMLElement): void {
    const { root } = this;
    const top = button.offsetTop - root.offsetTop;
    if (top < root.scrollTop) root.scrollTop = top;
    else if (top + button.offsetHeight > root.scrollTop + root.clientHeight)
      root.scrollTop = top + button.offsetHeight - root.clientHeight;
  }

  /** Lets the rows fade at an edge beyond which there are more. */
  private showEdges(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.root;
    this.root.classList.toggle('dlw-more-above', scrollTop > 2);
    this.root.classList.toggle('dlw-more-below', scrollTop + clientHeight < scrollHeight - 2);
  }

  private create(id: string): Item {
    const swatch = el('span', 'dlw-swatch', { 'aria-hidden': 'true' });
    const name = el('span', 'dlw-legend-name');
    const value = el('span', 'dlw-legend-value');
    const button = el('button', 'dlw-legend-item', { type: 'button' }, swatch, name, value);
    button.addEventListener('click', (event) => {
      if (event.detail <= 1) {
        this.actions.toggle(id, event.shiftKey || event.altKey);
      } else if (event.detail === 2) {
        // What counts is what was shown before the first click of the two.
        this.actions.toggle(id, false);
        this.actions.toggle(id, true);
      }
    });
    button.addEventListener('pointerenter', () => this.actions.emphasize(id));
    button.addEventListener('pointerleave', () => this.actions.emphasize(''));
    const item = { button, swatch, name, value };
    this.items.set(id, item);
    return item;
  }
}

/**
 * The series that are hidden after a click in the legend.
 *
 * @param alone whether only `id` is to be shown (or all, when it already is alone)
 */
export function toggled(
  ids: readonly string[],
  hidden: ReadonlySet<string>,
  id: string,
  alone: boolean,
): string[] {
  if (alone) {
    const others = ids.filter((other) => other !== id);
    return !hidden.has(id) && others.every((other) => hidden.has(other)) ? [] : others;
  }
  return ids.filter((other) => (other === id ? !hidden.has(other) : hidden.has(other)));
}
