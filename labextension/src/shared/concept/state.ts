/**
 * The state of a concept widget as a short text: `kernel=1,0,-1/2,0,-2/1,0,-1;stride=2` names what differs from the
 * defaults.
 *
 * `dlwidgets/concepts/_fields.py` reads and writes the same texts, and both are tested with the same cases.
 */

/** One value of a state. */
export interface Field<T> {
  /** The default. */
  readonly value: T;
  /** The value that a text stands for; null if it stands for none. */
  read(text: string): T | null;
  write(value: T): string;
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- each field has values of its own type
export type Fields = Readonly<Record<string, Field<any>>>;
export type Values<F extends Fields> = { [K in keyof F]: F[K] extends Field<infer T> ? T : never };

const MOST_CHARACTERS = 4000;
const NUMBER = /^-?\d{1,12}(\.\d{1,12})?$/;

/** A number with at most so many decimals. */
export function rounded(value: number, digits: number): number {
  const scale = 10 ** digits;
  // Not -0, which is written as 0.
  return Math.floor(value * scale + 0.5) / scale + 0;
}

/** A number without an exponent and without zeros at its end. */
export function plain(value: number, digits: number): string {
  const text = rounded(value, digits).toFixed(digits);
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** A number from `low` to `high`; an integer where it has no `digits`. */
export function number(value: number, low: number, high: number, digits = 0): Field<number> {
  return {
    value,
    read: (text) => {
      if (!NUMBER.test(text) || (digits === 0 && text.includes('.'))) return null;
      const read = rounded(Number(text), digits);
      return read >= low && read <= high ? read : null;
    },
    write: (one) => plain(one, digits),
  };
}

/** One of several names. */
export function choice<const T extends string>(value: NoInfer<T>, names: readonly T[]): Field<T> {
  return {
    value,
    read: (text) => names.find((name) => name === text) ?? null,
    write: (name) => name,
  };
}

/** Some of several names, in their own order. */
export function subset<const T extends string>(
  value: readonly NoInfer<T>[],
  names: readonly T[],
): Field<readonly T[]> {
  return {
    value,
    read: (text) => {
      const parts = text === '' ? [] : text.split(',');
      const found = names.filter((name) => parts.includes(name));
      return found.length === parts.length ? found : null;
    },
    write: (chosen) => names.filter((name) => chosen.includes(name)).join(','),
  };
}

/** A list of `least` to `most` names, each one of several. */
export function names<const T extends string>(
  value: readonly NoInfer<T>[],
  all: readonly T[],
  [least, most]: readonly [number, number] = [1, 10],
): Field<readonly T[]> {
  return {
    value,
    read: (text) => {
      const parts = text === '' ? [] : text.split(',');
      const found = parts.flatMap((part) => all.filter((name) => name === part));
      return found.length === parts.length && found.length >= least && found.length <= most ? found : null;
    },
    write: (chosen) => chosen.join(','),
  };
}

/** What one of two fields takes; the default is that of the first. */
export function either<A, B>(first: Field<A>, second: Field<B>): Field<A | B> {
  return {
    value: first.value,
    read: (text) => first.read(text) ?? second.read(text),
    write: (value) =>
      typeof value === typeof first.value ? first.write(value as A) : second.write(value as B),
  };
}

/** Yes or no. */
export function flag(value: boolean): Field<boolean> {
  return {
    value,
    read: (text) => (text === '1' ? true : text === '0' ? false : null),
    write: (on) => (on ? '1' : '0'),
  };
}

/** What a state or the code that shows it uses itself, and what isn't printed. */
// eslint-disable-next-line no-control-regex
const UNSAFE = /[\u0000-\u001f\u007f%;"\\]/g;
// eslint-disable-next-line no-control-regex
const BROKEN = /%(?![0-7][0-9A-F])|[\u0000-\u001f\u007f;"\\]/;

/** A text of at most `most` characters and so many lines that the user writes. */
export function text(value: string, most = 200, lines = 1): Field<string> {
  return {
    value,
    read: (written) => {
      if (BROKEN.test(written)) return null;
      const found = written.replace(/%([0-7][0-9A-F])/g, (_, code: string) =>
        String.fromCharCode(parseInt(code, 16)),
      );
      return found.length <= most && found.split('\n').length <= lines ? found : null;
    },
    write: (one) =>
      one.replace(UNSAFE, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`),
  };
}

interface Bounds {
  low: number;
  high: number;
  /** Decimals that are kept. */
  digits?: number;
  least?: number;
  most?: number;
}

/** A list of `least` to `most` numbers. */
export function numbers(value: readonly number[], bounds: Bounds): Field<readonly number[]> {
  const { low, high, digits = 4, least = 1, most = 100 } = bounds;
  const one = number(0, low, high, digits);
  return {
    value,
    read: (text) => {
      const all = (text === '' ? [] : text.split(',')).map((part) => one.read(part));
      const good = all.filter((each) => each !== null);
      return good.length === all.length && all.length >= least && all.length <= most ? good : null;
    },
    write: (all) => all.map((each) => one.write(each)).join(','),
  };
}

/** A matrix with `least` to `most` rows and columns. */
export function matrix(
  value: readonly (readonly number[])[],
  bounds: Bounds,
): Field<readonly (readonly number[])[]> {
  const row = numbers([], { most: 10, ...bounds });
  return {
    value,
    read: (text) => {
      const all = text.split('/').map((part) => row.read(part));
      const good = all.filter((each) => each !== null);
      const { least = 1, most = 10 } = bounds;
      if (good.length < all.length || all.length < least || all.length > most) return null;
      return good.every((each) => each.length === good[0]!.length) ? good : null;
    },
    write: (all) => all.map((each) => row.write(each)).join('/'),
  };
}

/** The values of a state, and what of it can't be used: that has its default. */
export function readState<F extends Fields>(
  text: string,
  fields: F,
): { values: Values<F>; problems: string[] } {
  const values = Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [name, field.value as unknown]),
  );
  if (text.length > MOST_CHARACTERS) return { values: values as Values<F>, problems: [text.slice(0, 20)] };
  const problems: string[] = [];
  for (const part of text.split(';').filter((one) => one !== '')) {
    const at = part.indexOf('=');
    const name = part.slice(0, Math.max(0, at));
    const field = Object.hasOwn(fields, name) ? fields[name]! : null;
    const value: unknown = field?.read(part.slice(at + 1)) ?? null;
    if (value === null) problems.push(part.slice(0, 40));
    else values[name] = value;
  }
  return { values: values as Values<F>, problems };
}

/** The state with these values, which names what differs from the defaults. */
export function writeState<F extends Fields>(values: Values<F>, fields: F): string {
  return Object.entries(fields)
    .map(([name, field]) => [name, field.write(values[name]), field.write(field.value)] as const)
    .filter(([, text, usual]) => text !== usual)
    .map(([name, text]) => `${name}=${text}`)
    .join(';');
}
