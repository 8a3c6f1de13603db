import { describe, expect, it } from 'vitest';
import { percent, readHeadings, shade } from '../../../src/views/text-stream/decode';

describe('numbers', () => {
  it('never calls a chance certain or impossible that is not', () => {
    expect([0.0004, 0.034, 0.5, 0.999, 1].map(percent)).toEqual(['<0.1%', '3.4%', '50%', '>99%', '100%']);
  });

  it('shades by surprise', () => {
    expect(shade(1)).toBe(0);
    expect(shade(0.5)).toBeLessThan(shade(0.1));
    expect(shade(0)).toBe(1);
  });

  it('leaves out headings that are none', () => {
    expect(readHeadings([{ at: 1, text: 'x' }, { at: 'y' }, null, { at: 0, text: 'a' }])).toEqual([
      { at: 0, text: 'a' },
      { at: 1, text: 'x' },
    ]);
  });
});
