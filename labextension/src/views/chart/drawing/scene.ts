import { t } from '../../../core/i18n';
import { type PlotlyLayout, type PlotlyTrace, plainText } from '../../../shared/plotly';
import { DASHES, lineStyle, type Theme } from '../../../core/theme';
import {
  extendRange,
  horizontalRange,
  logTicks,
  paddedRange,
  placeLabels,
  timeTicks,
  valueTickFormat,
  wholeTicks,
} from './axes';
import { growingRange, steadyRange } from './axis-hysteresis';
import { topWithoutSpikes } from './spikes';
import { formatValue } from '../../../shared/format';
import { detailPath } from '../data/curve';
import type { ChartData } from '../data/chart-data';
import type { Axis, Detail, Marker, Path, PlotArea, Range, SeriesInfo, Style } from '../types';

/** Everything that a picture of the chart depends on. */
export interface SceneInput {
  data: ChartData;
  series: readonly SeriesInfo[];
  hidden: ReadonlySet<string>;
  markers: readonly Marker[];
  axis: Axis;
  logY: boolean;
  smoothing: number;
  theme: Theme;
  width: number;
  height: number;
  /** The user's zoom, or null for all there is; y in powers of ten on a log axis. */
  zoom: { x: Range | null; y: Range | null };
  details: ReadonlyMap<string, Detail>;
  /** The series to put in front while the others fade, or "". */
  emphasis: string;
  /** Whether spikes are shown to their top, in place of what is below them. */
  spikes?: boolean;
  /** While points stream in: the ranges that are shown, to be kept where they do. Null for exact ranges. */
  growing?: { x: Range | null; y: Range | null } | null;
}

export interface Scene {
  traces: PlotlyTrace[];
  layout: PlotlyLayout;
  x: Range;
  y: Range;
  /** Whether the tops of spikes lie above the vertical axis. */
  cut: boolean;
}

/** Room around the plot area in pixels; the same in every chart, so that charts above each other line up. */
export const MARGIN = { l: 58, r: 14, t: 10, b: 40 };
const AXIS_TITLES: Record<Axis, () => string> = {
  step: () => t('step'),
  epoch: () => t('epoch'),
  time: () => t('time'),
};
const LABEL_ROOM = 14;
/** Points of all curves together that one draw may hold: Plotly's cost per draw grows with them. */
const POINTS_PER_DRAW = 24_000;
const MOST_MARKERS = 150;
/** Points of one curve that are drawn as dots on its line. */
const MOST_DOTS = 60;
const PRIORITY: Record<string, number> = { finding: 5, error: 4, best: 3, learning_rate: 2, pause: 1 };

/**
 * The color and dash of every series by id.
 *
 * The palette in order, with dashes when it is used up; a ramp of colors when even those would not do. All
 * reference curves of one run have one pale color, in every chart, and are told apart by dashes.
 */
export function seriesStyles(series: readonly SeriesInfo[], theme: Theme): Map<string, Style> {
  const { palette } = theme;
  const styles = new Map<string, Style>();
  const count = series.filter((info) => !info.reference && info.place === undefined).length;
  let own = 0;
  const curves = new Map<number, number>();
  for (const { id, reference, color, place: given } of series) {
    if (reference) {
      const run = runOf(id);
      const place = curves.get(run) ?? 0;
      curves.set(run, place + 1);
      const { length } = theme.references;
      const dash = DASHES[(place + 2 * Math.floor(run / length)) % DASHES.length]!;
      styles.set(id, { color: color || theme.references[run % length]!, dash });
    } else if (given !== undefined) {
      styles.set(id, lineStyle(theme, given));
    } else {
      const ramp = count > 2 * palette.length;
      const automatic = ramp ? rampColor(own / (count - 1), theme.dark) : palette[own % palette.length]!;
      const dash = ramp || color ? 'solid' : DASHES[Math.floor(own / palette.length)]!;
      styles.set(id, { color: color || automatic, dash });
      own += 1;
    }
  }
  return styles;
}

/** The number of the run that a reference curve is of, from 0; its id begins with "ref1/". */
function runOf(id: string): number {
  return Math.max(0, parseInt(id.slice(3), 10) - 1 || 0);
}

/** From blue over red to amber, light enough (or dark enough) to be seen on the background. */
function rampColor(share: number, dark: boolean): string {
  const hue = Math.round(225 + share * 180) % 360;
  return `hsl(${hue}, ${dark ? 75 : 70}%, ${dark ? 68 : 40}%)`;
}

