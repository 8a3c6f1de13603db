import type { PlotlyElement, PlotlyModule, PlotlyTrace } from '../common/plotly';
import type { Path } from './curve';
import type { PlotArea } from './hover';
import type { Scene } from './scene';

const PLOT_CONFIG = { displayModeBar: false, doubleClick: false, scrollZoom: false, showTips: false };
/** Browsers draw wrongly what is very far outside; a line that ends here leaves the plot at the same place. */
const FARTHEST_PX = 1e5;

/**
 * A Plotly chart that is drawn whole when anything but the points has changed, and otherwise only gets new lines.
 *
 * `Plotly.react` draws axes, labels and shapes again for every new point: six times the work of the lines alone.
 */
export class Picture {
  private plotly: PlotlyModule | null = null;
  private drawn = '';
  private drawnTraces: readonly PlotlyTrace[] = [];

  constructor(readonly element: PlotlyElement) {}

  /** Shows `scene`; `area` says where its points lie. Returns whether everything was drawn anew. */
  async draw(plotly: PlotlyModule, scene: Scene, area: PlotArea): Promise<boolean> {
    this.plotly = plotly;
    const everythingElse = signature(scene);
    if (everythingElse === this.drawn && this.drawLines(scene.traces, area)) return false;
    this.drawn = everythingElse;
    this.drawnTraces = scene.traces;
    await plotly.react(this.element, scene.traces, scene.layout, PLOT_CONFIG);
    return true;
  }

  /** Forgets what is drawn: the next draw is a whole one. */
  invalidate(): void {
    this.drawn = '';
  }

  purge(): void {
    this.plotly?.purge(this.element);
  }

  /** Gives the drawn lines their new points; false when that takes more than lines. */
  private drawLines(traces: readonly PlotlyTrace[], area: PlotArea): boolean {
    const groups = this.element.querySelectorAll('.scatterlayer > .trace');
    if (groups.length !== traces.length) return false;
    const lines: [NodeListOf<Element>, PlotlyTrace][] = [];
    for (const [i, trace] of traces.entries()) {
      if (trace.mode !== 'lines') {
        if (!samePoints(trace, this.drawnTraces[i])) return false;
        continue;
      }
      const paths = groups[i]!.querySelectorAll('path.js-line');
      if (paths.length === 0) return false;
      lines.push([paths, trace]);
    }
    for (const [paths, trace] of lines) {
      // Plotly has one path for each piece of an interrupted line.
      paths.forEach((path, piece) => {
        path.setAttribute('d', piece === 0 ? svgPath(pathOf(trace), area) : '');
      });
    }
    return true;
  }
}

function pathOf(trace: PlotlyTrace): Path {
  return trace as unknown as Path;
}

function samePoints(trace: PlotlyTrace, other: PlotlyTrace | undefined): boolean {
  if (!other) return false;
  const [a, b] = [pathOf(trace), pathOf(other)];
  return a.x.length === b.x.length && a.x.every((x, i) => Object.is(x, b.x[i]) && Object.is(a.y[i], b.y[i]));
}

/** Everything about a scene but its points, as text to compare. */
function signature({ traces, layout }: Scene): string {
  return JSON.stringify([traces.map((trace) => ({ ...trace, x: 0, y: 0 })), layout]);
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
