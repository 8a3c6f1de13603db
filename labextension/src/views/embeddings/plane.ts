import type { Theme } from '../../core/theme';
import { el, setAttributes } from '../../shared/dom';
import { sizedCanvas } from '../../shared/draw-pixels';
import type { Box as Bounds } from './space';

const LEAST = 240;
const MOST = 470;
/** A word that is closer to the pointer is under it, in px. */
const NEAR = 18;
const HIGH = 0.8;
const MARGIN = [34, 14] as const;
const LABEL = 12;

/** What is drawn of the words. */
export interface Scene {
  readonly words: readonly string[];
  /** x and y of each word. */
  readonly places: Float32Array;
  /** What is shown of the plane. */
  readonly box: Bounds;
  readonly colors: readonly string[];
  /** The words that are drawn large, with their names, the first one first. */
  readonly marked: readonly number[];
  /** Arrows from word to word, or to a place. */
  readonly arrows: readonly (readonly [from: number, to: number])[];
  /** In which order other words get their names, where there is room. */
  readonly order: readonly number[];
}

type Box = readonly [left: number, top: number, right: number, bottom: number];

/** Words in a plane. */
export class WordPlane {
  readonly root: HTMLElement;
  private readonly canvas = el('canvas', '', { 'aria-hidden': 'true' });
  private readonly widths = new Map<string, number>();
  private side = LEAST;
  private height = LEAST;
  private scale = 1;
  private middle: readonly [number, number] = [0, 0];
  private scene: Scene | null = null;
  private hovered = -1;
  private font = '';

  /**
   * @param redraw the word under the pointer has changed
   * @param chosen a word was pressed
   */
  constructor(
    label: () => string,
    private readonly redraw: () => void,
    private readonly chosen: (index: number) => void,
  ) {
    this.root = el(
      'div',
      'dlw-embeddings-plane',
      { tabindex: 0, role: 'application', 'aria-label': label },
      this.canvas,
    );
    this.root.addEventListener('pointermove', (event) =>
      this.hover(this.nearest(event.offsetX, event.offsetY)),
    );
    this.root.addEventListener('pointerleave', () => this.hover(-1));
    this.root.addEventListener('click', (event) => {
      const found = this.nearest(event.offsetX, event.offsetY);
      if (found >= 0) this.chosen(found);
    });
    this.root.addEventListener('keydown', (event) => this.onKey(event));
  }

  private hover(index: number): void {
    if (index === this.hovered) return;
    this.hovered = index;
    this.root.style.cursor = index >= 0 ? 'pointer' : '';
    this.redraw();
  }

  /** The place of a word on the canvas. */
  private at(index: number): [x: number, y: number] {
    const { places } = this.scene!;
    const { scale, middle, side, height } = this;
    return [
      side / 2 + (places[2 * index]! - middle[0]) * scale,
      height / 2 - (places[2 * index + 1]! - middle[1]) * scale,
    ];
  }

  private nearest(x: number, y: number): number {
    let best = -1;
    let least = NEAR;
    this.scene?.words.forEach((_, i) => {
      const [px, py] = this.at(i);
      const away = Math.hypot(px - x, py - y);
      if (away < least) [best, least] = [i, away];
    });
    return best;
  }

  /** Goes to the next word in the direction of an arrow key. */
  private onKey(event: KeyboardEvent): void {
    const directions: Readonly<Record<string, readonly [number, number]>> = {
      ArrowLeft: [-1, 0],
      ArrowRight: [1, 0],
      ArrowUp: [0, -1],
      ArrowDown: [0, 1],
    };
    const by = directions[event.key];
    if (!by || !this.scene) return;
    event.preventDefault();
    const from = this.scene.marked[0] ?? 0;
    const [x, y] = this.at(from);
    let best = -1;
    let least = Infinity;
    this.scene.words.forEach((_, i) => {
      const [px, py] = this.at(i);
      const ahead = (px - x) * by[0] + (py - y) * by[1];
      const aside = Math.abs((px - x) * by[1]) + Math.abs((py - y) * by[0]);
      if (i === from || ahead <= 0 || aside > 2 * ahead) return;
      if (ahead + aside < least) [best, least] = [i, ahead + aside];
    });
    if (best >= 0) this.chosen(best);
  }

