// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from 'vitest';

import { display, settle } from '../../harness';
const { TextLineModel } = await import('../../../src/views/text-line/model');
const { TextLineView } = await import('../../../src/views/text-line/view');

afterEach(() => document.body.replaceChildren());

describe('TextLineView', () => {
  it('shows text as text, and follows its changes', async () => {
    const { model, view } = display(TextLineModel, TextLineView, { value: 'After <b>step</b> 5.' });
    await settle();
    expect(view.el.textContent).toBe('After <b>step</b> 5.');
    expect(view.el.querySelector('b')).toBeNull();
    expect(view.el.classList.contains('widget-label')).toBe(true);
    model.set('value', '');
    await settle();
    expect(view.el.textContent).toBe('');
  });
});
