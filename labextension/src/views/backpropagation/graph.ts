import { t } from '../../core/i18n';
import type { Theme } from '../../core/theme';
import { NumberCell } from '../../shared/concept/number-cell';
import { short } from '../../shared/concept/numbers';
import { el } from '../../shared/dom';
import { sizedCanvas } from '../../shared/draw-pixels';
import { DIGITS, LARGEST } from './fields';
import { fine } from './formula';
import { Layout, RADIUS, type Spot } from './layout';
import type { BackpropagationModel } from './model';
import { gradientAt, moved, type Network, type Pass, type Place, placesOf, weightAt } from './network';
import { type Known, knownAfter, type Phase } from './phases';
import { outputName, signs, weightName } from './symbols';

/** What is shown of the passes. */
export interface Shown {
  readonly pass: number;
  readonly step: number;
  /** From 0 to 1: how far what flows has come. */
  readonly progress: number;
}

interface Options {
  label: () => string;
  weight: (place: Place, value: number) => void;
  number: (which: 'x' | 'y', unit: number, value: number) => void;
  focus: (place: Place) => void;
}

const ARROWS: Readonly<Record<string, Spot>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** The color of δ and of gradients. */
export function gradientColor(theme: Theme): string {
  return theme.palette[3]!;
}

/** The network: numbers to edit, what is computed so far, and what flows. */
export class Graph {
  readonly root: HTMLElement;
  private readonly canvas = el('canvas', '', { 'aria-hidden': 'true' });
  private readonly surface: HTMLElement;
  private readonly cells = new Map<string, NumberCell>();
  private layout: Layout | null = null;
  private built = '';
  private followed = '';

  constructor(
    private readonly model: BackpropagationModel,
    private readonly options: Options,
  ) {
    this.surface = el(
      'div',
      'dlw-backprop-surface',
      { tabindex: 0, role: 'application', 'aria-label': options.label },
      this.canvas,
    );
    this.root = el('div', 'dlw-backprop-graph', {}, this.surface);
    this.surface.addEventListener('click', (event) => {
      if (event.target !== this.surface && event.target !== this.canvas) return;
      const box = this.canvas.getBoundingClientRect();
      this.press(event.clientX - box.left, event.clientY - box.top);
    });
    this.surface.addEventListener('keydown', (event) => {
      const by = ARROWS[event.key];
      if (event.target !== this.surface || !by) return;
      event.preventDefault();
      this.move(by);
    });
  }

  private press(x: number, y: number): void {
    const { layout, model } = this;
    if (!layout) return;
    const found = layout.unitAt(x, y);
    if (found && found.layer > 0) {
      const layer = found.layer - 1;
      const from = Math.min(Math.max(0, model.focus.from), model.layers[layer]! - 1);
      this.options.focus({ layer, from, to: found.unit });
    } else if (!found) {
      const edge = layout.edgeAt(x, y);
      if (edge) this.options.focus(edge);
    }
  }

  /** Left and right go to another layer, up and down to another unit of the layer. */
  private move([across, down]: Spot): void {
    const { layers, focus } = this.model;
    const layer = Math.min(layers.length - 2, Math.max(0, focus.layer + across));
    const to = Math.min(layers[layer + 1]! - 1, Math.max(0, focus.to + down));
    this.options.focus({ layer, from: Math.min(focus.from, layers[layer]! - 1), to });
  }

  // -- the numbers to edit -----------------------------------------------------------------------

  private cell(
    key: string,
    name: () => string,
    changed: (value: number) => void,
    focused?: () => void,
  ): void {
    const cell = new NumberCell({
      low: -LARGEST,
      high: LARGEST,
      digits: DIGITS,
      step: 0.1,
      name,
      changed,
      leave: (by) => this.leave(key, by),
    });
    cell.root.classList.add('dlw-backprop-number', `dlw-backprop-${key[0]!}`);
    if (focused) cell.root.addEventListener('focus', focused);
    this.cells.set(key, cell);
    this.surface.append(cell.root);
  }

  private leave(key: string, by: number): boolean {
    const shown = [...this.cells].filter(([, { root }]) => !root.hidden);
    const next = shown[shown.findIndex(([name]) => name === key) + by]?.[1].root;
    next?.focus();
    return next !== undefined;
  }