  /** @param room how wide it may be, in px */
  show(theme: Theme, room: number, scene: Scene, label: string): void {
    this.scene = scene;
    if (this.hovered >= scene.words.length) this.hovered = -1;
    this.side = Math.max(LEAST, Math.min(MOST, Math.floor(room) || MOST));
    this.height = Math.round(this.side * HIGH);
    const [left, right, bottom, top] = scene.box;
    this.middle = [(left + right) / 2, (bottom + top) / 2];
    this.scale = Math.min(
      (this.side - 2 * MARGIN[0]) / Math.max(1e-9, right - left),
      (this.height - 2 * MARGIN[1]) / Math.max(1e-9, top - bottom),
    );
    const context = sizedCanvas(this.canvas, this.side, this.height);
    this.canvas.style.width = `${this.side}px`;
    this.canvas.style.height = `${this.height}px`;
    setAttributes(this.root, { 'aria-label': label });
    if (!context) return;
    context.fillStyle = theme.background;
    context.fillRect(0, 0, this.side, this.height);
    context.strokeStyle = theme.grid;
    context.strokeRect(0.5, 0.5, this.side - 1, this.height - 1);
    const marked = new Set(scene.marked);
    scene.words.forEach((_, i) => {
      const [x, y] = this.at(i);
      context.fillStyle = scene.colors[i]!;
      context.beginPath();
      context.arc(x, y, marked.has(i) ? 5 : 3.2, 0, 2 * Math.PI);
      context.fill();
      if (!marked.has(i)) return;
      context.strokeStyle = theme.text;
      context.lineWidth = 1.4;
      context.stroke();
    });
    for (const [from, to] of scene.arrows) this.arrow(context, theme, this.at(from), this.at(to));
    this.names(context, theme, scene);
  }

  private arrow(
    context: CanvasRenderingContext2D,
    theme: Theme,
    [x0, y0]: readonly [number, number],
    [x1, y1]: readonly [number, number],
  ): void {
    const angle = Math.atan2(y1 - y0, x1 - x0);
    context.strokeStyle = context.fillStyle = theme.text;
    context.lineWidth = 1.6;
    context.beginPath();
    context.moveTo(x0, y0);
    context.lineTo(x1, y1);
    context.stroke();
    context.beginPath();
    const end = [x1 - 6 * Math.cos(angle), y1 - 6 * Math.sin(angle)] as const;
    context.moveTo(...end);
    for (const turn of [-0.45, 0.45]) {
      context.lineTo(end[0] - 8 * Math.cos(angle + turn), end[1] - 8 * Math.sin(angle + turn));
    }
    context.fill();
  }

  /** Writes names: all of those that are marked, and of the others where nothing is in the way. */
  private names(context: CanvasRenderingContext2D, theme: Theme, scene: Scene): void {
    const font = `${LABEL}px ${theme.font}`;
    if (font !== this.font) {
      this.font = font;
      this.widths.clear();
    }
    context.textBaseline = 'middle';
    context.textAlign = 'left';
    const taken: Box[] = [];
    const first = [...(this.hovered >= 0 ? [this.hovered] : []), ...scene.marked];
    const strong = new Set(first);
    for (const index of [...first, ...scene.order.filter((i) => !strong.has(i))]) {
      const bold = strong.has(index);
      context.font = bold ? `600 ${font}` : font;
      const word = scene.words[index]!;
      const width = this.width(context, word, bold);
      const [x, y] = this.at(index);
      const options = [x + 7, x - 7 - width].map((left): Box => [left, y - 7, left + width, y + 7]);
      const free = options.find(
        (box) =>
          box[0] >= 1 &&
          box[2] <= this.side - 1 &&
          box[1] >= 1 &&
          box[3] <= this.height - 1 &&
          !taken.some((other) => overlap(box, other)),
      );
      if (!free && index !== first[0]) continue;
      const box = free ?? clamped(options[0]!, this.side);
      taken.push(box, [x - 3, y - 3, x + 3, y + 3]);
      if (bold) {
        context.fillStyle = theme.background;
        context.globalAlpha = 0.8;
        context.fillRect(box[0] - 1, box[1], box[2] - box[0] + 2, box[3] - box[1]);
        context.globalAlpha = 1;
      }
      context.fillStyle = bold ? theme.text : theme.muted;
      context.fillText(word, box[0], y + 0.5);
    }
  }

  private width(context: CanvasRenderingContext2D, word: string, bold: boolean): number {
    const key = bold ? `* ${word}` : word;
    let found = this.widths.get(key);
    if (found === undefined) this.widths.set(key, (found = context.measureText(word).width));
    return found;
  }
}

function overlap(a: Box, b: Box): boolean {
  return a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
}

function clamped([left, top, right, bottom]: Box, side: number): Box {
  const by = Math.min(0, side - 2 - right);
  return [left + by, top, right + by, bottom];
}
