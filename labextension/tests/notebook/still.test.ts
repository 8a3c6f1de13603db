// @vitest-environment happy-dom
import { expect, it } from 'vitest';

import { frozen } from '../../src/notebook/still';

it('a copy has the sizes of the layout, in 64ths of a pixel, not six digits of them', () => {
  const row = document.createElement('div');
  const part = document.createElement('p');
  row.style.cssText = 'display: flex; width: 360.312px';
  part.style.cssText = 'width: 81.8906px; height: 30px; overflow: auto';
  part.textContent = 'Stop';
  row.append(part);
  document.body.append(row);
  const written = new XMLSerializer().serializeToString(frozen(row, { margin: '0' })!);
  for (const look of [
    'width:360.3125px',
    'width:81.890625px',
    'height:30px',
    'margin:0',
    'overflow:hidden',
  ]) {
    expect(written).toContain(look);
  }
});
