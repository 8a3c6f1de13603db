/**
 * Hash functions of texts: the one of Keras's `Hashing` (FarmHash's 64-bit fingerprint), and Python's own (SipHash with
 * 1 and 3 rounds). `dlwidgets/concepts/_text_hashes.py` has the same.
 */

const WHOLE = (1n << 64n) - 1n;
const K0 = 0xc3a5c85c97cb3127n;
const K1 = 0xb492b66fbe98f273n;
const K2 = 0x9ae16a3b2f90404fn;

const utf8 = new TextEncoder();

/** The FarmHash fingerprint of a text in UTF-8. */
export function kerasHash(text: string): bigint {
  const data = utf8.encode(text);
  if (data.length <= 16) return upTo16(data);
  if (data.length <= 32) return upTo32(data);
  return data.length <= 64 ? upTo64(data) : longer(data);
}

/** What `hash(text)` is in a 64-bit Python that was started with `PYTHONHASHSEED=seed`. */
export function pythonHash(text: string, seed: number): bigint {
  if (text === '') return 0n;
  const codes = Array.from(text).map((sign) => sign.codePointAt(0)!);
  const widest = Math.max(...codes);
  const size = widest < 256 ? 1 : widest < 65536 ? 2 : 4;
  const data = new Uint8Array(codes.length * size);
  codes.forEach((code, i) => {
    for (let k = 0; k < size; k += 1) data[i * size + k] = (code >>> (8 * k)) & 255;
  });
  const signed = BigInt.asIntN(64, siphash(data, keysOf(seed)));
  return signed === -1n ? -2n : signed;
}

function number(data: Uint8Array, at: number, bytes: number): bigint {
  let found = 0n;
  for (let i = Math.min(bytes, data.length - at) - 1; i >= 0; i -= 1)
    found = (found << 8n) | BigInt(data[at + i]!);
  return found;
}

const u64 = (data: Uint8Array, at: number): bigint => number(data, at, 8);
const u32 = (data: Uint8Array, at: number): bigint => number(data, at, 4);

function turnedRight(value: bigint, by: bigint): bigint {
  const whole = value & WHOLE;
  return ((whole >> by) | (whole << (64n - by))) & WHOLE;
}

function folded(value: bigint): bigint {
  const whole = value & WHOLE;
  return whole ^ (whole >> 47n);
}

function joined(u: bigint, v: bigint, by: bigint): bigint {
  const second = v & WHOLE;
  const a = folded(((u & WHOLE) ^ second) * by);
  return (folded((second ^ a) * by) * by) & WHOLE;
}

function upTo16(data: Uint8Array): bigint {
  const size = data.length;
  const by = K2 + BigInt(size * 2);
  if (size >= 8) {
    const a = u64(data, 0) + K2;
    const b = u64(data, size - 8);
    const c = turnedRight(b, 37n) * by + a;
    return joined(c, (turnedRight(a, 25n) + b) * by, by);
  }
  if (size >= 4) return joined(BigInt(size) + (u32(data, 0) << 3n), u32(data, size - 4), by);
  if (size > 0) {
    const y = BigInt(data[0]! + (data[size >> 1]! << 8));
    const z = BigInt(size + (data[size - 1]! << 2));
    return (folded(((y * K2) & WHOLE) ^ ((z * K0) & WHOLE)) * K2) & WHOLE;
  }
  return K2;
}

function upTo32(data: Uint8Array): bigint {
  const size = data.length;
  const by = K2 + BigInt(size * 2);
  const a = u64(data, 0) * K1;
  const b = u64(data, 8);
  const c = u64(data, size - 8) * by;
  const d = u64(data, size - 16) * K2;
  const u = turnedRight(a + b, 43n) + turnedRight(c, 30n) + d;
  return joined(u, a + turnedRight(b + K2, 18n) + c, by);
}

function upTo64(data: Uint8Array): bigint {
  const size = data.length;
  const by = K2 + BigInt(size * 2);
  const a = u64(data, 0) * K2;
  const b = u64(data, 8);
  const c = u64(data, size - 8) * by;
  const d = u64(data, size - 16) * K2;
  const y = turnedRight(a + b, 43n) + turnedRight(c, 30n) + d;
  const z = joined(y, a + turnedRight(b + K2, 18n) + c, by);
  const e = u64(data, 16) * by;
  const f = u64(data, 24);
  const g = (y + u64(data, size - 32)) * by;
  const h = (z + u64(data, size - 24)) * by;
  const u = turnedRight(e + f, 43n) + turnedRight(g, 30n) + h;
  return joined(u, e + turnedRight(f + a, 18n) + g, by);
}

