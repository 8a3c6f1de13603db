"""Each step's own value of metrics that Keras only reports as running means.

Keras's `Mean` metrics (the loss and nearly every metric) keep a total and a count over the epoch.
Taking one step's value as a difference of totals loses digits as the total grows: late in an epoch
of MNIST, 32-bit totals leave an error of 2e-4. Here each step starts with empty totals, so that its
value is exact, and the totals of the epoch are put together again afterwards. What a `train_step`
reads from ``metric.result()`` in between is the running mean, as in plain Keras.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from dlwidgets._tensorflow import load

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dlwidgets._keras_types import KerasModel


def mean_metrics(metrics: Sequence[Any]) -> list[Any]:
    """Return all `keras.metrics.Mean` in `metrics`, also those in containers.

    A subclass that keeps more than a total and a count is left out: what its value over one step
    means isn't known.

    Args:
        metrics: What ``model.metrics`` returns.

    Returns:
        Each metric once, in the order found.
    """
    keras = load()[1]
    found: dict[int, Any] = {}
    for metric in metrics:
        inner = getattr(metric, "metrics", None)
        if inner:
            found.update((id(m), m) for m in mean_metrics(inner))
        elif isinstance(metric, keras.metrics.Mean) and len(metric.variables) == 2:
            found[id(metric)] = metric
    return list(found.values())


@contextlib.contextmanager
def undisturbed_metrics(model: KerasModel) -> Iterator[None]:
    """Give the model's metrics back the state they have now.

    Args:
        model: A Keras model, not in the middle of a step.
    """
    variables = [v for metric in model.metrics for v in metric.variables]
    values = [v.numpy() for v in variables]
    try:
        yield
    finally:
        for variable, value in zip(variables, values, strict=True):
            variable.assign(value)


class StepMeter:
    """Measures one call of a ``train_step``: its own values apart from the running ones.

    Use as a context manager around the call, in graph or eager mode alike.

    Args:
        model: A compiled Keras model.
    """

    def __init__(self, model: KerasModel) -> None:
        self._tf, self._keras = load()
        self._model = model
        self._reported: list[tuple[Any, Any]] = []
        self._own: dict[int, Any] = {}
        self.born: frozenset[str] = frozenset()
        """Names of the means that the step itself brought into being."""

    @contextlib.contextmanager
    def watch(self) -> Iterator[None]:
        """Empty the means before the step, and put the epoch's totals together after it."""
        identity = self._tf.identity
        # Metrics of layers are found only once the model is built, so they are looked up here.
        before = [
            (m, identity(m.total.value), identity(m.count.value))
            for m in mean_metrics(self._model.metrics)
        ]
        with contextlib.ExitStack() as patches:
            for metric, total, count in before:
                metric.total.assign(self._tf.zeros_like(total))
                metric.count.assign(self._tf.zeros_like(count))
                patches.enter_context(self._running_result(metric, total, count))
            yield
        reported = {id(metric) for _, metric in self._reported}
        for metric, total, count in before:
            if id(metric) in reported:
                self._own[id(metric)] = metric.result()
            metric.total.assign_add(total)
            metric.count.assign_add(count)
        known = {id(metric) for metric, _, _ in before}
        self.born = frozenset(
            m.name for m in mean_metrics(self._model.metrics) if id(m) not in known
        )

    @contextlib.contextmanager
    def _running_result(self, metric: Any, total: Any, count: Any) -> Iterator[None]:
        plain = metric.result
        mean = type(metric).result is self._keras.metrics.Mean.result

        def result() -> Any:
            if mean:
                # What Mean.result computes, without touching its variables: it is in every step.
                running = self._keras.ops.divide_no_nan(
                    metric.total.value + total,
                    self._keras.ops.cast(metric.count.value + count, metric.dtype),
                )
            else:
                running = self._with_totals_of_the_epoch(plain, metric, total, count)
            self._reported.append((running, metric))
            return running

        metric.result = result
        try:
            yield
        finally:
            del metric.result

    def _with_totals_of_the_epoch(self, plain: Any, metric: Any, total: Any, count: Any) -> Any:
        identity = self._tf.identity
        own_total, own_count = identity(metric.total.value), identity(metric.count.value)
        metric.total.assign_add(total)
        metric.count.assign_add(count)
        running = plain()
        metric.total.assign(own_total)
        metric.count.assign(own_count)
        return running

    def own(self, name: str, reported: Any) -> Any | None:
        """The step's own value behind what the step reported, or None if that is not a mean.

        Args:
            name: The key under which the step reported it.
            reported: What it reported.
        """
        for running, metric in self._reported:
            if running is reported:
                return self._own[id(metric)]
        # Such a metric has seen no other step.
        return reported if name in self.born else None
