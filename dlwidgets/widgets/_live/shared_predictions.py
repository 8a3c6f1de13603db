"""What a classifier answers to a set of samples, asked once for all views that show it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from dlwidgets.inspect.final_activation import ending
from dlwidgets.inspect.outcomes import Outcomes, outcomes, true_classes
from dlwidgets.inspect.vectors import predict
from dlwidgets.widgets._live.follower import Follower

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray


class SharedPredictions:
    """The answers of a model, or of a Run's model as it learns, that several views share.

    Views that share it always show the same answers, and the model is asked once.

    Attributes:
        lock: Held while `judged` changes and the views draw it; a view takes no lock of its own.
        follower: Asks the model.
        judged: The newest answers; None before the first.
        step: Steps done by the weights they are from; -1 for a model.
        class_names: One name per class.
    """

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self._listeners: list[tuple[Callable[[], None], Callable[[Exception], None]]] = []
        self._asked: tuple[Any, NDArray[np.int64], list[str]] | None = None
        self.threshold = 0.5
        self.judged: Outcomes | None = None
        self.step = -1
        self.class_names: list[str] = []
        self.follower: Follower[tuple[Any, Outcomes, int]] = Follower(
            self._compute, self._draw, self._failed, name="judging"
        )

    def listen(self, draw: Callable[[], None], failed: Callable[[Exception], None]) -> None:
        """Call `draw` when there are new answers or none, `failed` with what prevented them."""
        with self.lock:
            self._listeners.append((draw, failed))

    def forget(self, draw: Callable[[], None]) -> None:
        """Tell this view no more; the last one ends the following."""
        with self.lock:
            self._listeners = [pair for pair in self._listeners if pair[0] != draw]
            last = not self._listeners
        if last:
            self.follower.close()

    def show(self, source: Any, x: Any, y: Any, class_names: Sequence[str] = ()) -> None:
        """Ask another model, or about other samples.

        Args:
            source: A built Keras model or a Run.
            x: What the model takes; for several inputs a list, tuple or dict of arrays.
            y: The true classes, as for `inspect.outcomes`.
            class_names: One name per class; their numbers by default.

        Raises:
            ValueError: `x` and `y` are not equally long, or `y` holds no classes, or one without
                a name.
        """
        truth, columns = true_classes(y)
        several = list(x.values()) if isinstance(x, dict) else x
        parts = several if isinstance(several, (list, tuple)) else [x]
        if not parts or len(parts[0]) != len(truth) or not len(truth):
            n = len(parts[0]) if parts else 0
            message = f"x and y must be equally long, at least 1. Received: {n} and {len(truth)}"
            raise ValueError(message)
        names = [str(name) for name in class_names]
        needed = max(columns, int(truth.max()) + 1)
        if names and len(names) < needed:
            message = f"class {needed - 1} has no name. Received: {len(names)} class names"
            raise ValueError(message)
        self.follower.leave()  # or the model before would be asked about the new samples
        with self.lock:
            self._asked = (x, truth, names)
            self.judged, self.step, self.threshold = None, -1, 0.5
            self.class_names = names or [str(i) for i in range(needed)]
            self._tell()
        self.follower.show(source)

    def set_threshold(self, threshold: float) -> None:
        """Judge the answers at another threshold, for all views; of two classes only.

        Args:
            threshold: 0 to 1.
        """
        with self.lock:
            self.threshold = threshold
            if self.judged is not None and self.judged.threshold is not None:
                self.judged = self.judged.at(threshold)
                self._tell()

    def _compute(self, model: Any) -> tuple[Any, Outcomes, int]:
        asked = self._asked
        assert asked is not None, "there is no source before show"
        x, truth, names = asked
        judged = outcomes(
            truth, predict(model, x), classes=len(names) or None, activation=ending(model)
        )
        return asked, judged, self.follower.step

    def _draw(self, result: tuple[Any, Outcomes, int]) -> None:
        asked, judged, step = result
        with self.lock:
            if asked is not self._asked:  # other samples were shown meanwhile
                return
            known = len(self.class_names)
            self.class_names += [str(i) for i in range(known, judged.classes)]
            self.judged = judged if judged.threshold is None else judged.at(self.threshold)
            self.step = step
            self._tell()

    def _tell(self) -> None:
        for draw, _ in self._listeners:
            draw()

    def _failed(self, error: Exception) -> None:
        with self.lock:
            for _, failed in self._listeners:
                failed(error)
