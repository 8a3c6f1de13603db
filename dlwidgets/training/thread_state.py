"""What Keras keeps per thread, carried from the thread that calls `fit` to the one that trains.

`keras.Model.fit` trains on the caller's thread, with the dtype policy, the settings and the random
numbers of that thread. A thread that trains for it gets the same, and gives the state of the random
numbers back when training is over, so that what follows is as after `fit`.

Keras has no public access to its global seed generator, from which `keras.random` draws where it is
given no seed. But a traced function names the variables that it uses, and the generator's state is
one of them.
"""

from __future__ import annotations

import contextlib
import random
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dlwidgets._tensorflow import load, load_keras
from dlwidgets.training.drawn_seeds import seeds_given_back

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy as np
    from numpy.typing import NDArray


class _NoGeneratorError(Exception):
    """Drawing would have to make a generator."""


def generator_state() -> Any | None:
    """Return the variable with the state of this thread's generator; None before its first use."""
    tf, keras = load()

    def refuse(*_: Any, **__: Any) -> Any:
        raise _NoGeneratorError

    try:
        with seeds_given_back(), tf.variable_creator_scope(refuse):
            draw = tf.function(lambda: keras.random.uniform(()), autograph=False)
            state = draw.get_concrete_function().variables[0]
    except _NoGeneratorError:  # Keras had drawn the generator's seed
        return None
    return state


def generator_made() -> Any:
    """Return the variable with the state of this thread's generator, which is made if need be."""
    state = generator_state()
    if state is None:
        with seeds_given_back():
            load_keras().random.uniform(())
        state = generator_state()
    return state


@dataclass
class _Debt:
    """The state that a training thread's generator ended with, for a thread that has none yet."""

    value: NDArray[np.int64] | None = None
    python: tuple[Any, ...] = field(default=(), repr=False)
    """Python's own generator at that time; it has moved on where something was seeded or drawn."""


_of_thread = threading.local()


def settle() -> None:
    """Give the calling thread the random state that the last training for it has ended with.

    Only where nothing was seeded or drawn since: otherwise it isn't what follows that training.
    """
    debt: _Debt | None = getattr(_of_thread, "debt", None)
    if debt is None or debt.value is None:
        return
    _of_thread.debt = None
    if random.getstate() == debt.python and generator_state() is None:
        generator_made().assign(debt.value)


class ThreadState:
    """Keras's state of the thread that makes this object, for a thread that trains for it.

    Example:
        >>> from dlwidgets.training.thread_state import ThreadState
        >>> state = ThreadState()  # on the caller's thread
        >>> with state.taken_over():  # on the training thread
        ...     pass
    """

    def __init__(self) -> None:
        settle()
        self._settings = [(setter, getter()) for getter, setter in _settings()]
        self._state = generator_state()
        self._debt: _Debt | None = None
        if self._state is None:
            self._debt = _of_thread.debt = _Debt()

    @contextlib.contextmanager
    def taken_over(self) -> Iterator[None]:
        """Use this state on the calling thread, and give the state of random numbers back."""
        for setter, value in self._settings:
            setter(value)
        if self._state is not None:
            generator_made().assign(self._state)
        try:
            yield
        finally:
            state = generator_state()
            if state is not None and self._state is not None:
                self._state.assign(state)
            elif state is not None and self._debt is not None:
                self._debt.python = random.getstate()
                self._debt.value = state.numpy()


def _settings() -> list[tuple[Callable[[], Any], Callable[[Any], None]]]:
    """Return the getter and the setter of each setting that Keras keeps per thread."""
    keras = load_keras()
    config, distribution = keras.config, keras.distribution

    def switch(on: Callable[[], None], off: Callable[[], None]) -> Callable[[Any], None]:
        return lambda value: on() if value else off()

    def set_flash_attention(value: bool | None) -> None:
        if value is not None:  # not chosen: Keras decides
            switch(config.enable_flash_attention, config.disable_flash_attention)(value)

    return [
        (config.dtype_policy, config.set_dtype_policy),
        (config.is_flash_attention_enabled, set_flash_attention),
        (
            config.is_traceback_filtering_enabled,
            switch(config.enable_traceback_filtering, config.disable_traceback_filtering),
        ),
        (
            config.is_interactive_logging_enabled,
            switch(config.enable_interactive_logging, config.disable_interactive_logging),
        ),
        (distribution.distribution, distribution.set_distribution),
    ]
