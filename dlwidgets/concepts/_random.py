"""Random numbers from a seed, and which samples each step takes: the same here and in the page.

`labextension/src/shared/concept/batches.ts` has the same functions.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def uniform(seed: int) -> Callable[[], float]:
    """Return a source of numbers from 0 to 1: mulberry32, in the public domain."""
    state, whole = seed, 0xFFFFFFFF

    def following() -> float:
        nonlocal state
        state = (state + 0x6D2B79F5) & whole
        mixed = (state ^ (state >> 15)) * (1 | state) & whole
        mixed = ((mixed + ((mixed ^ (mixed >> 7)) * (61 | mixed) & whole)) & whole) ^ mixed
        return (mixed ^ (mixed >> 14)) / 4294967296

    return following


def batches(samples: int, size: int, steps: int, seed: int) -> list[list[int]]:
    """Return the samples of each step: each epoch takes all of them in a random order.

    Args:
        samples: How many there are.
        size: Samples of a batch; the last one of an epoch may be smaller.
        steps: How many steps.
        seed: The same seed gives the same batches, here and in the page.
    """
    random, found = uniform(seed), list[list[int]]()
    while len(found) < steps:
        order = list(range(samples))
        for i in range(samples - 1, 0, -1):
            j = math.floor(random() * (i + 1))
            order[i], order[j] = order[j], order[i]
        found += [order[at : at + size] for at in range(0, samples, size)]
    return found[:steps]


def shuffled(count: int, seed: int) -> list[int]:
    """Return 0 to count − 1 in a random order.

    Args:
        count: How many.
        seed: The same seed gives the same order, here and in the page.
    """
    random, order = uniform(seed), list(range(count))
    for i in range(count - 1, 0, -1):
        j = math.floor(random() * (i + 1))
        order[i], order[j] = order[j], order[i]
    return order
