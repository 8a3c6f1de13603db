import { t } from '../../core/i18n';
import { tool } from '../../shared/concept/controls';
import { Check, Stepper } from '../../shared/concept/fields';
import { el, setText } from '../../shared/dom';
import { CONV, MOST_EDITED, POOL } from './fields';
import { type Layer, MOST } from './geometry';
import type { ReceptiveFieldModel } from './model';
import { levelName } from './texts';

interface Row {
  root: HTMLElement;
  name: HTMLButtonElement;
  facts: HTMLElement;
  settings: { kernel: Stepper; stride: Stepper; dilation: Stepper; same: Check } | null;
}

/** The layers from the highest to the input, each with its settings and what follows from them. */
export class Stack {
  readonly root: HTMLElement;
  /** The buttons that add a layer. */
  readonly add: HTMLElement;
  private readonly list = el('ol', 'dlw-receptive-layers');
  private rows: Row[] = [];
  private built = '';

  /** @param select points at the middle of a level */
  constructor(
    private readonly model: ReceptiveFieldModel,
    private readonly edited: (layers: readonly Layer[]) => void,
    private readonly select: (level: number) => void,
  ) {
    const button = (text: () => string, layer: Layer): HTMLButtonElement => {
      const one = el('button', 'dlw-button', { type: 'button' }, text);
      one.addEventListener('click', () => this.edited([...model.now.layers, layer]));
      return one;
    };
    this.add = el(
      'div',
      'dlw-receptive-add',
      {},
      button(() => t('Add a convolution'), CONV),
      button(() => t('Add pooling'), POOL),
    );
    this.root = el('div', 'dlw-receptive-stack', {}, this.add, this.list);
  }

  /** @param chosen the level that is pointed at */
  show(chosen: number): void {
    const { model } = this;
    const { layers } = model.now;
    const many = layers.length > MOST_EDITED;
    const key = `${layers.map(({ kind }) => kind).join()} ${many}`;
    if (this.built !== key) this.build(layers.length, many);
    this.built = key;
    for (const button of this.add.querySelectorAll('button')) button.disabled = layers.length >= MOST_EDITED;
    this.rows.forEach((row, level) => {
      const of = model.levels[level];
      setText(row.name, level === 0 ? t('Input') : levelName(model, level));
      row.root.classList.toggle('dlw-receptive-chosen', level === chosen);
      row.root.classList.toggle('dlw-receptive-unfit', !of || of.size === 0);
      setText(row.facts, this.facts(level));
      const layer = layers[level - 1];
      if (!row.settings || !layer) return;
      row.settings.kernel.show(layer.kernel);
      row.settings.stride.show(layer.stride);
      row.settings.dilation.show(layer.dilation);
      row.settings.same.show(layer.same);
    });
  }

  private facts(level: number): string {
    const of = this.model.levels[level];
    if (!of || of.size === 0) return t('doesn’t fit');
    const size = `${of.size}×${of.size}`;
    if (level === 0) return t('{size} pixels', { size });
    return t('{size} units, sees {sees}, step {step}', {
      size,
      sees: `${of.sees}×${of.sees}`,
      step: of.step,
    });
  }

  private build(count: number, many: boolean): void {
    this.rows = [];
    for (let level = 0; level <= count; level += 1) this.rows.push(this.row(level, many));
    this.list.replaceChildren(...[...this.rows].reverse().map(({ root }) => root));
  }

  private row(level: number, many: boolean): Row {
    const { model } = this;
    const name = el('button', 'dlw-receptive-name', {
      type: 'button',
      title: () => t('Show what a unit in the middle sees.'),
    });
    name.addEventListener('click', () => this.select(level));
    const facts = el('span', 'dlw-receptive-facts');
    const head = el('div', 'dlw-receptive-head', {}, name, facts);
    const root = el('li', 'dlw-receptive-layer', {}, head);
    if (level === 0 || many) return { root, name, facts, settings: null };
    const change = (part: Partial<Layer>): void =>
      this.edited(model.now.layers.map((one, i) => (i === level - 1 ? { ...one, ...part } : one)));
    const layer = (): Layer => model.now.layers[level - 1]!;
    const settings = {
      kernel: new Stepper(
        () => t('Kernel'),
        1,
        MOST.kernel,
        (kernel) => {
          const { kind, stride, kernel: before } = layer();
          // Windows of pooling lie side by side unless the stride is set.
          change({
            kernel,
            ...(kind === 'pool' && stride === before ? { stride: Math.min(MOST.stride, kernel) } : {}),
          });
        },
      ),
      stride: new Stepper(
        () => t('Stride'),
        1,
        MOST.stride,
        (stride) => change({ stride }),
      ),
      dilation: new Stepper(
        () => t('Dilation'),
        1,
        MOST.dilation,
        (dilation) => change({ dilation }),
      ),
      same: new Check(
        () => t('same padding'),
        (same) => change({ same }),
      ),
    };
    const remove = tool('close', () => t('Remove this layer'));
    remove.addEventListener('click', () => {
      if (model.now.layers.length > 1) this.edited(model.now.layers.filter((_, i) => i !== level - 1));
    });
    head.append(remove);
    root.append(
      el(
        'div',
        'dlw-receptive-settings',
        {},
        settings.kernel.root,
        settings.stride.root,
        ...(layer().kind === 'conv' ? [settings.dilation.root] : []),
        settings.same.root,
      ),
    );
    return { root, name, facts, settings };
  }
}
