import type { Theme } from '../../core/theme';
import { colorOf, css, frame } from '../../shared/concept/paint';
import { el } from '../../shared/dom';
import { sizedCanvas } from '../../shared/draw-pixels';
import { type GateName, SHOWN } from './cells';
import type { RecurrentModel } from './model';
import { gateName } from './texts';

const GAP = 7;
const LINE = 20;
const BARS = 64;
const REACH = 92;
const NARROW = 560;
/** The widest column. */
const WIDEST = 68;
/** A series that the hand draws goes to this number at least. */
const RANGE = 1;
const LEAST = -12;

/** A place of the picture. */
export interface Spot {
  readonly step: number;
  /** The row of blocks and the unit in it; null above and below them. */
  readonly gate: GateName | null;
  readonly unit: number | null;
}

interface Options {
  label: () => string;
  hover: (spot: Spot | null) => void;
  press: (spot: Spot) => void;
  /** A number of the series is dragged. */
  drag: (step: number, value: number) => void;
  /** An arrow key: by so many steps and units. Home and End go to the first and the last step. */
  move: (steps: number, units: number) => void;
}

interface Place {
  readonly left: number;
  readonly column: number;
  readonly row: number;
  /** Upper edges. */
  readonly blocks: readonly (readonly [GateName, number])[];
  readonly input: number;
  readonly inputHeight: number;
  readonly output: number;
  readonly reach: number;
  readonly width: number;
  readonly height: number;
}

/** The cell, unrolled: each column is a step, each row a unit. */
export class Unrolled {
  readonly root: HTMLElement;
  private readonly canvas = el('canvas', '', { 'aria-hidden': 'true' });
  private place: Place | null = null;
  private model: RecurrentModel | null = null;
  private width = 0;
  private again: (() => void) | null = null;

  constructor(private readonly options: Options) {
    this.root = el(
      'div',
      'dlw-recurrent-surface',
      { tabindex: 0, role: 'application', 'aria-label': options.label },
      this.canvas,
    );
    const { root } = this;
    new ResizeObserver(() => {
      if (root.clientWidth === this.width) return;
      this.width = root.clientWidth;
      this.again?.();
    }).observe(root);
    let dragged = false;
    root.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      dragged = this.series(event);
      const spot = this.at(event);
      if (dragged) root.setPointerCapture(event.pointerId);
      else if (spot) options.press(spot);
    });
    root.addEventListener('pointermove', (event) => {
      if (dragged) this.series(event);
      else if (event.pointerType !== 'touch') options.hover(this.at(event));
    });
    for (const kind of ['pointerup', 'pointercancel'] as const) {
      root.addEventListener(kind, () => (dragged = false));
    }
    root.addEventListener('pointerleave', () => options.hover(null));
    root.addEventListener('keydown', (event) => {
      const far = event.shiftKey ? 5 : 1;
      const moves: Readonly<Record<string, readonly [number, number]>> = {
        ArrowLeft: [-far, 0],
        ArrowRight: [far, 0],
        ArrowUp: [0, -1],
        ArrowDown: [0, 1],
        Home: [-Infinity, 0],
        End: [Infinity, 0],
      };
      const by = moves[event.key];
      if (!by) return;
      event.preventDefault();
      options.move(...by);
    });
  }

  show(model: RecurrentModel, theme: Theme, spot: Spot): void {
    this.model = model;
    this.again = (): void => this.show(model, theme, spot);
    this.width ||= this.root.clientWidth;
    const place = (this.place = layout(model, this.width || 900));
    const context = sizedCanvas(this.canvas, place.width, place.height);
    this.canvas.style.width = `${place.width}px`;
    this.canvas.style.height = `${place.height}px`;
    if (!context) return;
    drawInput(context, theme, place, model, spot.step);
    drawBlocks(context, theme, place, model, spot.step);
    drawOutput(context, theme, place, model, spot.step);
    drawReach(context, theme, place, model, spot.step);
    const x = place.left + spot.step * place.column;
    frame(context, theme, [x - 2, 0, place.column + 4, place.height - 1], 1.5);
    const block = place.blocks.find(([name]) => name === spot.gate);
    if (block && spot.unit !== null) {
      const y = block[1] + spot.unit * place.row;
      frame(context, theme, [x - 1, y - 1, place.column + 2, place.row + 2], 2);
    }
  }

  private series(event: PointerEvent): boolean {
    const { place, model } = this;
    if (!place || model?.kind !== 'series') return false;
    const [x, y] = this.inside(event);
    const step = Math.floor((x - place.left) / place.column);
    if (step < 0 || step >= model.length || y < place.input - 4 || y > place.input + BARS + 4) return false;
    const most = rangeOf(model);
    const value = most * (1 - (2 * (y - place.input)) / BARS);
    this.options.drag(step, Math.min(most, Math.max(-most, value)));
    return true;
  }

  private inside(event: PointerEvent): [number, number] {
    const box = this.canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  private at(event: PointerEvent): Spot | null {
    const { place, model } = this;
    if (!place || !model) return null;
    const [x, y] = this.inside(event);
    const step = Math.floor((x - place.left) / place.column);
    if (step < 0 || step >= model.length) return null;
    const { units } = model.layer;
    const block = place.blocks.find(([, top]) => y >= top && y < top + units * place.row);
    if (!block) return { step, gate: null, unit: null };
    return { step, gate: block[0], unit: Math.floor((y - block[1]) / place.row) };
  }
}

