"""Hash functions of texts: the one of Keras's `Hashing`, and Python's own.

`labextension/src/views/text-to-vectors/hashes.ts` has the same functions.

Source: G. Pike, FarmHash (the 64-bit fingerprint, which `tf.strings.to_hash_bucket_fast` uses);
J.-P. Aumasson and D. J. Bernstein, *SipHash: a fast short-input PRF*, 2012 (with 1 and 3 rounds,
as Python 3.11 and later hash a text).
"""

from __future__ import annotations

_WHOLE = (1 << 64) - 1
_K0, _K1, _K2 = 0xC3A5C85C97CB3127, 0xB492B66FBE98F273, 0x9AE16A3B2F90404F


def keras_hash(text: str) -> int:
    """Return the FarmHash fingerprint of a text in UTF-8, which `keras.layers.Hashing` uses.

    Example:
        >>> from dlwidgets.concepts._text_hashes import keras_hash
        >>> keras_hash("cat") % 10
        6
    """
    data = text.encode()
    size = len(data)
    if size <= 16:
        return _up_to_16(data)
    if size <= 32:
        return _up_to_32(data)
    return _up_to_64(data) if size <= 64 else _longer(data)


def python_hash(text: str, seed: int) -> int:
    """Return what `hash(text)` is in a 64-bit Python that was started with `PYTHONHASHSEED=seed`.

    Args:
        text: The text.
        seed: The seed; Python takes another one at random whenever it starts. 0 for none.
    """
    if text == "":
        return 0
    widest = max(map(ord, text))
    size = 1 if widest < 256 else 2 if widest < 65536 else 4
    data = b"".join(ord(sign).to_bytes(size, "little") for sign in text)
    value = _siphash(data, *_keys(seed))
    signed = value - (1 << 64) if value >> 63 else value
    return -2 if signed == -1 else signed


def _u64(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 8], "little")


def _u32(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 4], "little")


def _turned_right(value: int, by: int) -> int:
    value &= _WHOLE
    return ((value >> by) | (value << (64 - by))) & _WHOLE


def _folded(value: int) -> int:
    value &= _WHOLE
    return value ^ (value >> 47)


def _joined(u: int, v: int, by: int) -> int:
    v &= _WHOLE
    a = _folded(((u & _WHOLE) ^ v) * by)
    return _folded((v ^ a) * by) * by & _WHOLE


def _up_to_16(data: bytes) -> int:
    size = len(data)
    by = _K2 + size * 2
    if size >= 8:
        a, b = _u64(data, 0) + _K2, _u64(data, size - 8)
        c = _turned_right(b, 37) * by + a
        return _joined(c, (_turned_right(a, 25) + b) * by, by)
    if size >= 4:
        return _joined(size + (_u32(data, 0) << 3), _u32(data, size - 4), by)
    if size > 0:
        y = data[0] + (data[size >> 1] << 8)
        z = size + (data[size - 1] << 2)
        return _folded((y * _K2 & _WHOLE) ^ (z * _K0 & _WHOLE)) * _K2 & _WHOLE
    return _K2


def _up_to_32(data: bytes) -> int:
    size = len(data)
    by = _K2 + size * 2
    a, b = _u64(data, 0) * _K1, _u64(data, 8)
    c, d = _u64(data, size - 8) * by, _u64(data, size - 16) * _K2
    u = _turned_right(a + b, 43) + _turned_right(c, 30) + d
    return _joined(u, a + _turned_right(b + _K2, 18) + c, by)


def _up_to_64(data: bytes) -> int:
    size = len(data)
    by = _K2 + size * 2
    a, b = _u64(data, 0) * _K2, _u64(data, 8)
    c, d = _u64(data, size - 8) * by, _u64(data, size - 16) * _K2
    y = _turned_right(a + b, 43) + _turned_right(c, 30) + d
    z = _joined(y, a + _turned_right(b + _K2, 18) + c, by)
    e, f = _u64(data, 16) * by, _u64(data, 24)
    g, h = (y + _u64(data, size - 32)) * by, (z + _u64(data, size - 24)) * by
    u = _turned_right(e + f, 43) + _turned_right(g, 30) + h
    return _joined(u, e + _turned_right(f + a, 18) + g, by)