/** Builds what Plotly draws; its cost depends on the pixels and the number of curves, not on their length. */
export function buildScene(input: SceneInput): Scene {
  const { axis, logY, theme } = input;
  const shown = input.series.filter(
    (info) => !input.hidden.has(info.id) && lengthOf(input.data, info.id) > 0,
  );
  const x = input.zoom.x ?? fullRange(input, shown);
  const plotWidth = Math.max(50, input.width - MARGIN.l - MARGIN.r);
  const styles = seriesStyles(input.series, theme);
  const curves = shown.reduce((sum, info) => sum + (smooths(info, input.smoothing) ? 2 : 1), 0);
  const buckets = Math.max(60, Math.min(plotWidth, Math.floor(POINTS_PER_DRAW / 2 / Math.max(1, curves))));

  const references: PlotlyTrace[] = [];
  const behind: PlotlyTrace[] = [];
  const front: PlotlyTrace[] = [];
  const yData: Range = [Infinity, -Infinity];
  const paths: Path[] = [];
  for (const info of shown) {
    const curve = input.data.curve(info.id)!;
    const style = styles.get(info.id)!;
    const faded = input.emphasis !== '' && input.emphasis !== info.id;
    const detail = input.details.get(info.id);
    const raw = curve.raw(axis, x[0], x[1], buckets);
    const path = detail?.axis === axis ? detailPath(detail, raw, buckets) : raw;
    extendRange(yData, path, x[0], x[1], logY);
    paths.push(path);
    if (info.reference) {
      const line = smooths(info, input.smoothing)
        ? curve.smoothed(input.smoothing, axis, x[0], x[1], buckets)
        : path;
      references.push(trace(info, line, style, faded ? 0.15 : 1, 1.3));
    } else if (smooths(info, input.smoothing)) {
      const smooth = curve.smoothed(input.smoothing, axis, x[0], x[1], buckets);
      extendRange(yData, smooth, x[0], x[1], logY);
      behind.push(trace(info, path, style, faded ? 0.06 : 0.25, 1));
      front.push(trace(info, smooth, style, faded ? 0.2 : 1, 2));
    } else {
      front.push(trace(info, path, style, faded ? 0.15 : 1, curves > 16 ? 1.3 : 1.75));
    }
  }
  const highest = yData[1];
  if (!logY && !input.zoom.y && !input.spikes) yData[1] = topWithoutSpikes(paths, x, yData);
  const cut = yData[1] < highest;
  const y = input.zoom.y ?? verticalRange(input, yData);
  const layout = baseLayout(input, x, y, plotWidth, shown.length === 0);
  Object.assign(layout, markerLayout(input, x, plotWidth));
  if (cut) (layout.annotations as object[]).push(cutAnnotation(highest, theme));
  return { traces: [...references, ...behind, ...front], layout, x, y, cut };
}

function lengthOf(data: ChartData, id: string): number {
  return data.curve(id)?.buffer.length ?? 0;
}

function smooths(info: SeriesInfo, smoothing: number): boolean {
  return info.smooth && smoothing > 0 && info.kind !== 'markers';
}

function fullRange(input: SceneInput, shown: readonly SeriesInfo[]): Range {
  let lo = Infinity;
  let hi = -Infinity;
  for (const { id } of shown) {
    const { buffer } = input.data.curve(id)!;
    lo = Math.min(lo, buffer[input.axis][0]!);
    hi = Math.max(hi, buffer[input.axis][buffer.length - 1]!);
  }
  const exact = horizontalRange(lo, hi);
  return input.growing && hi > lo ? growingRange([lo, hi], exact, input.growing.x) : exact;
}

function verticalRange({ logY, growing }: SceneInput, data: Range): Range {
  const padded = paddedRange(data, logY);
  if (!growing || !(data[0] < data[1])) return padded;
  const [lo, hi] = logY ? data.map(Math.log10) : data;
  return steadyRange([lo!, hi!], padded, growing.y);
}

function trace(info: SeriesInfo, path: Path, style: Style, opacity: number, width: number): PlotlyTrace {
  // A line through one point is invisible.
  const lonely = path.x.length <= 2;
  // Many points in a row hide the line, and the curves behind it.
  const plain = info.kind === 'line' ? !lonely : path.x.length > MOST_DOTS;
  const mode = info.kind === 'markers' ? 'markers' : plain ? 'lines' : 'lines+markers';
  return {
    type: 'scatter',
    mode,
    x: path.x,
    y: path.y,
    name: plainText(info.name),
    opacity,
    hoverinfo: 'skip',
    line: { color: style.color, width, dash: style.dash },
    marker: { color: style.color, size: 6 },
    cliponaxis: true,
  };
}

