"""Who calls a model's train function while a blocking run holds it."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

    from dlwidgets._keras_types import Nested


class Caller:
    """Tells calls of a run's own `fit` or loop from those of a `fit` that comes after it.

    A blocking `fit` that is left by an exception doesn't say that it has ended. It announces each
    epoch, and uses one iterator within it. A loop of one's own that calls `train_on_batch` has
    another iterator for each batch, a generator.
    """

    def __init__(self) -> None:
        self.iterator: Iterator[Nested] | None = None
        """The iterator of the `fit`, None in a loop of one's own."""
        self._fresh_epoch = self._announced = False
        self._in_loop = True  # until a `fit` calls

    def epoch_begins(self) -> None:
        """Note that an epoch was announced, which may have an iterator of its own."""
        self._fresh_epoch = True

    def batch_begins(self) -> None:
        """Note that a batch was announced."""
        self._announced = True

    def is_own(self, iterator: Iterator[Nested]) -> bool:
        """Whether the run's own `fit` or loop calls the train function.

        Args:
            iterator: What it calls the function with.
        """
        announced, self._announced = self._announced, False
        if inspect.isgenerator(iterator):
            return announced or self._in_loop
        own = self._fresh_epoch or iterator is self.iterator
        self.iterator, self._fresh_epoch, self._in_loop = iterator, False, False
        return own

    def forget(self) -> None:
        """Hold no iterator any longer."""
        self.iterator = None


class Place:
    """Where on this thread's stack the `fit` or loop is that has announced its begin."""

    def __init__(self) -> None:
        begun = next(f for f in _frames() if f.f_code.co_name not in _ANNOUNCING)
        # The frame itself would hold the data of a fit that was left.
        self._frame, self._code = id(begun), begun.f_code

    def on_stack(self) -> bool:
        """Whether it may be running still, on the calling thread."""
        return any(id(f) == self._frame and f.f_code is self._code for f in _frames())


_ANNOUNCING = ("_frames", "<genexpr>", "__init__", "begin_blocking", "on_train_begin")


def _frames() -> Iterator[FrameType]:
    frame = inspect.currentframe()
    while frame is not None:
        yield frame
        frame = frame.f_back
