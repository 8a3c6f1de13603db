import { t } from '../../../core/i18n';
import { el, setAttributes, setText } from '../../../shared/dom';
import type { IconName } from '../../../shared/icons';
import { type Axis, axisMenu, isPressed, toolButton } from '../../../shared/plot-tools';

export interface ToolbarActions {
  axis(axis: Axis): void;
  log(on: boolean): void;
  smoothing(weight: number): void;
  reset(): void;
  table(): void;
  save(format: SaveFormat): void;
}

export interface ToolbarState {
  axis: Axis;
  log: boolean;
  smoothing: number;
  canSmooth: boolean;
  zoomed: boolean;
  /** Whether spikes are cut off, shown to their top, or there are none. */
  spikes: 'cut' | 'shown' | 'none';
  table: boolean;
  empty: boolean;
  /** Whether a CSV file could only hold some of the points. */
  partial: boolean;
}

/** The ways to save a chart; a toolbar has a button for each. */
const FORMATS = {
  png: { icon: 'image', label: () => t('Save as PNG') },
  svg: { icon: 'vector', label: () => t('Save as SVG') },
  csv: { icon: 'csv', label: () => t('Save the numbers as CSV') },
} as const satisfies Record<string, { icon: IconName; label: () => string }>;

export type SaveFormat = keyof typeof FORMATS;

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
  readonly root = el('div', 'dlw-toolbar', { role: 'toolbar', 'aria-label': () => t('Chart') });
  private readonly axis: HTMLSelectElement;
  private readonly log: HTMLButtonElement;
  private readonly slider = el('input', 'dlw-slider', {
    type: 'range',
    min: 0,
    max: SLIDER_STEPS,
    step: 1,
    'aria-label': () => t('Smoothing'),
  });
  private readonly weight = el('span', 'dlw-slider-value');
  private readonly smoothing: HTMLElement;
  private readonly reset: HTMLButtonElement;
  private readonly table: HTMLButtonElement;
  private readonly save: Record<SaveFormat, HTMLButtonElement>;

  constructor(actions: ToolbarActions) {
    this.axis = axisMenu(
      () => t('Horizontal axis'),
      (axis) => actions.axis(axis),
    );
    this.log = toolButton(
      'log',
      'log',
      () => t('Logarithmic scale'),
      () => actions.log(!isPressed(this.log)),
    );
    this.slider.addEventListener('input', () => actions.smoothing(weightAt(this.slider.valueAsNumber)));
    this.smoothing = el(
      'label',
      'dlw-smoothing',
      { title: () => t('Weight of the moving average') },
      el('span', 'dlw-smoothing-text', {}, () => t('Smoothing')),
      this.slider,
      this.weight,
    );
    this.reset = toolButton(
      'reset',
      'reset',
      () => t('Show everything'),
      () => actions.reset(),
    );
    this.table = toolButton(
      'table',
      'table',
      () => t('Data table'),
      () => actions.table(),
    );
    const saveButton = (format: SaveFormat): HTMLButtonElement =>
      toolButton(format, FORMATS[format].icon, FORMATS[format].label, () => actions.save(format));
    this.save = { png: saveButton('png'), svg: saveButton('svg'), csv: saveButton('csv') };
    this.root.append(
      this.smoothing,
      this.axis,
      this.log,
      this.reset,
      this.table,
      ...Object.values(this.save),
    );
  }

  update(state: ToolbarState): void {
    this.axis.value = state.axis;
    setAttributes(this.log, { 'aria-pressed': state.log ? 'true' : 'false' });
    setAttributes(this.table, { 'aria-pressed': state.table ? 'true' : 'false' });
    this.smoothing.hidden = !state.canSmooth;
    const position = positionOf(state.smoothing);
    if (this.slider.valueAsNumber !== position) this.slider.value = String(position);
    const text = state.smoothing === 0 ? t('off') : String(Number(state.smoothing.toFixed(4)));
    setText(this.weight, text);
    setAttributes(this.slider, { 'aria-valuetext': text });
    const fit = !state.zoomed && state.spikes === 'shown';
    const everything = fit ? t('Cut off spikes') : t('Show everything');
    setAttributes(this.reset, { title: everything, 'aria-label': everything });
    this.reset.disabled = !state.zoomed && state.spikes === 'none';
    for (const button of Object.values(this.save)) button.disabled = state.empty;
    const { label } = FORMATS.csv;
    const csv = state.partial
      ? t('Save the numbers on this page as CSV. Without a kernel, the others are missing.')
      : label();
    setAttributes(this.save.csv, { title: csv, 'aria-label': csv });
  }

  /** Shows that the CSV file is on its way; meanwhile no other is asked for. */
  async saving(work: () => Promise<void>): Promise<void> {
    const button = this.save.csv;
    if (button.hasAttribute('aria-busy')) return;
    setAttributes(button, { 'aria-busy': 'true' });
    try {
      await work();
    } finally {
      setAttributes(button, { 'aria-busy': undefined });
    }
  }
}
