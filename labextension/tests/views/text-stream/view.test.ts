// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest';

import { connect, display, settle } from '../../harness';
const { BYTES_PER_CHARACTER } = await import('../../../src/views/text-stream/decode');
const { TextStreamModel } = await import('../../../src/views/text-stream/model');
const { TextStreamView } = await import('../../../src/views/text-stream/view');

const ALPHABET = ['\n', ' ', '<', 'a', 'b', 'é', '𝄞'];

/** What Python sends for a text: the first alternative has twice the probability of the next. */
function records(text: string, probability = 0.25): DataView {
  const characters = Array.from(text);
  const view = new DataView(new ArrayBuffer(characters.length * BYTES_PER_CHARACTER));
  characters.forEach((character, i) => {
    const at = i * BYTES_PER_CHARACTER;
    view.setUint16(at, ALPHABET.indexOf(character), true);
    view.setUint16(at + 2, Math.round(probability * 0xffff), true);
    for (let k = 0; k < 5; k += 1) {
      view.setUint16(at + 4 + k * 4, k < 3 ? k + 2 : 0xffff, true);
      view.setUint16(at + 6 + k * 4, Math.round(0xffff / 2 ** (k + 1)), true);
    }
  });
  return view;
}

function shown(traits: Record<string, unknown> = {}) {
  const { model, view } = display(TextStreamModel, TextStreamView, { alphabet: ALPHABET, ...traits });
  const sent = connect(model);
  const append = (text: string, start: number, generation = 1): void => {
    model.trigger('msg:custom', { type: 'append', generation, start }, [records(text)]);
  };
  const text = (): string => view.el.querySelector('.dlw-text-flow')!.textContent;
  return { model, view, sent, append, text };
}

afterEach(() => document.body.replaceChildren());

describe('TextStream', () => {
  it('draws what is appended, as text, with characters beyond 16 bits', async () => {
    const { append, text, view } = shown({ seed_text: 'ab' });
    append('a<b', 0);
    await settle();
    append('é𝄞', 3);
    await settle();
    expect(text()).toBe('a<bé𝄞');
    expect(view.el.querySelector('.dlw-text-seed')!.textContent).toBe('ab');
    expect(view.el.dataset.count).toBe('5');
    expect(view.el.querySelectorAll('.dlw-text-flow *')).toHaveLength(5);
  });

  it('takes an overlap once, asks again after a gap, and forgets an older text', async () => {
    const { append, text, sent } = shown();
    append('ab', 0);
    append('bb', 1);
    append('a', 9);
    await settle();
    expect(text()).toBe('abb');
    expect(sent).toEqual([{ type: 'resync' }]);
    append('aa', 0, 2);
    append('bbbb', 3, 1);
    await settle();
    expect(text()).toBe('aa');
  });

  it('shows a page that comes late the whole text', async () => {
    const { model, text } = shown({ _data: { generation: 3, bytes: records('abba') } });
    await settle();
    expect(text()).toBe('abba');
    model.set('_data', { generation: 3, bytes: records('ab') });
    await settle();
    expect(text()).toBe('abba');
    model.set('_data', { generation: 4, bytes: records('b') });
    await settle();
    expect(text()).toBe('b');
  });

  it('names headings before their characters', async () => {
    const { append, model, view } = shown({ headings: [{ at: 0, text: 'Epoch 1' }] });
    append('ab', 0);
    model.set('headings', [
      { at: 0, text: 'Epoch 1' },
      { at: 2, text: '<b>Epoch 2</b>' },
    ]);
    append('ba', 2);
    await settle();
    const flow = view.el.querySelector('.dlw-text-flow')!;
    expect([...flow.children].map((node) => node.textContent)).toEqual([
      'Epoch 1',
      'a',
      'b',
      '<b>Epoch 2</b>',
      'b',
      'a',
    ]);
  });

  it('shows alternatives under the pointer and by the keys', async () => {
    const { append, view } = shown();
    append('ab', 0);
    await settle();
    const details = view.el.querySelector<HTMLElement>('.dlw-text-details')!;
    const body = view.el.querySelector<HTMLElement>('.dlw-text-body')!;
    expect(details.hidden).toBe(true);
    const [first] = view.el.querySelectorAll('.dlw-char');
    first!.dispatchEvent(new PointerEvent('pointerover', { bubbles: true }));
    expect(details.textContent).toContain('Probability of “a”: 25%');
    expect([...details.querySelectorAll('.dlw-text-key')].map((n) => n.textContent)).toEqual(['<', 'a', 'b']);
    expect(details.querySelector('.dlw-chosen .dlw-text-key')!.textContent).toBe('a');
    body.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight' }));
    expect(details.textContent).toContain('Probability of “b”');
    body.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }));
    expect(details.hidden).toBe(true);
  });

  it('reports a broken message and lives on', async () => {
    const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const { append, model, text } = shown();
    model.trigger('msg:custom', { type: 'append', generation: 1, start: 0 }, [
      new DataView(new ArrayBuffer(5)),
    ]);
    model.trigger('msg:custom', { type: 'append', generation: -1, start: 0 }, [records('a')]);
    expect(said).toHaveBeenCalledTimes(2);
    append('a', 0);
    await settle();
    expect(text()).toBe('a');
  });
});