  private build(layers: readonly number[]): void {
    this.cells.clear();
    this.surface.replaceChildren(this.canvas);
    const { options } = this;
    for (let i = 0; i < layers[0]!; i += 1) {
      this.cell(
        `x ${i}`,
        () => t('Input {n}', { n: i + 1 }),
        (value) => options.number('x', i, value),
      );
    }
    layers.slice(1).forEach((units, layer) => {
      for (let to = 0; to < units; to += 1) {
        for (let from = -1; from < layers[layer]!; from += 1) {
          const place = { layer, from, to };
          this.cell(
            keyOf(place),
            () => placeName(place),
            (value) => options.weight(place, value),
            () => options.focus(place),
          );
        }
      }
    });
    for (let k = 0; k < layers.at(-1)!; k += 1) {
      this.cell(
        `y ${k}`,
        () => t('Target {n}', { n: k + 1 }),
        (value) => options.number('y', k, value),
      );
    }
  }

  private show(key: string, value: number, [x, y]: Spot, hidden = false, share = 0): void {
    const cell = this.cells.get(key)!;
    cell.root.hidden = hidden;
    if (hidden) return;
    cell.show(value, share);
    const place = `translate(-50%, -50%) translate(${x.toFixed(1)}px, ${y.toFixed(1)}px)`;
    if (cell.root.style.transform !== place) cell.root.style.transform = place;
  }

  // -- drawing -----------------------------------------------------------------------------------

  /** @param room how wide it may be, in px */
  draw(theme: Theme, room: number, shown: Shown, pass: Pass): void {
    const { model } = this;
    const { layers, focus } = model;
    const layout = (this.layout = new Layout(layers, Math.max(300, room || 560)));
    if (layers.join() !== this.built) this.build(layers);
    this.built = layers.join();
    const network = model.networkAt(shown.pass);
    const { x, y } = model.samples[model.sampleOf(shown.pass)]!;
    x.forEach((value, i) => this.show(`x ${i}`, value, layout.unit(0, i)));
    y.forEach((value, k) => this.show(`y ${k}`, value, layout.target(k)));
    const largest = Math.max(1e-9, ...network.flatMap(({ weights }) => weights.flat().map(Math.abs)));
    network.forEach((_, layer) => {
      for (const place of placesOf(network, layer)) {
        const value = weightAt(network, place);
        const away =
          place.from >= 0 && !layout.allShown(layer) && (focus.layer !== layer || focus.to !== place.to);
        const key = keyOf(place);
        this.show(key, value, layout.weight(place), away, Math.abs(value) / largest);
        const isFocus = place.layer === focus.layer && place.from === focus.from && place.to === focus.to;
        this.cells.get(key)!.root.classList.toggle('dlw-number-marked', isFocus);
      }
    });
    const context = sizedCanvas(this.canvas, layout.width, layout.height);
    this.canvas.style.width = `${layout.width}px`;
    this.canvas.style.height = `${layout.height}px`;
    if (!context) return;
    const phase = model.phases[shown.step]!;
    this.follow(layout, room, phase);
    const known = knownAfter(model.phases, shown.step);
    this.drawEdges(context, theme, layout, network, phase, known);
    this.drawFlow(context, theme, layout, phase, shown.progress);
    this.drawUnits(context, theme, layout, pass, phase, known);
    this.drawLoss(context, theme, layout, pass.loss, phase, known);
    this.drawGradients(context, theme, layout, network, pass, known);
  }

  /** Where there is little room, what is computed comes into sight. */
  private follow(layout: Layout, room: number, { kind, layer }: Phase): void {
    const key = `${kind} ${layer} ${layout.width} ${room}`;
    if (key === this.followed) return;
    this.followed = key;
    if (layout.width <= room || room === 0) return;
    const column = kind === 'loss' ? layout.layers.length : kind === 'update' ? 0 : layer + 1;
    this.root.scrollLeft = kind === 'loss' ? layout.width : layout.column(column) - room * 0.62;
  }

