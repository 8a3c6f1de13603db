import { t } from '../../core/i18n';
import type { Theme } from '../../core/theme';
import { type Bar, Bars, shareText } from '../../shared/concept/bars';
import { type Cell, GridPane } from '../../shared/concept/grid-pane';
import { colorOf, frame, type Rgb } from '../../shared/concept/paint';
import { el } from '../../shared/dom';
import { largest } from './attack';
import { labelColor, rivalColor } from './chart';
import type { Attack } from './moment';

interface Pixels {
  pixels: Uint8ClampedArray<ArrayBuffer>;
  width: number;
  height: number;
}

interface Handlers {
  label: () => string;
  hover: (cell: Cell | null) => void;
  press: (cell: Cell) => void;
  move: (rows: number, columns: number, home: boolean) => void;
}

/** Pixels of an image. */
export function imagePixels({ height, width, channels }: Attack, data: Float64Array): Pixels {
  const pixels = new Uint8ClampedArray(height * width * 4);
  for (let i = 0; i < height * width; i += 1) {
    for (let c = 0; c < 3; c += 1) pixels[i * 4 + c] = 255 * data[i * channels + (channels === 3 ? c : 0)]!;
    pixels[i * 4 + 3] = 255;
  }
  return { pixels, width, height };
}

/** What is added, as shares of ε: of a gray image blue is darker and orange brighter. */
export function addedPixels(
  { height, width, channels, x }: Attack,
  after: Float64Array,
  epsilon: number,
  dark: boolean,
): Pixels {
  const pixels = new Uint8ClampedArray(height * width * 4);
  const by = epsilon > 0 ? 1 / epsilon : 0;
  const known = new Map<number, Rgb>();
  for (let i = 0; i < height * width; i += 1) {
    if (channels === 3) {
      for (let c = 0; c < 3; c += 1) {
        pixels[i * 4 + c] = 127.5 * (1 + (after[i * 3 + c]! - x[i * 3 + c]!) * by);
      }
    } else {
      const value = Math.round((after[i]! - x[i]!) * by * 100) / 100;
      let color = known.get(value);
      if (!color) known.set(value, (color = colorOf(value, { kind: 'signed', most: 1.15 }, dark)));
      pixels[i * 4] = color[0];
      pixels[i * 4 + 1] = color[1];
      pixels[i * 4 + 2] = color[2];
    }
    pixels[i * 4 + 3] = 255;
  }
  return { pixels, width, height };
}

/** An image to point at. */
export class ImagePane {
  readonly pane: GridPane;

  constructor({ label, hover, press, move }: Handlers) {
    this.pane = new GridPane({ label, hover, press: (cell) => press(cell), move });
  }

  show(theme: Theme, pixels: Pixels, [caption, under]: readonly [string, string], [row, column]: Cell): void {
    this.pane.show(pixels, caption, under, 1, (context, cell) => {
      const side = Math.max(cell, 5);
      const shift = (side - cell) / 2;
      frame(context, theme, [column * cell - shift, row * cell - shift, side, side]);
    });
  }
}

/** What is added, what comes out, and what the network says of it. */
export class Row {
  readonly root: HTMLElement;
  private readonly added: ImagePane;
  private readonly result: ImagePane;
  private readonly bars: Bars;

  /** @param labels of what is added, what comes out, and the bars */
  constructor(
    labels: readonly [() => string, () => string, () => string],
    handlers: Omit<Handlers, 'label'>,
  ) {
    this.added = new ImagePane({ ...handlers, label: labels[0] });
    this.result = new ImagePane({ ...handlers, label: labels[1] });
    this.bars = new Bars({ label: labels[2], low: 0, high: 1, height: 120 });
    const sign = (text: string): HTMLElement =>
      el('span', 'dlw-adversarial-sign', { 'aria-hidden': 'true' }, text);
    this.root = el(
      'div',
      'dlw-adversarial-row',
      {},
      sign('+'),
      this.added.pane.root,
      sign('='),
      this.result.pane.root,
      el(
        'div',
        'dlw-adversarial-bars',
        {},
        this.bars.root,
        el('div', 'dlw-adversarial-under', {}, () => t('Marks: without an attack')),
      ),
    );
  }

  show(
    theme: Theme,
    attack: Attack,
    { after, shares, epsilon }: { after: Float64Array; shares: readonly number[]; epsilon: number },
    texts: { added: readonly [string, string]; result: readonly [string, string] },
    pixel: Cell,
  ): void {
    this.added.show(theme, addedPixels(attack, after, epsilon, theme.dark), texts.added, pixel);
    this.result.show(theme, imagePixels(attack, after), texts.result, pixel);
    this.bars.show(bars(theme, attack, shares));
  }
}

function bars(theme: Theme, attack: Attack, shares: readonly number[]): Bar[] {
  const top = largest(shares);
  return shares.map((value, i) => ({
    name: attack.names[i]!,
    value,
    // Ten bars leave room for a few numbers.
    text: i === top || value >= 0.1 ? shareText(value) : '',
    color: i === attack.label ? labelColor(theme) : i === attack.rival ? rivalColor(theme) : theme.muted,
    line: attack.adversarial[0]![i]! >= 0.01 ? attack.adversarial[0]![i]! : null,
  }));
}
