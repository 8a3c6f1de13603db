"""A clone of a model with the weights of one recorded step at a time."""

from __future__ import annotations

import threading
import weakref
from typing import TYPE_CHECKING, Any, TypeVar

from dlwidgets._tensorflow import load
from dlwidgets.inspect.model_cache import unchanged
from dlwidgets.recording.rebuilding import set_weights
from dlwidgets.training.cloning import clone, set_weights_often

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from dlwidgets._keras_types import KerasModel
    from dlwidgets.recording.recorded_run import RecordedRun
    from dlwidgets.training.run import Run
    from dlwidgets.training.shared_clone import SharedClone

T = TypeVar("T")


class RecordedClone:
    """The clone that all views of a Run, or of a recorded run, share for its recorded steps.

    It is never the clone that shows the present: a view at a recorded step leaves those that follow
    the training alone.

    Attributes:
        lock: Held while the clone is used or gets other weights.
        step: The recorded step whose weights it has; -1 for none.
        known: What was computed last with these weights, and its key.
    """

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.step = -1
        self.known: tuple[Hashable, Any] | None = None
        self._model: Any = None

    def use(
        self,
        recording: RecordedRun,
        step: int,
        make: Callable[[], KerasModel],
        look: Callable[[KerasModel], T],
    ) -> T:
        """Call `look` with the model as of a recorded step, and return what it returns.

        Args:
            recording: Where the weights are.
            step: The step of a snapshot.
            make: Returns the clone. Called once.
            look: Receives the model; it must not change it.

        Raises:
            RecordingError: The weights can't be read, or aren't those of the model.
        """
        with self.lock:
            if self._model is None:
                self._model = make()
            model = self._model
            with unchanged(model, for_good=True):  # nobody else has the clone
                if self.step != step:
                    self.step = -1  # unless all goes well
                    self.known = None
                    self._load(recording, step)
                    self.step = step
                return look(model)

    def _load(self, recording: RecordedRun, step: int) -> None:
        found = recording.weights(step)
        shapes = [tuple(weight.shape) for weight in self._model.weights]
        if shapes == [array.shape for array in found.values()]:  # in the model's own order
            set_weights_often(self._model, [*found.values()])
        else:  # with states of random numbers among them
            set_weights(self._model, found)


_clones: weakref.WeakKeyDictionary[Any, RecordedClone] = weakref.WeakKeyDictionary()
_clones_lock = threading.Lock()


def recorded_clone_of(source: Run | RecordedRun) -> RecordedClone:
    """Return the clone for recorded steps that all views of a run share."""
    with _clones_lock:
        return _clones.setdefault(source, RecordedClone())


def rebuilt(recording: RecordedRun) -> KerasModel:
    """Return the model of a recorded run.

    Raises:
        TensorFlowMissingError: TensorFlow isn't installed.
        RecordingError: The model wasn't recorded, or can't be loaded.
    """
    load()  # which says at once where there is no TensorFlow
    model: KerasModel = recording.model()
    return model


def cloned_for(run: Run, shared: SharedClone, recording: RecordedRun) -> KerasModel:
    """Return a clone of the model of a Run.

    Args:
        run: The Run.
        shared: The clone that shows the present.
        recording: The recording of the Run, from which a model that can't be cloned is rebuilt.

    Raises:
        NotBuiltError: The model has no weights yet.
        RecordingError: The model can neither be cloned nor loaded.
    """
    if not shared.tried:
        shared.refresh(run)
    with shared.lock:
        made = None if shared.model is None else clone(shared.model)
    return rebuilt(recording) if made is None else made
