import { t } from '../../core/i18n';
import { Menu } from '../../shared/concept/fields';
import { NumberCell } from '../../shared/concept/number-cell';
import { el, setText } from '../../shared/dom';
import { formatFixed, formatInteger } from '../../shared/format';
import { type Dtype, DTYPES, type Kind, SIZES } from './fields';
import type { TensorsModel } from './model';
import type { Room } from './room';
import { sizeOf, tuple } from './shapes';

const KINDS = Object.keys(SIZES) as Kind[];
const MOST_AXES = 5;

/** How large the tensors of real data are: the book's table as a calculator. */
export class SizesRoom implements Room {
  readonly root: HTMLElement;
  private readonly kind: Menu;
  private readonly dtype: Menu;
  private readonly channels: Menu;
  private readonly cells: { root: HTMLElement; name: HTMLElement; cell: NumberCell }[];
  private readonly total = el('p', 'dlw-tensors-total');

  constructor(private readonly model: TensorsModel) {
    this.kind = new Menu(
      () => t('Data'),
      (kind) => model.change({ kind: kind as Kind, sizes: [] }),
    );
    this.dtype = new Menu(
      () => 'dtype',
      (dtype) => model.change({ dtype: dtype as Dtype }),
    );
    this.channels = new Menu(
      () => t('Channels'),
      (channels) => model.change({ channels: channels as 'last' }),
    );
    this.cells = Array.from({ length: MOST_AXES }, (_, i) => {
      const name = el('span', 'dlw-concept-label');
      const cell = new NumberCell({
        low: 1,
        high: 10_000_000,
        digits: 0,
        step: 1,
        name: () => axisNames(model.now.kind)[i] ?? '',
        changed: (value) => model.change({ sizes: model.sizes.map((n, j) => (j === i ? value : n)) }),
      });
      return { name, cell, root: el('div', 'dlw-concept-field dlw-tensors-size', {}, name, cell.root) };
    });
    this.root = el(
      'div',
      'dlw-tensors-room',
      {},
      el('div', 'dlw-concept-settings', {}, this.kind.root, this.dtype.root, this.channels.root),
      el('div', 'dlw-concept-settings', {}, ...this.cells.map(({ root }) => root)),
      this.total,
    );
  }

  advance(): boolean {
    return false;
  }

  finish(): void {
    // Nothing moves.
  }

  show(): void {
    const { now, sizes } = this.model;
    const names: Record<Kind, string> = {
      vector: t('Vectors: a table of samples'),
      sequence: t('Sequences: time series, text'),
      image: t('Images'),
      video: t('Videos'),
    };
    this.kind.show(
      KINDS.map((kind) => [kind, names[kind]]),
      now.kind,
    );
    this.dtype.show(
      (Object.keys(DTYPES) as Dtype[]).map((name) => [name, name]),
      now.dtype,
    );
    this.channels.root.hidden = now.kind !== 'image' && now.kind !== 'video';
    this.channels.show(
      [
        ['last', t('last (TensorFlow)')],
        ['first', t('first')],
      ],
      now.channels,
    );
    const labels = axisNames(now.kind);
    this.cells.forEach(({ root, name, cell }, i) => {
      root.hidden = sizes[i] === undefined;
      if (sizes[i] === undefined) return;
      setText(name, labels[i]!);
      cell.show(sizes[i], 0);
    });
    setText(this.total, `${tuple(this.model.stored)}: ${this.sizeText}`);
  }

  private get bytes(): number {
    return sizeOf(this.model.sizes) * DTYPES[this.model.now.dtype];
  }

  private get sizeText(): string {
    const { sizes } = this.model;
    return t('{count} numbers, {bytes}', { count: formatInteger(sizeOf(sizes)), bytes: decimal(this.bytes) });
  }

  formula(): string[] {
    const { sizes, now } = this.model;
    return [
      `${sizes.map(formatInteger).join(' · ')} = ${formatInteger(sizeOf(sizes))}`,
      `${formatInteger(sizeOf(sizes))} · ${DTYPES[now.dtype]} B (${now.dtype}) = ${formatInteger(this.bytes)} B = ${decimal(this.bytes)} = ${binary(this.bytes)}`,
    ];
  }

  remarks(): string[] {
    const { now, sizes } = this.model;
    const found = [
      t('The first axis is always the samples. 1 MB is a million bytes, and 1 MiB is 1,048,576 bytes.'),
    ];
    if (now.kind === 'video' && sizes.join() === SIZES.video.join() && now.dtype === 'float32') {
      found.push(t('Four clips of 60 s with 4 frames a second: the book’s 405 MB are MiB.'));
    }
    if (now.kind === 'sequence') found.push(t('The second axis is the time.'));
    return found;
  }

  said(): string {
    return t('A tensor of shape {shape} and type {dtype}: {size}.', {
      shape: tuple(this.model.stored),
      dtype: this.model.now.dtype,
      size: this.sizeText,
    });
  }
}

function axisNames(kind: Kind): string[] {
  switch (kind) {
    case 'vector':
      return [t('samples'), t('features')];
    case 'sequence':
      return [t('samples'), t('time steps'), t('features')];
    case 'image':
      return [t('samples'), t('height'), t('width'), t('channels')];
    case 'video':
      return [t('samples'), t('frames'), t('height'), t('width'), t('channels')];
  }
}

function scaled(bytes: number, base: number, units: readonly string[]): string {
  let power = 0;
  while (power < units.length - 1 && bytes / base ** power >= base) power += 1;
  const value = bytes / base ** power;
  return `${formatFixed(value, power === 0 || value >= 100 ? 0 : 1)}\u00a0${units[power]!}`;
}

/** With units of 10³. */
export function decimal(bytes: number): string {
  return scaled(bytes, 1000, ['B', 'kB', 'MB', 'GB', 'TB', 'PB']);
}

/** With units of 2¹⁰. */
export function binary(bytes: number): string {
  return scaled(bytes, 1024, ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']);
}
