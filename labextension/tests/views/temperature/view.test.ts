// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from 'vitest';

import { TemperatureModel } from '../../../src/views/temperature/model';
import { TemperatureView } from '../../../src/views/temperature/view';
import { display, settle, stubSight } from '../../harness';

function shown(traits: Record<string, unknown> = {}): { model: TemperatureModel; view: TemperatureView } {
  return display(TemperatureModel, TemperatureView, traits);
}

const find = (view: TemperatureView, selector: string): HTMLElement =>
  view.el.querySelector<HTMLElement>(selector)!;
const text = (view: TemperatureView, selector: string): string => find(view, selector).textContent;
const formula = (view: TemperatureView): string => text(view, '.dlw-concept-formula');

beforeEach(() => {
  document.body.replaceChildren();
  stubSight();
});

describe('the temperature widget', () => {
  it('writes out probabilities and entropy', async () => {
    const { view, model } = shown({ state: 'logits=2,0;temperature=0.5', names: ['yes', 'no'] });
    await settle();
    expect(formula(view)).toContain('p(yes) = e^(z/T) / Σ = e^(2/0.5) / (e^(2/0.5) + e^(0/0.5))');
    expect(formula(view)).toContain('54.6 / 55.6 = 0.982');
    expect(formula(view)).toContain('= 0.13 bit');
    expect(text(view, '[data-part="notes"]')).not.toContain('toy');
    model.change({ temperature: 0 });
    await settle();
    expect(formula(view)).toContain('p(yes) = 1');
    expect(text(view, '[data-part="notes"]')).toContain('greedy sampling');
    // Far beyond what a number can hold.
    model.change({ logits: [8, -8], temperature: 0.01 });
    await settle();
    expect(formula(view)).not.toMatch(/NaN|Infinity/);
  });

  it('throws the dice step by step, and keeps their numbers when the temperature changes', async () => {
    const { view, model } = shown({ state: 'seed=3' });
    await settle();
    expect(text(view, '[data-part="line"]')).toContain('whose part it falls on');
    for (let i = 0; i < 3; i += 1) find(view, '[aria-label="Step"]').click();
    await settle();
    const before = text(view, '[data-part="line"]');
    expect(before).toMatch(/^Throw 3: the random number 0\.\d{3} falls on “\w+”$/);
    expect(text(view, '.dlw-temperature-drawn').split(' · ')).toHaveLength(3);
    expect(text(view, '[data-part="probabilities"]')).toContain('Share of 3 throws');
    model.change({ temperature: 0 });
    await settle();
    expect(text(view, '.dlw-temperature-drawn')).toBe('mat · mat · mat');
    expect(text(view, '[data-part="line"]').slice(0, 35)).toBe(before.slice(0, 35));
    find(view, '[aria-label="Reset"]').click();
    await settle();
    expect(model.text('state')).toBe('seed=3');
    expect(text(view, '.dlw-temperature-drawn')).toBe('');
  });

  it('says what top-k and top-p keep', async () => {
    const { view, model } = shown({ state: 'top_k=3' });
    await settle();
    expect(text(view, '[data-part="notes"]')).toContain('Of 8 words 3 are kept');
    expect(formula(view)).toContain('after top-k 3: 0.456 / (0.456 + 0.205 + 0.152) = 0.456 / 0.813 = 0.561');
    expect(view.el.querySelectorAll('[data-part="logits"] .dlw-upright-faint')).toHaveLength(5);
    model.change({ top_k: 0, top_p: 0.5 });
    await settle();
    expect(text(view, '[data-part="notes"]')).toContain('Of 8 words 2 are kept');
    find(view, '[aria-label="Top-k: more"]').click();
    expect(model.now.top_k).toBe(1);
  });

  it('sets the temperature of a panel, and a logit by the keys', async () => {
    const { view, model } = shown({ lesson: ['cold', 'drag'] });
    await settle();
    const panels = [...view.el.querySelectorAll<HTMLElement>('.dlw-temperature-panel')];
    expect(panels.map((panel) => panel.textContent)[5]).toBe('T = 12.18 bits');
    panels[1]!.click();
    await settle();
    expect(model.text('state')).toBe('temperature=0.2');
    expect(panels[1]!.ariaPressed).toBe('true');
    const bar = find(view, '[aria-label="Logit of mat"]');
    bar.dispatchEvent(new KeyboardEvent('keydown', { key: 'Home', bubbles: true }));
    await settle();
    expect(model.now.logits[0]).toBe(-8);
    expect(view.el.querySelectorAll('.dlw-concept-done')).toHaveLength(2);
    expect(model.said).toContain('the most probable words are sofa');
  });

  it('begins with the throws of a link', async () => {
    const { view, model } = shown({ state: 'throws=40', names: [] });
    await settle();
    expect(text(view, '[data-part="line"]')).toContain('Throw 40');
    expect(model.said).toContain('Drawn 40 times');
    expect(text(view, '.dlw-temperature-drawn')).toMatch(/^… /);
  });
});
