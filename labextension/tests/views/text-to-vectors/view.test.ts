// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from 'vitest';

import { TextToVectorsModel } from '../../../src/views/text-to-vectors/model';
import { TextToVectorsView } from '../../../src/views/text-to-vectors/view';
import { display, pause, settle, stubSight } from '../../harness';

function shown(traits: Record<string, unknown> = {}): { model: TextToVectorsModel; view: TextToVectorsView } {
  return display(TextToVectorsModel, TextToVectorsView, traits);
}

const part = (view: TextToVectorsView, name: string): HTMLElement =>
  view.el.querySelector<HTMLElement>(`[data-part="${name}"]`)!;
const formula = (view: TextToVectorsView): string =>
  view.el.querySelector('.dlw-concept-formula')!.textContent;
const notes = (view: TextToVectorsView): string => part(view, 'notes').textContent;
const chips = (view: TextToVectorsView): string[] =>
  [...part(view, 'tokens').querySelectorAll('button')].map((chip) => chip.getAttribute('aria-label')!);

function type(view: TextToVectorsView, name: string, text: string): void {
  const area = part(view, name).querySelector('textarea')!;
  area.value = text;
  area.dispatchEvent(new Event('input'));
}

function select(view: TextToVectorsView, name: string, value: string): void {
  const menu = part(view, name).querySelector('select')!;
  menu.value = value;
  menu.dispatchEvent(new Event('change'));
}

function press(view: TextToVectorsView, name: string): void {
  view.el.querySelector<HTMLButtonElement>(`button[aria-label="${name}"]`)!.click();
}

let see: (inSight?: boolean) => void;

beforeEach(() => {
  document.body.replaceChildren();
  see = stubSight();
});

