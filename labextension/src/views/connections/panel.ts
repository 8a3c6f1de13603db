import type { Theme } from '../../core/theme';
import { el, setAttributes, setText } from '../../shared/dom';
import { sizedCanvas } from '../../shared/draw-pixels';
import { weightColor } from './colors';
import { type Focus, keyTarget, lineBetween, litLines } from './focus';
import type { Kind } from './layers';
import { distance, type Layout, layoutOf, nodeAt, outline } from './layout';
import { Matrix } from './matrix';
import type { ConnectionsModel, Drawn } from './model';
import { countTexts, layerCode } from './texts';

/** So close to a line points at it, in px. */
const NEAR = 6;

interface Options {
  /** Where the pointer is; null for nowhere. */
  hover: (focus: Focus | null) => void;
  press: (focus: Focus) => void;
  /** What is pointed at now. */
  now: () => Focus;
}

/** What a picture without anything pointed at depends on. */
interface Base {
  key: string;
  layout: Layout;
  faint: HTMLCanvasElement;
}

/** One kind of layer: its lines, its matrix and its counts. */
export class Panel {
  readonly root: HTMLElement;
  readonly matrix: Matrix;
  private readonly surface: HTMLElement;
  private readonly canvas = el('canvas', '', { 'aria-hidden': 'true' });
  private readonly code = el('code', 'dlw-connections-code');
  private readonly sum = el('strong', 'dlw-connections-sum');
  private readonly facts = el('span', 'dlw-connections-facts');
  private readonly bar = el('div', 'dlw-connections-bar');
  private base: Base | null = null;
  private drawn: Drawn | null = null;

  constructor(
    private readonly kind: Kind,
    options: Options,
    texts: { name: () => string; help: () => string },
  ) {
    this.surface = el(
      'div',
      'dlw-connections-surface',
      { tabindex: 0, role: 'application', 'aria-label': texts.help },
      this.canvas,
    );
    this.matrix = new Matrix(options);
    this.root = el(
      'section',
      'dlw-connections-panel',
      { 'aria-label': texts.name },
      el('div', 'dlw-connections-head', {}, el('strong', '', {}, texts.name), this.code),
      this.surface,
      this.matrix.root,
      el('div', 'dlw-connections-counts', {}, this.sum, this.facts),
      el('div', 'dlw-connections-track', {}, this.bar),
    );
    this.listen(options);
  }

  private listen({ hover, press, now }: Options): void {
    const { surface } = this;
    surface.addEventListener('pointermove', (event) => {
      if (event.pointerType !== 'touch') hover(this.at(event));
    });
    surface.addEventListener('pointerleave', () => hover(null));
    surface.addEventListener('pointerdown', (event) => {
      const focus = event.button === 0 ? this.at(event) : null;
      if (focus) press(focus);
    });
    surface.addEventListener('keydown', (event) => {
      if (!this.drawn) return;
      const focus = keyTarget(event.key, now(), this.drawn);
      if (!focus) return;
      event.preventDefault();
      press(focus);
    });
  }

  private at(event: PointerEvent): Focus | null {
    const { base, drawn } = this;
    if (!base || !drawn) return null;
    const box = this.canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const { inputs, outputs, inputCell, outputCell } = base.layout;
    const output = nodeAt(outputs, outputCell, x, y);
    if (output >= 0) return { point: 'output', at: [output] };
    const input = nodeAt(inputs, inputCell, x, y);
    if (input >= 0) return { point: 'input', at: [input] };
    let [nearest, best] = [NEAR, -1];
    drawn.lines.forEach((line, i) => {
      const away = distance(inputs[line.input]!, outputs[line.output]!, x, y);
      if (away < nearest) [nearest, best] = [away, i];
    });
    const line = drawn.lines[best];
    return line ? { point: 'line', at: [line.input, line.output] } : null;
  }

  /** @param width how wide it may be, in px */
  show(theme: Theme, width: number, model: ConnectionsModel, focus: Focus, said: string): void {
    const { kind } = this;
    const drawn = (this.drawn = model.drawn[kind]);
    const counts = model.counts[kind];
    const most = Math.max(1, ...Object.values(model.counts).map((one) => one.weights + one.biases));
    const own = counts.weights + counts.biases;
    setText(this.code, layerCode(model, kind));
    const { sum, facts } = countTexts(counts);
    setText(this.sum, sum);
    setText(this.facts, facts);
    this.bar.style.width = `${own === 0 ? 0 : Math.max(0.5, (100 * own) / most)}%`;
    setAttributes(this.surface, { 'aria-description': said });
    if (width < 40) return; // it is hidden
    const base = this.basis(theme, width, model, drawn);
    this.paint(theme, base.layout, base.faint, drawn, focus);
    this.matrix.show(theme, width, model.small, kind, drawn, focus);
  }