def _two(data: bytes, at: int, a: int, b: int) -> tuple[int, int]:
    w, x, y, z = (_u64(data, at + 8 * i) for i in range(4))
    a += w
    b = _turned_right(b + a + z, 21)
    c = a
    a += x + y
    return (a + z) & _WHOLE, (b + _turned_right(a, 44) + c) & _WHOLE


def _longer(data: bytes) -> int:
    size, seed = len(data), 81
    y = (seed * _K1 + 113) & _WHOLE
    z = _folded(y * _K2 + 113) * _K2
    v, w = (0, 0), (0, 0)
    x = seed * _K2 + _u64(data, 0)
    for at in range(0, (size - 1) // 64 * 64, 64):
        x = _turned_right(x + y + v[0] + _u64(data, at + 8), 37) * _K1
        y = _turned_right(y + v[1] + _u64(data, at + 48), 42) * _K1
        x = (x & _WHOLE) ^ w[1]
        y += v[0] + _u64(data, at + 40)
        z = _turned_right(z + w[0], 33) * _K1
        v = _two(data, at, v[1] * _K1, x + w[0])
        w = _two(data, at + 32, z + w[1], y + _u64(data, at + 16))
        z, x = x, z & _WHOLE
    by = _K1 + ((z & 0xFF) << 1)
    at, rest = size - 64, (size - 1) & 63
    w = (w[0] + rest, w[1])
    v = (v[0] + w[0], v[1])
    w = (w[0] + v[0], w[1])
    x = _turned_right(x + y + v[0] + _u64(data, at + 8), 37) * by
    y = _turned_right(y + v[1] + _u64(data, at + 48), 42) * by
    x = (x & _WHOLE) ^ (w[1] * 9 & _WHOLE)
    y += v[0] * 9 + _u64(data, at + 40)
    z = _turned_right(z + w[0], 33) * by
    v = _two(data, at, v[1] * by, x + w[0])
    w = _two(data, at + 32, z + w[1], y + _u64(data, at + 16))
    first = _joined(v[0], w[0], by) + _folded(y) * _K0 + x
    return _joined(first, _joined(v[1], w[1], by) + z, by)


def _keys(seed: int) -> tuple[int, int]:
    """Return the key that Python makes from its seed: bytes of a linear congruential generator."""
    if seed == 0:
        return 0, 0
    found = bytearray()
    for _ in range(16):
        seed = (seed * 214013 + 2531011) & 0xFFFFFFFF
        found.append((seed >> 16) & 0xFF)
    return _u64(bytes(found), 0), _u64(bytes(found), 8)


def _round(v: list[int]) -> None:
    a, b, c, d = v
    a = (a + b) & _WHOLE
    b = _turned_right(b, 51) ^ a
    a = _turned_right(a, 32)
    c = (c + d) & _WHOLE
    d = _turned_right(d, 48) ^ c
    a = (a + d) & _WHOLE
    d = _turned_right(d, 43) ^ a
    c = (c + b) & _WHOLE
    b = _turned_right(b, 47) ^ c
    v[:] = a, b, _turned_right(c, 32), d


def _siphash(data: bytes, k0: int, k1: int) -> int:
    v = [
        k0 ^ 0x736F6D6570736575,
        k1 ^ 0x646F72616E646F6D,
        k0 ^ 0x6C7967656E657261,
        k1 ^ 0x7465646279746573,
    ]
    whole = len(data) // 8 * 8
    last = (len(data) & 0xFF) << 56 | int.from_bytes(data[whole:], "little")
    for word in [*(_u64(data, at) for at in range(0, whole, 8)), last]:
        v[3] ^= word
        _round(v)
        v[0] ^= word
    v[2] ^= 0xFF
    for _ in range(3):
        _round(v)
    return v[0] ^ v[1] ^ v[2] ^ v[3]
