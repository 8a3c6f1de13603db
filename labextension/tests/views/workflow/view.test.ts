// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from 'vitest';

import { kerasCode } from '../../../src/views/workflow/code';
import { WorkflowModel } from '../../../src/views/workflow/model';
import { findingText } from '../../../src/views/workflow/texts';
import { WorkflowView } from '../../../src/views/workflow/view';
import { display, pause, settle, stubSight } from '../../harness';

function shown(traits: Record<string, unknown> = {}): { model: WorkflowModel; view: WorkflowView } {
  return display(WorkflowModel, WorkflowView, traits);
}

const text = (view: WorkflowView, selector: string): string => view.el.querySelector(selector)!.textContent;
const formula = (view: WorkflowView): string => text(view, '.dlw-concept-formula');
const part = (view: WorkflowView, name: string): HTMLElement =>
  view.el.querySelector<HTMLElement>(`[data-part="${name}"]`)!;

function select(view: WorkflowView, name: string, value: string): void {
  const menu = part(view, name).querySelector('select')!;
  menu.value = value;
  menu.dispatchEvent(new Event('change'));
}

function slide(input: HTMLInputElement, value: number): void {
  input.value = String(value);
  input.dispatchEvent(new Event('input'));
}

function choose(view: WorkflowView, row: number): void {
  const input = part(view, 'problem').querySelectorAll<HTMLInputElement>('input')[row]!;
  input.checked = true;
  input.dispatchEvent(new Event('change'));
}

const logits = (view: WorkflowView): HTMLInputElement[] => [
  ...part(view, 'example').querySelectorAll<HTMLInputElement>('input[type=range]'),
];

let see: (inSight?: boolean) => void;

beforeEach(() => {
  document.body.replaceChildren();
  see = stubSight();
});

