import { t } from '../../core/i18n';
import type { Theme } from '../../core/theme';
import { Frame } from '../../shared/concept/frame';
import { el, setAttributes, setText } from '../../shared/dom';
import { sizedCanvas } from '../../shared/draw-pixels';
import { type Level, sharesOf } from './evaluate';
import type { Evaluated } from './model';
import { colors } from './styles';
import { levelText } from './texts';

const TICKS = [0, 0.5, 1];

interface Options {
  kind: 'roc' | 'precision';
  label: () => string;
  across: () => string;
  up: () => string;
  /** A level is pressed or dragged to. */
  put: (level: number) => void;
  step: (by: number) => void;
}

/** The ROC curve or precision over recall, with the threshold as a point to drag along it. */
export class CurvePane {
  readonly root: HTMLElement;
  private readonly caption = el('div', 'dlw-pane-caption');
  private readonly canvas = el('canvas', '', { 'aria-hidden': 'true' });
  private readonly surface: HTMLElement;
  private frame: Frame | null = null;
  private places: readonly (readonly [number, number] | null)[] = [];
  private shown: Evaluated | null = null;

  constructor(private readonly options: Options) {
    this.surface = el(
      'div',
      'dlw-metrics-curve',
      { tabindex: 0, role: 'slider', 'aria-label': options.label, 'aria-valuemin': 0 },
      this.canvas,
    );
    this.root = el('div', 'dlw-metrics-pane', {}, this.caption, this.surface);
    const { surface } = this;
    const put = (event: PointerEvent): void => {
      const level = this.levelAt(event);
      if (level !== null) options.put(level);
    };
    surface.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      surface.setPointerCapture(event.pointerId);
      put(event);
    });
    surface.addEventListener('pointermove', (event) => {
      if (surface.hasPointerCapture(event.pointerId)) put(event);
    });
    surface.addEventListener('keydown', (event) => {
      const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, Home: -Infinity, End: Infinity }[
        event.key
      ];
      if (by === undefined) return;
      event.preventDefault();
      options.step(event.shiftKey && Number.isFinite(by) ? by * 10 : by);
    });
  }

  /** Where a level is: false alarms and recall, or recall and precision; null where one is undefined. */
  private placeOf({ counts }: Level): readonly [number, number] | null {
    const { precision, recall, alarms } = sharesOf(counts);
    if (this.options.kind === 'roc') return alarms === null || recall === null ? null : [alarms, recall];
    return precision === null || recall === null ? null : [recall, precision];
  }

  private levelAt(event: PointerEvent): number | null {
    const box = this.canvas.getBoundingClientRect();
    const { frame } = this;
    if (!frame || box.width === 0) return null;
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    let best = Infinity;
    let found: number | null = null;
    this.places.forEach((place, i) => {
      if (!place) return;
      const far = Math.hypot(frame.px(place[0]) - x, frame.py(place[1]) - y);
      if (far < best) [best, found] = [far, i];
    });
    return found;
  }

  /** @param caption its name with the area under it */
  show(theme: Theme, room: number, caption: string, evaluated: Evaluated, level: number): void {
    setText(this.caption, caption);
    const side = Math.min(280, Math.max(130, room || 240));
    const context = sizedCanvas(this.canvas, side, side);
    this.canvas.style.width = this.canvas.style.height = `${side}px`;
    if (this.shown !== evaluated) this.places = evaluated.levels.map((one) => this.placeOf(one));
    this.shown = evaluated;
    setAttributes(this.surface, {
      'aria-valuemax': evaluated.levels.length - 1,
      'aria-valuenow': level,
      'aria-valuetext': levelText(evaluated.levels[level]!.threshold),
    });
    const edges = { left: 42, top: 8, right: side - 8, bottom: side - 34 };
    const frame = (this.frame = new Frame(side, side, [0, 1], [0, 1], edges));
    if (!context) return;
    this.drawAxes(context, theme, frame);
    this.drawBaseline(context, theme, frame, evaluated);
    this.drawCurve(context, theme, frame);
    const place = this.places[level];
    if (!place) return;
    context.fillStyle = theme.text;
    context.beginPath();
    context.arc(frame.px(place[0]), frame.py(place[1]), 5, 0, 2 * Math.PI);
    context.fill();
  }

  private drawCurve(context: CanvasRenderingContext2D, theme: Theme, frame: Frame): void {
    context.strokeStyle = colors(theme).positive;
    context.lineWidth = 2;
    context.lineJoin = 'round';
    context.beginPath();
    let before: readonly [number, number] | null = null;
    for (const place of this.places) {
      if (!place) continue;
      // Precision between two recalls isn't what a straight line says, so the curve has steps.
      if (this.options.kind === 'precision' && before)
        context.lineTo(frame.px(before[0]), frame.py(place[1]));
      context.lineTo(frame.px(place[0]), frame.py(place[1]));
      before = place;
    }
    context.stroke();
  }

  /** What scores without any knowledge would give. */
  private drawBaseline(
    context: CanvasRenderingContext2D,
    theme: Theme,
    frame: Frame,
    { levels }: Evaluated,
  ): void {
    const { tp, fp } = levels.at(-1)!.counts;
    const rate = tp / (tp + fp);
    context.strokeStyle = theme.muted;
    context.setLineDash([4, 4]);
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(frame.px(0), frame.py(this.options.kind === 'roc' ? 0 : rate));
    context.lineTo(frame.px(1), frame.py(this.options.kind === 'roc' ? 1 : rate));
    context.stroke();
    context.setLineDash([]);
  }

  private drawAxes(context: CanvasRenderingContext2D, theme: Theme, frame: Frame): void {
    const { left, right, top, bottom } = frame.edges;
    context.font = `11px ${theme.font}`;
    context.strokeStyle = theme.grid;
    context.fillStyle = theme.muted;
    context.lineWidth = 1;
    context.beginPath();
    for (const value of TICKS) {
      const [x, y] = [Math.round(frame.px(value)) + 0.5, Math.round(frame.py(value)) + 0.5];
      context.moveTo(left, y);
      context.lineTo(right, y);
      context.moveTo(x, top);
      context.lineTo(x, bottom);
    }
    context.stroke();
    context.textAlign = 'center';
    context.textBaseline = 'top';
    for (const value of TICKS) context.fillText(String(value), frame.px(value), bottom + 4);
    context.fillText(this.options.across(), (left + right) / 2, bottom + 19);
    context.textAlign = 'right';
    context.textBaseline = 'middle';
    for (const value of TICKS) context.fillText(String(value), left - 5, frame.py(value));
    context.save();
    context.translate(6, (top + bottom) / 2);
    context.rotate(-Math.PI / 2);
    context.textAlign = 'center';
    context.fillText(this.options.up(), 0, 0);
    context.restore();
  }
}

/** The area under a curve as it is written. */
export function areaText(area: number | null): string {
  return area === null ? t('undefined') : area.toFixed(3);
}