function layout(model: RecurrentModel, room: number): Place {
  const { units, cell } = model.layer;
  const left = room < NARROW ? 24 : 112;
  const column = Math.min(WIDEST, (room - left - 6) / model.length);
  const row = units <= 4 ? 16 : units <= 12 ? 9 : 5;
  const input = 6;
  const inputHeight = model.kind === 'series' ? BARS : LINE;
  let y = input + inputHeight + LINE * Number(model.kind === 'series') + GAP;
  const blocks = SHOWN[cell].map((name): [GateName, number] => {
    const top = y;
    y += units * row + GAP;
    return [name, top];
  });
  const output = y;
  if (model.kind === 'text' && model.head) y += LINE + GAP;
  const reach = y + 8;
  return {
    left,
    column,
    row,
    blocks,
    input,
    inputHeight,
    output,
    reach,
    width: Math.min(room, left + column * model.length + 6),
    height: reach + REACH + 6,
  };
}

/** The largest number that a series shows. */
function rangeOf(model: RecurrentModel): number {
  return Math.max(RANGE, ...model.now.series.map(Math.abs));
}

function label(
  context: CanvasRenderingContext2D,
  theme: Theme,
  place: Place,
  [long, brief]: readonly [string, string],
  y: number,
): void {
  context.font = `12px ${theme.font}`;
  context.fillStyle = theme.muted;
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  context.fillText(place.left < 60 ? brief : long, 0, y, place.left - 6);
}

function write(
  context: CanvasRenderingContext2D,
  theme: Theme,
  place: Place,
  texts: readonly string[],
  y: number,
): void {
  const size = Math.min(13, Math.max(8, place.column * 0.55));
  context.font = `${size}px ${theme.font}`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillStyle = theme.text;
  texts.forEach((text, t) => {
    context.fillText(text, place.left + (t + 0.5) * place.column, y, place.column - 1);
  });
}

function drawInput(
  context: CanvasRenderingContext2D,
  theme: Theme,
  place: Place,
  model: RecurrentModel,
  step: number,
): void {
  const { input, inputHeight, left, column } = place;
  label(context, theme, place, [gateName('x'), 'x'], input + inputHeight / 2);
  if (model.kind !== 'series') {
    write(context, theme, place, model.names, input + LINE / 2);
    return;
  }
  const most = rangeOf(model);
  const middle = input + BARS / 2;
  context.strokeStyle = theme.axis;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(left, middle + 0.5);
  context.lineTo(left + column * model.length, middle + 0.5);
  context.stroke();
  model.now.series.forEach((value, t) => {
    context.globalAlpha = t > step ? 0.35 : 1;
    context.fillStyle = css(colorOf(value, { kind: 'signed', most: most / 2 }, theme.dark));
    const height = (Math.abs(value) / most) * (BARS / 2);
    context.fillRect(left + t * column + 1, value > 0 ? middle - height : middle, column - 2, height);
  });
  context.globalAlpha = 1;
  write(context, theme, place, model.names, input + BARS + LINE / 2);
}

