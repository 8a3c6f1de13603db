import { describe, expect, it } from 'vitest';

import { ChartData } from '../../../../src/views/chart/data/chart-data';
import { toggled } from '../../../../src/views/chart/controls/legend';
import {
  buildScene,
  isBlank,
  type SceneInput,
  seriesStyles,
} from '../../../../src/views/chart/drawing/scene';
import { positionOf, weightAt } from '../../../../src/views/chart/controls/toolbar';
import {
  contrast,
  DARK_REFERENCES,
  LIGHT_PALETTE,
  LIGHT_REFERENCES,
  type Theme,
} from '../../../../src/core/theme';
import { points } from '../points';
import type { Range, SeriesInfo } from '../../../../src/views/chart/types';

const theme: Theme = {
  dark: false,
  text: '#000000',
  muted: '#666666',
  background: '#ffffff',
  grid: '#eeeeee',
  axis: '#999999',
  font: 'sans-serif',
  palette: LIGHT_PALETTE,
  references: LIGHT_REFERENCES,
};

function series(count: number, change: Partial<SeriesInfo> = {}): SeriesInfo[] {
  return Array.from({ length: count }, (_, i) => ({
    id: `s${i}`,
    name: `<b>s${i}</b>`,
    kind: 'line',
    smooth: true,
    reference: false,
    color: '',
    ...change,
  }));
}

function input(infos: SeriesInfo[], length: number, change: Partial<SceneInput> = {}): SceneInput {
  const data = new ChartData(() => undefined);
  data.setSeries(infos);
  const parts = infos.map(({ id }) => ({
    id,
    start: 0,
    columns: points(1, length, (step) => Math.sin(step)),
  }));
  if (length > 0) data.append({ generation: 0, sent: 0, parts });
  return {
    data,
    series: infos,
    hidden: new Set(),
    markers: [],
    axis: 'step',
    logY: false,
    smoothing: 0,
    theme,
    width: 800,
    height: 280,
    zoom: { x: null, y: null },
    details: new Map(),
    emphasis: '',
    ...change,
  };
}

const drawn = (traces: Record<string, unknown>[]): number =>
  traces.reduce((sum, trace) => sum + (trace.x as Float64Array).length, 0);

describe('buildScene', () => {
  it('draws a bounded number of points, whatever the length and the number of series', () => {
    expect(drawn(buildScene(input(series(1), 200_000)).traces)).toBeLessThan(2 * 800);
    expect(drawn(buildScene(input(series(50), 20_000, { smoothing: 0.9 })).traces)).toBeLessThan(40_000);
  });

  it('draws the raw curve behind its average', () => {
    const { traces } = buildScene(input(series(1), 100, { smoothing: 0.9 }));
    expect(traces).toHaveLength(2);
    expect(traces[0]!.opacity).toBeLessThan(0.5);
    expect(traces[1]!.opacity).toBe(1);
  });

  it('leaves out hidden series, and shows an empty frame without data', () => {
    expect(buildScene(input(series(3), 10, { hidden: new Set(['s1']) })).traces).toHaveLength(2);
    const { traces, x, layout } = buildScene(input(series(2), 0));
    expect(traces).toEqual([]);
    expect(x).toEqual([0, 1]);
    expect(layout.xaxis).toMatchObject({ showticklabels: false });
  });

  it('shows names letter by letter', () => {
    expect(buildScene(input(series(1), 10)).traces[0]!.name).toBe('&lt;b&gt;s0&lt;/b&gt;');
  });

  it('marks a single point', () => {
    expect(buildScene(input(series(1), 1)).traces[0]!.mode).toBe('lines+markers');
    const dotted = series(1, { kind: 'line+markers' });
    expect(buildScene(input(dotted, 50)).traces[0]!.mode).toBe('lines+markers');
    expect(buildScene(input(dotted, 500)).traces[0]!.mode).toBe('lines');
  });

  it('keeps to the user’s window', () => {
    const { x, y, traces } = buildScene(input(series(1), 1000, { zoom: { x: [100, 110], y: null } }));
    expect(x).toEqual([100, 110]);
    expect(y[0]).toBeGreaterThan(-1.2);
    expect(drawn(traces)).toBe(13);
  });

  it('draws references behind all other curves, and smooths them like those', () => {
    const infos = [...series(1, { id: 'a' }), ...series(1, { id: 'ref1/b', reference: true })];
    const { traces } = buildScene(input(infos, 100, { smoothing: 0.9 }));
    expect(traces.map((one) => (one.line as { color: string }).color)).toEqual([
      theme.references[0],
      theme.palette[0],
      theme.palette[0],
    ]);
    expect(traces[0]!.y).toEqual(traces[2]!.y);
  });

  it('cuts off a spike, says how high it is, and shows it to its top on demand', () => {
    const spiky = (change: Partial<SceneInput> = {}): SceneInput => {
      const made = input(series(1), 0, change);
      const columns = points(1, 600, (step) => (step === 300 ? 38 : 2 / step + 0.1));
      made.data.append({ generation: 0, sent: 0, parts: [{ id: 's0', start: 0, columns }] });
      return made;
    };
    const { y, cut, layout } = buildScene(spiky());
    expect(cut).toBe(true);
    expect(y[1]).toBeGreaterThan(2.1);
    expect(y[1]).toBeLessThan(2.5);
    expect(layout.annotations).toMatchObject([{ text: '↑ spikes up to 38.00' }]);
    for (const change of [{ spikes: true }, { logY: true }, { zoom: { x: [290, 310] as Range, y: null } }]) {
      const whole = buildScene(spiky(change));
      expect(whole.cut).toBe(false);
      expect(whole.layout.annotations).toEqual([]);
    }
  });

  it('cuts off nothing of a loss that falls steeply, or that jumps for good', () => {
    for (const value of [
      (step: number) => 100 / step,
      (step: number) => (step < 560 ? 0.1 : 38),
      (step: number) => Math.exp(-step / 5) * 20 + 0.05,
    ]) {
      const made = input(series(1), 0);
      made.data.append({
        generation: 0,
        sent: 0,
        parts: [{ id: 's0', start: 0, columns: points(1, 600, value) }],
      });
      expect(buildScene(made).cut).toBe(false);
    }
  });

  it('knows a window without any curve', () => {
    const blank = (x: Range, y: Range, log = false): boolean =>
      isBlank(buildScene(input(series(1), 1000, { zoom: { x, y }, logY: log })), log);
    expect(blank([100, 200], [-1, 1])).toBe(false);
    expect(blank([100, 200], [3, 5])).toBe(true);
    expect(blank([100, 102], [0.2, 0.2001])).toBe(false);
    expect(blank([100, 200], [-0.5, 0.5], true)).toBe(false);
    expect(blank([100, 200], [0.5, 2], true)).toBe(true);
    expect(blank([2000, 3000], [-1, 1])).toBe(true);
  });

  it('gives markers a line and their text', () => {
    const markers = [{ id: 'a', step: 50, epoch: 1, time: 1, text: '<i>best</i>', kind: 'best' }];
    const { layout } = buildScene(input(series(1), 100, { markers }));
    expect(layout.shapes).toMatchObject([{ x0: 50, x1: 50 }]);
    expect(layout.annotations).toMatchObject([{ text: '&lt;i&gt;best&lt;/i&gt;' }]);
  });

  it('shades a stretch that has an end, also where it begins before the window', () => {
    const place = (step: number) => ({ step, epoch: step / 10, time: step });
    const found = { id: 'f', ...place(20), end: place(60), text: 'here', kind: 'finding' };
    const whole = buildScene(input(series(1), 100, { markers: [found] }));
    expect(whole.layout.shapes).toMatchObject([{ type: 'rect', x0: 20, x1: 60 }]);
    const zoomed = buildScene(input(series(1), 100, { markers: [found], zoom: { x: [40, 50], y: null } }));
    expect(zoomed.layout.shapes).toMatchObject([{ type: 'rect', x0: 40, x1: 50 }]);
    const past = buildScene(input(series(1), 100, { markers: [found], zoom: { x: [70, 90], y: null } }));
    expect(past.layout.shapes).toEqual([]);
  });
});