  private drawEdges(
    context: CanvasRenderingContext2D,
    theme: Theme,
    layout: Layout,
    network: Network,
    phase: Phase,
    known: Known,
  ): void {
    const { focus } = this.model;
    const largest = Math.max(1e-9, ...network.flatMap(({ weights }) => weights.flat().map(Math.abs)));
    const [positive, negative] = signColors(theme);
    network.forEach(({ weights }, layer) => {
      const live =
        (phase.kind === 'forward' && phase.layer === layer) ||
        (phase.kind === 'delta' && phase.layer === layer - 1) ||
        (phase.kind === 'gradient' && phase.layer === layer) ||
        phase.kind === 'update';
      weights.forEach((row, from) =>
        row.forEach((w, to) => {
          const [ax, ay] = layout.unit(layer, from);
          const [bx, by] = layout.unit(layer + 1, to);
          const isFocus = focus.layer === layer && focus.from === from && focus.to === to;
          context.globalAlpha = live || isFocus ? 1 : known.forward > layer ? 0.55 : 0.28;
          context.strokeStyle = w < 0 ? negative : positive;
          context.lineWidth = 0.8 + 3 * (Math.abs(w) / largest);
          context.beginPath();
          context.moveTo(ax, ay);
          context.lineTo(bx, by);
          context.stroke();
        }),
      );
    });
    context.lineWidth = 1.2;
    context.strokeStyle = theme.muted;
    context.globalAlpha = known.loss ? 0.8 : 0.3;
    context.beginPath();
    for (let k = 0; k < layout.layers.at(-1)!; k += 1) {
      context.moveTo(...layout.unit(layout.layers.length - 1, k));
      context.lineTo(...layout.loss);
    }
    context.stroke();
    context.globalAlpha = 1;
  }

  /** Dots that run along the lines: forward what comes out of units, backward δ. */
  private drawFlow(
    context: CanvasRenderingContext2D,
    theme: Theme,
    layout: Layout,
    { kind, layer }: Phase,
    progress: number,
  ): void {
    if (progress <= 0 || progress >= 1) return;
    const last = layout.layers.length - 1;
    const ways: (readonly [Spot, Spot])[] = [];
    const between = (from: number): void => {
      for (let i = 0; i < layout.layers[from]!; i += 1) {
        for (let j = 0; j < layout.layers[from + 1]!; j += 1) {
          ways.push([layout.unit(from, i), layout.unit(from + 1, j)]);
        }
      }
    };
    const toLoss = (): void => {
      for (let k = 0; k < layout.layers[last]!; k += 1) ways.push([layout.unit(last, k), layout.loss]);
    };
    const back = kind === 'delta';
    if (kind === 'forward') between(layer);
    else if (kind === 'loss' || (back && layer === last - 1)) toLoss();
    else if (back) between(layer + 1);
    context.fillStyle = back ? gradientColor(theme) : theme.text;
    // It leaves slowly, and arrives slowly.
    const eased = progress * progress * (3 - 2 * progress);
    const share = back ? 1 - eased : eased;
    context.beginPath();
    for (const [[ax, ay], [bx, by]] of ways) {
      const [x, y] = [ax + (bx - ax) * share, ay + (by - ay) * share];
      context.moveTo(x + 4, y);
      context.arc(x, y, 4, 0, 2 * Math.PI);
    }
    context.fill();
  }

  private drawUnits(
    context: CanvasRenderingContext2D,
    theme: Theme,
    layout: Layout,
    pass: Pass,
    phase: Phase,
    known: Known,
  ): void {
    const { focus } = this.model;
    layout.layers.forEach((count, layer) => {
      for (let unit = 0; unit < count; unit += 1) {
        const [x, y] = layout.unit(layer, unit);
        const computed = layer === 0 || known.forward >= layer;
        const active =
          (phase.kind === 'forward' && phase.layer === layer - 1) ||
          (phase.kind === 'delta' && phase.layer === layer - 1);
        context.beginPath();
        context.arc(x, y, RADIUS, 0, 2 * Math.PI);
        context.fillStyle = theme.background;
        context.fill();
        context.lineWidth = active || (focus.layer === layer - 1 && focus.to === unit) ? 2.6 : 1.3;
        context.strokeStyle = active
          ? phase.kind === 'delta'
            ? gradientColor(theme)
            : theme.palette[0]!
          : theme.muted;
        context.setLineDash(computed ? [] : [3, 4]);
        context.stroke();
        context.setLineDash([]);
        context.textAlign = 'center';
        context.textBaseline = 'middle';
        if (layer === 0) {
          text(context, theme, `x${signs(`_${unit + 1}`)}`, x, y + 35, theme.muted, 12);
          continue;
        }
        const value = computed ? short(pass.a[layer]![unit]!) : '?';
        text(
          context,
          theme,
          value,
          x,
          y - 3,
          computed ? theme.text : theme.muted,
          value.length > 5 ? 12 : 14,
          600,
          false,
        );
        text(context, theme, signs(outputName(layer, unit)), x, y + 12, theme.muted, 11, 400, false);
        text(context, theme, 'b', x - 26, y - RADIUS - 14, theme.muted, 12);
        const below = y + RADIUS + 11;
        if (computed)
          text(context, theme, `z = ${short(pass.z[layer - 1]![unit]!)}`, x, below, theme.muted, 12);
        if (known.delta <= layer - 1) {
          const delta = `δ = ${short(pass.deltas[layer - 1]![unit]!)}`;
          text(context, theme, delta, x, below + 15, gradientColor(theme), 12, 600);
        }
      }
    });
    for (let k = 0; k < layout.layers.at(-1)!; k += 1) {
      const [x, y] = layout.target(k);
      text(context, theme, signs(`y_${k + 1}`), x - 31, y, theme.muted, 12);
    }
  }

