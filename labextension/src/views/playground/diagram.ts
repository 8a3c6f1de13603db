import type { Theme } from '../../core/theme';
import { short } from '../../shared/concept/numbers';
import { el } from '../../shared/dom';
import { sizedCanvas } from '../../shared/draw-pixels';
import type { FeatureName } from './fields';
import { FEATURE } from './features';
import type { Network } from '../../shared/concept/dense-network';
import { classColor } from '../../shared/concept/class-colors';
import type { Pictures } from './pictures';

/** A unit: layer from 0, the inputs, and index from 0. */
export type Unit = readonly [number, number];

/** A weight, from a unit of the layer before to a unit. */
export interface Connection {
  readonly to: Unit;
  readonly from: number;
}

interface Options {
  label: () => string;
  /** A unit or a weight is pressed; `edit` where its number is to be typed. */
  select: (unit: Unit, from: number | null, edit: boolean) => void;
  hover: (unit: Unit | null) => void;
}

interface Place {
  x: number;
  y: number;
}

const LARGEST = 40;
const GAP = 9;
const LEFT = 54;
const TOP = 8;
/** A line that is closer to the pointer is pointed at, in px. */
const NEAR = 7;
const PARTS = 14;
const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
};

/** The network: a picture for each unit, a line for each weight. */
export class Diagram {
  readonly root: HTMLElement;
  private readonly canvas = el('canvas', '', { 'aria-hidden': 'true' });
  private places: Place[][] = [];
  private side = LARGEST;
  private width = 0;
  private height = 0;
  private network: Network | null = null;
  private selected: Unit = [0, 0];
  private pointed: Connection | null = null;

  constructor(private readonly options: Options) {
    this.root = el(
      'div',
      'dlw-play-diagram',
      { tabindex: 0, role: 'application', 'aria-label': options.label },
      this.canvas,
    );
    const { root } = this;
    root.addEventListener('click', (event) => {
      const at = this.spot(event);
      const unit = this.unitAt(at);
      const line = unit ? null : this.lineAt(at);
      if (unit) options.select(unit, null, false);
      else if (line) options.select(line.to, line.from, true);
    });
    root.addEventListener('pointermove', (event) => {
      if (event.pointerType === 'touch') return;
      const at = this.spot(event);
      const unit = this.unitAt(at);
      this.pointed = unit ? null : this.lineAt(at);
      root.style.cursor = unit || this.pointed ? 'pointer' : '';
      options.hover(unit);
    });
    root.addEventListener('pointerleave', () => {
      this.pointed = null;
      options.hover(null);
    });
    root.addEventListener('keydown', (event) => this.onKey(event));
  }

  private onKey(event: KeyboardEvent): void {
    const by = ARROWS[event.key];
    if (!by && event.key !== 'Enter') return;
    event.preventDefault();
    const [layer, index] = this.selected;
    if (!by) {
      this.options.select(this.selected, 0, true);
      return;
    }
    const to = Math.min(this.places.length - 1, Math.max(1, layer + by[0]));
    const most = this.places[to]!.length - 1;
    this.options.select([to, Math.min(most, Math.max(0, index + by[1]))], null, false);
  }

  private spot(event: MouseEvent): Place {
    const box = this.canvas.getBoundingClientRect();
    const scale = this.width / (box.width || 1);
    return { x: (event.clientX - box.left) * scale, y: (event.clientY - box.top) * scale };
  }

  private unitAt({ x, y }: Place): Unit | null {
    const half = this.side / 2 + 3;
    for (const [layer, units] of this.places.entries()) {
      const index = units.findIndex((one) => Math.abs(one.x - x) < half && Math.abs(one.y - y) < half);
      if (index >= 0) return [layer, index];
    }
    return null;
  }

  private lineAt(at: Place): Connection | null {
    let best: Connection | null = null;
    let least = NEAR;
    for (let layer = 1; layer < this.places.length; layer += 1) {
      this.places[layer]!.forEach((_, index) => {
        this.places[layer - 1]!.forEach((__, from) => {
          for (let part = 1; part < PARTS; part += 1) {
            const { x, y } = this.along({ to: [layer, index], from }, part / PARTS);
            const away = Math.hypot(x - at.x, y - at.y);
            if (away >= least) continue;
            least = away;
            best = { to: [layer, index], from };
          }
        });
      });
    }
    return best;
  }

  private ends({ to: [layer, index], from }: Connection): [Place, Place] {
    const half = this.side / 2;
    const [a, b] = [this.places[layer - 1]![from]!, this.places[layer]![index]!];
    return [
      { x: a.x + half, y: a.y },
      { x: b.x - half, y: b.y },
    ];
  }

