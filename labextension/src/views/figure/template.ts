import type { PlotlyLayout } from '../../shared/plotly';
import type { Theme } from '../../core/theme';

/** Plotly's defaults in the host's colours; whatever the figure says itself goes before them. */
export function themedTemplate(theme: Theme): { data: Record<string, object[]>; layout: PlotlyLayout } {
  const axis = {
    gridcolor: theme.grid,
    linecolor: theme.axis,
    zerolinecolor: theme.axis,
    tickcolor: theme.axis,
    tickfont: { color: theme.muted, size: 11 },
    title: { font: { color: theme.muted, size: 12 }, standoff: 8 },
    automargin: true,
  };
  const axis3d = {
    ...axis,
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
