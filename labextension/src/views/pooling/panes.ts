import { t } from '../../core/i18n';
import type { Theme } from '../../core/theme';
import type { Grid, Picture } from '../../shared/concept/grid';
import { type Cell, GridPane } from '../../shared/concept/grid-pane';
import { short } from '../../shared/concept/numbers';
import { colorOf, frame, outputPixels, type Scale, writeValues } from '../../shared/concept/paint';
import { formatPercent } from '../../shared/format';
import type { PoolingModel } from './model';
import { spanOf } from './pool';

type PaneName = 'input' | 'moved' | 'difference' | 'output' | 'movedOutput' | 'outputDifference';

interface Handlers {
  pointAtInput: (cell: Cell | null) => void;
  pressInput: (cell: Cell) => void;
  drag: (cell: Cell, first: boolean) => void;
  /** An arrow key on the moved image. */
  nudge: (rows: number, columns: number, home: boolean) => void;
  pointAtOutput: (cell: Cell | null) => void;
  pressOutput: (cell: Cell) => void;
  move: (rows: number, columns: number, home: boolean) => void;
}

/** What the panes show. */
interface Shown {
  model: PoolingModel;
  theme: Theme;
  /** Why there is no output; "" where there is one. */
  problem: string;
  /** The output that the window is at. */
  spot: Cell;
  /** The pixel of the input that is pointed at; null for none. */
  pixel: Cell | null;
}

/** Six pictures: an image, the same moved, and their difference; below each of them what pooling makes of it. */
export class Panes {
  readonly all: Readonly<Record<PaneName, GridPane>>;
  private readonly made = new Map<
    PaneName,
    { of: Grid; key: string; pixels: Uint8ClampedArray<ArrayBuffer> }
  >();
  private readonly differences = new Map<PaneName, { of: readonly [Grid, Grid]; made: Grid }>();

  constructor(on: Handlers) {
    const input = { hover: on.pointAtInput, press: on.pressInput, move: on.move };
    const output = { hover: on.pointAtOutput, press: on.pressOutput, move: on.move };
    this.all = {
      input: new GridPane({ ...input, label: () => t('Input. The arrow keys move the window.') }),
      moved: new GridPane({
        ...input,
        press: on.drag,
        move: on.nudge,
        label: () => t('The shifted input. Drag it, or move it with the arrow keys.'),
      }),
      difference: new GridPane({ ...input, label: () => t('Change of the input') }),
      output: new GridPane({ ...output, label: () => t('Output. The arrow keys move the window.') }),
      movedOutput: new GridPane({ ...output, label: () => t('Output of the shifted input') }),
      outputDifference: new GridPane({ ...output, label: () => t('Change of the output') }),
    };
  }

  show(shown: Shown): void {
    this.showInputs(shown);
    this.showOutputs(shown);
  }

  private showInputs(shown: Shown): void {
    const { model, theme, problem, pixel } = shown;
    const { image, result, now } = model;
    const show = (name: PaneName, of: Grid, scale: Scale, caption: string, under: string): void =>
      this.all[name].show(this.pixels(name, of, scale, theme), caption, under, 0, (context, cell) => {
        write(context, theme, cell, of, scale);
        if (problem) return;
        frame(context, theme, windowBox(shown, cell));
        if (pixel) frame(context, theme, [pixel[1] * cell, pixel[0] * cell, cell, cell], 1.5);
      });
    const size = `${image.height}×${image.width}`;
    const [right, down] = now.shift.map((value) => String(value).replace('-', '−')) as [string, string];
    show('input', image, grayOf(image), t('Input {size}', { size }), underInput(shown));
    show(
      'moved',
      result.moved,
      grayOf(image),
      t('Shifted ({right}, {down})', { right, down }),
      t('Drag it.'),
    );
    const share = formatPercent(result.changes.input);
    show(
      'difference',
      this.difference('difference', image, result.moved),
      signedOf(image),
      t('Change {share}', { share }),
      t('Orange: brighter, blue: darker.'),
    );
  }

