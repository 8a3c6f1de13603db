import { t } from '../../core/i18n';
import type { Theme } from '../../core/theme';
import { NumberTable } from '../../shared/concept/number-grid';
import { short } from '../../shared/concept/numbers';
import { colorOf, css, inkOn } from '../../shared/concept/paint';
import { el, setText } from '../../shared/dom';
import { putPixels } from '../../shared/draw-pixels';
import { MOST_CHANNELS } from './fields';
import type { Side } from './model';
import { mapName, mapSign } from './texts';

/** What both sides share, so that they can be compared. */
export interface Scales {
  /** The lowest and the highest value of each channel. */
  readonly channels: readonly (readonly [number, number])[];
  /** The largest mean product. */
  readonly gram: number;
  /** The largest product of the two feature maps. */
  readonly product: number;
  readonly pair: readonly [number, number];
  /** Whether the channels are those of the fixed kernels. */
  readonly known: boolean;
}

class Picture {
  readonly root: HTMLElement;
  readonly name = el('figcaption');
  private readonly canvas = el('canvas', '', { 'aria-hidden': 'true' });
  private drawn: { data: Float64Array; high: number } | null = null;

  constructor(className: string) {
    this.root = el('figure', className, {}, this.name, this.canvas);
  }

  show(data: Float64Array, width: number, height: number, low: number, high: number): void {
    if (this.drawn?.data === data && this.drawn.high === high) return;
    this.drawn = { data, high };
    const pixels = new Uint8ClampedArray(data.length * 4);
    const scale = 255 / (high - low || 1);
    for (let i = 0; i < data.length; i += 1) {
      const value = (data[i]! - low) * scale;
      pixels[i * 4] = pixels[i * 4 + 1] = pixels[i * 4 + 2] = value;
      pixels[i * 4 + 3] = 255;
    }
    putPixels(this.canvas, pixels, { width, height });
  }
}

/** An image, its feature maps, the product of two of them, and the Gram matrix. */
export class Pane {
  readonly root: HTMLElement;
  readonly images: HTMLElement;
  readonly table: HTMLElement;
  private readonly caption = el('div', 'dlw-pane-caption');
  private readonly image = new Picture('dlw-gram-image');
  private readonly product = new Picture('dlw-gram-image');
  private readonly maps = Array.from({ length: MOST_CHANNELS }, () => new Picture('dlw-gram-map'));
  private readonly gram = new NumberTable(() => t('Gram matrix'));
  private readonly rows = el('div', 'dlw-gram-rows', { 'aria-hidden': 'true' });
  private multiplied: { a: Float64Array; b: Float64Array; product: Float64Array } | null = null;
  private readonly columns = el('div', 'dlw-gram-heads', { 'aria-hidden': 'true' });

  /** @param point called with the entry that is pointed at, or pressed */
  constructor(point: (row: number, column: number, pressed: boolean) => void) {
    this.images = el(
      'div',
      'dlw-gram-images',
      {},
      el('div', 'dlw-gram-pair', {}, this.image.root, this.product.root),
      el('div', 'dlw-gram-maps', {}, ...this.maps.map(({ root }) => root)),
    );
    this.table = el('div', 'dlw-gram-table', {}, this.columns, this.rows, this.gram.root);
    this.root = el('div', 'dlw-gram-pane', {}, this.caption, this.images, this.table);
    for (const kind of ['pointerover', 'pointerdown'] as const) {
      this.gram.root.addEventListener(kind, (event) => {
        const cells = [...this.gram.root.children];
        const index = cells.indexOf(event.target as Element);
        const size = Math.sqrt(cells.length);
        if (index >= 0) point(Math.floor(index / size), index % size, kind === 'pointerdown');
      });
    }
  }

  /** The product of two feature maps; the same array where they are the same. */
  private productOf(a: Float64Array, b: Float64Array): Float64Array {
    if (this.multiplied?.a === a && this.multiplied.b === b) return this.multiplied.product;
    const product = new Float64Array(a.length);
    for (let p = 0; p < a.length; p += 1) product[p] = a[p]! * b[p]!;
    this.multiplied = { a, b, product };
    return product;
  }

  show(theme: Theme, caption: string, side: Side, scales: Scales): void {
    const { image, maps, gram } = side;
    const { height, width, channels } = maps;
    const [i, j] = scales.pair;
    const { known } = scales;
    setText(this.caption, caption);
    this.image.root.hidden = image === null;
    if (image) {
      setText(this.image.name, t('Image'));
      this.image.show(image.data, width, height, 0, 1);
    }
    const product = this.productOf(channels[i]!, channels[j]!);
    setText(
      this.product.name,
      t('{first} times {second}', { first: mapName(i, known), second: mapName(j, known) }),
    );
    this.product.show(product, width, height, 0, scales.product / 2);
    this.maps.forEach((picture, k) => {
      const channel = channels[k];
      picture.root.hidden = !channel;
      if (!channel) return;
      const sign = known ? `${mapSign(k, true)} ` : '';
      setText(picture.name, `${sign}${mapName(k, known)}`);
      const [low, high] = scales.channels[k]!;
      picture.show(channel, width, height, low, high);
      picture.root.classList.toggle('dlw-gram-marked', k === i || k === j);
    });
    const signs = channels.map((_, k) => mapSign(k, known));
    for (const place of [this.rows, this.columns]) {
      if (place.textContent !== signs.join('')) {
        place.replaceChildren(...signs.map((sign) => el('span', '', {}, sign)));
      }
    }
    this.gram.show(gram, short, (value) => {
      const color = colorOf(value, { kind: 'signed', most: scales.gram }, theme.dark);
      return { fill: css(color), text: inkOn(color) };
    });
    this.gram.mark(i, j);
  }
}
