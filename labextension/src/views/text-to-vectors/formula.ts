import { t } from '../../core/i18n';
import { el } from '../../shared/dom';
import { formatInteger } from '../../shared/format';
import { hashOf, outputOf } from './encode';
import type { TextToVectorsModel } from './model';
import { chanceText, shapeOf, shownToken } from './texts';

/** So many factors of a product are written out on either side. */
const FACTORS = 3;

/** The way of one token to its integer, and the size of the result. */
export function formulaLines(model: TextToVectorsModel, row: number, place: number): HTMLElement[] {
  const lines = [...tokenLines(model, row, place), sizeLine(model), ...chanceLine(model)];
  return lines.map((text) => el('div', '', {}, text));
}

function tokenLines(model: TextToVectorsModel, row: number, place: number): string[] {
  const { encoded, used } = model;
  const token = encoded.tokens[row]?.[place];
  if (token === undefined) return [t('no tokens')];
  const name = `"${shownToken(token)}"`;
  const number = encoded.numbers[row]![place]!;
  if (model.hashing) {
    const hash = String(hashOf(token, used));
    const call = used.encoder === 'hash' ? `abs(hash(${name}))` : `FarmHash64(${name})`;
    return [`${call} = ${hash}`, `${hash} mod ${used.num_bins} = ${number}`];
  }
  if (number < 0) return [t('{token} → none', { token: name })];
  if (model.unknown(number)) return [t('{token} → {number}, unknown', { token: name, number })];
  return [`${name} → ${number}`];
}

function sizeLine(model: TextToVectorsModel): string {
  const shape = shapeOf(model);
  const total = shape.reduce((product, side) => product * side, 1);
  const values = { shape: shape.join(', '), product: shape.join(' · '), total: formatInteger(total) };
  return outputOf(model.used) === 'int'
    ? t('shape ({shape}): {product} = {total} integers', values)
    : t('shape ({shape}): {product} = {total} numbers', values);
}

function chanceLine(model: TextToVectorsModel): string[] {
  if (!model.hashing) return [];
  const { tokens, probability } = model.collisions;
  const bins = model.used.num_bins;
  if (tokens < 2) return [];
  const factors = Array.from({ length: Math.min(tokens, bins + 1) }, (_, i) => `${bins - i}/${bins}`);
  const shown = factors.length > 2 * FACTORS ? [...factors.slice(0, FACTORS), '…', factors.at(-1)!] : factors;
  return [
    t('P(collision of {tokens} tokens in {bins} bins) = 1 − {product} = {share}', {
      tokens,
      bins,
      product: shown.join(' · '),
      share: chanceText(probability),
    }),
  ];
}
