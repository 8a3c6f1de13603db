"""A classifier's predictions for a set of samples, computed once for all linked views."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dlwidgets._messages import tr
from dlwidgets.inspect.choosing import Choice, Targets, choose
from dlwidgets.inspect.confusion_history import ConfusionHistory
from dlwidgets.inspect.judging import Judged, judge_output
from dlwidgets.inspect.model_outputs import OutputError
from dlwidgets.widgets._core.text import as_text
from dlwidgets.widgets._live.follower import Follower
from dlwidgets.widgets._live.samples import check_class_names, check_targets

if TYPE_CHECKING:
    from collections.abc import Callable

    from dlwidgets._keras_types import KerasModel, Nested
    from dlwidgets.inspect.choosing import ClassNames
    from dlwidgets.inspect.outcomes import Outcomes
    from dlwidgets.training.run import Run


@dataclass(frozen=True, eq=False)
class _Samples:
    """The samples to predict."""

    x: Nested
    targets: Targets


@dataclass(frozen=True, eq=False)
class _Result:
    """The predictions of one output, and of which step."""

    samples: _Samples
    choice: Choice
    judged: Judged
    step: int
    in_past: bool


class SharedPredictions:
    """Predictions of a model, or of a Run's model as it learns, that several views share.

    Of several outputs one is shown, in all views the same.

    Views that share it always show the same predictions, and the model is evaluated once.

    Attributes:
        lock: Held while `judged` changes and the views draw it. A view takes no lock of its own.
        follower: Evaluates the model.
        judged: The latest predictions; `None` before the first.
        places: Whether there is a prediction per time step or pixel, so several per sample.
        note: Which predictions are left out, as a sentence; "" for none.
        outputs: The names of the model's outputs; empty before the first predictions.
        output: The name of the one that is shown; "" before the first predictions.
        labels: The names of the labels, where a sample can have several at once (multi-label); else
            empty.
        label: The name of the one that is shown: class 1 has it, class 0 hasn't.
        step: Steps that their weights were trained for; -1 for a finished model.
        history: The confusion matrices of these samples during the Run; empty for a finished model.
        threshold: For two classes, the probability of class 1 at or above which it is predicted.
        class_names: One name per class.
    """

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self._listeners: list[tuple[Callable[[], None], Callable[[Exception], None]]] = []
        self._asleep: set[Callable[[], None]] = set()
        self._samples: _Samples | None = None
        self.threshold = 0.5
        self.judged: Outcomes | None = None
        self.step = -1
        self.history = ConfusionHistory()
        self._recorded = ("", "")
        self.class_names: list[str] = []
        self.places, self.note = False, ""
        self.outputs: tuple[str, ...] = ()
        self.output = ""
        self._wanted: str | int | None = None
        self.labels: tuple[str, ...] = ()
        self.label, self._wanted_label = "", 0
        self.follower: Follower[_Result] = Follower(
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
            self._asleep.discard(draw)
            last = not self._listeners
        if last:
            self.follower.close()

    def wake(self, draw: Callable[[], None], *, awake: bool) -> None:
        """Say whether a view is in sight. One that isn't is drawn when it is seen again.

        Args:
            draw: As for `listen`.
            awake: Whether it is in sight. With no view in sight, the model isn't evaluated.
        """
        with self.lock:
            woken = awake and draw in self._asleep
            (self._asleep.discard if awake else self._asleep.add)(draw)
            self.follower.awake = len(self._asleep) < len(self._listeners)
            if woken:
                draw()

    def show(
        self,
        source: KerasModel | Run,
        x: Nested,
        y: Any,
        class_names: ClassNames = (),
        output: str | int | None = None,
    ) -> None:
        """Predict with another model, or for other samples.

        Args:
            source: A built Keras model or a Run.
            x: Samples as the model takes them; a list, tuple or dict of arrays for several inputs.
            y: The true classes, as for `inspect.outcomes`; a class per time step or pixel for an
                output with a prediction for each; or a dict or list of these by output.
            class_names: One name per class, or a dict of them by output. Default: their numbers.
            output: Name or index of the output that is shown, and that `y` and `class_names` belong
                to. Default: the one that they fit.

        Raises:
            ValueError: `x` and `y` have different lengths, `y` holds no classes, or a class has no
                name.
        """
        labels, classes = check_targets(x, y)
        names = [] if isinstance(class_names, Mapping) else check_class_names(class_names, classes)
        self.follower.leave()  # or the previous model would predict the new samples
        with self.lock:
            self._samples = _Samples(x, Targets(labels, class_names, output))
            self.judged, self.step, self.threshold = None, -1, 0.5
            self.history.clear()
            self.class_names, self.places, self.note = names, False, ""
            self.outputs, self.output, self._wanted = (), "", None
            self.labels, self.label, self._wanted_label = (), "", 0
            self._notify()
        self.follower.show(source)

    def choose(self, output: str | int) -> None:
        """Show another output, in all views.

        Args:
            output: Its name or index.
        """
        self._wanted = output
        self.follower.ask()

    def choose_label(self, label: str | int) -> None:
        """Show another label of samples that can have several, in all views.

        Args:
            label: Its name or index.

        Raises:
            ValueError: There is no such label.
        """
        names = self.labels
        known = label in names if isinstance(label, str) else 0 <= label < len(names)
        if not known:
            message = tr(
                "Expected one of the labels {names}. Received: {label}",
                names=", ".join(map(repr, names)) or tr("none"),
                label=repr(label),
            )
            raise ValueError(message)
        with self.lock:
            self._wanted_label = names.index(label) if isinstance(label, str) else label
            self.threshold = 0.5
        self.follower.ask()

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

    def _compute(self, model: KerasModel) -> _Result:
        samples, step, in_past = self._samples, self.follower.step, self.follower.in_past
        assert samples is not None, "there is no source before show"
        choice = choose(model, samples.targets, self._wanted)
        with self.lock:
            if samples is self._samples:  # also if nothing can be shown of it
                self.outputs, self.output = choice.outputs, choice.output.name
        if choice.y is None:
            raise OutputError(choice.doubt)
        named = len(choice.class_names) or None
        judged = judge_output(
            model,
            samples.x,
            choice.y,
            choice.output,
            classes=named,
            label=self._wanted_label,
            labels=choice.labels,
        )
        return _Result(samples, choice, judged, step, in_past)

    def _draw(self, result: _Result) -> None:
        with self.lock:
            if result.samples is not self._samples:  # other samples were shown in the meantime
                return
            judged, named = result.judged.outcomes, result.choice.class_names
            names = [as_text(name) for name in named]
            names += [str(i) for i in range(len(named), result.judged.labels or judged.classes)]
            self.labels, self.label, self.class_names = (), "", names
            if result.judged.labels:
                self.labels, self.label = tuple(names), names[result.judged.label]
                self.class_names = [tr("not {label}", label=self.label), self.label]
            self.judged = judged if judged.threshold is None else judged.at(self.threshold)
            self.places, self.note = result.judged.places, result.judged.note
            self.step = result.step
            if not result.in_past:  # the history is of what came one after the other
                self._record(judged, choice=(result.choice.output.name, self.label))
            self._notify()

    def _record(self, judged: Outcomes, choice: tuple[str, str]) -> None:
        if choice != self._recorded:  # the matrices before are those of another question
            self.history.clear()
            self._recorded = choice
        if self.step >= 0:
            self.history.add(self.step, judged)

    def _notify(self) -> None:
        for draw, _ in self._listeners:
            if self.judged is None or draw not in self._asleep:
                draw()

    def _failed(self, error: Exception) -> None:
        with self.lock:
            if isinstance(error, OutputError):  # what was shown is another output's
                self.judged = None
            for _, failed in self._listeners:
                failed(error)
