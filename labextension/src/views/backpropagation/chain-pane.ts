import { t } from '../../core/i18n';
import type { Theme } from '../../core/theme';
import { factor, short } from '../../shared/concept/numbers';
import { el, setAttributes } from '../../shared/dom';
import { sizedCanvas } from '../../shared/draw-pixels';
import { type Chain, chainOf, pathsOf } from './chain';
import type { Moment } from './formula';
import { gradientColor, text } from './graph';
import { weightAt } from './network';
import { math, signs, weightName } from './symbols';

const ROW = 62;
const NARROWEST = 92;
const HALF = 31;
const TALL = 17;
/** More derivatives between two columns would cover each other. */
const MOST_LABELS = 4;
const MOST_PATHS = 4;

/** From the selected weight to the loss: every number between, the derivative of each step, and all paths. */
export class ChainPane {
  readonly root: HTMLElement;
  private readonly canvas = el('canvas', '', { 'aria-hidden': 'true' });
  private readonly title = el('div', 'dlw-backprop-caption');
  private readonly sum = el('div', 'dlw-backprop-sum');
  private readonly scroller: HTMLElement;
  private last = '';

  constructor() {
    this.scroller = el('div', 'dlw-backprop-scroller', {}, this.canvas);
    this.root = el('div', 'dlw-backprop-chain', {}, this.title, this.scroller, this.sum);
  }

  /** @param room how wide it may be, in px */
  show(theme: Theme, room: number, moment: Moment): void {
    const chain = chainOf(moment);
    const most = Math.max(...chain.columns.map((column) => column.length));
    const width = Math.max(room || 600, chain.columns.length * NARROWEST);
    const height = most * ROW + 14;
    this.write(chain, moment);
    const key = JSON.stringify([chain, width, theme.dark, theme.font, window.devicePixelRatio]);
    if (key === this.last) return;
    this.last = key;
    const context = sizedCanvas(this.canvas, width, height);
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${height}px`;
    if (context) draw(context, theme, chain, width, height);
  }

  /** The product along each path, and their sum. */
  private write(chain: Chain, { network, task: { l2 }, focus }: Moment): void {
    const name = weightName(focus);
    const paths = pathsOf(chain);
    const products = paths.map((by) => by.reduce((product, one) => product * one, 1));
    const penalty = l2 > 0 && focus.from >= 0 ? l2 * weightAt(network, focus) : 0;
    const total = products.reduce((a, b) => a + b, penalty);
    const title = t('Chain rule: from {name} to the loss', { name });
    const lines = paths
      .slice(0, MOST_PATHS)
      .map((by, i) => `${by.map((one) => factor([one])).join(' · ')} = ${short(products[i]!)}`);
    if (paths.length > MOST_PATHS) lines.push(t('… {count} paths in all', { count: paths.length }));
    if (penalty !== 0) lines.push(`λ·${name} = ${short(penalty)}`);
    if (lines.length > 1)
      lines.push(t('sum of all paths: ∂L/∂{name} = {total}', { name, total: short(total) }));
    else lines[0] = `∂L/∂${name} = ${lines[0]!}`;
    const key = [title, ...lines].join('\n');
    if (this.sum.dataset.key === key) return;
    this.sum.dataset.key = key;
    this.title.replaceChildren(...math(title));
    this.sum.replaceChildren(...lines.map((line) => el('div', '', {}, ...math(line))));
    setAttributes(this.root, { 'aria-label': signs(title) });
  }
}

function draw(
  context: CanvasRenderingContext2D,
  theme: Theme,
  { columns, edges }: Chain,
  width: number,
  height: number,
): void {
  const half = HALF + 3;
  const across = (width - 2 * half) / (columns.length - 1);
  const spot = (column: number, row: number): [number, number] => {
    const count = columns[column]!.length;
    return [half + column * across, height / 2 - 7 + (row - (count - 1) / 2) * ROW];
  };
  const strongest = Math.max(1e-12, ...columns.flat().map(({ gradient }) => Math.abs(gradient)));
  for (const { column, from, to, by } of edges) {
    const [ax, ay] = spot(column, from);
    const [bx, by_] = spot(column + 1, to);
    const flow = Math.abs(by * columns[column + 1]![to]!.gradient) / strongest;
    context.strokeStyle = theme.muted;
    context.globalAlpha = 0.45 + 0.55 * Math.min(1, flow);
    context.lineWidth = 1 + 2.5 * Math.min(1, flow);
    context.beginPath();
    context.moveTo(ax + HALF, ay);
    context.lineTo(bx - HALF, by_);
    context.stroke();
  }
  context.globalAlpha = 1;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  columns.forEach((column, c) =>
    column.forEach(({ name, value, gradient }, row) => {
      const [x, y] = spot(c, row);
      context.beginPath();
      context.roundRect(x - HALF, y - TALL, 2 * HALF, 2 * TALL, 6);
      context.fillStyle = theme.background;
      context.fill();
      context.lineWidth = 1.2;
      context.strokeStyle = theme.muted;
      context.stroke();
      text(context, theme, signs(name), x, y - 7, theme.muted, 11, 400, false);
      text(context, theme, short(value), x, y + 7, theme.text, 13, 600, false);
      text(context, theme, `∂ ${short(gradient)}`, x, y + TALL + 10, gradientColor(theme), 11, 600, false);
    }),
  );
  for (const { column, from, to, by } of edges) {
    if (edges.filter((edge) => edge.column === column).length > MOST_LABELS) continue;
    const [ax, ay] = spot(column, from);
    const [bx, by_] = spot(column + 1, to);
    // Lines that cross have their numbers before the crossing.
    const share = ay === by_ ? 0.5 : 0.36;
    const [left, right] = [ax + HALF, bx - HALF];
    const [x, y] = [left + (right - left) * share, ay + (by_ - ay) * share];
    text(context, theme, `×${short(by)}`, x, y - (ay === by_ ? 9 : 0), theme.text, 11);
  }
}
