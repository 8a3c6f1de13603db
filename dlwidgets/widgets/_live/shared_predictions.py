"""A classifier's predictions for a set of samples, computed once for all linked views."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dlwidgets.inspect.outcomes import Outcomes, outcomes
from dlwidgets.inspect.tracing import final_activation
from dlwidgets.inspect.vectors import predict
from dlwidgets.widgets._live.follower import Follower
from dlwidgets.widgets._live.samples import check_class_names, check_labels

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    from dlwidgets._keras_types import KerasModel, Nested
    from dlwidgets.training.run import Run


@dataclass(frozen=True, eq=False)
class _Samples:
    """The samples to predict."""

    x: Nested
    truth: NDArray[np.int64]
    named: int
    """How many classes have a name of their own."""


class SharedPredictions:
    """Predictions of a model, or of a Run's model as it learns, that several views share.

    Views that share it always show the same predictions, and the model is evaluated once.

    Attributes:
        lock: Held while `judged` changes and the views draw it. A view takes no lock of its own.
        follower: Evaluates the model.
        judged: The latest predictions; `None` before the first.
        step: Steps that their weights were trained for; -1 for a finished model.
        threshold: For two classes, the probability of class 1 at or above which it is predicted.
        class_names: One name per class.
    """

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self._listeners: list[tuple[Callable[[], None], Callable[[Exception], None]]] = []
        self._samples: _Samples | None = None
        self.threshold = 0.5
        self.judged: Outcomes | None = None
        self.step = -1
        self.class_names: list[str] = []
        self.follower: Follower[tuple[_Samples, Outcomes, int]] = Follower(
            self._compute, self._draw, self._failed, name="predictions"
        )

    def listen(self, draw: Callable[[], None], failed: Callable[[Exception], None]) -> None:
        """Call listeners when the predictions change.

        Args:
            draw: Called when there are new predictions, or none yet.
            failed: Called with an exception that prevented them.
        """
        with self.lock:
            self._listeners.append((draw, failed))

    def forget(self, draw: Callable[[], None]) -> None:
        """Remove a view's listeners. Without any left, following ends.

        Args:
            draw: As for `listen`.
        """
        with self.lock:
            self._listeners = [pair for pair in self._listeners if pair[0] != draw]
            last = not self._listeners
        if last:
            self.follower.close()

    def show(
        self,
        source: KerasModel | Run,
        x: Nested,
        y: ArrayLike | None,
        class_names: Sequence[str] = (),
    ) -> None:
        """Predict with another model, or for other samples.

        Args:
            source: A built Keras model or a Run.
            x: Samples as the model takes them; a list, tuple or dict of arrays for several inputs.
            y: The true classes, as for `inspect.outcomes`.
            class_names: One name per class. Default: their numbers.

        Raises:
            ValueError: `x` and `y` have different lengths, `y` holds no classes, or a class has no
                name.
        """
        truth, classes = check_labels(x, y)
        names = check_class_names(class_names, classes)
        self.follower.leave()  # or the previous model would predict the new samples
        with self.lock:
            self._samples = _Samples(x, truth, len(class_names))
            self.judged, self.step, self.threshold = None, -1, 0.5
            self.class_names = names
            self._notify()
        self.follower.show(source)

    def set_threshold(self, threshold: float) -> None:
        """Judge the predictions of two classes at another threshold, for all views.

        Args:
            threshold: From 0 to 1.
        """
        with self.lock:
            self.threshold = threshold
            if self.judged is not None and self.judged.threshold is not None:
                self.judged = self.judged.at(threshold)
                self._notify()

    def _compute(self, model: KerasModel) -> tuple[_Samples, Outcomes, int]:
        samples = self._samples
        assert samples is not None, "there is no source before show"
        judged = outcomes(
            samples.truth,
            predict(model, samples.x),
            classes=samples.named or None,
            activation=final_activation(model),
        )
        return samples, judged, self.follower.step

    def _draw(self, result: tuple[_Samples, Outcomes, int]) -> None:
        samples, judged, step = result
        with self.lock:
            if samples is not self._samples:  # other samples were shown in the meantime
                return
            known = len(self.class_names)
            self.class_names += [str(i) for i in range(known, judged.classes)]
            self.judged = judged if judged.threshold is None else judged.at(self.threshold)
            self.step = step
            self._notify()

    def _notify(self) -> None:
        for draw, _ in self._listeners:
            draw()

    def _failed(self, error: Exception) -> None:
        with self.lock:
            for _, failed in self._listeners:
                failed(error)
