import { type PlotlyModule, plainText } from '../../../shared/plotly';
import { buildScene, MARGIN, type SceneInput } from './scene';

/** The chart as an image of its own: with title, axis labels and legend, on the theme's background. */
export async function exportImage(
  plotly: PlotlyModule,
  input: SceneInput,
  format: 'png' | 'svg',
  texts: { title: string; yLabel: string },
): Promise<string> {
  const names = new Set<unknown>();
  const height = input.height + 40;
  const scene = buildScene({ ...input, height, emphasis: '', growing: null });
  // The pale raw curve and its average share a name: the legend shows the average, which comes later.
  for (const trace of [...scene.traces].reverse()) {
    trace.showlegend = !names.has(trace.name);
    names.add(trace.name);
  }
  const { yaxis } = scene.layout as { yaxis: Record<string, unknown> };
  const layout = {
    ...scene.layout,
    paper_bgcolor: input.theme.background,
    plot_bgcolor: input.theme.background,
    showlegend: names.size > 1,
    legend: { orientation: 'h', y: -0.2, yanchor: 'top', x: 0 },
    title: { text: plainText(texts.title), x: 0.02, xanchor: 'left', font: { size: 15 } },
    margin: { ...MARGIN, l: MARGIN.l + 18, t: 56, b: 60 },
    yaxis: {
      ...yaxis,
      title: { text: plainText(texts.yLabel), standoff: 8, font: { size: 12, color: input.theme.muted } },
    },
  };
  return plotly.toImage(
    { data: scene.traces, layout },
    { format, width: input.width, height, scale: format === 'png' ? 2 : 1 },
  );
}
