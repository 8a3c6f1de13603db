"""Executions: several training steps in one TensorFlow call, each step's values kept."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._tensorflow import compiled, load
from dlwidgets.training.first_state import make_first_state
from dlwidgets.training.step_graph import apart, separate
from dlwidgets.training.step_metrics import StepMeter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from dlwidgets._keras_types import KerasModel, Nested

MAX_STEPS = 512
"""The largest number of steps per execution."""

_SAMPLES = 1  # columns before the metrics: the number of samples in the step's batch


@dataclass(frozen=True)
class Execution:
    """The result of one execution.

    Attributes:
        steps: Steps that ran; fewer than asked for at the end of the data, or after a loss that
            is not finite.
        seconds: How long they took together.
        samples: int64, shape (steps,), the size of each step's batch.
        own: For each metric the steps' own values, float64, shape (steps,).
        running: For each metric the running value after the last step, as Keras reports it.
        error: What stopped the execution, after `steps` whole steps; None if nothing did.
        traced: Whether a graph was built for it, which takes far longer than its steps.
    """

    steps: int
    seconds: float
    samples: NDArray[np.int64]
    own: dict[str, NDArray[np.float64]]
    running: Mapping[str, Any]
    error: BaseException | None = None
    traced: bool = False

    @property
    def diverged(self) -> str:
        """The first loss of the last step that is NaN or infinite; empty if all are finite."""
        if not self.steps:
            return ""
        names = watched_losses(tuple(self.own))
        return next((n for n in names if not math.isfinite(self.own[n][-1])), "")


def is_loss(name: str) -> bool:
    """Whether a metric of this name is a loss, or a part of one."""
    return name == "loss" or name.endswith("_loss")


def watched_losses(names: Sequence[str]) -> tuple[str, ...]:
    """Return the losses that must stay finite.

    Args:
        names: Names of metrics.

    Returns:
        The total loss. Without one, as where a GAN has two optimizers, every loss.
    """
    return ("loss",) if "loss" in names else tuple(name for name in names if is_loss(name))


def _flat(logs: Mapping[str, Any]) -> dict[str, Any]:
    """What a step reported, without levels, as Keras hands it to callbacks, and without None."""
    found: dict[str, Any] = {}
    for name, value in logs.items():
        if isinstance(value, dict):
            found.update(_flat(value))
        elif value is not None:
            found[name] = value
    return found


class Executor:
    """Runs a model's ``train_step`` or ``test_step`` k times per call, with k chosen at each call.

    One graph serves every k. The steps are the very ones that `keras.Model.fit` runs, with the same
    compilation (`jit_compile`, `run_eagerly`), and are optimized by TensorFlow as those (see
    `step_graph`), so the weights come out bit-identical on a CPU. Two cases differ. Within the
    scope of a distribution strategy last bits may. And where data end at a length that Keras
    doesn't know, the graph of `fit` runs once more, without data, and counts a step of the
    optimizer that isn't one; with `steps_per_execution=2` it doesn't, and neither does this.

    Args:
        model: A compiled Keras model.
        step: ``model.train_step`` or ``model.test_step``.
        record: Keep each step's own values (training); otherwise only the running ones.
        on_first: Called with the very first batch; it must not raise.
        stop_on_nan: End an execution after a step whose loss isn't finite.
        looped: Whether the steps of `fit` run in a loop too, as with `steps_per_execution=2`.

    Example:
        >>> executor = Executor(model, model.train_step)  # doctest: +SKIP
        >>> executor.run(iter(dataset), steps=16).own["loss"]  # doctest: +SKIP
    """

    def __init__(
        self,
        model: KerasModel,
        step: Callable[[Any], Any],
        *,
        record: bool = True,
        on_first: Callable[[Nested], None] | None = None,
        stop_on_nan: bool = True,
        looped: bool = False,
    ) -> None:
        self._tf, self._keras = load()
        self._on_first = on_first
        self._model, self._step, self._record = model, step, record
        self._stop_on_nan, self._looped = stop_on_nan, looped
        self._one: Callable[[Any], Any]
        self._many: Any = None
        self._names: tuple[str, ...] = ()
        self.exact: frozenset[str] = frozenset()
        """The metrics whose recorded values are each step's own, known after the first step."""
        self._others: dict[str, Any] = {}  # what the last step reported that isn't one number
        self._held: dict[str, Any] = {}  # the variables in which a graph keeps that
        self._ring: Any = None
        self._cursor: Any = None
        self._traced = False  # whether there is a graph
        self._tracing = False  # whether the call that runs now builds one
        self._born = False  # whether the last step made metrics that were not there before it
        self._make_functions()

    def run(self, iterator: Iterator[Nested], steps: int) -> Execution:
        """Run up to `steps` steps on the next batches of `iterator`.

        Args:
            iterator: The iterator that `keras.Model.fit` hands to its train function.
            steps: How many, 1 to `MAX_STEPS`. The first call runs one.

        Returns:
            The Execution; `Execution.error` holds what the steps raised, so that what was
            recorded before it is not lost.
        """
        self._tracing = False
        started = time.perf_counter()
        if self._many is None or not isinstance(iterator, self._tf.data.Iterator):
            rows, error = self._run_one_by_one(iterator, steps)
        else:
            rows, error = self._run_graph(iterator, steps)
        seconds = time.perf_counter() - started
        if not len(rows):  # an error may have come after the metrics changed, but before a step
            return Execution(0, seconds, np.empty(0, np.int64), {}, {}, error)
        traced = self._tracing and not self._model.run_eagerly
        n = len(self._names)
        own = {name: rows[:, _SAMPLES + i] for i, name in enumerate(self._names)}
        last = rows[-1, _SAMPLES + n :]
        running = dict(zip(self._names, (float(v) for v in last), strict=True))
        running.update((name, value.numpy()) for name, value in self._others.items())
        samples = rows[:, 0].astype(np.int64)
        return Execution(len(rows), seconds, samples, own, running, error, traced)

    def prepare(self, iterator: Iterator[Nested]) -> bool:
        """Build the graph, and with it whatever the first step makes, but run no step.

        Args:
            iterator: The iterator that `keras.Model.fit` hands to its train function.

        Returns:
            Whether there is a graph. There is none where steps run eagerly.
        """
        if self._many is None or not isinstance(iterator, self._tf.data.Iterator):
            return False
        if self._record:
            make_first_state(self._model, iterator)
        self._many.get_concrete_function(iterator, self._tf.constant(1))
        if self._born:
            self._make_functions()
            self._many.get_concrete_function(iterator, self._tf.constant(1))
        self._traced = True
        return True

    def graph(self, iterator: Iterator[Nested]) -> Any | None:
        """Return the concrete function of the steps; None where there is none.

        Args:
            iterator: An iterator that a step was run on.
        """
        if self._many is None or not self._traced:
            return None
        return self._many.get_concrete_function(iterator, self._tf.constant(1))

    def variables(self, iterator: Iterator[Nested]) -> list[Any]:
        """Return the variables that the graph uses, but for those of this object.

        Args:
            iterator: An iterator that a step was run on.
        """
        graph = self.graph(iterator)
        own = {id(one) for one in (self._ring, self._cursor, *self._held.values())}
        return [] if graph is None else [one for one in graph.variables if id(one) not in own]

    def _run_graph(
        self, iterator: Iterator[Nested], steps: int
    ) -> tuple[NDArray[Any], BaseException | None]:
        if not self._traced:
            steps = 1
        elif self._born:
            # The graph was built before Keras made these metrics: it cannot tell their own values.
            self._make_functions()
        self._others = self._held
        try:
            if not self._traced and self._record:
                make_first_state(self._model, iterator)
            rows, batch = self._many(iterator, self._tf.constant(steps))
            rows = rows.numpy()
            if len(rows) and self._on_first is not None:
                self._note_first(batch.get_value())
        except BaseException as error:  # noqa: BLE001 - handed on in Execution.error
            return self._rows_before_error(), error
        self._traced = True
        return rows, None

    def _rows_before_error(self) -> NDArray[Any]:
        if self._ring is None:  # it failed while it was traced, or before its first step had run
            return np.empty((0, _SAMPLES))
        rows: NDArray[Any] = self._ring.numpy()[: int(self._cursor.numpy())]
        self._cursor.assign(0)
        return rows

    def _run_one_by_one(
        self, iterator: Iterator[Nested], steps: int
    ) -> tuple[NDArray[Any], BaseException | None]:
        rows: list[NDArray[Any]] = []
        error: BaseException | None = None
        try:
            for _ in range(steps):
                data = next(iterator, None)
                if data is None:
                    break
                self._note_first(data)
                row, _, self._others = self._one(data)
                rows.append(np.array(row))
                if not np.isfinite(rows[-1][self._loss_columns()]).all():
                    break
        except self._tf.errors.OutOfRangeError:
            pass  # the end of the data
        except BaseException as raised:  # noqa: BLE001 - handed on in Execution.error
            error = raised
        return np.array(rows), error

    def _note_first(self, batch: Nested) -> None:
        if self._on_first is not None:
            self._on_first(batch)
            self._on_first = None

    def _make_functions(self) -> None:
        self._one, self._many, self._born = self._make_one_step(), None, False
        if not self._model.run_eagerly:
            self._many = compiled(self._loop, reduce_retracing=True, autograph=False)

    def _make_one_step(self) -> Callable[[Any], Any]:
        tf, model = self._tf, self._model

        def rows(data: Any) -> Any:
            row, others = model.distribute_strategy.run(self._row_of_step, args=(data,))
            return row, self._finite(row), others

        one_step: Callable[[Any], Any] = rows
        if not model.run_eagerly:
            if model.jit_compile or self._looped:
                one_step = compiled(
                    rows, reduce_retracing=True, jit_compile=model.jit_compile, autograph=False
                )
            else:
                one_step = separate(rows)

        def with_optionals(data: Any) -> Any:
            # An input that is None travels through tf.data as an Optional.
            optional = tf.experimental.Optional
            data = self._keras.tree.map_structure(
                lambda leaf: None if isinstance(leaf, optional) else leaf, data
            )
            return one_step(data)

        return with_optionals

    def _row_of_step(self, data: Any) -> Any:
        """One step as a vector: samples, each metric's own value, each metric's running value.

        And by name what it reports besides, such as a metric of several values.
        """
        tf, self._tracing = self._tf, True
        meter = StepMeter(self._model)
        if self._record:
            with meter.watch():
                logs = self._step(data)
        else:
            logs = self._step(data)
        logs = _flat(logs)
        self._born = bool(meter.born)
        scalars = {k: scalar for k, v in logs.items() if (scalar := self._scalar(v)) is not None}
        others = {k: tf.convert_to_tensor(v) for k, v in logs.items() if k not in scalars}
        self._names = tuple(scalars)
        own = {k: meter.own(k, logs[k]) for k in scalars}
        self.exact = frozenset(k for k, v in own.items() if v is not None)
        values = [scalars[k] if v is None else self._scalar(v) for k, v in own.items()]
        values += scalars.values()
        row = [tf.cast(self._samples(data), tf.float64)]
        row += [tf.cast(v, tf.float64) for v in values]
        return tf.stack(row), others

    def _scalar(self, value: Any) -> Any:
        """What a step reported as one number; None if it is several, or a text."""
        tensor = self._tf.convert_to_tensor(value)
        if not (tensor.dtype.is_floating or tensor.dtype.is_integer or tensor.dtype.is_bool):
            return None
        if tensor.shape.rank == 0:
            return tensor
        return self._tf.reshape(tensor, ()) if tensor.shape.num_elements() == 1 else None

    def _samples(self, data: Any) -> Any:
        leaf = next((i for i in self._keras.tree.flatten(data) if i is not None), None)
        if leaf is None or not leaf.shape.rank:
            return 0
        if leaf.shape[0] is not None:
            return leaf.shape[0]
        if isinstance(leaf, self._tf.SparseTensor):
            return leaf.dense_shape[0]
        return leaf.nrows() if isinstance(leaf, self._tf.RaggedTensor) else self._tf.shape(leaf)[0]

    def _finite(self, row: Any) -> Any:
        """Whether the loss in a step's row is finite, where that matters."""
        columns = self._loss_columns()
        return self._tf.reduce_all([self._tf.math.is_finite(row[c]) for c in columns] or [True])

    def _loss_columns(self) -> list[int]:
        names = watched_losses(self._names) if self._stop_on_nan else ()
        return [_SAMPLES + self._names.index(name) for name in names]

    def _make_ring(self, width: int) -> None:
        # Variables, not results of the graph: what was written survives an error in a later step.
        self._ring = self._variable(np.zeros((MAX_STEPS, width)), name="dlwidgets_ring")
        self._cursor = self._variable(0, name="dlwidgets_cursor")

    def _variable_of(self, name: str, value: Any) -> Any:
        found = self._held.get(name)
        if found is None or found.dtype != value.dtype:
            empty, shape = np.zeros(0, value.dtype.as_numpy_dtype), self._tf.TensorShape(None)
            found = self._held[name] = self._variable(empty, shape=shape, dtype=value.dtype)
        return found

    def _variable(self, value: Any, **options: Any) -> Any:
        def make() -> Any:
            with self._tf.device("CPU:0"):
                return self._tf.Variable(value, trainable=False, **options)

        return apart(make)

    def _loop(self, iterator: Any, steps: Any) -> Any:
        tf = self._tf

        def condition(i: Any, finite: Any, batch: Any) -> Any:
            return (i < steps) & finite & batch.has_value()

        def body(i: Any, _finite: Any, batch: Any) -> Any:
            row, finite, others = self._one(batch.get_value())
            if self._ring is None or self._ring.shape[1] != row.shape[0]:
                self._make_ring(row.shape[0])
            with tf.device("CPU:0"):
                written = [self._ring.scatter_nd_update([[i]], [row])]
                written += [self._variable_of(k, v).assign(v) for k, v in others.items()]
                with tf.control_dependencies(written):
                    counted = self._cursor.assign(i + 1)
            # The next batch only once this step is on record: asking for it may raise.
            with tf.control_dependencies([counted]):
                following = tf.cond(
                    (i + 1 < steps) & finite, iterator.get_next_as_optional, lambda: batch
                )
            return i + 1, finite, following

        first = (tf.constant(0), tf.constant(True), iterator.get_next_as_optional())
        done = tf.while_loop(condition, body, first, parallel_iterations=1)[0]
        with tf.device("CPU:0"):
            rows = tf.identity(self._ring.value()[:done])
            # Not at the beginning: an error before it would leave an earlier execution's count.
            with tf.control_dependencies([rows]):
                self._cursor.assign(0)
        return rows, first[2]
