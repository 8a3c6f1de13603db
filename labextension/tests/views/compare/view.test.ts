// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest';
import { connect, display } from '../../harness';
import { picture } from './picture';
const { CompareModel } = await import('../../../src/views/compare/model');
const { CompareView } = await import('../../../src/views/compare/view');

describe('CompareView', () => {
  afterEach(() => {
    document.body.replaceChildren();
    vi.restoreAllMocks();
  });

  const shown = (traits: Record<string, unknown>) => {
    vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(null);
    const { model, view } = display(CompareModel, CompareView, traits);
    connect(model);
    const save = vi.spyOn(model, 'save_changes').mockImplementation(() => undefined);
    const handle = view.el.querySelector<HTMLElement>('[role="slider"]')!;
    return { model, view, handle, save };
  };

  it('moves the divider by keys and tells Python and screen readers', () => {
    const { model, view, handle, save } = shown({ before: picture(4, 6), after: picture(2, 3) });
    expect(handle.hidden).toBe(false);
    handle.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }));
    expect(model.get('position')).toBe(0.55);
    expect(save).toHaveBeenCalledOnce();
    expect(handle.getAttribute('aria-valuenow')).toBe('55');
    expect(handle.style.left).toBe('55%');
    const before = view.el.querySelector<HTMLElement>('.dlw-compare-before')!;
    expect(before.style.clipPath).toBe('inset(0 45% 0 0)');
    handle.dispatchEvent(new KeyboardEvent('keydown', { key: 'x', bubbles: true }));
    expect(save).toHaveBeenCalledOnce();
  });

  it('has no divider for one picture, and says so when there is none', () => {
    const { model, view, handle } = shown({ before: picture(4, 6), empty_text: '<b>nothing</b>' });
    expect(handle.hidden).toBe(true);
    model.set('before', {});
    view.el.remove();
    const none = shown({ empty_text: '<b>nothing</b>' });
    expect(none.view.el.querySelector('.dlw-notice')!.textContent).toBe('<b>nothing</b>');
    expect(none.view.el.querySelector('b')).toBeNull();
  });

  it('says what is wrong with a picture and lives on', () => {
    const report = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const { model } = shown({ before: picture(4, 6), after: { ...picture(2, 3), height: 9 } });
    expect(model.problem).toMatch(/^atlas: /);
    expect(report).toHaveBeenCalledOnce();
    model.set('after', picture(2, 3));
    expect(model.problem).toBe('');
  });

  it('plays a film in place of the picture after, and lets go of it', () => {
    const create = vi.spyOn(URL, 'createObjectURL').mockReturnValue('blob:film');
    const revoke = vi.spyOn(URL, 'revokeObjectURL').mockReturnValue();
    const { model, view } = shown({ before: picture(4, 6), after: picture(4, 6) });
    const film = view.el.querySelector('img')!;
    expect(film.getAttribute('draggable')).toBe('false');
    expect(film.hidden).toBe(true);
    model.set('film', { data: new DataView(new Uint8Array([71, 73, 70]).buffer) });
    expect((create.mock.calls[0]![0] as Blob).size).toBe(3);
    expect([film.hidden, film.getAttribute('src')]).toEqual([false, 'blob:film']);
    expect(film.alt).not.toBe('');
    model.set('film', {});
    expect([film.hidden, film.getAttribute('src')]).toEqual([true, null]);
    expect(revoke).toHaveBeenCalledWith('blob:film');
    model.set('film', { data: '<img src=x>' });
    expect(film.hidden).toBe(true);
  });

  it.each([-1, 2, NaN, '0.1'])('keeps the divider on the picture for %s', (position) => {
    const { model } = shown({ before: picture(4, 6), after: picture(4, 6), position });
    expect(model.position).toBeGreaterThanOrEqual(0);
    expect(model.position).toBeLessThanOrEqual(1);
  });
});
