import {
  type PlotlyElement,
  type PlotlyModule,
  type PlotlyTrace,
  privateConfig,
} from '../../../shared/plotly';
import type { Scene } from './scene';
import type { Path, PlotArea } from '../types';

const PLOT_CONFIG = privateConfig({
  displayModeBar: false,
  doubleClick: false,
  scrollZoom: false,
  showTips: false,
});
/** After the lines of new points, what else has changed is drawn once there is time. */
const REST_MS = 60;
/** Drawing everything takes at most one part of so many of the time. */
const REST_SHARE = 30;
/** But a marker is not missing for longer than this. */
const MOST_REST_MS = 1500;
/** Browsers draw wrongly what is very far outside; a line that ends here leaves the plot at the same place. */
const FARTHEST_PX = 1e5;

/** What a draw did: everything anew, the lines (which was all there was to do), or the lines for now. */
export type Drawn = 'all' | 'lines' | 'lines for now';

/**
 * A Plotly chart that is drawn whole where it must be, and otherwise only gets new lines.
 *
 * `Plotly.react` draws axes, labels and shapes again for every new point: six times the work of the lines alone.
 */
export class Picture {
  /** Where points lie in what is drawn now; null before the first draw. */
  area: PlotArea | null = null;
  /** How long the last draw of everything took, in ms; but not the first one, which is slower than all others. */
  private cost = 0;
  private plotly: PlotlyModule | null = null;
  private layout = '';
  private styles = '';
  private traces: readonly PlotlyTrace[] = [];

  constructor(readonly element: PlotlyElement) {}

  /**
   * Shows `scene`.
   *
   * @param area where the points of the scene lie
   * @param hurry show new points on the axes that are there, where they fit; the caller draws the rest a moment later
   */
  async draw(plotly: PlotlyModule, scene: Scene, area: PlotArea, hurry = false): Promise<Drawn> {
    this.plotly = plotly;
    const layout = JSON.stringify(scene.layout);
    const styles = JSON.stringify(scene.traces.map((trace) => ({ ...trace, x: 0, y: 0 })));
    if (styles === this.styles && this.area) {
      const points = scene.traces.every((trace, i) => isLine(trace) || samePoints(trace, this.traces[i]));
      if (points && layout === this.layout && this.drawLines(scene.traces)) return 'lines';
      if (hurry && fits(scene.traces, area, this.area) && this.drawLines(scene.traces))
        return 'lines for now';
    }
    const first = this.area === null;
    [this.layout, this.styles, this.traces, this.area] = [layout, styles, scene.traces, area];
    const begun = performance.now();
    const drawn = plotly.react(this.element, scene.traces, scene.layout, PLOT_CONFIG);
    if (!first) this.cost = performance.now() - begun;
    await drawn;
    return 'all';
  }

  /** How long to wait with the rest when the lines are drawn for now, in ms. */
  get rest(): number {
    return Math.min(MOST_REST_MS, Math.max(REST_MS, REST_SHARE * this.cost));
  }

  /** The same for a scene: axes that points are about to leave cannot wait for long. */
  restFor({ x }: PlotArea): number {
    return this.area && x[1] > this.area.x[1] ? REST_MS : this.rest;
  }

  purge(): void {
    this.plotly?.purge(this.element);
  }

  /** Gives the drawn lines their new points; false when they are not all there. */
  private drawLines(traces: readonly PlotlyTrace[]): boolean {
    const groups = this.element.querySelectorAll('.scatterlayer > .trace');
    if (groups.length !== traces.length) return false;
    const found = traces.map((trace, i) =>
      isLine(trace) ? groups[i]!.querySelectorAll('path.js-line') : null,
    );
    if (found.some((paths) => paths?.length === 0)) return false;
    // Nothing is drawn there: a line that always reaches over the whole plot is painted alone, where one that grows
    // lets the browser sort the page into layers anew.
    const corners = `M0,0M${this.area!.width},${this.area!.height}`;
    traces.forEach((trace, i) => {
      // Plotly has one path for each piece of an interrupted line.
      found[i]?.forEach((path, piece) => {
        path.setAttribute('d', piece === 0 ? corners + svgPath(pathOf(trace), this.area!) : '');
      });
    });
    return true;
  }
}

function isLine(trace: PlotlyTrace): boolean {
  return trace.mode === 'lines';
}

/** Whether all points of a scene can be seen in a picture that was drawn for another. */
function fits(traces: readonly PlotlyTrace[], area: PlotArea, drawn: PlotArea): boolean {
  if (area.log !== drawn.log || area.width !== drawn.width || area.height !== drawn.height) return false;
  const [x0, x1] = drawn.x;
  const [y0, y1] = drawn.log ? drawn.y.map((power) => 10 ** power) : drawn.y;
  return traces.every((trace) => {
    const { x, y } = pathOf(trace);
    // x ascends.
    if (x.length > 0 && (x[0]! < x0 || x[x.length - 1]! > x1)) return false;
    return y.every((value) => !(value < y0! || value > y1!) || (area.log && value <= 0));
  });
}

function pathOf(trace: PlotlyTrace): Path {
  return trace as unknown as Path;
}

function samePoints(trace: PlotlyTrace, other: PlotlyTrace | undefined): boolean {
  if (!other) return false;
  const [a, b] = [pathOf(trace), pathOf(other)];
  return a.x.length === b.x.length && a.x.every((x, i) => Object.is(x, b.x[i]) && Object.is(a.y[i], b.y[i]));
}

/** The line through the points in the language of SVG; interrupted where y is not a number (or not positive, on a log axis). */
export function svgPath({ x, y }: Path, area: PlotArea): string {
  const [x0, x1] = area.x;
  const [y0, y1] = area.y;
  const across = area.width / (x1 - x0);
  const up = area.height / (y1 - y0);
  let text = '';
  let drawing = false;
  for (let i = 0; i < x.length; i += 1) {
    const value = area.log ? Math.log10(y[i]!) : y[i]!;
    if (!Number.isFinite(value)) {
      drawing = false;
      continue;
    }
    text += `${drawing ? 'L' : 'M'}${pixel((x[i]! - x0) * across)},${pixel((y1 - value) * up)}`;
    drawing = true;
  }
  return text || 'M0,0';
}

function pixel(value: number): number {
  return Math.round(Math.min(FARTHEST_PX, Math.max(-FARTHEST_PX, value)) * 100) / 100;
}
