/** Names of numbers, as text and with raised and lowered signs. */

import { el } from '../../shared/dom';
import type { Place } from './network';

const MARKS = /\^(\(\d\))|_(\d+)/g;

/** A text in which `^(2)` is raised and `_1` is lowered, as nodes. */
export function math(text: string): (Node | string)[] {
  const nodes: (Node | string)[] = [];
  let end = 0;
  for (const match of text.matchAll(MARKS)) {
    nodes.push(text.slice(end, match.index));
    const [whole, up, down] = match;
    nodes.push(up === undefined ? el('sub', '', {}, down!) : el('sup', '', {}, up));
    end = match.index + whole.length;
  }
  nodes.push(text.slice(end));
  return nodes.filter((node) => node !== '');
}

const LOW = '₀₁₂₃₄₅₆₇₈₉';
const HIGH: Readonly<Record<string, string>> = { '1': '¹', '2': '²', '3': '³', '4': '⁴', '(': '⁽', ')': '⁾' };

/** The same with the signs that fonts have, for canvases and for screen readers. */
export function signs(text: string): string {
  return text.replace(MARKS, (_, up: string | undefined, down: string | undefined) =>
    up === undefined
      ? down!.replace(/\d/g, (digit) => LOW[Number(digit)]!)
      : up.replace(/./g, (sign) => HIGH[sign] ?? sign),
  );
}

/** What comes out of a layer: inputs are x. Layers are counted from 0, the inputs. */
export function outputName(layer: number, unit: number): string {
  return layer === 0 ? `x_${unit + 1}` : `a^(${layer})_${unit + 1}`;
}

/** A number of a unit; the layer is counted from 0, the first one with weights. */
export function unitName(letter: 'z' | 'δ', layer: number, unit: number): string {
  return `${letter}^(${layer + 1})_${unit + 1}`;
}

export function weightName({ layer, from, to }: Place): string {
  return from < 0 ? `b^(${layer + 1})_${to + 1}` : `w^(${layer + 1})_${from + 1}${to + 1}`;
}
