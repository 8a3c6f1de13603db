/** The parts of Plotly.js that the widgets use, and its bundles as lazily loaded chunks shared by the page. */

export type PlotlyTrace = Record<string, unknown>;
export type PlotlyLayout = Record<string, unknown>;

/** The element that Plotly draws in. */
export interface PlotlyElement extends HTMLElement {
  on?(event: string, handler: (data: Record<string, unknown>) => unknown): void;
  removeAllListeners?(event: string): void;
}

export interface PlotlyModule {
  react(
    element: HTMLElement,
    data: PlotlyTrace[],
    layout: PlotlyLayout,
    config?: Record<string, unknown>,
  ): Promise<PlotlyElement>;
  purge(element: HTMLElement): void;
  toImage(
    figure: { data: PlotlyTrace[]; layout: PlotlyLayout; config?: Record<string, unknown> },
    options: { format: 'png' | 'svg'; width: number; height: number; scale?: number },
  ): Promise<string>;
}

/** What no setting of a figure can undo: nothing that a plot holds leaves the page for a server of Plotly's. */
const PRIVATE = {
  displaylogo: false,
  plotlyServerURL: '',
  sendData: false,
  showEditInChartStudio: false,
  showLink: false,
  showSendToCloud: false,
};

/** A plot's settings without any that would send it away. */
export function privateConfig(config: Record<string, unknown> = {}): Record<string, unknown> {
  const removed: unknown[] = Array.isArray(config.modeBarButtonsToRemove)
    ? config.modeBarButtonsToRemove
    : [];
  return {
    responsive: false,
    ...config,
    modeBarButtonsToRemove: [...removed, 'sendChartToCloud'],
    ...PRIVATE,
  };
}

type Loader = () => Promise<{ default?: unknown }>;

/** Where a page has Plotly in a way of its own, that way, for charts of any kind. */
let own: Loader | null = null;

export function setPlotly(load: Loader): void {
  own = load;
}

/** Loads once; a load that failed (the server restarted, say) is tried again the next time. */
function once(load: Loader): () => Promise<PlotlyModule> {
  let loading: Promise<PlotlyModule> | null = null;
  return () => {
    loading ??= (own ?? load)().then(
      (module) => (module.default ?? module) as PlotlyModule,
      (error: unknown) => {
        loading = null;
        throw error;
      },
    );
    return loading;
  };
}

/** Plotly with lines, points, bars and pies: 1.2 MB, what `Chart` and many figures need. */
export const loadBasic = once(
  () => import(/* webpackChunkName: "plotly-basic" */ 'plotly.js-basic-dist-min') as ReturnType<Loader>,
);

/** Plotly with all trace types of two-dimensional charts: 1.5 MB. */
export const loadCartesian = once(
  () =>
    import(/* webpackChunkName: "plotly-cartesian" */ 'plotly.js-cartesian-dist-min') as ReturnType<Loader>,
);

/** All of Plotly: 4.8 MB, for figures with trace types that the cartesian bundle lacks. */
export const loadFull = once(
  () => import(/* webpackChunkName: "plotly-full" */ 'plotly.js-dist-min') as ReturnType<Loader>,
);

/** Writes text so that Plotly shows it letter by letter instead of reading it as its small dialect of HTML. */
export function plainText(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