type Two = readonly [bigint, bigint];

function two(data: Uint8Array, at: number, first: bigint, second: bigint): Two {
  const [w, x, y, z] = [0, 8, 16, 24].map((by) => u64(data, at + by)) as [bigint, bigint, bigint, bigint];
  const c = first + w;
  const b = turnedRight(second + c + z, 21n);
  const a = c + x + y;
  return [(a + z) & WHOLE, (b + turnedRight(a, 44n) + c) & WHOLE];
}

function longer(data: Uint8Array): bigint {
  const size = data.length;
  const seed = 81n;
  let y = (seed * K1 + 113n) & WHOLE;
  let z = folded(y * K2 + 113n) * K2;
  let v: Two = [0n, 0n];
  let w: Two = [0n, 0n];
  let x = seed * K2 + u64(data, 0);
  for (let at = 0; at < Math.floor((size - 1) / 64) * 64; at += 64) {
    x = turnedRight(x + y + v[0] + u64(data, at + 8), 37n) * K1;
    y = turnedRight(y + v[1] + u64(data, at + 48), 42n) * K1;
    x = (x & WHOLE) ^ w[1];
    y += v[0] + u64(data, at + 40);
    z = turnedRight(z + w[0], 33n) * K1;
    v = two(data, at, v[1] * K1, x + w[0]);
    w = two(data, at + 32, z + w[1], y + u64(data, at + 16));
    [z, x] = [x, z & WHOLE];
  }
  const by = K1 + ((z & 255n) << 1n);
  const at = size - 64;
  w = [w[0] + BigInt((size - 1) & 63), w[1]];
  v = [v[0] + w[0], v[1]];
  w = [w[0] + v[0], w[1]];
  x = turnedRight(x + y + v[0] + u64(data, at + 8), 37n) * by;
  y = turnedRight(y + v[1] + u64(data, at + 48), 42n) * by;
  x = (x & WHOLE) ^ ((w[1] * 9n) & WHOLE);
  y += v[0] * 9n + u64(data, at + 40);
  z = turnedRight(z + w[0], 33n) * by;
  v = two(data, at, v[1] * by, x + w[0]);
  w = two(data, at + 32, z + w[1], y + u64(data, at + 16));
  const first = joined(v[0], w[0], by) + folded(y) * K0 + x;
  return joined(first, joined(v[1], w[1], by) + z, by);
}

/** The key that Python makes from its seed: bytes of a linear congruential generator. */
function keysOf(seed: number): Two {
  if (seed === 0) return [0n, 0n];
  let state = seed;
  const bytes = Uint8Array.from({ length: 16 }, () => {
    state = (Math.imul(state, 214013) + 2531011) >>> 0;
    return (state >>> 16) & 255;
  });
  return [u64(bytes, 0), u64(bytes, 8)];
}

function siphash(data: Uint8Array, [k0, k1]: Two): bigint {
  let a = k0 ^ 0x736f6d6570736575n;
  let b = k1 ^ 0x646f72616e646f6dn;
  let c = k0 ^ 0x6c7967656e657261n;
  let d = k1 ^ 0x7465646279746573n;
  const round = (): void => {
    a = (a + b) & WHOLE;
    b = turnedRight(b, 51n) ^ a;
    a = turnedRight(a, 32n);
    c = (c + d) & WHOLE;
    d = turnedRight(d, 48n) ^ c;
    a = (a + d) & WHOLE;
    d = turnedRight(d, 43n) ^ a;
    c = (c + b) & WHOLE;
    b = turnedRight(b, 47n) ^ c;
    c = turnedRight(c, 32n);
  };
  const whole = Math.floor(data.length / 8) * 8;
  const last = (BigInt(data.length & 255) << 56n) | u64(data, whole);
  for (let at = 0; at <= whole; at += 8) {
    const word = at < whole ? u64(data, at) : last;
    d ^= word;
    round();
    a ^= word;
  }
  c ^= 255n;
  for (let i = 0; i < 3; i += 1) round();
  return a ^ b ^ c ^ d;
}
