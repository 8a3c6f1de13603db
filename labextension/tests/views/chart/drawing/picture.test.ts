// @vitest-environment happy-dom
import { describe, expect, it, vi } from 'vitest';

import { Picture, svgPath } from '../../../../src/views/chart/drawing/picture';
import type { Scene } from '../../../../src/views/chart/drawing/scene';
import type { PlotlyElement, PlotlyModule } from '../../../../src/shared/plotly';
import type { PlotArea } from '../../../../src/views/chart/types';

const area: PlotArea = { left: 0, top: 0, width: 100, height: 50, x: [0, 10], y: [0, 5], log: false };
const path = (x: number[], y: number[]): { x: Float64Array; y: Float64Array } => ({
  x: Float64Array.from(x),
  y: Float64Array.from(y),
});

function scene(ys: number[][], change: { mode?: string; range?: [number, number] } = {}): Scene {
  const { mode = 'lines', range = [0, 10] } = change;
  const traces = ys.map((y) => ({
    mode,
    ...path(
      y.map((_, i) => i),
      y,
    ),
  }));
  return { traces, layout: { xaxis: { range } }, x: range, y: [0, 5], cut: false };
}

function node(name: string, className: string): Element {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name);
  made.setAttribute('class', className);
  return made;
}

/** Draws one path for each trace, as Plotly does. */
function plotly(): { module: PlotlyModule; react: ReturnType<typeof vi.fn> } {
  const react = vi.fn((element: HTMLElement, traces: unknown[]) => {
    const layer = node('g', 'scatterlayer');
    traces.forEach(() => {
      const group = node('g', 'trace');
      group.append(node('path', 'js-line'));
      layer.append(group);
    });
    element.replaceChildren(layer);
    return Promise.resolve(element);
  });
  return { module: { react, purge: vi.fn() } as unknown as PlotlyModule, react };
}

/** What is drawn after the corners of the plot, which keep the size of the lines; null for what Plotly drew. */
const drawn = (element: Element): (string | null)[] =>
  [...element.querySelectorAll('path')].map(
    (line) => line.getAttribute('d')?.replace(/^M0,0M100,50(?=M)/, '') ?? null,
  );

describe('svgPath', () => {
  it('puts the points where the axes have them', () => {
    expect(svgPath(path([0, 5, 10], [0, 5, 2.5]), area)).toBe('M0,50L50,0L100,25');
  });

  it('interrupts the line where there is no value', () => {
    expect(svgPath(path([0, 1, 2, 3], [5, NaN, 5, 0]), area)).toBe('M0,0M20,0L30,50');
    expect(svgPath(path([0], [NaN]), area)).toBe('M0,0');
  });

  it('reads powers of ten on a log axis, where zero has no place', () => {
    const log = { ...area, y: [-1, 1] as [number, number], log: true };
    expect(svgPath(path([0, 5, 10], [10, 0, 0.1]), log)).toBe('M0,0M100,50');
  });

  it('keeps what is far outside within what browsers can draw', () => {
    expect(svgPath(path([0, 1], [0, -1e12]), area)).toBe('M0,50L10,100000');
  });
});

describe('Picture', () => {
  it('draws everything once and then only lines, until something else changes', async () => {
    const element = document.createElement('div') as PlotlyElement;
    const { module, react } = plotly();
    const picture = new Picture(element);
    expect(await picture.draw(module, scene([[1, 2], [3, 4]]), area)).toBe('all'); // prettier-ignore
    expect(await picture.draw(module, scene([[5, 0], [0, 5]]), area)).toBe('lines'); // prettier-ignore
    expect(drawn(element)).toEqual(['M0,0L10,50', 'M0,50L10,0']);
    const corners = [...element.querySelectorAll('path')].map((line) => line.getAttribute('d')!.slice(0, 12));
    expect(corners).toEqual(['M0,0M100,50M', 'M0,0M100,50M']);
    expect(react).toHaveBeenCalledTimes(1);
    await picture.draw(module, scene([[1, 2], [3, 4]], { range: [0, 20] }), area); // prettier-ignore
    await picture.draw(module, scene([[1, 2]], { range: [0, 20] }), area);
    expect(react).toHaveBeenCalledTimes(3);
  });

  it('shows new points at once on the axes that are there, and says that more is to be drawn', async () => {
    const element = document.createElement('div') as PlotlyElement;
    const { module, react } = plotly();
    const picture = new Picture(element);
    const wider = { ...area, x: [0, 20] as [number, number] };
    await picture.draw(module, scene([[1, 2]]), area);
    expect(await picture.draw(module, scene([[1, 3]], { range: [0, 20] }), wider, true)).toBe(
      'lines for now',
    );
    expect(drawn(element)).toEqual(['M0,40L10,20']);
    expect(picture.area).toBe(area);
    // What would lie outside the old axes cannot wait, nor can what the user has asked for.
    expect(await picture.draw(module, scene([[1, 9]], { range: [0, 20] }), wider, true)).toBe('all');
    expect(picture.area).toBe(wider);
    expect(await picture.draw(module, scene([[1, 3]]), area)).toBe('all');
    expect(react).toHaveBeenCalledTimes(3);
  });

  it('waits the longer with the rest the longer everything takes', async () => {
    const { module } = plotly();
    const picture = new Picture(document.createElement('div'));
    expect(picture.rest).toBe(60);
    let now = 1000;
    let takes = 900;
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => now);
    const slow: PlotlyModule = {
      ...module,
      react: (...given) => {
        now += takes;
        return module.react(...given);
      },
    };
    // The first draw is slower than all later ones.
    await picture.draw(slow, scene([[1, 2]], { range: [0, 20] }), area);
    expect(picture.rest).toBe(60);
    takes = 20;
    await picture.draw(slow, scene([[1, 2]]), area);
    expect(picture.rest).toBe(600);
    // The lines alone say nothing on that.
    expect(await picture.draw(slow, scene([[1, 3]]), area)).toBe('lines');
    expect(picture.rest).toBe(600);
    takes = 500;
    await picture.draw(slow, scene([[1, 2]], { range: [0, 20] }), area);
    expect(picture.rest).toBe(1500);
    clock.mockRestore();
  });

  it('leaves points where they are while they stay the same', async () => {
    const element = document.createElement('div') as PlotlyElement;
    const { module, react } = plotly();
    const picture = new Picture(element);
    const mixed = (line: number[], points: number[]): Scene => {
      const { traces, ...rest } = scene([line, points]);
      return { ...rest, traces: [traces[0]!, { ...traces[1]!, mode: 'lines+markers' }] };
    };
    await picture.draw(module, mixed([1, 2], [3]), area);
    await picture.draw(module, mixed([1, 3], [3]), area);
    expect(drawn(element)).toEqual(['M0,40L10,20', null]);
    expect(react).toHaveBeenCalledTimes(1);
    await picture.draw(module, mixed([1, 3], [4]), area);
    expect(react).toHaveBeenCalledTimes(2);
  });

  it('leaves points, and lines that Plotly has not drawn, to Plotly', async () => {
    const element = document.createElement('div') as PlotlyElement;
    const { module, react } = plotly();
    const picture = new Picture(element);
    await picture.draw(module, scene([[1, 2]], { mode: 'lines+markers' }), area);
    await picture.draw(module, scene([[1, 3]], { mode: 'lines+markers' }), area);
    expect(react).toHaveBeenCalledTimes(2);
    await picture.draw(module, scene([[1, 2]]), area);
    element.querySelector('path')!.remove();
    await picture.draw(module, scene([[1, 2]]), area);
    expect(react).toHaveBeenCalledTimes(4);
  });
});
