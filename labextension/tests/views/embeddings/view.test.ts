// @vitest-environment happy-dom
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { EmbeddingsModel, type Name, recordedSpaces } from '../../../src/views/embeddings/model';
import { Space } from '../../../src/views/embeddings/space';
import { EmbeddingsView } from '../../../src/views/embeddings/view';
import { display, pause, settle, stubSight } from '../../harness';

const file = join(import.meta.dirname, '../../../../tests/concepts/cases/embeddings.json');
type Found = [string, number][];
const cases = JSON.parse(readFileSync(file, 'utf8')) as {
  neighbors: { space: Name; moment: number; word: string; found: Found }[];
  analogies: { space: Name; moment: number; words: [string, string, string]; found: Found }[];
  places: { space: Name; moment: number; word: string; place: [number, number] }[];
};

describe('the recorded learning', () => {
  const spaces = recordedSpaces();

  it.each(cases.neighbors)('has the neighbors of Python: $space $moment $word', (given) => {
    const space = spaces[given.space];
    const found = space.neighbors(given.moment, space.find(given.word), given.found.length);
    expect(found.map(({ index }) => space.words[index])).toEqual(given.found.map(([word]) => word));
    found.forEach(({ cosine }, i) => expect(cosine).toBeCloseTo(given.found[i]![1], 4));
  });

  it.each(cases.analogies)('has the analogies of Python: $space $words', (given) => {
    const space = spaces[given.space];
    const asked = given.words.map((word) => space.find(word)) as [number, number, number];
    const found = space.analogy(given.moment, asked, given.found.length);
    expect(found.map(({ index }) => space.words[index])).toEqual(given.found.map(([word]) => word));
    found.forEach(({ cosine }, i) => expect(cosine).toBeCloseTo(given.found[i]![1], 4));
  });

  it.each(cases.places)('has the places of Python: $space $moment $word', (given) => {
    const space = spaces[given.space];
    const at = 2 * space.find(given.word);
    const places = space.places(given.moment);
    expect(places[at]).toBeCloseTo(given.place[0], 3);
    expect(places[at + 1]).toBeCloseTo(given.place[1], 3);
  });

  it('is between two moments where time is', () => {
    const space = spaces.learned;
    const [before, after, middle] = [3, 4, 3.5].map((moment) => space.places(moment)[8]!);
    expect(middle).toBeCloseTo((before! + after!) / 2, 5);
    expect(space.places(99)).toEqual(space.places(space.last));
  });
});

it('finds a word by its beginning', () => {
  const vectors = [Float32Array.of(1, 0, 0, 1, 0, 0)];
  const space = new Space(['red', 'green', 'gray'], 2, vectors, new Float32Array(4), 1, []);
  expect(['red', ' RED ', 'gr', 'gra', 'blue', ''].map((text) => space.find(text))).toEqual([
    0, 0, 1, 2, -1, -1,
  ]);
  // A vector of zeros has no direction, and no NaN.
  expect(space.neighbors(0, 2, 2).map(({ cosine }) => cosine)).toEqual([0, 0]);
  expect([...space.places(0)]).toEqual([0, 0, 0, 0, 0, 0]);
});

function shown(traits: Record<string, unknown> = {}): { model: EmbeddingsModel; view: EmbeddingsView } {
  return display(EmbeddingsModel, EmbeddingsView, traits);
}

const part = (view: EmbeddingsView, name: string): HTMLElement =>
  view.el.querySelector<HTMLElement>(`[data-part="${name}"]`)!;
const near = (view: EmbeddingsView, name: Name): string[] =>
  [...part(view, name).querySelectorAll<HTMLElement>('.dlw-embeddings-row')]
    .filter((row) => !row.hidden)
    .map((row) => row.getAttribute('aria-label')!);
const formula = (view: EmbeddingsView): string => view.el.querySelector('.dlw-concept-formula')!.textContent;

function type(view: EmbeddingsView, name: string, text: string): void {
  const input = part(view, name).querySelector('input')!;
  input.value = text;
  input.dispatchEvent(new Event('input'));
}

function press(view: EmbeddingsView, name: string): void {
  view.el.querySelector<HTMLButtonElement>(`button[aria-label="${name}"]`)!.click();
}

function standStill(): void {
  vi.stubGlobal('matchMedia', () => ({
    matches: true,
    addEventListener: vi.fn(),
    removeEventListener: vi.fn(),
  }));
}

function tryOut(view: EmbeddingsView, words: string): void {
  const lines = [...view.el.querySelectorAll('.dlw-concept-tries li')];
  lines
    .find((line) => line.textContent.includes(words))!
    .querySelector('button')!
    .click();
}

let see: (inSight?: boolean) => void;

beforeEach(() => {
  document.body.replaceChildren();
  see = stubSight();
});

afterEach(() => vi.unstubAllGlobals());

