/** Numbers as they are written in the widget. */

/** What is left over by rounding. */
const NOTHING = 1e-12;

/** A value in about three significant figures, such as −0.124, 3 or 1.5e−5. */
export function short(value: number): string {
  if (Math.abs(value) < NOTHING) return '0';
  if (!Number.isFinite(value)) return String(value).replace('-', '−');
  const size = Math.abs(value);
  if (size >= 1e5 || size < 1e-3) {
    return value.toExponential(1).replace('.0e', 'e').replace('e+', 'e').replaceAll('-', '−');
  }
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
  const text = value.toFixed(digits);
  return (text.includes('.') ? text.replace(/\.?0+$/, '') : text).replace('-', '−');
}

/** One number, or two in parentheses. */
export function vector(values: readonly number[]): string {
  const texts = values.map(short);
  return texts.length === 1 ? texts[0]! : `(${texts.join(', ')})`;
}

/** The same inside of a product: a single negative number in parentheses. */
export function factor(values: readonly number[]): string {
  const text = vector(values);
  return text.startsWith('−') ? `(${text})` : text;
}

/** A number in three significant figures, such as 0.00575, −12.3 or 1.94e−4. */
export function three(value: number): string {
  if (value === 0) return '0';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : Number.isNaN(value) ? 'NaN' : '−∞';
  const size = Math.abs(value);
  const text = size >= 1e5 || size < 1e-3 ? value.toExponential(2) : String(Number(value.toPrecision(3)));
  return text.replace('e+', 'e').replaceAll('-', '−');
}