describe('the widget of the workflow', () => {
  it('writes out softmax and loss, and moves by itself', async () => {
    const { view } = shown();
    await settle();
    expect(formula(view)).toMatch(/^p₁ = exp\(1\.4\) \/ \(exp\(1\.4\) \+ .*loss = −log [\d.]+ = [\d.]+$/);
    const before = formula(view);
    see();
    await pause(300);
    expect(formula(view)).not.toBe(before);
    view.el.querySelector<HTMLButtonElement>('button[aria-label="Pause"]')!.click();
  });

  it('selects a problem, and shows what it asks for', async () => {
    const { view, model } = shown();
    await settle();
    choose(view, 2);
    await settle();
    expect(model.text('state')).toBe('problem=multilabel');
    expect(text(view, '.dlw-workflow-selected')).toContain('10 units, sigmoid');
    expect(text(view, '.dlw-workflow-code')).toContain('Dense(10, activation="sigmoid")');
    expect(text(view, '.dlw-workflow-code')).toContain('loss="binary_crossentropy"');
    expect(part(view, 'labels').hidden).toBe(true);
    expect(text(view, '.dlw-workflow-list')).toBe('All fits this problem.');
  });

  it('says what does not fit, and takes the suggestions', async () => {
    const { view, model } = shown({ state: 'problem=binary' });
    await settle();
    select(view, 'activation', 'softmax');
    await settle();
    expect(text(view, '.dlw-workflow-list')).toContain('Softmax over one unit is always 1');
    slide(logits(view)[0]!, -4);
    await settle();
    expect(formula(view)).toContain('p₁ = exp(−4) / (exp(−4)) = 1');
    expect(text(view, '.dlw-workflow-list')).toContain('as if after sigmoid, so the loss can fall');
    expect(formula(view)).toContain('loss = −log σ(−4) = 4.02');
    expect(text(view, '.dlw-workflow-number')).toBe('−0.982');
    select(view, 'loss', 'mse');
    await settle();
    expect(text(view, '.dlw-workflow-list')).toContain('The gradient is 0, so nothing is learned');
    expect(text(view, '.dlw-workflow-number')).toBe('0');
    const button = view.el.querySelector<HTMLButtonElement>('.dlw-workflow-advise')!;
    expect(button.hidden).toBe(false);
    button.click();
    await settle();
    expect(model.text('state')).toBe('problem=binary;logits=-4');
    expect(formula(view)).toContain('p₁ = 1 / (1 + exp(4)) = 0.018');
    expect(button.hidden).toBe(true);
  });

  it('writes probabilities as Keras clips them', async () => {
    const { view } = shown({ state: 'problem=binary;activation=linear;logits=-2' });
    await settle();
    expect(formula(view)).toContain('p₁ = z₁ = −2');
    expect(formula(view)).toContain('loss = −log 0.0000001 = 16.1');
  });

  it('keeps the suggestions where the units are set to what fits', async () => {
    const { view, model } = shown();
    await settle();
    const input = part(view, 'units').querySelector('input')!;
    slide(input, 3);
    await settle();
    expect(model.text('state')).toBe('units=3');
    expect(formula(view)).toContain('No loss: 3 outputs can’t be compared with 10 targets.');
    slide(input, 10);
    await settle();
    expect(model.text('state')).toBe('');
  });

  it('lets another class be right', async () => {
    const { view, model } = shown({ state: 'logits=1,2,0,-1' });
    await settle();
    part(view, 'example').querySelectorAll<HTMLButtonElement>('.dlw-workflow-target')[1]!.click();
    await settle();
    expect(model.text('state')).toBe('logits=1,2,0,-1;right=1');
    expect(formula(view)).toContain('p₂ = exp(2) / (exp(1) + exp(2) + exp(0) + exp(−1))');
  });

  it('names the baseline, with the user’s own targets too', async () => {
    const { view } = shown({ state: 'largest=99' });
    await settle();
    expect(text(view, '.dlw-workflow-baseline')).toBe('Always predict the largest class: 99% right.');
    expect(text(view, '.dlw-workflow-list')).toContain('has an accuracy of 99%');
    const other = shown({ state: 'problem=regression', absolute_error: 6.53 });
    await settle();
    expect(text(other.view, '.dlw-workflow-baseline')).toContain('MAE 6.53');
  });

  it('ticks off its lesson', async () => {
    const { view } = shown({ lesson: ['problem', 'logits'] });
    await settle();
    choose(view, 2);
    await settle();
    expect(view.el.querySelectorAll('.dlw-concept-done')).toHaveLength(1);
    choose(view, 0);
    select(view, 'loss', 'mse');
    slide(logits(view)[0]!, -6);
    await settle();
    expect(view.el.querySelectorAll('.dlw-concept-done')).toHaveLength(2);
  });

  it('gives no numbers where integer labels make Keras raise an error', async () => {
    const { view } = shown();
    await settle();
    for (const [loss, name] of [
      ['mse', 'MSE'],
      ['mae', 'MAE'],
      ['binary_crossentropy', 'binary crossentropy'],
    ] as const) {
      select(view, 'loss', loss);
      await settle();
      expect(text(view, '.dlw-workflow-wrong')).toContain(`integers such as 3, but ${name} expects one-hot`);
      expect(formula(view)).toContain('No loss: the labels aren’t written as the loss expects.');
      expect(text(view, '.dlw-workflow-number')).toBe('-');
    }
    select(view, 'labels', 'one_hot');
    await settle();
    expect(view.el.querySelector('.dlw-workflow-wrong')).toBeNull();
    expect(text(view, '.dlw-workflow-list')).not.toMatch(/always|%/);
  });

  it('takes the logits of a softmax, as Keras does with a warning', async () => {
    const { view } = shown({ state: 'loss=sparse_logits;logits=1,2,0,-1;right=1' });
    await settle();
    expect(text(view, '.dlw-workflow-mild')).toContain('Keras with TensorFlow warns');
    expect(formula(view)).toContain('= 0.644loss = −log 0.644 = 0.44');
  });

  it('says of MSE what is true of the activation', () => {
    const said = (state: string): string => {
      const { model } = shown({ state: `labels=one_hot;loss=mse;${state}` });
      return findingText('mse_classes', model.setup);
    };
    for (const saturated of ['sigmoid', 'softmax', 'tanh']) {
      expect(said(`activation=${saturated}`)).toContain('gradient of MSE is almost 0');
    }
    for (const open of ['linear', 'relu']) {
      expect(said(`activation=${open}`)).toMatch(
        /^An output beyond its target.* Use softmax and categorical/,
      );
    }
  });

  it('has words and code for logits and several metrics', () => {
    const { model } = shown({ state: 'problem=binary;loss=sparse_logits;metric=precision_recall' });
    expect(kerasCode(model.setup)).toContain('SparseCategoricalCrossentropy(from_logits=True)');
    expect(kerasCode(model.setup)).toContain('keras.metrics.Precision(), keras.metrics.Recall()');
    expect(model.findings).toEqual(['activation_twice', 'one_output']);
    for (const name of model.findings) expect(findingText(name, model.setup)).toMatch(/Use |Drop /);
  });
});
