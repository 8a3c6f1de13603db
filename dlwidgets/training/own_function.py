"""Models that make a train function of their own, or have a loop of their own."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._messages import tr
from dlwidgets._tensorflow import load, load_keras
from dlwidgets.training.executor import Execution
from dlwidgets.training.recorder import as_number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from dlwidgets._keras_types import KerasModel, Nested
    from dlwidgets._messages import Message


def makes_own_function(model: KerasModel) -> bool:
    """Whether the model's class overrides `make_train_function`.

    Args:
        model: A Keras model.
    """
    overridden: bool = type(model).make_train_function is not load_keras().Model.make_train_function
    return overridden


def limits(model: KerasModel) -> list[Message]:
    """Return what of a recorded training with this model can't be found again, in sentences.

    Args:
        model: A Keras model.

    Example:
        >>> from dlwidgets.training.own_function import limits
        >>> limits(dl.models.compiled("mlp", input_shape=(8, 8, 1), classes=10))
        []
    """
    name = type(model).__name__
    if type(model).fit is not load_keras().Model.fit:
        return [
            tr(
                "{name} has its own `fit`. The run can be resumed only if that calls Keras's "
                "`fit`, and only from the beginning of an epoch.",
                name=name,
            )
        ]
    if makes_own_function(model):
        return [
            tr(
                "{name} has its own `make_train_function`, whose variables aren't known, so a "
                "resumed run starts the epoch again. Override `train_step` instead so that the "
                "run resumes exactly.",
                name=name,
            )
        ]
    return []


class OwnFunction:
    """Calls a model's own train function, in the place of an `Executor`.

    What it does inside isn't known, so its steps are counted as `fit` counts them, and their values
    are those that it reports.

    Args:
        function: What the model's `make_train_function` made.
    """

    exact: frozenset[str] = frozenset()
    """No metric: what the function reports may be running means."""

    def __init__(self, function: Callable[[Any], Any]) -> None:
        self._function, self._called = function, False
        self._ended = (StopIteration, load()[0].errors.OutOfRangeError)

    def graph(self, _iterator: Iterator[Nested]) -> None:
        """Return None: the function's graph isn't known."""

    def variables(self, _iterator: Iterator[Nested]) -> list[Any]:
        """Return no variables: which ones the function uses isn't known."""
        return []

    def run(self, iterator: Iterator[Nested], steps: int) -> Execution:
        """Call the function once.

        Args:
            iterator: The iterator that `keras.Model.fit` hands to its train function.
            steps: The steps that `fit` counts for this call.

        Returns:
            The Execution; no steps at the end of the data.
        """
        started, nothing = time.perf_counter(), np.empty(0, np.int64)
        error: BaseException | None = None
        try:
            logs = self._function(iterator)
        except self._ended:
            steps, logs = 0, {}
        except BaseException as raised:  # noqa: BLE001 - handed on in Execution.error
            steps, logs, error = 0, {}, raised
        seconds = time.perf_counter() - started
        if not steps:
            return Execution(0, seconds, nothing, {}, {}, error)
        first, self._called = not self._called, True  # which builds its graph
        return reported(logs, steps, seconds, traced=first)


def reported(
    logs: Mapping[str, Any], steps: int, seconds: float, *, traced: bool = False
) -> Execution:
    """Return steps whose values are those that code of the user's own reports.

    Args:
        logs: Values by name; what isn't one number is left out.
        steps: How many steps they are of.
        seconds: How long the steps took together.
        traced: Whether a graph was built for them.
    """
    numbers = {name: as_number(value) for name, value in logs.items()}
    own = {name: np.full(steps, value) for name, value in numbers.items() if value is not None}
    return Execution(steps, seconds, np.zeros(steps, np.int64), own, logs, traced=traced)