function drawBlocks(
  context: CanvasRenderingContext2D,
  theme: Theme,
  place: Place,
  model: RecurrentModel,
  step: number,
): void {
  const { left, column, row } = place;
  const { units } = model.layer;
  for (const [name, top] of place.blocks) {
    label(context, theme, place, [gateName(name), name], top + (units * row) / 2);
    const rows = model.steps.values[name]!;
    rows.forEach((values, t) => {
      context.globalAlpha = t > step ? 0.3 : 1;
      values.forEach((value, u) => {
        // The carry has no bounds: its color is that of tanh(c), which the output gate lets out.
        const shown = name === 'c' ? Math.tanh(value) : value;
        context.fillStyle = css(colorOf(shown, { kind: 'signed', most: 1 }, theme.dark));
        context.fillRect(left + t * column, top + u * row, column - 1, row - 0.5);
      });
    });
    context.globalAlpha = 1;
    context.strokeStyle = theme.axis;
    context.lineWidth = 1;
    context.strokeRect(left - 0.5, top - 0.5, column * rows.length + 0.5, units * row + 0.5);
  }
}

function drawOutput(
  context: CanvasRenderingContext2D,
  theme: Theme,
  place: Place,
  model: RecurrentModel,
  step: number,
): void {
  if (model.kind !== 'text' || !model.head) return;
  const y = place.output + LINE / 2;
  label(context, theme, place, [gateName('y'), 'y'], y);
  const texts = Array.from({ length: model.length }, (_, t) => {
    return t > step ? '' : (model.predicted(t)?.sign ?? '');
  });
  const { letters } = model;
  texts.forEach((text, t) => {
    const next = letters[t + 1];
    if (text === '' || next === undefined || (next === ' ' ? '␣' : next) !== text) return;
    context.fillStyle = theme.dark ? 'rgba(76, 207, 155, 0.3)' : 'rgba(17, 132, 91, 0.2)';
    context.fillRect(place.left + t * place.column, place.output, place.column - 1, LINE);
  });
  write(context, theme, place, texts, y);
}

/** How strong the derivatives are, on a log scale. */
function drawReach(
  context: CanvasRenderingContext2D,
  theme: Theme,
  place: Place,
  model: RecurrentModel,
  step: number,
): void {
  const { left, column, reach: top } = place;
  const values = model.reach(step);
  const powers = values.map((value) => Math.max(LEAST, value > 0 ? Math.log10(value) : LEAST));
  const high = Math.ceil(Math.max(0, ...powers) + 0.01);
  const low = Math.min(high - 2, Math.floor(Math.min(...powers)));
  const py = (power: number): number => top + ((high - power) / (high - low)) * REACH;
  const right = left + column * model.length;
  label(context, theme, place, ['‖∂h/∂xₜ‖', ''], top + REACH / 2);
  context.font = `11px ${theme.font}`;
  context.lineWidth = 1;
  const every = Math.ceil((high - low) / 4);
  for (let power = low; power <= high; power += every) {
    const y = Math.round(py(power)) + 0.5;
    context.strokeStyle = power === 0 ? theme.axis : theme.grid;
    context.beginPath();
    context.moveTo(left, y);
    context.lineTo(right, y);
    context.stroke();
    context.fillStyle = theme.muted;
    context.textAlign = 'right';
    context.textBaseline = 'middle';
    const text = power >= -2 && power <= 2 ? String(Number((10 ** power).toFixed(2))) : `1e${power}`;
    context.fillText(
      text.replace('-', '−'),
      left - 4,
      Math.min(top + REACH - 4, Math.max(top + 5, y)),
      left - 4,
    );
  }
  context.fillStyle = theme.palette[3]!;
  powers.forEach((power, t) => {
    const y = py(power);
    context.fillRect(left + t * column + 1, y, column - 3, Math.max(1, top + REACH - y));
  });
}
