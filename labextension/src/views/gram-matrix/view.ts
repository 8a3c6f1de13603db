import { t } from '../../core/i18n';
import type { Explanation } from '../../shared/concept/about';
import { Menu, Slider, Stepper } from '../../shared/concept/fields';
import type { LessonStep } from '../../shared/concept/lesson';
import { prefersStillness } from '../../shared/concept/player';
import { ConceptView } from '../../shared/concept/view';
import { el, setChildren, setText } from '../../shared/dom';
import { inlineCode } from '../../shared/inline-markup';
import { EXPLANATION } from './explanation';
import { LESSONS } from './lessons';
import type { Comparison, GramMatrixModel, Side } from './model';
import { Pane, type Scales } from './pane';
import { inWords, lines, lossText, mapName, remarks } from './texts';

/** Steps of the animation in a second, until all is shuffled, and of rest at its end. */
const RATE = 20;
const MOVE = 50;
const REST = 30;

type Pair = readonly [number, number];

/** Feature maps and their Gram matrix, beside those of shuffled pixels or of another image. */
export class GramMatrixView extends ConceptView {
  declare model: GramMatrixModel;
  private image!: Menu;
  private digit!: Stepper;
  private compare!: Menu;
  private shuffle!: Menu;
  private share!: Slider;
  private tile!: Stepper;
  private ofRow!: Menu;
  private ofColumn!: Menu;
  private left!: Pane;
  private right!: Pane;
  private losses!: Readonly<Record<'style' | 'content', HTMLElement>>;
  private notes!: HTMLElement;
  private step!: number;
  /** The entry that is pointed at; null for none. */
  private pointed!: Pair | null;
  /** The values of the left side's maps, which stay while the other side is shuffled. */
  private ranges!: { of: Side; pair: Pair; product: number; channels: Pair[] } | null;

  protected title(): string {
    return t('Gram matrix');
  }

  protected lessons(): Readonly<Record<string, LessonStep>> {
    return LESSONS;
  }

  protected explanation(): Explanation {
    return EXPLANATION;
  }

  protected override rate(): number {
    return RATE;
  }

  protected override chance(): boolean {
    return this.model.now.compare === 'shuffled';
  }

  protected build(): void {
    const { model } = this;
    this.pointed = this.ranges = null;
    this.step = prefersStillness() ? MOVE : 0;
    const change = model.change.bind(model);
    this.image = new Menu(
      () => t('Image'),
      (image) => change({ image: image as 'photo', pair: [] }),
    );
    this.digit = new Stepper(
      () => t('Digit'),
      0,
      9,
      (digit) => change({ digit }),
    );
    this.compare = new Menu(
      () => t('Compare with'),
      (compare) => change({ compare: compare as 'shuffled' }),
    );
    this.shuffle = new Menu(
      () => t('Shuffle'),
      (shuffle) => change({ shuffle: shuffle as 'positions' }),
    );
    this.share = new Slider(
      () => t('Shuffled'),
      0,
      1,
      0.01,
      (share) => change({ share }),
    );
    this.tile = new Stepper(
      () => t('Tile'),
      1,
      32,
      (tile) => change({ tile }),
    );
    const menu = (label: () => string, place: 0 | 1): Menu =>
      new Menu(label, (index) => {
        const pair = [...this.pair];
        pair[place] = Number(index);
        change({ pair });
      });
    this.ofRow = menu(() => t('Row'), 0);
    this.ofColumn = menu(() => t('Column'), 1);
    const point = (row: number, column: number, pressed: boolean): void => {
      this.pointed = [row, column];
      this.happened('point');
      if (pressed) change({ pair: [row, column] });
      this.drawing.request(true);
    };
    this.left = new Pane(point);
    this.right = new Pane(point);
    for (const { table } of [this.left, this.right]) {
      table.addEventListener('pointerleave', () => {
        this.pointed = null;
        this.drawing.request(true);
      });
    }
    this.losses = {
      style: el('output', '', { 'aria-live': 'off' }),
      content: el('output', '', { 'aria-live': 'off' }),
    };
    this.notes = this.part('notes', el('div', 'dlw-gram-notes'));
    const setting = (name: string, ...fields: { root: HTMLElement }[]): HTMLElement =>
      this.part(name, el('div', 'dlw-gram-setting', {}, ...fields.map(({ root }) => root)));
    const loss = (name: () => string, output: HTMLElement): HTMLElement =>
      el('div', 'dlw-gram-loss', {}, el('span', '', {}, name), output);
    for (const pane of [this.left, this.right]) {
      this.part('maps', pane.images);
      this.part('gram', pane.table);
    }
    this.stage.classList.add('dlw-gram');
    this.stage.append(
      el(
        'div',
        'dlw-concept-settings',
        {},
        setting('image', this.image, this.digit),
        setting('compare', this.compare),
        setting('shuffle', this.shuffle),
        setting('share', this.share),
        setting('tile', this.tile),
      ),
      this.part(
        'losses',
        el(
          'div',
          'dlw-gram-losses',
          {},
          loss(() => t('Content loss'), this.losses.content),
          loss(() => t('Style loss'), this.losses.style),
        ),
      ),
      el('div', 'dlw-gram-panes', {}, this.left.root, this.right.root),
      el('div', 'dlw-concept-settings', {}, this.ofRow.root, this.ofColumn.root),
      this.notes,
    );
  }

