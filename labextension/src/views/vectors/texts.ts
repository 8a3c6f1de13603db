/** What the widget says, beside the formula. */

import { t } from '../../core/i18n';
import { short, vector } from '../../shared/concept/numbers';
import type { PresetName } from './fields';
import {
  type Affine,
  apply,
  decompose,
  determinant,
  isFlat,
  type Matrix,
  type Pair,
  type StageName,
} from './geometry';
import type { VectorsModel } from './model';

export function presetName(name: PresetName): string {
  switch (name) {
    case 'identity':
      return t('Identity: nothing moves');
    case 'rotate':
      return t('Rotate by 30°');
    case 'scale':
      return t('Scale');
    case 'shear':
      return t('Shear');
    case 'mirror':
      return t('Mirror left and right');
    case 'swap':
      return t('Swap x and y');
    case 'project':
      return t('Project onto the x axis');
  }
}

/** A number as a factor in a product. */
export function times(value: number): string {
  return value < 0 ? `(${short(value)})` : short(value);
}

function product(a: number, b: number): string {
  return `${times(a)}·${times(b)}`;
}

/** The determinant, without what rounding has left of 0. */
function area(matrix: Matrix): number {
  return isFlat(matrix) ? 0 : determinant(matrix);
}

/** What the animation does now. */
export function stageText(stage: StageName): string {
  switch (stage) {
    case 'shear':
      return t('First it shears.');
    case 'scale':
      return t('Now it scales.');
    case 'rotate':
      return t('Now it rotates.');
    case 'shift':
      return t('At last t is added.');
  }
}

/** The lines of the formula for the matrix of this moment. */
export function matrixLines({ matrix, shift }: Affine, a: Pair): string[] {
  const [p, q, r, s] = matrix;
  const [x, y] = a;
  const moved = shift[0] !== 0 || shift[1] !== 0;
  const plus = (value: number): string => (moved ? ` + ${times(value)}` : '');
  const result = vector(apply({ matrix, shift }, a));
  const { angle, x: across, y: up, shear } = decompose(matrix);
  return [
    `M·a${moved ? ' + t' : ''} = (${product(p, x)} + ${product(q, y)}${plus(shift[0])}, ${product(r, x)} + ${product(s, y)}${plus(shift[1])}) = ${result}`,
    `det M = ${product(p, s)} − ${times(q)}·${times(r)} = ${short(area(matrix))}`,
    t('M = rotate by {angle} · scale by ({x}, {y}) · shear by {shear}', {
      angle: angleText(angle),
      x: short(across),
      y: short(up),
      shear: short(shear),
    }),
  ];
}

/** Degrees without a decimal that rounding has left. */
export function angleText(angle: number): string {
  const rounded = Math.round(angle * 10) / 10 + 0;
  return `${String(rounded).replace('-', '−')}°`;
}

export function dot(a: Pair, b: Pair): number {
  return a[0] * b[0] + a[1] * b[1];
}

/** The angle between two vectors in degrees; null where one has no length. */
export function between(a: Pair, b: Pair): number | null {
  const lengths = Math.hypot(...a) * Math.hypot(...b);
  if (lengths === 0) return null;
  return (Math.acos(Math.min(1, Math.max(-1, dot(a, b) / lengths))) * 180) / Math.PI;
}

export function isPerpendicular(a: Pair, b: Pair): boolean {
  return Math.abs(dot(a, b)) < 5e-3 && between(a, b) !== null;
}

export function sumLines(a: Pair, b: Pair): string[] {
  const plus = (i: 0 | 1): string => `${short(a[i])} + ${times(b[i])}`;
  const found = [
    `a + b = (${plus(0)}, ${plus(1)}) = ${vector([a[0] + b[0], a[1] + b[1]])}`,
    `a · b = ${product(a[0], b[0])} + ${product(a[1], b[1])} = ${short(dot(a, b))}`,
  ];
  const angle = between(a, b);
  if (angle !== null) {
    found.push(
      `|a|·|b|·cos φ = ${short(Math.hypot(...a))}·${short(Math.hypot(...b))}·cos ${angleText(angle)} = ${short(dot(a, b))}`,
    );
  }
  return found;
}

/** Remarks beside the plane. */
export function remarks(model: VectorsModel): string[] {
  if (model.sum) {
    const [a, b] = [model.pair('a'), model.pair('b')];
    const found = [t('To add b to a, put the tail of b at the tip of a.')];
    if (isPerpendicular(a, b)) {
      found.push(t('The dot product is 0: the vectors are perpendicular.'));
    }
    return found;
  }
  const { matrix, shift } = model.affine;
  const found = [
    t('The columns of M are u and v: where (1, 0) and (0, 1) go. All else follows from these two.'),
  ];
  if (isFlat(matrix)) {
    found.push(
      t('The determinant is 0: the plane becomes a line or a point. Nothing brings the image back.'),
    );
  } else if (determinant(matrix) < 0) {
    found.push(t('The determinant is negative: the plane is turned over, and the image is mirrored.'));
  }
  if (shift[0] !== 0 || shift[1] !== 0) {
    found.push(
      t(
        'M·a + t is what a `Dense` layer computes before its activation. Keras writes it `x·W + b`: `W` is M with rows and columns swapped.',
      ),
    );
  }
  if (model.missing) {
    found.push(t('Your own array isn’t in this page: run the cell again, or choose another image.'));
  }
  return found;
}

/** What is seen, in words. */
export function inWords(model: VectorsModel): string {
  if (model.sum) {
    const [a, b] = [model.pair('a'), model.pair('b')];
    const angle = between(a, b);
    const sum = t('The sum of a = {a} and b = {b} is {sum}.', {
      a: vector(a),
      b: vector(b),
      sum: vector([a[0] + b[0], a[1] + b[1]]),
    });
    if (angle === null) return sum;
    const rest = t('Their dot product is {dot}, and the angle between them {angle}.', {
      dot: short(dot(a, b)),
      angle: angleText(angle),
    });
    return `${sum} ${rest}`;
  }
  const { matrix } = model.affine;
  const { angle, x, y, shear } = decompose(matrix);
  const found = [
    t('The matrix moves (1, 0) to {u} and (0, 1) to {v}.', {
      u: vector([matrix[0], matrix[2]]),
      v: vector([matrix[1], matrix[3]]),
    }),
    t('It shears by {shear}, scales by {x} and {y}, and rotates by {angle}.', {
      shear: short(shear),
      x: short(x),
      y: short(y),
      angle: angleText(angle),
    }),
    t('Areas are multiplied by {area}. The vector {a} goes to {result}.', {
      area: short(Math.abs(area(matrix))),
      a: vector(model.pair('a')),
      result: vector(apply(model.affine, model.pair('a'))),
    }),
  ];
  return found.join(' ');
}