describe('the widget of text and vectors', () => {
  it('encodes what is typed, and says what is unknown', async () => {
    const { view, model } = shown({ state: 'text=the cat' });
    await settle();
    expect(chips(view)).toEqual(['the 2', 'cat 9']);
    type(view, 'text', 'The cat, the zebra!');
    await settle();
    expect(chips(view)).toEqual(['the 2', 'cat 9', 'the 2', 'zebra 1']);
    expect(notes(view)).toContain('1 token isn’t in the vocabulary: “zebra”');
    type(view, 'corpus', 'The cat\nThe zebra');
    await settle();
    expect(chips(view)).toEqual(['the 2', 'cat 4', 'the 2', 'zebra 3']);
    expect(notes(view)).not.toContain('zebra');
    expect(model.text('state')).toBe('text=The cat, the zebra!;corpus=The cat%0AThe zebra');
  });

  it('moves from token to token until the user acts', async () => {
    const { view, model } = shown();
    await settle();
    see();
    const marked = (): string => view.el.querySelector('.dlw-t2v-chip.dlw-t2v-now')!.textContent;
    const first = marked();
    await vi.waitFor(() => expect(marked()).not.toBe(first), 3000);
    part(view, 'tokens').querySelectorAll('button')[7]!.click();
    await settle();
    expect(model.text('state')).toBe('at=1,2');
    expect(view.el.dataset.playing).toBe('false');
    expect(marked()).toBe('sat3');
    expect(formula(view)).toContain('"sat" → 3');
    press(view, 'Step');
    await settle();
    expect(model.text('state')).toBe('');
    expect(marked()).toBe('on4');
  });

  it('does not count a token that passes as a deed of the user', async () => {
    const { view, model } = shown({ state: 'at=0,3', lesson: [{ text: 'Choose a token.', done: 'at' }] });
    await settle();
    const status = (): string => view.el.querySelector('.dlw-concept-lesson-status')!.textContent;
    const before = status();
    press(view, 'Step');
    await settle();
    expect(model.text('state')).toBe('');
    expect(status()).toBe(before);
    part(view, 'tokens').querySelectorAll('button')[1]!.click();
    await settle();
    expect(status()).not.toBe(before);
  });

  it('opens a link to a token, and stays there', async () => {
    const { view, model } = shown({ state: 'at=0,3' });
    see();
    await pause(900);
    expect(model.text('state')).toBe('at=0,3');
    expect(formula(view)).toContain('"my" → 5');
  });

  it('marks collisions, with their probability', async () => {
    const { view } = shown({ state: 'encoder=hashing', lesson: ['hashing'] });
    await settle();
    expect(notes(view)).toContain('“cat”, “mat” share bin 6');
    expect(formula(view)).toContain('= 100%');
    expect(part(view, 'index').querySelectorAll('.dlw-t2v-shared').length).toBeGreaterThan(2);
    expect(part(view, 'corpus').hidden).toBe(false);
    expect(part(view, 'max_tokens').hidden).toBe(true);
    const slider = part(view, 'num_bins').querySelector('input')!;
    slider.value = slider.max;
    slider.dispatchEvent(new Event('input'));
    await settle();
    expect(notes(view)).toContain('No collision: 11 tokens in 1,000 bins');
    expect(formula(view)).toContain('1 − 1000/1000 · 999/1000 · 998/1000 · … · 990/1000 = 5.4%');
  });

  it('shows other integers when Python starts again', async () => {
    const { view } = shown({ state: 'encoder=hash;num_bins=1000' });
    await settle();
    const before = chips(view);
    expect(before[0]).toBe('The 181');
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
    press(view, 'Other random numbers');
    await settle();
    vi.restoreAllMocks();
    expect(chips(view)).not.toEqual(before);
    expect(notes(view)).toContain('PYTHONHASHSEED=500');
  });

  it('shows the defects of the book', async () => {
    const { view } = shown({ state: 'encoder=listing;split=characters' });
    await settle();
    expect(notes(view)).toContain('results[i, j, None] = 1.');
    expect(formula(view)).toContain('shape (2, 50, 101)');
    select(view, 'encoder', 'tokenizer');
    select(view, 'split', 'words');
    await settle();
    expect(chips(view)).toContain('hat –');
    expect(notes(view)).toContain('without a word');
  });

  it('keeps what was typed when something is tried', async () => {
    const { view, model } = shown({ state: 'text=my own words' });
    await settle();
    const tries = view.el.querySelectorAll<HTMLButtonElement>('.dlw-concept-tries button');
    tries[0]!.click();
    await settle();
    expect(model.text('state')).toBe('text=my own words;output=one_hot');
    type(view, 'text', 'other words');
    // One that has its own sentences, after which the user's come back.
    tries[1]!.click();
    await settle();
    expect(model.text('state')).toContain('text=the dog ate the cat');
    tries[2]!.click();
    await settle();
    expect(model.text('state')).toBe('text=other words;encoder=hashing');
  });

  it('takes the vocabulary of the user’s own layer, and says when it isn’t here', async () => {
    const own = { words: ['', '[UNK]', 'deep', 'learning'] };
    const { view } = shown({ own, state: 'encoder=own;text=deep learning rocks' });
    await settle();
    expect(chips(view)).toEqual(['deep 2', 'learning 3', 'rocks 1']);
    expect(part(view, 'corpus').hidden).toBe(true);
    view.el.querySelector<HTMLButtonElement>('.dlw-concept-tries button')!.click();
    await settle();
    expect(chips(view)).toEqual(['deep 2', 'learning 3', 'rocks 1']);
    expect(formula(view)).toContain('shape (1, 3, 4)');
    // The settings of the layer stay with it.
    const kept = 'split=characters;ngrams=2;standardize=none';
    const odd = shown({ own, state: `text=deep;encoder=own;${kept};length=7` });
    const tries = odd.view.el.querySelectorAll<HTMLButtonElement>('.dlw-concept-tries button');
    tries[0]!.click();
    expect(odd.model.text('state')).toBe(`text=deep;encoder=own;${kept};output=one_hot;length=7`);
    tries[3]!.click();
    expect(odd.model.text('state')).toBe(`text=deep;encoder=own;${kept};length=5;padding=pre;truncating=pre`);
    tries[2]!.click();
    expect(odd.model.text('state')).toBe('text=deep;encoder=hashing');
    const other = shown({ state: 'encoder=own;text=the cat' });
    await settle();
    expect(notes(other.view)).toContain('a layer that isn’t here');
    expect(chips(other.view)).toEqual(['the 2', 'cat 9']);
    type(other.view, 'text', 'the dog');
    expect(other.model.text('state')).toBe('text=the dog;encoder=own');
  });

  it('lives without tokens', async () => {
    const { view } = shown({ state: 'text=;corpus=' });
    await settle();
    expect(notes(view)).toContain('There are no tokens.');
    expect(formula(view)).toContain('shape (1, 0)');
    press(view, 'Step');
    for (const encoder of ['hashing', 'tokenizer', 'listing', 'hash']) {
      select(view, 'encoder', encoder);
      await settle();
      expect(formula(view)).toContain('no tokens');
    }
  });
});
