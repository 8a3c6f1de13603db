import type { PlotlyLayout } from '../../shared/plotly';
import { LIGHT_PALETTE, type Theme } from '../../core/theme';
import { isRecord } from '../../core/wire';

/** Plotly's defaults in the host's colors; whatever the figure says itself goes before them. */
export function themedTemplate(theme: Theme): { data: Record<string, object[]>; layout: PlotlyLayout } {
  const axis = {
    gridcolor: theme.grid,
    linecolor: theme.axis,
    zerolinecolor: theme.axis,
    tickcolor: theme.axis,
    tickfont: { color: theme.muted, size: 11 },
    title: { font: { color: theme.muted, size: 12 }, standoff: 8 },
    automargin: true,
    // To measure every label at every draw takes a third of it.
    ticklabeloverflow: 'allow',
  };
  const axis3d = {
    ...axis,
    ticklabeloverflow: undefined,
    // WebGL axes ignore transparency.
    gridcolor: theme.dark ? '#444444' : '#dddddd',
    backgroundcolor: 'rgba(0,0,0,0)',
    showbackground: false,
    automargin: undefined,
  };
  const scale = [{ colorscale: 'Viridis' }];
  return {
    data: { heatmap: scale, contour: scale, histogram2d: scale, histogram2dcontour: scale, surface: scale },
    layout: {
      paper_bgcolor: 'rgba(0,0,0,0)',
      plot_bgcolor: 'rgba(0,0,0,0)',
      font: { family: theme.font, size: 12, color: theme.text },
      title: { font: { size: 15 }, x: 0.02, xanchor: 'left' },
      colorway: [...theme.palette],
      modebar: { bgcolor: 'rgba(0, 0, 0, 0)', color: theme.muted, activecolor: theme.text },
      hoverlabel: {
        bgcolor: theme.background,
        bordercolor: theme.axis,
        font: { color: theme.text, family: theme.font, size: 12 },
      },
      legend: { font: { size: 12 }, bgcolor: 'rgba(0,0,0,0)' },
      margin: { l: 56, r: 20, t: 44, b: 44 },
      xaxis: axis,
      yaxis: axis,
      scene: { xaxis: axis3d, yaxis: axis3d, zaxis: axis3d },
      polar: { bgcolor: 'rgba(0,0,0,0)', angularaxis: axis, radialaxis: axis },
    },
  };
}

/** Height of Plotly's mode bar, in px. */
const MODE_BAR = 26;

/** How much room above a plot the mode bar needs so that it covers neither the plot nor a legend above it, in px. */
export function modeBarStrip(layout: PlotlyLayout): number {
  const top = isRecord(layout.margin) && typeof layout.margin.t === 'number' ? layout.margin.t : MODE_BAR;
  const above = isRecord(layout.legend) && layout.legend.orientation === 'h';
  return above || top < MODE_BAR ? MODE_BAR : 0;
}

/** The same figure in the theme's colors: where it names one of our light ones, the one in its place. */
export function themed<T>(figure: T, theme: Theme): T {
  if (!theme.dark) return figure;
  const inTheme = (value: unknown): unknown => {
    if (typeof value === 'string') {
      const place = (LIGHT_PALETTE as readonly string[]).indexOf(value.toLowerCase());
      return place < 0 ? value : theme.palette[place];
    }
    if (Array.isArray(value)) return value.map(inTheme);
    if (!isRecord(value) || ArrayBuffer.isView(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, inTheme(item)]));
  };
  return inTheme(figure) as T;
}