describe('the widget of embeddings', () => {
  it('plays the learning, and stays where a link says', async () => {
    const { view } = shown();
    await settle();
    see();
    const time = part(view, 'moment').querySelector('input')!;
    expect(time.valueAsNumber).toBe(0);
    await vi.waitFor(() => expect(time.valueAsNumber).toBeGreaterThan(0.02), 3000);
    view.remove();
    const other = shown({ state: 'moment=11' });
    see();
    await pause(400);
    expect(other.view.el.dataset.playing).toBe('false');
    expect(other.model.text('state')).toBe('moment=11');
    expect(near(other.view, 'learned')[0]).toBe('great 0.90');
    expect(part(other.view, 'learned').textContent).toContain('step 550, 84.8% of test reviews right');
  });

  it('goes from moment to moment, and begins again after the last', async () => {
    const { view, model } = shown({ state: 'moment=9.5' });
    await settle();
    press(view, 'Step');
    await settle();
    expect(model.text('state')).toBe('');
    expect(part(view, 'learned').textContent).toContain('step 400');
    press(view, 'Step');
    press(view, 'Step');
    await settle();
    expect(part(view, 'learned').textContent).toContain('step 0,');
    model.change({ moment: [11] });
    see();
    press(view, 'Play');
    await pause(300);
    expect(view.el.dataset.playing).toBe('true');
    const time = part(view, 'moment').querySelector('input')!;
    await vi.waitFor(() => expect(time.valueAsNumber).toBeLessThan(0.5), 2000);
    view.remove();
  });

  it('finds the words that are nearest to what is typed', async () => {
    const { view, model } = shown({ state: 'moment=11', lesson: ['word'] });
    await settle();
    type(view, 'word', 'king');
    await settle();
    expect(model.text('state')).toBe('word=king;moment=11');
    expect(near(view, 'glove')[0]).toMatch(/^prince 0\.8/);
    expect(formula(view)).toContain('cos(king, prince) = u·v / (|u| |v|) = ');
    expect(view.el.querySelectorAll('.dlw-concept-done')).toHaveLength(1);
    type(view, 'word', 'zebra; "x"');
    await settle();
    expect(near(view, 'learned')).toEqual([]);
    expect(part(view, 'glove').textContent).toContain('“zebra; "x"” isn’t among these words.');
    type(view, 'word', 'king');
    await settle();
    part(view, 'glove').querySelector<HTMLButtonElement>('.dlw-embeddings-row')!.click();
    expect(model.text('state')).toBe('word=prince;moment=11');
  });

  it('makes analogies', async () => {
    const { view } = shown({ state: 'task=analogy;moment=11' });
    await settle();
    expect(near(view, 'glove')[0]).toMatch(/^queen 0\.8/);
    expect(near(view, 'learned')[0]).not.toContain('queen');
    expect(formula(view)).toContain('king − man + woman ≈ queen, cos = 0.8');
    expect(part(view, 'word').hidden).toBe(true);
    part(view, 'analogy').querySelectorAll('input')[2]!.value = 'nobody';
    part(view, 'analogy').querySelectorAll('input')[2]!.dispatchEvent(new Event('input'));
    await settle();
    expect(part(view, 'glove').textContent).toContain('“nobody” isn’t among these words.');
  });

  it('shows what was learned to those who want nothing to move', async () => {
    standStill();
    Element.prototype.scrollIntoView = vi.fn();
    const { view } = shown();
    await settle();
    const learned = near(view, 'learned');
    for (const act of [() => tryOut(view, 'King'), () => press(view, 'Reset')]) {
      act();
      await settle();
      expect(part(view, 'learned').textContent).toContain('step 550,');
    }
    expect(near(view, 'learned')).toEqual(learned);
  });

  it('doesn’t take what moves by itself for a deed of the user’s', async () => {
    const { view, model } = shown({ state: 'moment=3', lesson: ['learn'] });
    await settle();
    press(view, 'Step');
    await settle();
    expect(model.text('state')).toBe('');
    expect(view.el.querySelectorAll('.dlw-concept-done')).toHaveLength(0);
    const time = part(view, 'moment').querySelector('input')!;
    time.value = '0.5';
    time.dispatchEvent(new Event('input'));
    await settle();
    expect(view.el.querySelectorAll('.dlw-concept-done')).toHaveLength(1);
  });

  it('begins with words of the user’s where the usual ones aren’t among them', async () => {
    const floats = (values: number[]): DataView => new DataView(Float32Array.from(values).buffer);
    const learned = {
      words: ['red', 'green', 'blue', 'king'],
      dims: 2,
      steps: [-1],
      explained: 1,
      data: floats([1, 0, 0, 1, -1, 0, 1, 1]),
      axes: floats([1, 0, 0, 1]),
    };
    const { view, model } = shown({ learned, show: 'learned' });
    await settle();
    expect(part(view, 'word').querySelector('input')!.value).toBe('red');
    expect(near(view, 'learned')).toEqual(['king 0.71', 'green 0.00', 'blue −1.00']);
    model.change({ task: 'analogy' });
    await settle();
    const words = [...part(view, 'analogy').querySelectorAll('input')].map((input) => input.value);
    expect(words).toEqual(['red', 'king', 'green']);
    expect(near(view, 'learned')).toHaveLength(1);
    model.change({ a: 'pink' });
    await settle();
    expect(part(view, 'learned').textContent).toContain('“pink” isn’t among these words.');
  });

  it('takes the user’s own words, which grow while a run trains', async () => {
    const floats = (values: number[]): DataView => new DataView(Float32Array.from(values).buffer);
    const space = (moments: number[][], steps: number[]): Record<string, unknown> => ({
      words: ['red', 'green', 'blue'],
      dims: 2,
      steps,
      explained: 1,
      data: floats(moments.flat()),
      axes: floats([1, 0, 0, 1]),
    });
    const first = [1, 0, 0, 1, -1, 0];
    const { view, model } = shown({ learned: space([first], [0]), training: true, state: 'word=red' });
    await settle();
    see();
    expect(part(view, 'moment').hidden).toBe(true);
    expect(part(view, 'color').querySelectorAll('option')).toHaveLength(1);
    expect(near(view, 'learned')).toEqual(['green 0.00', 'blue −1.00']);
    model.set('learned', space([first, [1, 0, 1, 1, -1, 0]], [0, 8]));
    await settle();
    expect(near(view, 'learned')).toEqual(['green 0.71', 'blue −1.00']);
    expect(part(view, 'learned').textContent).toContain('step 8');
    expect(view.el.dataset.playing).toBe('false');
  });
});
