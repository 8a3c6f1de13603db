"""The validation of a Run: executions of the model's test step, steered between batches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dlwidgets._tensorflow import load_keras
from dlwidgets.training.execution_size import ExecutionSize
from dlwidgets.training.executor import MAX_STEPS, Executor
from dlwidgets.training.iterators import LastIterators

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from dlwidgets._keras_types import KerasModel, Nested
    from dlwidgets.training.executor import Execution
    from dlwidgets.training.run_engine import RunEngine


class Validation:
    """Takes the place of a model's test function during a `fit`.

    As with training (see `RunCallback`), k steps run at the first of k calls.

    Args:
        engine: The engine of the Run.
        check: Raises where another thread than the training one calls the function.
        steered: Calls a function with arguments, which a stop or an error may end.
        each_batch: Run one step per execution.
        steps: Steps of one validation, None if its data ends by itself.
        batches: Batches of data that ends by itself, None if that isn't known.
    """

    def __init__(
        self,
        engine: RunEngine,
        *,
        check: Callable[[], None],
        steered: Callable[..., None],
        each_batch: bool,
        steps: int | None,
        batches: int | None = None,
    ) -> None:
        self._engine, self._check, self._steered = engine, check, steered
        self._size = ExecutionSize(1 if each_batch else MAX_STEPS)
        self._steps, self._batches = _capped(steps), batches
        self._steps_left: int | None = None
        self._per_call = 1  # the steps that fit counts for one call of the function
        self._looped = False
        self._running = self._left_early = False
        self._ahead = 0
        self._logs: Mapping[str, Any] = {}
        self._iterators = LastIterators()
        self._before: Any = None

    def install(self, model: KerasModel, per_call: int, *, looped: bool) -> None:
        """Take the place of the model's test function.

        Args:
            model: The model that is trained.
            per_call: Steps of one call, as `fit` counts them.
            looped: Whether the steps of `fit` run in a loop (see `Executor`).
        """
        self._model, self._per_call, self._looped = model, per_call, looped
        self._take_over()

    def _take_over(self) -> None:
        self._before = self._model.test_function
        self._executor = Executor(
            self._model, self._model.test_step, record=False, looped=self._looped
        )
        self._model.test_function = self._function

    def remove(self) -> None:
        """Give the model back its own function."""
        self._iterators.close()
        # A model that was compiled again since has dropped it.
        if self._model.test_function == self._function:
            self._model.test_function = self._before

    def begin(self) -> None:
        """Note that a validation begins, with the function that the model has now."""
        if self._model.test_function != self._function:
            self._take_over()
        self._ahead, self._running, self._steps_left = 0, True, self._steps

    def end_batch(self, batch: int) -> None:
        """Let Keras leave a validation after its last batch.

        It would look for another one, and make an iterator for that.

        Args:
            batch: The index of the batch that was evaluated.
        """
        if self._running and batch + 1 == self._batches and not self._engine.steering.calling:
            self._model.stop_evaluating = self._left_early = True

    def end(self) -> None:
        """Note that the validation is over."""
        self._running = False
        if self._left_early:
            self._model.stop_evaluating = self._left_early = False

    def _function(self, iterator: Iterator[Nested]) -> Mapping[str, Any]:
        self._check()
        steering = self._engine.steering
        if not self._running or steering.calling:  # the user's own model.evaluate
            return self._call(iterator)
        self._iterators.use(iterator)
        if self._engine.blocking:
            self._steered(self._boundary)
            self._steered(self._call_blocking, iterator)  # also after a stop, as Keras does
            return self._logs
        if self._ahead == 0:
            self._boundary()
            left = self._steps_left
            most = 1 if self._model.stop_evaluating else self._size.steps
            steps = most if left is None else min(most, left)
            execution = self._run(iterator, max(1, steps))
            self._size.record(execution.steps, execution.seconds)
            self._steps_left = None if left is None else left - execution.steps
            self._logs, self._ahead = execution.running, execution.steps
        self._ahead -= 1
        return self._logs

    def _boundary(self) -> None:
        if not self._engine.state.ended:
            self._engine.steering.boundary(step=False)

    def _call_blocking(self, iterator: Iterator[Nested]) -> None:
        self._logs = self._call(iterator)

    def _call(self, iterator: Iterator[Nested]) -> Mapping[str, Any]:
        """The steps of one call; fewer only where the data end."""
        logs: Mapping[str, Any] = {}
        done = 0
        while done < self._per_call:
            try:
                execution = self._run(iterator, min(MAX_STEPS, self._per_call - done))
            except StopIteration:
                if not done:
                    raise
                break
            logs = execution.running
            done += execution.steps
        return logs

    def _run(self, iterator: Iterator[Nested], steps: int) -> Execution:
        execution = self._executor.run(iterator, steps)
        if execution.error is not None:
            raise execution.error
        if not execution.steps:
            raise StopIteration
        if execution.traced:
            self._engine.recorder.leave_out(execution.seconds)
        return execution


def _capped(steps: int | None) -> int | None:
    """A number of validation steps, as Keras's debugging limit leaves it."""
    most = load_keras().config.max_steps_per_epoch()
    return steps if most is None else min(most, steps or most)