  /** The two feature maps that are multiplied. */
  private get pair(): Pair {
    const [i, j] = this.pointed ?? (this.model.now.pair.length === 2 ? this.model.now.pair : [1, 2]);
    const last = this.comparison.left.maps.channels.length - 1;
    return [Math.min(last, i!), Math.min(last, j!)];
  }

  /** Which share is shuffled at this moment. */
  private get now(): number {
    return Math.min(1, this.step / MOVE) * this.model.now.share;
  }

  private get comparison(): Comparison {
    return this.model.comparison(this.now);
  }

  protected stateChanged(): void {
    this.take();
    this.step = MOVE;
    this.pointed = null;
  }

  protected override rewind(): void {
    this.step = MOVE;
  }

  protected advance(): boolean {
    if (this.model.now.compare !== 'shuffled') return false;
    const by = this.player.playing ? 1 : MOVE / 5;
    const end = MOVE + (this.player.playing ? REST : 0);
    this.step = this.step >= end ? 0 : this.step + by;
    this.drawing.request(true);
    return true;
  }

  protected paint(): void {
    const { theme, model } = this;
    const { now } = model;
    this.showSettings();
    const comparison = this.comparison;
    const { left, right, content, style } = comparison;
    const scales = this.scales(left, right);
    const names = {
      photo: t('Photo'),
      digit: t('Handwritten digit'),
      stripes: t('Stripes'),
      own: t('Your own'),
    };
    const shuffled = t('Shuffled: {share}', { share: `${Math.round(this.now * 100)}%` });
    this.left.show(theme, names[now.image], left, scales);
    const other = model.comparable;
    this.right.root.hidden = !other;
    if (other) {
      this.right.show(theme, now.compare === 'shuffled' ? shuffled : names[now.compare], right, scales);
    }
    setText(this.losses.style, lossText(style));
    setText(this.losses.content, lossText(content));
    const said = remarks(model);
    if (!other)
      said.push(t('The channels of your layer aren’t those of the six kernels: they can’t be compared.'));
    setChildren(
      this.notes,
      said.map((text) => el('p', '', {}, ...inlineCode(text))),
    );
  }

  private scales(left: Side, right: Side): Scales {
    const { pair } = this;
    const [a, b] = [left.maps.channels[pair[0]]!, left.maps.channels[pair[1]]!];
    if (this.ranges?.of !== left || this.ranges.pair.join() !== pair.join()) {
      let product = 1e-9;
      for (let p = 0; p < a.length; p += 1) product = Math.max(product, a[p]! * b[p]!);
      this.ranges = { of: left, pair, product, channels: left.maps.channels.map(rangeOf) };
    }
    const { product, channels } = this.ranges;
    const most = Math.max(1e-9, ...[...left.gram, ...right.gram].flat().map(Math.abs));
    return { channels, gram: most, product, pair, known: !this.model.bare };
  }

  private showSettings(): void {
    const { model } = this;
    const { now, bare } = model;
    const images: [string, string][] = [
      ['photo', t('Photo')],
      ['digit', t('Handwritten digit')],
      ['stripes', t('Stripes')],
    ];
    const own: [string, string] = ['own', t('Your own')];
    this.image.show(model.hasOwn || now.image === 'own' ? [...images, own] : images, now.image);
    this.digit.root.hidden = now.image !== 'digit' && now.compare !== 'digit';
    this.digit.show(now.digit);
    this.compare.show([['shuffled', t('the same, shuffled')], ...images], now.compare);
    this.shuffle.show(
      [
        ['positions', t('all feature maps alike')],
        ...(bare ? [] : [['image', t('the image')] as [string, string]]),
      ],
      model.shuffle,
    );
    // While it plays, the slider goes along.
    this.share.show(this.now, `${Math.round(this.now * 100)}%`);
    this.tile.show(now.tile, `${now.tile}×${now.tile}`);
    for (const { root } of [this.shuffle, this.share, this.tile]) {
      root.parentElement!.hidden = now.compare !== 'shuffled';
    }
    const count = this.comparison.left.maps.channels.length;
    const names = Array.from({ length: count }, (_, k): [string, string] => [String(k), mapName(k, !bare)]);
    this.ofRow.show(names, String(this.pair[0]));
    this.ofColumn.show(names, String(this.pair[1]));
  }

  protected formula(): HTMLElement[] {
    const { comparison, pair, model } = this;
    if (!model.comparable) return [];
    return lines(comparison, pair, !model.bare).map((line) => el('div', '', {}, line));
  }

  protected said(): string {
    return inWords(this.model, this.comparison, this.now);
  }
}

/** The lowest and the highest of some numbers and 0. */
function rangeOf(values: Float64Array): Pair {
  let [low, high] = [0, 1e-9];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}