  /** A place on the line of a weight, which leaves and arrives level. */
  private along(connection: Connection, share: number): Place {
    const [a, b] = this.ends(connection);
    // A cubic of Bézier whose handles are level with its ends, in the middle between them.
    const level = share * share * (3 - 2 * share);
    const across = 1.5 * share * (1 - share) + share ** 3;
    return { x: a.x + (b.x - a.x) * across, y: a.y + (b.y - a.y) * level };
  }

  private arrange(sizes: readonly number[], width: number): void {
    // Another network may not have the weight that is pointed at.
    if (this.places.map(({ length }) => length).join() !== sizes.join()) this.pointed = null;
    const most = Math.max(3, ...sizes);
    const step = (width - LEFT - 12) / Math.max(1, sizes.length - 1 + 0.6);
    this.side = Math.round(Math.max(18, Math.min(LARGEST, step * 0.62)));
    const pitch = this.side + GAP;
    this.width = width;
    this.height = most * pitch + 2 * TOP;
    this.places = sizes.map((size, layer) =>
      Array.from({ length: size }, (_, i) => ({
        x: LEFT + this.side / 2 + layer * ((width - LEFT - this.side - 8) / (sizes.length - 1)),
        y: TOP + (most * pitch) / 2 + (i - (size - 1) / 2) * pitch,
      })),
    );
  }

  /** @param room how wide it may be, in px */
  show(
    theme: Theme,
    room: number,
    network: Network,
    features: readonly FeatureName[],
    pictures: Pictures,
    selected: Unit,
    marked: number | null,
  ): void {
    this.network = network;
    this.selected = selected;
    this.arrange(network.sizes, Math.max(240, room));
    const context = sizedCanvas(this.canvas, this.width, this.height);
    this.canvas.style.width = `${this.width}px`;
    this.canvas.style.height = `${this.height}px`;
    if (!context) return;
    this.drawLines(context, theme, marked);
    context.imageSmoothingEnabled = true;
    const half = this.side / 2;
    this.places.forEach((units, layer) =>
      units.forEach(({ x, y }, index) => {
        const picture = pictures.pictures[layer]![index]!;
        context.drawImage(picture.canvas, x - half, y - half, this.side, this.side);
        const chosen = layer === selected[0] && index === selected[1];
        context.lineWidth = chosen ? 3 : 1;
        context.strokeStyle = chosen ? theme.text : theme.axis;
        context.strokeRect(x - half, y - half, this.side, this.side);
      }),
    );
    context.font = `12px ${theme.font}`;
    context.fillStyle = theme.text;
    context.textAlign = 'right';
    context.textBaseline = 'middle';
    this.places[0]!.forEach(({ x, y }, i) => context.fillText(FEATURE[features[i]!].sign, x - half - 6, y));
    if (this.pointed) this.drawNumber(context, theme, this.pointed);
  }

  private weight({ to: [layer, index], from }: Connection): number {
    const { kernel, units } = this.network!.layers[layer - 1]!;
    return kernel[from * units + index]!;
  }

  private drawLines(context: CanvasRenderingContext2D, theme: Theme, marked: number | null): void {
    const [chosenLayer, chosen] = this.selected;
    for (let layer = 1; layer < this.places.length; layer += 1) {
      this.places[layer]!.forEach((_, index) => {
        this.places[layer - 1]!.forEach((__, from) => {
          const one: Connection = { to: [layer, index], from };
          const weight = this.weight(one);
          const [a, b] = this.ends(one);
          const mine = layer === chosenLayer && index === chosen;
          const near =
            this.pointed?.to[0] === layer && this.pointed.to[1] === index && this.pointed.from === from;
          const middle = (a.x + b.x) / 2;
          context.beginPath();
          context.moveTo(a.x, a.y);
          context.bezierCurveTo(middle, a.y, middle, b.y, b.x, b.y);
          context.lineWidth = Math.min(7, 0.7 + 1.8 * Math.abs(weight)) + (near ? 1.5 : 0);
          context.strokeStyle = classColor(weight < 0 ? 0 : 1, theme);
          context.globalAlpha = near || mine ? 1 : 0.45;
          if (mine && marked !== null && marked !== from) context.globalAlpha = 0.5;
          context.stroke();
        });
      });
    }
    context.globalAlpha = 1;
  }

  /** The number of a weight at the middle of its line. */
  private drawNumber(context: CanvasRenderingContext2D, theme: Theme, one: Connection): void {
    const { x, y } = this.along(one, 0.5);
    const text = short(this.weight(one));
    context.font = `600 12px ${theme.font}`;
    context.textAlign = 'center';
    const half = context.measureText(text).width / 2 + 6;
    context.fillStyle = theme.background;
    context.strokeStyle = theme.axis;
    context.lineWidth = 1;
    context.beginPath();
    context.rect(x - half, y - 11, 2 * half, 21);
    context.fill();
    context.stroke();
    context.fillStyle = theme.text;
    context.fillText(text, x, y);
  }
}
