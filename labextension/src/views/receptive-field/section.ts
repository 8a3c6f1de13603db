import { t } from '../../core/i18n';
import type { Theme } from '../../core/theme';
import { el, setAttributes } from '../../shared/dom';
import { sizedCanvas } from '../../shared/draw-pixels';
import { type Level, pathsOf, seersOf, spanOf } from './geometry';
import type { ReceptiveFieldModel } from './model';
import { levelName, type Place } from './texts';

const MOST_GAP = 46;
const LEAST_GAP = 20;
const BAR = 13;
const EDGE = 10;
const LABEL = 18;

interface Options {
  hover: (at: readonly [number, number] | null) => void;
  press: (level: number, unit: number) => void;
  /** Arrow keys: by so many levels up and units to the right. */
  move: (levels: number, units: number) => void;
}

/** A cut through all layers: each unit above the middle of what it sees, and the cone of the one that is pointed at. */
export class Section {
  readonly root: HTMLElement;
  private readonly surface: HTMLElement;
  private readonly canvas = el('canvas', '', { 'aria-hidden': 'true' });
  private shown: { levels: readonly Level[]; width: number; gap: number; top: number } | null = null;

  constructor({ hover, press, move }: Options) {
    this.surface = el(
      'div',
      'dlw-receptive-surface',
      {
        tabindex: 0,
        role: 'application',
        'aria-label': () =>
          t('A cut through the layers. ↑ and ↓ go to another layer, ← and → to another unit.'),
      },
      this.canvas,
    );
    this.root = el('div', 'dlw-receptive-section', {}, this.surface);
    const { surface } = this;
    surface.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      surface.setPointerCapture(event.pointerId);
      const at = this.unitAt(event);
      if (at) press(...at);
    });
    surface.addEventListener('pointermove', (event) => {
      const at = this.unitAt(event);
      if (surface.hasPointerCapture(event.pointerId)) {
        if (at) press(...at);
      } else if (event.pointerType !== 'touch') {
        hover(at);
      }
    });
    surface.addEventListener('pointerleave', () => hover(null));
    surface.addEventListener('keydown', (event) => {
      const by = { ArrowUp: [1, 0], ArrowDown: [-1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
      if (!by) return;
      event.preventDefault();
      move(by[0]!, by[1]! * (event.shiftKey ? 5 : 1));
    });
  }

  private unitAt(event: PointerEvent): [number, number] | null {
    const { shown } = this;
    const box = this.canvas.getBoundingClientRect();
    if (!shown || box.width === 0) return null;
    const { levels, gap, top } = shown;
    const level = Math.min(
      top,
      Math.max(0, top - Math.round((event.clientY - box.top - LABEL - BAR / 2) / gap)),
    );
    const { first, step, size } = levels[level]!;
    const pixel = ((event.clientX - box.left - EDGE) / (shown.width - 2 * EDGE)) * levels[0]!.size - 0.5;
    const unit = Math.round((pixel - first) / step);
    return [level, Math.min(size - 1, Math.max(0, unit))];
  }

  /** @param room how wide it may be, in px */
  show(theme: Theme, room: number, model: ReceptiveFieldModel, [level, , column]: Place, said: string): void {
    const { levels, top } = model;
    const width = Math.max(240, room || 480);
    const gap = Math.max(LEAST_GAP + BAR, Math.min(MOST_GAP, 420 / Math.max(1, top)));
    const height = LABEL + top * gap + BAR + 4;
    this.shown = { levels, width, gap, top };
    const context = sizedCanvas(this.canvas, width, height);
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${height}px`;
    setAttributes(this.surface, { 'aria-description': said });
    if (!context) return;
    const scale = (width - 2 * EDGE) / levels[0]!.size;
    const y = (of: number): number => LABEL + (top - of) * gap;
    const left = ({ first, step }: Level, unit: number): number => {
      const middle = EDGE + (first + unit * step + 0.5) * scale;
      return middle - barWidth(step, scale) / 2;
    };
    const { layers } = model.now;
    const shares = level === 0 ? null : pathsOf(layers, levels, level, column);
    const seers = level === 0 ? seersOf(layers, levels, column) : null;
    const peaks = shares?.map((counts) => counts.reduce((a, b) => Math.max(a, b), 0)) ?? [];
    const share = (of: number, unit: number): number => {
      if (seers) return seers[of]![unit] ? 1 : 0;
      const counts = shares![of];
      if (!counts?.[unit]) return 0;
      return 0.35 + 0.65 * (counts[unit] / peaks[of]!);
    };
    const color = theme.palette[1]!;
    this.drawCone(context, color, { from: 0, to: seers ? top : level, levels, y, left, scale, share });
    for (let of = 0; of <= top; of += 1) {
      const one = levels[of]!;
      const wide = barWidth(one.step, scale);
      for (let unit = 0; unit < one.size; unit += 1) {
        const x = left(one, unit);
        context.fillStyle = theme.grid;
        context.fillRect(x, y(of), wide, BAR);
        const part = share(of, unit);
        if (part === 0) continue;
        context.globalAlpha = part;
        context.fillStyle = color;
        context.fillRect(x, y(of), wide, BAR);
        context.globalAlpha = 1;
      }
      context.font = `11px ${theme.font}`;
      context.fillStyle = theme.muted;
      context.textAlign = 'left';
      context.textBaseline = 'bottom';
      context.fillText(`${levelName(model, of)}, ${one.size}`, EDGE, y(of) - 2);
    }
    const chosen = levels[level]!;
    context.strokeStyle = theme.text;
    context.lineWidth = 2;
    const wide = Math.max(4, barWidth(chosen.step, scale));
    context.strokeRect(left(chosen, column) - 1, y(level) - 1, wide + 2, BAR + 2);
  }

  /** The area between what is seen on each level. */
  private drawCone(
    context: CanvasRenderingContext2D,
    color: string,
    cone: {
      from: number;
      to: number;
      levels: readonly Level[];
      y: (level: number) => number;
      left: (level: Level, unit: number) => number;
      scale: number;
      share: (level: number, unit: number) => number;
    },
  ): void {
    const { from, to, levels, y, left, scale, share } = cone;
    const edges = levels.slice(from, to + 1).map((level, i) => {
      const span = spanOf(Array.from({ length: level.size }, (_, unit) => share(from + i, unit)));
      if (!span) return null;
      return [left(level, span[0]), left(level, span[1]) + barWidth(level.step, scale), y(from + i)] as const;
    });
    context.fillStyle = color;
    context.globalAlpha = 0.13;
    for (let i = 1; i < edges.length; i += 1) {
      const [below, above] = [edges[i - 1], edges[i]];
      if (!below || !above) continue;
      context.beginPath();
      context.moveTo(below[0], below[2]);
      context.lineTo(below[1], below[2]);
      context.lineTo(above[1], above[2] + BAR);
      context.lineTo(above[0], above[2] + BAR);
      context.fill();
    }
    context.globalAlpha = 1;
  }
}

function barWidth(step: number, scale: number): number {
  const whole = step * scale;
  return Math.max(1, Math.min(whole - (whole > 4 ? 1.5 : 0.3), 34));
}
