// @vitest-environment happy-dom
import { expect, it } from 'vitest';

import { frozen } from '../../src/notebook/still';

it('a copy has the sizes of the layout, in 64ths of a pixel, not six digits of them', () => {
  document.body.innerHTML =
    '<div style="width: 360.312px; display: flex"><p style="width: 81.8906px; height: 30px; overflow: auto">Stop</p></div>';
  const copy = frozen(document.body.firstElementChild!, { margin: '0' }) as HTMLElement;
  const written = new XMLSerializer().serializeToString(copy);
  for (const size of [
    'width:360.3125px',
    'width:81.890625px',
    'height:30px',
    'margin:0',
    'overflow:hidden',
  ]) {
    expect(written).toContain(size);
  }
});
