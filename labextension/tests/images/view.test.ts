// @vitest-environment happy-dom
import { expect, it, vi } from 'vitest';

import { display, settle } from '../views';

const { ImageGridModel } = await import('../../src/images/model');
const { ImageGridView } = await import('../../src/images/view');

it('takes a selection and a key that come before the first draw', async () => {
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(null);
  const data = new DataView(new ArrayBuffer(4 * 4));
  const atlas = { data, count: 4, height: 2, width: 2, channels: 1 };
  const { model, view } = display(ImageGridModel, ImageGridView, { atlas });
  const scroller = view.el.querySelector<HTMLElement>('.dlw-grid-scroller')!;
  model.set('selected', 3);
  scroller.dispatchEvent(new KeyboardEvent('keydown', { key: 'Home' }));
  await settle();
  expect(view.el.querySelectorAll('[aria-selected="true"]')).toHaveLength(1);
  expect(scroller.getAttribute('aria-activedescendant')).not.toBeNull();
});
