// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from 'vitest';

import { besideKey } from '../../../src/views/playground/beside';
import { PlaygroundModel } from '../../../src/views/playground/model';
import { PlaygroundView } from '../../../src/views/playground/view';
import { connect, display, settle, stubSight } from '../../harness';

function shown(traits: Record<string, unknown> = {}): { model: PlaygroundModel; view: PlaygroundView } {
  return display(PlaygroundModel, PlaygroundView, traits);
}

const find = (view: PlaygroundView, selector: string): HTMLElement =>
  view.el.querySelector<HTMLElement>(selector)!;
const part = (view: PlaygroundView, name: string): HTMLElement => find(view, `[data-part="${name}"]`);
const formula = (view: PlaygroundView): string => find(view, '.dlw-concept-formula').textContent;
const button = (root: HTMLElement, text: string): HTMLButtonElement =>
  [...root.querySelectorAll('button')].find((one) => one.textContent === text)!;
const key = (element: HTMLElement, name: string): boolean =>
  element.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true }));
const step = async (view: PlaygroundView): Promise<void> => {
  find(view, '[aria-label="Step"]').click();
  await settle();
};
const floats = (...values: number[]): DataView => new DataView(Float32Array.from(values).buffer);

beforeEach(() => {
  document.body.replaceChildren();
  stubSight();
});