describe('seriesStyles', () => {
  it('tells all series apart', () => {
    for (const count of [3, 8, 16, 50]) {
      const styles = [...seriesStyles(series(count), theme).values()];
      expect(new Set(styles.map(({ color, dash }) => color + dash)).size).toBe(count);
    }
  });

  it('takes a color that was asked for', () => {
    expect(seriesStyles(series(1, { id: 'a', color: '#123456' }), theme).get('a')!.color).toBe('#123456');
  });

  it('gives the reference curves of a run one pale color, and tells them apart', () => {
    const ids = [
      'loss',
      'val',
      'ref1/loss',
      'ref1/val',
      'ref2/loss',
      'ref5/loss',
      'ref6/loss',
      'ref12345/loss',
    ];
    const infos = ids.flatMap((id) => series(1, { id, reference: id.startsWith('ref') }));
    const styles = seriesStyles(infos, theme);
    const colors = ids.map((id) => styles.get(id)!.color);
    const [violet, gold] = LIGHT_REFERENCES;
    expect(colors.slice(2, 7)).toEqual([violet, violet, gold, violet, gold]);
    expect(LIGHT_REFERENCES).toContain(colors[7]);
    const looks = ids.map((id) => Object.values(styles.get(id)!).join());
    expect(new Set(looks.slice(0, 5)).size).toBe(5);
    expect(looks.slice(2, 4)).not.toContain(looks[5]);
    // The same color in a chart that has curves of some of the runs only.
    expect(seriesStyles(series(1, { id: 'ref2/loss', reference: true }), theme).get('ref2/loss')!.color).toBe(
      gold,
    );
  });

  it('keeps reference curves visible in both themes', () => {
    for (const color of LIGHT_REFERENCES) expect(contrast(color, '#ffffff')).toBeGreaterThan(3);
    for (const color of DARK_REFERENCES) expect(contrast(color, '#111111')).toBeGreaterThan(4.5);
  });
});

describe('toggled', () => {
  const ids = ['a', 'b', 'c'];
  it('hides and shows one', () => {
    expect(toggled(ids, new Set(), 'b', false)).toEqual(['b']);
    expect(toggled(ids, new Set(['b', 'c']), 'b', false)).toEqual(['c']);
  });

  it('shows one alone, and all again', () => {
    expect(toggled(ids, new Set(), 'b', true)).toEqual(['a', 'c']);
    expect(toggled(ids, new Set(['a', 'c']), 'b', true)).toEqual([]);
  });
});

describe('the smoothing slider', () => {
  it('gives every weight its position', () => {
    expect([weightAt(0), weightAt(60)]).toEqual([0, 0.999]);
    expect(weightAt(20)).toBeCloseTo(0.9);
    for (let position = 0; position <= 60; position += 1) {
      expect(positionOf(weightAt(position))).toBe(position);
    }
  });
});
