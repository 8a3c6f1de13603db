import type { Theme } from '../../core/theme';
import { el, setAttributes, setText } from '../../shared/dom';
import { sizedCanvas } from '../../shared/draw-pixels';
import type { Samples } from './data';
import type { Measured } from './evaluate';
import { sampleColors } from './styles';

const [LEFT, RIGHT] = [30, 56];
const STRIP = 14;
/** Training samples are so pale; the colors of values are darker than those of classes. */
const PALE = { classes: 0.28, values: 0.42 };

interface Options {
  /** What the rows are called by a screen reader. */
  label: () => string;
  /** A row is pressed, dragged to, or moved to by keys. */
  go: (row: number) => void;
}

/** What a pane shows. */
export interface Shown {
  readonly samples: Samples;
  readonly measured: Measured;
  readonly title: string;
  readonly score: string;
  readonly note: string;
  /** Rows that are seen; the last one of them, or `row`, is marked. */
  readonly until: number;
  readonly row: number;
  readonly scores: readonly string[];
  /** Where statistics come from: not said, all samples, or the training samples. */
  readonly statistics: 'none' | 'all' | 'train';
  /** Of the marked row. */
  readonly said: string;
}

/** How high a row is, and whether its score fits beside it. */
export function rowHeight(rows: number): number {
  return rows <= 6 ? 28 : rows <= 10 ? 22 : rows <= 20 ? 14 : 10;
}

/** All samples in a row for each model: pale those that it is trained on, full those that it is validated on. */
export class SplitPane {
  readonly root: HTMLElement;
  private readonly title = el('div', 'dlw-splits-title');
  private readonly score = el('strong', 'dlw-splits-score');
  private readonly note = el('span', 'dlw-splits-spread');
  private readonly canvas = el('canvas', '', { 'aria-hidden': 'true' });
  private readonly surface: HTMLElement;
  private readonly caption = el('p', 'dlw-splits-caption');
  private rows = 0;
  private row = 0;

