// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';

import { inlineCode, inlineMarkup, setCode } from '../../src/shared/inline-markup';

/** The nodes of a text: what is marked as `[tag] text`, the rest as it is. */
function nodes(text: string): string[] {
  return inlineMarkup(text).map((node) =>
    node instanceof Element ? `[${node.tagName}] ${node.textContent}` : String(node.textContent),
  );
}

describe('inlineMarkup', () => {
  it('marks bold, emphasis and code', () => {
    expect(nodes('**Batch size.** Press *Start*: `fit`')).toEqual([
      '[STRONG] Batch size.',
      ' Press ',
      '[EM] Start',
      ': ',
      '[CODE] fit',
    ]);
  });

  it('leaves everything else as text', () => {
    expect(nodes('2 * 3 <b>&</b>')).toEqual(['2 * 3 <b>&</b>']);
    expect(nodes('')).toEqual([]);
  });
});

describe('inlineCode', () => {
  it('shows code, and leaves stars and a lonely backtick as they are', () => {
    const nodes = inlineCode('*mine* goes on: `dl.resume(1)`, ` and <b>');
    expect(nodes.map(({ nodeName, textContent }) => [nodeName, textContent])).toEqual([
      ['#text', '*mine* goes on: '],
      ['CODE', 'dl.resume(1)'],
      ['#text', ', ` and <b>'],
    ]);
  });
});

describe('setCode', () => {
  it('shows code as such, and leaves the nodes of the same text', () => {
    const node = document.createElement('p');
    setCode(node, 'Call `run.wait()`.');
    expect(node.textContent).toBe('Call run.wait().');
    const code = node.querySelector('code');
    expect(code?.textContent).toBe('run.wait()');
    setCode(node, 'Call `run.wait()`.');
    expect(node.querySelector('code')).toBe(code);
    setCode(node, '');
    expect(node.childNodes).toHaveLength(0);
  });
});