  /** The lines as they are where nothing is pointed at; kept, because there may be thousands. */
  private basis(theme: Theme, width: number, model: ConnectionsModel, drawn: Drawn): Base {
    const key = [model.key, width, theme.dark, theme.background, window.devicePixelRatio].join();
    if (this.base?.key === key) return this.base;
    const layout = layoutOf(model.small, this.kind, drawn.outputs, width);
    const faint = document.createElement('canvas');
    const context = sizedCanvas(faint, width, layout.height);
    if (context) {
      context.globalAlpha = Math.max(0.16, Math.min(0.5, 14 / Math.sqrt(drawn.lines.length + 1) / 5));
      this.strokes(context, theme, layout, drawn, null, 1.2);
    }
    this.base = { key, layout, faint };
    return this.base;
  }

  /** @param which the lines; null for all */
  private strokes(
    context: CanvasRenderingContext2D,
    theme: Theme,
    { inputs, outputs, inputCell, outputCell }: Layout,
    drawn: Drawn,
    which: readonly number[] | null,
    thick: number,
  ): void {
    const all = drawn.byWeight.size;
    // The lines of a sequence end at the edges of its cells.
    const flat = inputCell.skew === 0;
    context.lineWidth = thick;
    const stroke = (i: number): void => {
      const { input, output, weight } = drawn.lines[i]!;
      const [from, to] = [inputs[input]!, outputs[output]!];
      context.strokeStyle = weightColor(theme, this.kind, weight, all);
      context.beginPath();
      context.moveTo(from.x, from.y - (flat ? inputCell.high / 2 : 0));
      context.lineTo(to.x, to.y + (flat ? outputCell.high / 2 : 0));
      context.stroke();
    };
    if (which) which.forEach(stroke);
    else drawn.lines.forEach((_, i) => stroke(i));
  }

  private paint(theme: Theme, layout: Layout, faint: HTMLCanvasElement, drawn: Drawn, focus: Focus): void {
    const { width, height } = layout;
    const context = sizedCanvas(this.canvas, width, height);
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${height}px`;
    if (!context) return;
    const lit = litLines(drawn, focus);
    const [into, out] = [new Set<number>(), new Set<number>()];
    for (const i of lit) {
      into.add(drawn.lines[i]!.input);
      out.add(drawn.lines[i]!.output);
    }
    if (focus.point === 'output') out.add(focus.at[0]);
    if (focus.point === 'input') into.add(focus.at[0]);
    const nodes = (which: 'inputs' | 'outputs', marked: ReadonlySet<number>): void => {
      const cell = which === 'inputs' ? layout.inputCell : layout.outputCell;
      layout[which].forEach((node, i) => {
        outline(context, node, cell);
        context.fillStyle = theme.background;
        context.fill();
        context.fillStyle = marked.has(i) ? theme.axis : theme.grid;
        context.fill();
        context.lineWidth = 1;
        context.strokeStyle = theme.axis;
        context.stroke();
      });
    };
    nodes('inputs', into);
    if (faint.width > 0 && faint.height > 0) context.drawImage(faint, 0, 0, width, height);
    nodes('outputs', out);
    // Over the outputs: of an image, those in front would hide the ends.
    this.strokes(context, theme, layout, drawn, lit, lit.length > 60 ? 1.6 : 2.4);
    this.mark(context, theme, layout, drawn, focus);
  }

  /** A frame around what is pointed at. */
  private mark(
    context: CanvasRenderingContext2D,
    theme: Theme,
    layout: Layout,
    drawn: Drawn,
    focus: Focus,
  ): void {
    context.strokeStyle = theme.text;
    context.lineWidth = 2;
    const around = (which: 'inputs' | 'outputs', index: number): void => {
      const node = layout[which][index];
      if (!node) return;
      outline(context, node, which === 'inputs' ? layout.inputCell : layout.outputCell, 0.5);
      context.stroke();
    };
    if (focus.point === 'output') around('outputs', focus.at[0]);
    else if (focus.point === 'input') around('inputs', focus.at[0]);
    else if (lineBetween(drawn, ...focus.at) !== null) {
      around('inputs', focus.at[0]);
      around('outputs', focus.at[1]);
    }
  }
}