  constructor(private readonly options: Options) {
    this.surface = el(
      'div',
      'dlw-splits-surface',
      { tabindex: 0, role: 'slider', 'aria-label': options.label, 'aria-valuemin': 1 },
      this.canvas,
    );
    const head = el('div', 'dlw-splits-head', {}, this.title, el('div', '', {}, this.score, ' ', this.note));
    this.root = el('div', 'dlw-splits-pane', {}, head, this.surface, this.caption);
    const { surface } = this;
    surface.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      surface.setPointerCapture(event.pointerId);
      this.to(this.rowAt(event));
    });
    surface.addEventListener('pointermove', (event) => {
      if (surface.hasPointerCapture(event.pointerId)) this.to(this.rowAt(event));
    });
    surface.addEventListener('keydown', (event) => {
      const { row, rows } = this;
      const places: Readonly<Record<string, number>> = {
        ArrowDown: row + 1,
        ArrowRight: row + 1,
        ArrowUp: row - 1,
        ArrowLeft: row - 1,
        PageDown: row + 5,
        PageUp: row - 5,
        Home: 0,
        End: rows - 1,
      };
      const place = places[event.key];
      if (place === undefined) return;
      event.preventDefault();
      this.to(place);
    });
  }

  private to(row: number): void {
    this.options.go(Math.min(this.rows - 1, Math.max(0, row)));
  }

  private rowAt(event: PointerEvent): number {
    const box = this.canvas.getBoundingClientRect();
    return Math.floor((event.clientY - box.top - STRIP - 8) / rowHeight(this.rows));
  }

  /** @param room how wide it may be, in px */
  show(theme: Theme, room: number, shown: Shown): void {
    const { measured } = shown;
    const rows = (this.rows = measured.splits.length);
    this.row = Math.min(shown.row, rows - 1);
    setText(this.title, shown.title);
    setText(this.score, shown.score);
    setText(this.note, shown.note);
    setText(this.caption, shown.said);
    setAttributes(this.surface, {
      'aria-valuemax': rows,
      'aria-valuenow': this.row + 1,
      'aria-valuetext': shown.said,
    });
    const high = rowHeight(rows);
    const [width, height] = [Math.max(220, room || 440), STRIP + 10 + rows * high + 4];
    const context = sizedCanvas(this.canvas, width, height);
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${height}px`;
    if (context) this.draw(context, theme, width, high, shown);
  }

  private draw(
    context: CanvasRenderingContext2D,
    theme: Theme,
    width: number,
    high: number,
    shown: Shown,
  ): void {
    const { samples, measured, until } = shown;
    const count = samples.y.length;
    const cell = (width - LEFT - RIGHT) / count;
    const colors = sampleColors(samples, theme);
    const wide = cell > 5 ? cell - 1 : cell + 0.3;
    measured.splits.forEach((split, row) => {
      const first = row === 0 || measured.splits[row - 1]!.order !== split.order;
      if (first && row === 0) {
        split.order.forEach((sample, place) => {
          context.fillStyle = colors[sample]!;
          context.fillRect(LEFT + place * cell, 0, wide, STRIP);
        });
      }
      const top = STRIP + 10 + row * high;
      const marked = row === this.row && until > 0;
      context.font = `${marked ? '600 ' : ''}${Math.min(12, high - 1)}px ${theme.font}`;
      context.textBaseline = 'middle';
      context.textAlign = 'right';
      context.fillStyle = marked ? theme.text : theme.muted;
      if (high >= 14 || marked || first) context.fillText(String(row + 1), LEFT - 8, top + high / 2);
      if (row >= until) {
        context.fillStyle = theme.grid;
        context.fillRect(LEFT, top + high / 2, width - LEFT - RIGHT, 1);
        return;
      }
      this.drawRow(context, theme, { shown, row, top, cell, wide, colors, high });
      context.fillStyle = marked ? theme.text : theme.muted;
      context.textAlign = 'left';
      if (high >= 14 || marked) context.fillText(shown.scores[row]!, width - RIGHT + 6, top + high / 2);
    });
  }

  private drawRow(
    context: CanvasRenderingContext2D,
    theme: Theme,
    one: {
      shown: Shown;
      row: number;
      top: number;
      cell: number;
      wide: number;
      high: number;
      colors: readonly string[];
    },
  ): void {
    const { shown, row, top, cell, wide, high, colors } = one;
    const { measured, statistics } = shown;
    const split = measured.splits[row]!;
    const [trained, validated] = [new Set(split.train), new Set(split.validation)];
    const gap = high >= 14 ? 5 : 2;
    const [y, tall] = [top + gap, high - gap - (statistics === 'none' ? 2 : 5)];
    const pale = shown.samples.classes ? PALE.classes : PALE.values;
    let begin = -1;
    split.order.forEach((sample, place) => {
      const x = LEFT + place * cell;
      const held = validated.has(sample);
      context.fillStyle = colors[sample]!;
      context.globalAlpha = held ? 1 : pale;
      if (held || trained.has(sample)) context.fillRect(x, y, wide, tall);
      context.globalAlpha = 1;
      if (measured.wrong[row]!.has(sample)) {
        context.fillStyle = theme.text;
        context.fillRect(
          x + Math.max(0, wide / 2 - 1),
          y - gap + 1,
          Math.max(1.4, Math.min(2, wide)),
          gap - 1,
        );
      }
      if (statistics === 'all' || (statistics === 'train' && trained.has(sample))) {
        context.fillStyle = statistics === 'all' ? theme.palette[4]! : theme.palette[2]!;
        context.fillRect(x, y + tall + 1, cell + 0.3, 2);
      }
      if (held && begin < 0) begin = place;
      if (begin >= 0 && (!held || place === split.order.length - 1)) {
        const end = held ? place + 1 : place;
        context.strokeStyle = theme.text;
        context.lineWidth = row === this.row ? 2 : 1;
        context.strokeRect(LEFT + begin * cell - 0.5, y - 0.5, (end - begin) * cell + 1, tall + 1);
        begin = -1;
      }
    });
  }
}
