/** The result as a matrix of marks. */

import { t } from '../../core/i18n';
import { bag, bagColumns, oneHot, outputOf } from './encode';
import type { TextToVectorsModel } from './model';
import type { Kind, Mark, Matrix } from './result-canvas';
import { shownToken } from './texts';

function kindOf(model: TextToVectorsModel, number: number): Kind {
  if (model.unknown(number)) return 'unknown';
  return model.hashing && model.collisions.shared.includes(number) ? 'shared' : 'token';
}

/** What the canvas shows while a token of a sentence is marked. */
export function matrixOf(model: TextToVectorsModel, row: number, place: number): Matrix {
  const output = outputOf(model.used);
  if (output === 'int') return sequences(model, row, place);
  return output === 'one_hot' ? oneHotRows(model, row, place) : bags(model, row, place);
}

function sequences(model: TextToVectorsModel, row: number, place: number): Matrix {
  const { encoded } = model;
  const marks = encoded.sequences.flatMap((numbers, i) =>
    numbers.map((number, column): Mark => {
      const padding = encoded.origins[i]![column]! < 0;
      const text = number < 0 ? '–' : String(number);
      return { row: i, column, text, kind: padding ? 'padding' : kindOf(model, number) };
    }),
  );
  const column = encoded.origins[row]?.indexOf(place) ?? -1;
  return {
    labels: encoded.tokens.map((_, i) => String(i + 1)),
    columns: encoded.length,
    first: 0,
    marks,
    zeros: false,
    now: column >= 0 ? { row, column } : null,
    least: encoded.width > 1000 ? 34 : 26,
  };
}

function oneHotRows(model: TextToVectorsModel, sentence: number, place: number): Matrix {
  const { encoded, used } = model;
  const origins = encoded.origins[sentence]!;
  const ones = oneHot(encoded, sentence, used.encoder);
  const marks = ones.flatMap((one, row): Mark[] => {
    if (one === null) return [];
    const padding = origins[row]! < 0;
    if (one === 'all') return [{ row, column: null, text: '1', kind: 'unknown' }];
    return [{ row, column: one, text: '1', kind: padding ? 'padding' : kindOf(model, one) }];
  });
  const row = origins.indexOf(place);
  const column = row < 0 ? null : ones[row];
  return {
    labels: origins.map((at) => (at < 0 ? '' : shownToken(encoded.tokens[sentence]![at]!))),
    columns: encoded.width,
    first: 0,
    marks,
    zeros: true,
    now: row < 0 ? null : { row, column: typeof column === 'number' ? column : null },
    least: 0,
  };
}

function bags(model: TextToVectorsModel, row: number, place: number): Matrix {
  const { encoded, used } = model;
  const { first, columns } = bagColumns(encoded, used.encoder);
  const marks = encoded.tokens.flatMap((_, i) =>
    bag(encoded, i, used).flatMap((count, column): Mark[] =>
      count > 0 ? [{ row: i, column, text: String(count), kind: kindOf(model, column + first) }] : [],
    ),
  );
  const number = encoded.numbers[row]?.[place] ?? -1;
  return {
    labels: encoded.tokens.map((_, i) => String(i + 1)),
    columns,
    first,
    marks,
    zeros: true,
    now: number >= first ? { row, column: number - first } : null,
    least: 0,
  };
}

/** The token that a cell is of: its sentence and its place; null for none. */
export function placeOf(
  { encoded, used }: TextToVectorsModel,
  sentence: number,
  row: number,
  column: number,
): [row: number, place: number] | null {
  const output = outputOf(used);
  if (output === 'int' || output === 'one_hot') {
    const [from, at] = output === 'int' ? [row, column] : [sentence, row];
    const place = encoded.origins[from]?.[at] ?? -1;
    return place < 0 ? null : [from, place];
  }
  const number = column + bagColumns(encoded, used.encoder).first;
  const place = encoded.numbers[row]?.indexOf(number) ?? -1;
  return place < 0 ? null : [row, place];
}

/** What a cell is, in words. */
export function cellText(model: TextToVectorsModel, sentence: number, row: number, column: number): string {
  const { encoded, used } = model;
  const output = outputOf(used);
  if (output === 'int') {
    const place = encoded.origins[row]?.[column] ?? -1;
    const number = encoded.sequences[row]?.[column] ?? 0;
    if (place < 0) return t('Sentence {n}, place {place}: padding', { n: row + 1, place: column });
    return t('Sentence {n}, place {place}: “{token}” is {number}', {
      n: row + 1,
      place: column,
      token: shownToken(encoded.tokens[row]![place]!),
      number,
    });
  }
  const first = output === 'one_hot' ? 0 : bagColumns(encoded, used.encoder).first;
  const number = column + first;
  const name = model.hashing
    ? t('bin {n}', { n: number })
    : t('{n}, “{token}”', { n: number, token: shownToken(encoded.vocabulary[number] ?? '') });
  if (output === 'one_hot') {
    const one = oneHot(encoded, sentence, used.encoder)[row];
    const place = encoded.origins[sentence]?.[row] ?? -1;
    const value = one === 'all' || one === number ? 1 : 0;
    if (place < 0) return t('Place {place} is padding; column {name}: {value}', { place: row, name, value });
    const token = shownToken(encoded.tokens[sentence]![place]!);
    return t('Place {place}, “{token}”; column {name}: {value}', { place: row, token, name, value });
  }
  return t('Sentence {n}; column {name}: {value}', {
    n: row + 1,
    name,
    value: bag(encoded, row, used)[column] ?? 0,
  });
}