function baseLayout(input: SceneInput, x: Range, y: Range, plotWidth: number, empty: boolean): PlotlyLayout {
  const { theme, axis, logY } = input;
  const common = {
    gridcolor: theme.grid,
    linecolor: theme.axis,
    tickcolor: theme.axis,
    zeroline: false,
    // Measuring every label on every draw to see whether it fits is a third of the draw.
    ticklabeloverflow: 'allow',
    ticks: 'outside',
    ticklen: 4,
    tickfont: { size: 11, color: theme.muted },
  };
  const mostTicks = Math.max(2, Math.floor(plotWidth / 65));
  const times = axis === 'time' ? timeTicks(x, mostTicks + 1) : null;
  const whole = axis === 'step' ? wholeTicks(x) : null;
  const labeled = input.markers.length > 0;
  const mostRows = Math.max(3, Math.floor(input.height / 45));
  const powers = logY ? logTicks(y, mostRows) : null;
  return {
    width: input.width,
    height: input.height,
    autosize: false,
    margin: { ...MARGIN, t: MARGIN.t + (labeled ? LABEL_ROOM : 0), pad: 0 },
    paper_bgcolor: 'rgba(0,0,0,0)',
    plot_bgcolor: 'rgba(0,0,0,0)',
    font: { family: theme.font, size: 12, color: theme.text },
    showlegend: false,
    hovermode: false,
    dragmode: 'zoom',
    xaxis: {
      ...common,
      // Without a type Plotly looks for dates among the values.
      type: 'linear',
      range: [...x],
      showgrid: false,
      showline: true,
      title: { text: AXIS_TITLES[axis](), standoff: 6, font: { size: 12, color: theme.muted } },
      ...(times
        ? { tickmode: 'array', tickvals: times.values, ticktext: times.texts }
        : { tickformat: ',', nticks: mostTicks + 1, ...whole }),
      showticklabels: !empty,
      ...(empty && { ticks: '' }),
    },
    yaxis: {
      ...common,
      range: [...y],
      type: logY ? 'log' : 'linear',
      ticklen: 0,
      showticklabels: !empty,
      showgrid: !empty,
      exponentformat: 'power',
      ticklabelstandoff: 4,
      ...(powers
        ? {
            tickmode: 'array',
            tickvals: powers.values,
            ticktext: powers.texts,
            minor: { tickmode: 'array', tickvals: powers.between, ticks: 'outside', ticklen: 3 },
          }
        : {
            nticks: mostRows,
            tickformat: valueTickFormat(Math.max(Math.abs(y[0]), Math.abs(y[1]))),
          }),
    },
  };
}

function markerLayout(input: SceneInput, x: Range, plotWidth: number): PlotlyLayout {
  const { theme } = input;
  const scale = plotWidth / (x[1] - x[0]);
  const inside = input.markers
    .map((marker) => ({ ...marker, at: marker[input.axis], until: marker.end?.[input.axis] }))
    .map((marker) => begunBefore(marker, x[0]))
    .filter((marker) => marker.at >= x[0] && marker.at <= x[1])
    .slice(-MOST_MARKERS);
  const color = (kind: string): string =>
    kind === 'error'
      ? theme.palette[4]!
      : kind === 'best'
        ? theme.palette[2]!
        : kind === 'finding'
          ? theme.palette[3]!
          : theme.muted;
  const labels = placeLabels(
    inside.map(({ at, text, kind }) => ({ x: (at - x[0]) * scale, text, priority: PRIORITY[kind] ?? 0 })),
    plotWidth,
  );
  return {
    shapes: inside.map(({ at, until, kind }) => ({
      type: until === undefined ? 'line' : 'rect',
      x0: at,
      x1: until === undefined ? at : Math.min(until, x[1]),
      y0: 0,
      y1: 1,
      yref: 'paper',
      layer: 'below',
      ...(until !== undefined && { fillcolor: color(kind), opacity: 0.13 }),
      line: { color: color(kind), width: until === undefined ? 1 : 0, dash: 'dot' },
    })),
    annotations: labels.map(({ index, text, anchor }) => ({
      x: inside[index]!.at,
      xanchor: anchor,
      y: 1,
      yref: 'paper',
      yanchor: 'bottom',
      text: plainText(text),
      showarrow: false,
      font: { size: 11, color: color(inside[index]!.kind) },
    })),
  };
}

/** A stretch that has begun before the window begins with it. */
function begunBefore<M extends { at: number; until: number | undefined }>(marker: M, low: number): M {
  const reaches = marker.until !== undefined && marker.at < low && marker.until >= low;
  return reaches ? { ...marker, at: low } : marker;
}

/** What stands above the axis is said inside the plot. */
function cutAnnotation(highest: number, theme: Theme): object {
  return {
    x: 1,
    xref: 'paper',
    xanchor: 'right',
    y: 1,
    yref: 'paper',
    yanchor: 'top',
    text: plainText(t('↑ spikes up to {value}', { value: formatValue(highest) })),
    showarrow: false,
    font: { size: 11, color: theme.muted },
  };
}

/** Whether no line of a scene passes through its window, as after a zoom into an empty part. */
export function isBlank({ traces, x, y }: Scene, log: boolean): boolean {
  const [lo, hi] = log ? [10 ** y[0], 10 ** y[1]] : y;
  return !traces.some((one) => {
    const { x: xs, y: ys } = one as unknown as Path;
    for (let i = 0; i < xs.length; i += 1) {
      const before = i === 0 ? 0 : i - 1;
      if (xs[i]! < x[0] || xs[before]! > x[1]) continue;
      // A line crosses the window between two points that lie outside, one above and one below.
      if (Math.max(ys[i]!, ys[before]!) >= lo && Math.min(ys[i]!, ys[before]!) <= hi) return true;
    }
    return false;
  });
}

/** Where the points of a scene lie. */
export function areaOf({ layout, x, y }: Scene, log: boolean): PlotArea {
  const { width, height, margin } = layout as {
    width: number;
    height: number;
    margin: { l: number; r: number; t: number; b: number };
  };
  return {
    left: margin.l,
    top: margin.t,
    width: width - margin.l - margin.r,
    height: height - margin.t - margin.b,
    x,
    y,
    log,
  };
}