describe('the playground', () => {
  it('writes out a unit with its numbers', async () => {
    const { view, model } = shown({ state: 'layers=;weights=0.5,-2,0.25;at=1,-1' });
    await settle();
    expect(formula(view)).toContain('Output unit at x₁ = 1, x₂ = −1:');
    expect(formula(view)).toContain('p = σ(w₁·x₁ + w₂·x₂ + b) = σ(0.5·1 − 2·(−1) + 0.25) = σ(2.75) = 0.94');
    model.change({ layers: [1], weights: [1, 0, 0, 2, 0], unit: [1, 0], activation: 'relu' });
    await settle();
    expect(formula(view)).toContain('h₁ = relu(w₁·x₁ + w₂·x₂ + b) = relu(1·1 + 0·(−1) + 0) = relu(1) = 1');
    model.change({ regularization: 'l2', strength: 0.01 });
    await settle();
    expect(formula(view)).toContain('Training adds 0.01·Σw²');
  });

  it('learns epoch by epoch, and begins anew on reset', async () => {
    const { view } = shown({ state: 'data=clouds;layers=' });
    await settle();
    const before = formula(view);
    await step(view);
    await step(view);
    expect(find(view, '.dlw-play-epoch').textContent).toBe('Epoch 2');
    expect(formula(view)).not.toBe(before);
    find(view, '[aria-label="Reset"]').click();
    await settle();
    expect(find(view, '.dlw-play-epoch').textContent).toBe('Epoch 0');
    expect(formula(view)).toBe(before);
  });

  it('keeps a weight that is set, and all others, in the state', async () => {
    const { view, model } = shown({ state: 'layers=2' });
    await settle();
    await step(view);
    const network = part(view, 'network');
    key(network, 'ArrowLeft');
    expect(model.now.unit).toEqual([1, 0]);
    await settle();
    key(network, 'Enter');
    const cell = document.activeElement as HTMLInputElement;
    expect(cell.getAttribute('aria-label')).toBe('Weight of x₁');
    key(cell, 'ArrowUp');
    key(cell, 'ArrowUp');
    await settle();
    expect(model.now.weights).toHaveLength(9);
    const trained = model.now.weights;
    const bias = find(view, '[aria-label="Bias"]') as HTMLInputElement;
    bias.value = '-1.5';
    bias.dispatchEvent(new Event('input'));
    expect(model.now.weights.filter((one, i) => one !== trained[i])).toEqual([-1.5]);
    model.change({ layers: [3] });
    expect(model.start).toHaveLength(13);
  });

  it('changes the structure, and never leaves the network without inputs', async () => {
    const { view, model } = shown({ state: 'layers=2;weights=1,2,3,4,5,6,7,8,9' });
    await settle();
    part(view, 'layers').querySelector<HTMLElement>('[aria-label="Hidden layers: more"]')!.click();
    expect(model.text('state')).toBe('layers=2,2');
    await settle();
    part(view, 'layers').querySelector<HTMLElement>('[aria-label="Units of layer 2: more"]')!.click();
    expect(model.now.layers).toEqual([2, 3]);
    for (const box of part(view, 'features').querySelectorAll('input')) if (box.checked) box.click();
    expect(model.now.features).toEqual(['x2']);
    expect(find(view, '.dlw-play-notes').textContent).toBe('');
    model.change({ activation: 'linear' });
    await settle();
    expect(find(view, '.dlw-play-notes').textContent).toContain('one linear function');
  });

  it('takes points that are drawn with keys', async () => {
    const { view, model } = shown({ state: 'data=drawn;first=;second=' });
    await settle();
    expect(find(view, '.dlw-play-notes').textContent).toContain('no points to learn from');
    const surface = part(view, 'map').querySelector<HTMLElement>('.dlw-play-surface')!;
    key(surface, 'ArrowLeft');
    key(surface, ' ');
    button(part(view, 'drawing'), 'Orange').click();
    key(surface, 'ArrowUp');
    key(surface, 'Enter');
    expect([model.now.first, model.now.second]).toEqual([
      [21, 18],
      [21, 21],
    ]);
    button(part(view, 'drawing'), 'Erase').click();
    key(surface, ' ');
    expect(model.text('state')).toContain('data=drawn');
    expect([model.now.first.length, model.now.second.length]).toEqual([0, 0]);
    model.change({ data: 'xor' });
    await settle();
    expect(part(view, 'drawing').hidden).toBe(true);
  });

  it('turns axes with keys until one number is enough', async () => {
    const { view, model } = shown({
      state: 'mode=coordinates;data=clouds;noise=0;angle=-53;shift=0.3,-0.2',
      lesson: ['hand'],
    });
    await settle();
    expect(part(view, 'network').closest<HTMLElement>('[hidden]')).not.toBeNull();
    key(find(view, '[aria-label^="Points in the old axes"]'), '-');
    await settle();
    expect(model.now.angle).toBe(-55);
    expect(find(view, '.dlw-play-result').textContent).toContain('separates all points');
    expect(formula(view)).toContain('x′ = cos(−55°)·(x₁ − 0.3) + sin(−55°)·(x₂ + 0.2)');
    expect(find(view, '.dlw-concept-words').textContent).toContain('The sign of x′ separates 100%');
    model.change({ polar: true });
    await settle();
    expect(formula(view)).toContain('x′ = √(');
  });

  it('separates nothing where there are no points', async () => {
    const { view } = shown({ state: 'mode=coordinates;data=drawn;first=;second=', lesson: ['hand'] });
    await settle();
    expect(find(view, '.dlw-play-result').textContent).toContain('separates – of the points');
    expect(view.el.querySelector('.dlw-concept-done')).toBeNull();
    await step(view);
    expect(view.el.querySelector('.dlw-concept-done')).toBeNull();
  });

  it('says what needs a kernel, and shows what a kernel has fitted', async () => {
    const { view, model } = shown({ state: 'beside=tree;test=0' });
    await settle();
    expect(part(view, 'beside').textContent).toContain('need a kernel');
    expect(part(view, 'beside').querySelector('fieldset')!.disabled).toBe(true);
    expect(button(part(view, 'keras'), 'Train with Keras').disabled).toBe(true);
    const sent = connect(model);
    model.set('regions', {
      key: besideKey(model),
      maps: [{ name: 'tree', training: 0.875, test: null, data: new DataView(new ArrayBuffer(16)) }],
    });
    await settle();
    expect(find(view, '.dlw-play-card').textContent).toBe('Decision treetraining 88%');
    expect(part(view, 'beside').querySelector('fieldset')!.disabled).toBe(false);
    model.set('state', 'beside=tree;noise=0.3');
    await settle();
    expect(part(view, 'beside').textContent).toContain('Fitting…');
    button(part(view, 'keras'), 'Train with Keras').click();
    const asked = sent.find(({ type }) => type === 'train')!;
    expect(asked.weights).toHaveLength(31);
  });

  it('shows the weights of Keras while it trains', async () => {
    const { view, model } = shown({ state: 'layers=;at=1,1' });
    await settle();
    const sent = connect(model);
    const message = { key: model.structureKey, epoch: 7, epochs: 100, running: true };
    model.set('trained', { ...message, weights: floats(1, 2, -3) });
    await settle();
    expect(formula(view)).toContain('σ(1·1 + 2·1 − 3) = σ(0) = 0.5');
    expect(find(view, '.dlw-play-epoch').textContent).toBe('Epoch 7');
    expect(part(view, 'keras').textContent).toContain('epoch 7 of 100');
    button(part(view, 'keras'), 'Stop Keras').click();
    expect(sent.some(({ type }) => type === 'stop')).toBe(true);
    model.set('trained', { ...message, epoch: 9, running: false, weights: floats(1, 2, 3, 4) });
    await settle();
    expect(formula(view)).toContain('σ(1·1 + 2·1 − 3)');
  });

  it('says that the weights are those of Keras only while they are', async () => {
    const { view, model } = shown({ state: 'layers=;at=1,1' });
    await settle();
    connect(model);
    const trained = { key: model.structureKey, epoch: 9, epochs: 9, running: false };
    const said = async (): Promise<boolean> => {
      await settle();
      return part(view, 'keras').textContent.includes('Its weights are shown');
    };
    model.set('trained', { ...trained, weights: floats(1, 2, -3) });
    expect(await said()).toBe(true);
    find(view, '[aria-label="Reset"]').click();
    expect(await said()).toBe(false);
    model.set('trained', { ...trained, weights: floats(3, 2, -3) });
    expect(await said()).toBe(true);
    await step(view);
    expect(await said()).toBe(false);
    model.set('trained', { ...trained, weights: floats(4, 2, -3) });
    expect(await said()).toBe(true);
    model.set('state', 'layers=;at=1,1;seed=8');
    expect(await said()).toBe(false);
  });

  it('leaves what Keras trained of another network', async () => {
    const trained = { epoch: 9, epochs: 9, running: false, weights: floats(1, 2, -3) };
    const key = 'rings;x1,x2;;relu;7;0.5,-2,0.25';
    const state = 'data=rings;layers=;activation=relu;seed=7;weights=0.5,-2,0.25;at=1,1';
    const { view, model } = shown({ state, trained: { ...trained, key } });
    await settle();
    // `test_playground.py` has the same key.
    expect(model.structureKey).toBe(key);
    expect(formula(view)).toContain('σ(1·1 + 2·1 − 3)');
    for (const [now, other] of [
      ['data=rings', 'data=xor'],
      ['=relu', '=tanh'],
      ['0.5,-2', '1,1'],
    ] as const) {
      const { view: second } = shown({ state: state.replace(now, other), trained: { ...trained, key } });
      await settle();
      expect(find(second, '.dlw-play-epoch').textContent).toBe('Epoch 0');
      expect(formula(second)).not.toContain('σ(1·1 + 2·1 − 3)');
    }
  });

  it('plays without the kernel that trained when it was saved', async () => {
    const trained = { epoch: 9, epochs: 99, running: true, weights: floats(1, 2, -3) };
    const { view, model } = shown({ state: 'layers=', trained: {} });
    model.set('trained', { ...trained, key: model.structureKey });
    await settle();
    await step(view);
    expect(find(view, '.dlw-play-epoch').textContent).toBe('Epoch 10');
    connect(model);
    await step(view);
    expect(find(view, '.dlw-play-epoch').textContent).toBe('Epoch 10');
  });

  it('forgets a unit that is pointed at where another structure doesn’t have it', async () => {
    const { view, model } = shown({ state: 'layers=4' });
    await settle();
    const network = part(view, 'network');
    const canvas = network.querySelector('canvas')!;
    vi.spyOn(canvas, 'getBoundingClientRect').mockReturnValue({ left: 0, top: 0, width: 480 } as DOMRect);
    network.dispatchEvent(new PointerEvent('pointermove', { clientX: 263, clientY: 179 }));
    await settle();
    expect(formula(view)).toContain('h₄ = tanh(');
    model.change({ layers: [1] });
    await settle();
    expect(formula(view)).toContain('p = σ(w₁·h₁ + b)');
  });

  it('shows the points of the user, and says where they are missing', async () => {
    const own = { data: floats(0, 1, 0, 1, 0, 1, -1, -1, 0, 1, 1, 1) };
    const { model } = shown({ state: 'data=own;test=0', points: own });
    expect([...model.pointsNow.y].sort()).toEqual([0, 0, 1, 1]);
    const { view } = shown({ state: 'data=own' });
    await settle();
    expect(find(view, '.dlw-play-notes').textContent).toContain('aren’t in this page');
  });
});
