// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest';
import { connect, display, settle } from '../../harness';
import { cards } from './cards';
const { PredictionCardsModel } = await import('../../../src/views/prediction-cards/model');
const { PredictionCardsView } = await import('../../../src/views/prediction-cards/view');

const shown = async (traits: Record<string, unknown> = {}) => {
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(null);
  const { model, view } = display(PredictionCardsModel, PredictionCardsView, {
    cards: cards([4, 7, 9]),
    class_names: ['<b>zero</b>', 'one', 'two'],
    total: 30,
    pages: 10,
    page: 2,
    page_size: 12,
    ...traits,
  });
  const sent = connect(model);
  await settle();
  const find = (selector: string): HTMLInputElement => view.el.querySelector<HTMLInputElement>(selector)!;
  const key = (name: string): boolean =>
    find('.dlw-cards').dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true }));
  return { model, view, sent, find, key };
};

afterEach(() => {
  document.body.replaceChildren();
  vi.restoreAllMocks();
});

describe('PredictionCardsView', () => {
  it('shows each sample as the books do, and names as text', async () => {
    const { view, find } = await shown();
    const labels = [...view.el.querySelectorAll('.dlw-card-label')].map((node) => node.textContent);
    expect(labels).toEqual(['one 75% (one)', 'one 75% (one)', '<b>zero</b> 75% (one)']);
    expect(view.el.querySelector('b')).toBeNull();
    const right = [...view.el.querySelectorAll<HTMLElement>('.dlw-card')].map((c) => c.dataset.right);
    expect(right).toEqual(['true', 'true', 'false']);
    expect(find('.dlw-count').textContent).toBe('25–30 of 30');
  });

  it('tells Python whether the pointer is over the cards, not each time that it moves', async () => {
    const { sent, find } = await shown();
    const over = () => sent.filter(({ type }) => type === 'over').map((message) => message.over);
    const point = (kind: string) => find('.dlw-cards').dispatchEvent(new PointerEvent(kind));
    for (const kind of ['pointerenter', 'pointermove', 'pointermove']) point(kind);
    expect(over()).toEqual([true]);
    point('pointerleave');
    point('pointerenter');
    expect(over()).toEqual([true, false, true]);
  });

  it('says any class while none is known', async () => {
    const { view } = await shown({ class_names: [] });
    const choices = [...view.el.querySelectorAll<HTMLSelectElement>('[data-role$="class"]')];
    expect(choices.map((choice) => choice.selectedOptions[0]?.textContent)).toEqual(['any', 'any']);
  });

  it('shows of a confidence what can be one', async () => {
    const { sent, find } = await shown();
    for (const [role, typed, taken] of [
      ['high', '150', '100'],
      ['low', '-5', '0'],
      ['low', '29', '29'],
      ['high', '', '100'],
    ] as const) {
      const field = find(`[data-role="${role}"]`);
      field.value = typed;
      field.dispatchEvent(new Event('change'));
      expect(field.value).toBe(taken);
    }
    expect(sent.map(({ low, high }) => low ?? high)).toEqual([1, 0, 0.29, 1]);
  });

  it('tells what the visitor wishes to see', async () => {
    const { sent, find } = await shown();
    const change = (role: string, value: string): void => {
      const field = find(`[data-role="${role}"]`);
      field.value = value;
      field.dispatchEvent(new Event('change'));
    };
    const wrong = find('[data-role="wrong-only"]');
    wrong.checked = true;
    wrong.dispatchEvent(new Event('change'));
    change('true-class', '2');
    change('low', '150');
    change('order', 'unsure');
    change('page', '999');
    expect(sent).toEqual([
      { type: 'browse', wrong_only: true, page: 0, asked: 1 },
      { type: 'browse', true_class: 2, page: 0, asked: 2 },
      { type: 'browse', low: 1, page: 0, asked: 3 },
      { type: 'browse', order: 'unsure', page: 0, asked: 4 },
      { type: 'browse', page: 9, asked: 5 },
    ]);
  });

  it('counts clicks that are not answered yet', async () => {
    const { model, sent, find } = await shown();
    find('[data-role="next"]').click();
    find('[data-role="next"]').click();
    expect(sent.map(({ page }) => page)).toEqual([3, 4]);
    const pages: number[] = [];
    document.body.addEventListener('dlw:page', (event) =>
      pages.push((event as CustomEvent<{ asked: number }>).detail.asked),
    );
    model.set({ cards: cards([1], { asked: 2 }), page: 4 });
    await settle();
    expect(pages).toEqual([2]);
    find('[data-role="previous"]').click();
    expect(sent.at(-1)).toMatchObject({ page: 3 });
  });

  it('goes from card to card and from page to page with the keys', async () => {
    const { model, sent, key } = await shown();
    key('ArrowRight');
    expect(sent.pop()).toEqual({ type: 'pick', index: 4 });
    model.set('index', 4);
    key('ArrowLeft');
    expect(sent.pop()).toEqual({ type: 'browse', page: 1, select: 'last', asked: 1 });
    model.set({ cards: cards([4, 7, 9], { asked: 1 }), index: 9 });
    key('ArrowRight');
    expect(sent.pop()).toMatchObject({ page: 3, select: 'first' });
    key('Escape');
    expect(sent.pop()).toEqual({ type: 'pick', index: -1 });
    key('PageDown');
    expect(sent.pop()).toMatchObject({ type: 'browse', page: 4, select: 'first' });
  });

  it('shows the chosen sample with a named bar per class', async () => {
    const { model, find, view } = await shown({ index: 9, detail: cards([9]) });
    const names = [...view.el.querySelectorAll('.dlw-detail-bars th')].map((node) => node.textContent);
    expect(names).toEqual(['<b>zero</b>', 'one', 'two']);
    expect(find('.dlw-detail-words').textContent).toContain('✗ wrong');
    expect(find('.dlw-cards').getAttribute('aria-activedescendant')).toContain('-2');
    model.set({ detail: {}, index: -1 });
    await settle();
    expect(find('.dlw-detail').hidden).toBe(true);
  });

  it('survives cards that cannot be read', async () => {
    vi.spyOn(console, 'error').mockReturnValue();
    const { model, view } = await shown();
    model.set('cards', { index: [1], predicted: 'x' });
    await settle();
    expect(view.el.dataset.count).toBe('0');
  });

  it('promises nothing once its kernel is gone, and keeps what went wrong', async () => {
    const { model, view } = await shown({ cards: {}, notice: 'Soon.' });
    const says = (): string => view.el.querySelector('.dlw-notice')!.textContent;
    expect(says()).toBe('Soon.');
    model.comm_live = false;
    await settle();
    expect(says()).toBe('Nothing to show, because this view has no kernel anymore.');
    model.set('notice', 'No predictions. it rained');
    await settle();
    expect(says()).toBe('No predictions. it rained');
  });
});
