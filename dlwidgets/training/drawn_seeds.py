"""What is drawn from the random generators of Python and NumPy for looking, given back."""

from __future__ import annotations

import contextlib
import random
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

_LARGEST = int(1e9)  # seed that Keras draws where it is given none


@contextlib.contextmanager
def seeds_given_back(most: int = 64) -> Iterator[None]:
    """Leave Python's random generator as it was, but for the seeds that Keras draws inside.

    A generator that has given anything else meanwhile stays as it is: another thread drew from it,
    such as one that augments data, and must not be given the same numbers again. NumPy's generator
    isn't touched, because Keras draws nothing from it.

    Args:
        most: Seeds that Keras may have drawn at most.

    Example:
        >>> import random
        >>> import keras
        >>> from dlwidgets.training.drawn_seeds import seeds_given_back
        >>> before = random.getstate()
        >>> with seeds_given_back():
        ...     layer = keras.layers.Dropout(0.5)
        >>> random.getstate() == before
        True
    """
    before = random.getstate()
    try:
        yield
    finally:
        after = random.getstate()
        if after != before and _only_seeds(before, after, most):
            random.setstate(before)


class GeneratorStates:
    """The states that the global random generators of Python and NumPy have now.

    For a model whose `call` draws from them: what is drawn for a look at it must not be missing in
    its training. TensorFlow's own generator for operations without a seed can't be given back,
    because TensorFlow doesn't tell its state.

    Example:
        >>> import random
        >>> from dlwidgets.training.drawn_seeds import GeneratorStates
        >>> states = GeneratorStates()
        >>> number = random.random()
        >>> states.give_back()
        >>> random.random() == number
        True
    """

    def __init__(self) -> None:
        self._python = random.getstate()
        self._numpy = np.random.get_state()

    def give_back(self) -> None:
        """Let the generators give the same numbers once more."""
        random.setstate(self._python)
        np.random.set_state(self._numpy)


def _only_seeds(before: tuple[object, ...], after: tuple[object, ...], most: int) -> bool:
    again = random.Random()  # noqa: S311 - no secret
    again.setstate(before)
    for _ in range(most):
        again.randint(1, _LARGEST)
        if again.getstate() == after:
            return True
    return False
