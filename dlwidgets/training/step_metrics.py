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


def mean_metrics(metrics: Sequence[Any]) -> list[Any]:
    """All `keras.metrics.Mean` in `metrics`, containers of metrics opened.

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
        elif isinstance(metric, keras.metrics.Mean):
            found[id(metric)] = metric
    return list(found.values())


class StepMeter:
    """Watches one call of a ``train_step`` and tells its own values apart from the running ones.

    Use as a context manager round the call, in graph or eager mode alike.

    Args:
        model: A compiled Keras model whose metrics exist (they do once `fit` has begun).
    """

    def __init__(self, model: Any) -> None:
        self._tf = load()[0]
        self._model = model
        self._reported: list[tuple[Any, Any]] = []
        self._own: dict[int, Any] = {}

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
        for metric, total, count in before:
            self._own[id(metric)] = metric.result()
            metric.total.assign_add(total)
            metric.count.assign_add(count)

    @contextlib.contextmanager
    def _running_result(self, metric: Any, total: Any, count: Any) -> Iterator[None]:
        identity, plain = self._tf.identity, metric.result

        def result() -> Any:
            own_total, own_count = identity(metric.total.value), identity(metric.count.value)
            metric.total.assign_add(total)
            metric.count.assign_add(count)
            running = plain()
            metric.total.assign(own_total)
            metric.count.assign(own_count)
            self._reported.append((running, metric))
            return running

        metric.result = result
        try:
            yield
        finally:
            del metric.result

    def own(self, reported: Any) -> Any | None:
        """The step's own value behind what the step reported, or None if that is not a mean."""
        for running, metric in self._reported:
            if running is reported:
                return self._own[id(metric)]
        return None
