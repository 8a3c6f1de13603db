/** What the parts of a chart say to each other. */

import type { LineStyle } from '../../core/theme';
import type { Columns } from '../../core/wire';

export type Range = [number, number];

export type Axis = 'step' | 'epoch' | 'time';

/** One entry of the `series` trait, checked. */
export interface SeriesInfo {
  id: string;
  name: string;
  kind: 'line' | 'markers' | 'line+markers';
  smooth: boolean;
  reference: boolean;
  color: string;
  /** Its place in the palette; the next one where it isn't given. */
  place?: number | undefined;
}

/** What to draw of one curve: ascending x, and y with NaN where the line is interrupted. */
export interface Path {
  x: Float64Array;
  y: Float64Array;
}

/** A part of the series in more detail than the buffer holds, from a reply to a "range" request. */
export interface Detail {
  axis: Axis;
  lo: number;
  hi: number;
  columns: Columns;
}

/** A vertical line with text: what happened, and when. With an end it is a stretch of the curves. */
export interface Marker {
  end?: Moment | undefined;
  id: string;
  step: number;
  epoch: number;
  time: number;
  text: string;
  kind: string;
}

/** A step of the run, on each of the axes. */
export type Moment = Record<Axis, number>;

/** Where the plot area lies in the view, and what its edges mean. */
export interface PlotArea {
  left: number;
  top: number;
  width: number;
  height: number;
  x: Range;
  /** In powers of ten on a log axis. */
  y: Range;
  log: boolean;
}

export type Style = LineStyle;

export interface RangeRequest {
  id: string;
  axis: Axis;
  lo: number;
  hi: number;
  points: number;
}
