import { el, setAttributes, setText } from '../common/dom';
import { icon, type IconName } from '../common/icons';
import type { Axis } from './curve';

export interface ToolbarActions {
  axis(axis: Axis): void;
  log(on: boolean): void;
  smoothing(weight: number): void;
  reset(): void;
  table(): void;
  save(format: 'png' | 'svg' | 'csv'): void;
}

export interface ToolbarState {
  axis: Axis;
  log: boolean;
  smoothing: number;
  canSmooth: boolean;
  zoomed: boolean;
  table: boolean;
  empty: boolean;
  /** Whether a CSV file could only hold some of the points. */
  partial: boolean;
}

const AXES: [Axis, string][] = [
  ['step', 'Step'],
  ['epoch', 'Epoch'],
  ['time', 'Time'],
];
const SAVE_CSV = 'Save the numbers as CSV';
/** The slider runs over -log10(1 - weight), so that 0.9, 0.99 and 0.999 are evenly spaced. */
const SLIDER_STEPS = 60;
const LARGEST_WEIGHT = 0.999;

/** The smoothing weight at a position of the slider. */
export function weightAt(position: number): number {
  const rest = Number(Math.pow(1 - LARGEST_WEIGHT, position / SLIDER_STEPS).toPrecision(2));
  return Number((1 - rest).toFixed(5));
}

/** The position of the slider for a smoothing weight. */
export function positionOf(weight: number): number {
  const position = (SLIDER_STEPS * Math.log(1 - weight)) / Math.log(1 - LARGEST_WEIGHT);
  return Math.round(Math.max(0, Math.min(SLIDER_STEPS, position)));
}

/** The chart's own small buttons. */
export class Toolbar {
  readonly root = el('div', 'dlw-toolbar', { role: 'toolbar', 'aria-label': 'Chart' });
  private readonly axis = el('select', 'dlw-select', {
    'aria-label': 'Horizontal axis',
    title: 'Horizontal axis',
  });
  private readonly log: HTMLButtonElement;
  private readonly slider = el('input', 'dlw-slider', {
    type: 'range',
    min: 0,
    max: SLIDER_STEPS,
    step: 1,
    'aria-label': 'Smoothing',
  });
  private readonly weight = el('span', 'dlw-slider-value');
  private readonly smoothing: HTMLElement;
  private readonly reset: HTMLButtonElement;
  private readonly table: HTMLButtonElement;
  private readonly exports: HTMLButtonElement[];

  constructor(actions: ToolbarActions) {
    for (const [value, text] of AXES) this.axis.append(el('option', '', { value }, text));
    this.axis.addEventListener('change', () => actions.axis(this.axis.value as Axis));
    this.log = toolButton('log', 'Logarithmic scale', () => actions.log(this.log.ariaPressed !== 'true'));
    this.slider.addEventListener('input', () => actions.smoothing(weightAt(this.slider.valueAsNumber)));
    this.smoothing = el(
      'label',
      'dlw-smoothing',
      { title: 'Smoothing: weight of the moving average' },
      el('span', 'dlw-smoothing-text', {}, 'Smooth'),
      this.slider,
      this.weight,
    );
    this.reset = toolButton('reset', 'Show all (reset zoom)', () => actions.reset());
    this.table = toolButton('table', 'Data table', () => actions.table());
    this.exports = [
      toolButton('image', 'Save as PNG', () => actions.save('png')),
      toolButton('vector', 'Save as SVG', () => actions.save('svg')),
      toolButton('csv', SAVE_CSV, () => actions.save('csv')),
    ];
    const names = ['png', 'svg', 'csv'];
    this.exports.forEach((button, i) => {
      button.dataset.action = names[i]!;
    });
    this.log.dataset.action = 'log';
    this.reset.dataset.action = 'reset';
    this.table.dataset.action = 'table';
    this.root.append(this.smoothing, this.axis, this.log, this.reset, this.table, ...this.exports);
  }

  update(state: ToolbarState): void {
    this.axis.value = state.axis;
    setAttributes(this.log, { 'aria-pressed': state.log ? 'true' : 'false' });
    setAttributes(this.table, { 'aria-pressed': state.table ? 'true' : 'false' });
    this.smoothing.hidden = !state.canSmooth;
    const position = positionOf(state.smoothing);
    if (this.slider.valueAsNumber !== position) this.slider.value = String(position);
    const text = state.smoothing === 0 ? 'off' : String(Number(state.smoothing.toFixed(4)));
    setText(this.weight, text);
    setAttributes(this.slider, { 'aria-valuetext': text });
    this.reset.disabled = !state.zoomed;
    for (const button of this.exports) button.disabled = state.empty;
    const csv = state.partial ? `${SAVE_CSV} (only those shown here: there is no kernel)` : SAVE_CSV;
    setAttributes(this.exports[2]!, { title: csv, 'aria-label': csv });
  }

  /** Shows that the CSV file is on its way; meanwhile no other is asked for. */
  async saving(work: () => Promise<void>): Promise<void> {
    const button = this.exports[2]!;
    if (button.ariaBusy === 'true') return;
    button.ariaBusy = 'true';
    try {
      await work();
    } finally {
      button.ariaBusy = null;
    }
  }
}

function toolButton(name: IconName, label: string, action: () => void): HTMLButtonElement {
  const button = el('button', 'dlw-tool', { type: 'button', title: label, 'aria-label': label }, icon(name));
  button.addEventListener('click', action);
  return button;
}