  private showOutputs(shown: Shown): void {
    const { model, theme, problem, spot } = shown;
    const { image, result, now } = model;
    const { output, movedOutput } = result;
    const show = (name: PaneName, of: Grid, scale: Scale, caption: string): void =>
      this.all[name].show(
        problem ? null : this.pixels(name, of, scale, theme),
        problem ? '' : caption,
        name === 'output' ? problem : '',
        0,
        (context, cell) => {
          write(context, theme, cell, of, scale);
          context.fillStyle = 'rgba(224, 0, 122, 0.5)';
          for (const [row, column] of takers(shown)) context.fillRect(column * cell, row * cell, cell, cell);
          frame(context, theme, [spot[1] * cell, spot[0] * cell, cell, cell]);
        },
      );
    const size = `${output.height}×${output.width}`;
    show('output', output, grayOf(image), t('Output {size}', { size }));
    show('movedOutput', movedOutput, grayOf(image), t('Its output'));
    const share = formatPercent(result.changes[now.kind]);
    const change = this.difference('outputDifference', output, movedOutput);
    show('outputDifference', change, signedOf(image), t('Change {share}', { share }));
  }

  private pixels(
    name: PaneName,
    of: Grid,
    scale: Scale,
    { dark }: Theme,
  ): Grid & { pixels: Uint8ClampedArray<ArrayBuffer> } {
    const key = `${JSON.stringify(scale)} ${dark}`;
    const before = this.made.get(name);
    const pixels = before?.of === of && before.key === key ? before.pixels : outputPixels(of, scale, dark);
    this.made.set(name, { of, key, pixels });
    return { ...of, pixels };
  }

  private difference(name: PaneName, before: Grid, after: Grid): Grid {
    const last = this.differences.get(name);
    if (last?.of[0] === before && last.of[1] === after) return last.made;
    const { height, width } = before;
    const made = { height, width, data: before.data.map((value, i) => after.data[i]! - value) };
    this.differences.set(name, { of: [before, after], made });
    return made;
  }
}

export function grayOf({ low, high }: Picture): Scale {
  return { kind: 'gray', low, high };
}

function signedOf({ low, high }: Picture): Scale {
  return { kind: 'signed', most: high - low };
}

function write(context: CanvasRenderingContext2D, theme: Theme, cell: number, of: Grid, scale: Scale): void {
  writeValues(context, theme, cell, of, [0, 0], short, (value) => colorOf(value, scale, theme.dark));
}

/** The pixels under the window, in px. */
function windowBox({ model, spot }: Shown, cell: number): [number, number, number, number] {
  const { axes, setting } = model;
  const [top, bottom] = spanOf(axes[0], setting, spot[0]);
  const [left, right] = spanOf(axes[1], setting, spot[1]);
  return [left * cell, top * cell, (right - left) * cell, (bottom - top) * cell];
}

/** The outputs whose window has the pixel that is pointed at. */
function takers({ model, pixel }: Shown): Cell[] {
  const { axes, setting } = model;
  if (!pixel) return [];
  const along = (which: 0 | 1): number[] =>
    Array.from({ length: axes[which].output }, (_, i) => i).filter((i) => {
      const [from, to] = spanOf(axes[which], setting, i);
      return pixel[which] >= from && pixel[which] < to;
    });
  const columns = along(1);
  return along(0).flatMap((row) => columns.map((column): Cell => [row, column]));
}

function underInput(shown: Shown): string {
  const { model, pixel, problem } = shown;
  if (!pixel || problem) return '';
  const { image, now, result } = model;
  const value = image.data[pixel[0] * image.width + pixel[1]]!;
  const windows = takers(shown);
  const parts = { row: pixel[0], column: pixel[1], value: short(value), n: windows.length };
  if (now.kind !== 'max') return t('Pixel [{row}, {column}] = {value}. Windows with it: {n}.', parts);
  const { data, width } = result.output;
  const wins = windows.filter(([row, column]) => data[row * width + column] === value).length;
  return t('Pixel [{row}, {column}] = {value}. Windows with it: {n}; it is the maximum of {wins}.', {
    ...parts,
    wins,
  });
}