  private drawLoss(
    context: CanvasRenderingContext2D,
    theme: Theme,
    layout: Layout,
    loss: number,
    { kind }: Phase,
    known: Known,
  ): void {
    const [x, y] = layout.loss;
    context.beginPath();
    context.roundRect(x - 28, y - 24, 56, 48, 8);
    context.fillStyle = theme.background;
    context.fill();
    context.lineWidth = kind === 'loss' ? 2.6 : 1.3;
    context.strokeStyle = kind === 'loss' ? theme.palette[1]! : theme.muted;
    context.setLineDash(known.loss ? [] : [3, 4]);
    context.stroke();
    context.setLineDash([]);
    text(
      context,
      theme,
      known.loss ? short(loss) : '?',
      x,
      y - 3,
      known.loss ? theme.text : theme.muted,
      14,
      600,
      false,
    );
    text(context, theme, t('loss L'), x, y + 13, theme.muted, 11, 400, false);
  }

  /** Below a weight its gradient, and once it is updated what it will be. */
  private drawGradients(
    context: CanvasRenderingContext2D,
    theme: Theme,
    layout: Layout,
    network: Network,
    pass: Pass,
    known: Known,
  ): void {
    const after = known.update ? moved(network, pass.gradients, this.model.task.learning_rate) : null;
    network.forEach((_, layer) => {
      if (known.gradient > layer) return;
      for (const place of placesOf(network, layer)) {
        if (place.from < 0 || this.cells.get(keyOf(place))!.root.hidden) continue;
        const [x, y] = layout.weight(place);
        const [written, color] = after
          ? [`→ ${fine(weightAt(after, place), 3)}`, theme.text]
          : [`∂ ${short(gradientAt(pass.gradients, place))}`, gradientColor(theme)];
        text(context, theme, written, x, y + 17, color, 11, 600);
      }
    });
  }
}

function keyOf({ layer, from, to }: Place): string {
  return `w ${layer} ${from} ${to}`;
}

/** What a weight is called by a screen reader. */
export function placeName(place: Place): string {
  const { layer, from, to } = place;
  const name = signs(weightName(place));
  return from < 0
    ? t('{name}, bias of unit {to} of layer {layer}', { name, to: to + 1, layer: layer + 1 })
    : t('{name}, weight from unit {from} to unit {to} of layer {layer}', {
        name,
        from: from + 1,
        to: to + 1,
        layer: layer + 1,
      });
}

/** Orange is positive, blue negative. */
export function signColors(theme: Theme): [string, string] {
  return [theme.palette[1]!, theme.palette[0]!];
}

/** A text, with a rim in the color of the page where it must be read above lines. */
export function text(
  context: CanvasRenderingContext2D,
  theme: Theme,
  written: string,
  x: number,
  y: number,
  color: string,
  size: number,
  weight = 400,
  rim = true,
): void {
  context.font = `${weight} ${size}px ${theme.font}`;
  if (rim) {
    context.lineJoin = 'round';
    context.lineWidth = 3.5;
    context.strokeStyle = theme.background;
    context.strokeText(written, x, y);
  }
  context.fillStyle = color;
  context.fillText(written, x, y);
}
