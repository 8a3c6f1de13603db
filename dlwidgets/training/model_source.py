"""A model to look at: a finished one, or the clone that all views of a Run share."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, TypeVar

from dlwidgets._messages import tr
from dlwidgets._tensorflow import TensorFlowMissingError
from dlwidgets.inspect.calling import NoCallError, has_call, is_built, no_call, require_built
from dlwidgets.inspect.model_cache import unchanged
from dlwidgets.recording.recorded_run import RecordedRun
from dlwidgets.training import model_lock
from dlwidgets.training.cloning import clone, set_weights_often
from dlwidgets.training.comparing import same_seeds
from dlwidgets.training.model_parts import part_of
from dlwidgets.training.recorded_clone import cloned_for, rebuilt, recorded_clone_of
from dlwidgets.training.run import Run
from dlwidgets.training.shared_clone import BOUNDARY_TIMEOUT, SharedClone, at_boundary, clone_of
from dlwidgets.training.steering import answer

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

    from dlwidgets._keras_types import KerasModel

T = TypeVar("T")

NOT_CLONED = tr(
    "This model can't be cloned, so it is evaluated between training steps. Each update briefly "
    "pauses training."
)
NO_TENSORFLOW = tr(
    "This view runs the model, which needs TensorFlow. Run `pip install 'dlwidgets[cpu]'`. "
    "Without TensorFlow, `dl.RunViewer` shows what was recorded."
)


class ModelSource:
    """A finished model, or the model of a Run while it trains, safe to evaluate at any time.

    The model of a Run is evaluated through one clone that all sources of this Run share. `refresh`
    loads the newest weights into it, at most once per step however many sources ask. The clone's
    answers to a few samples are compared with the model's when it is made, and once in a while
    afterwards. A model that can't be cloned, or whose clone doesn't answer alike, is evaluated
    between two training steps instead, which pauses the run meanwhile.

    Recorded steps are shown by another clone that all sources of the run share.

    Args:
        source: A built Keras model, a Run, or a `RecordedRun`.
        functions: Whether any function may take the place of a finished model.
        parts: Parts that a finished model doesn't hold as attributes, such as its encoder, by name.

    Attributes:
        run: The Run; None for a finished model, or for a recorded run.
        recorded: The recorded run that was given; None for others.

    Example:
        >>> source = ModelSource(run)  # doctest: +SKIP
        >>> source.refresh()  # doctest: +SKIP
        >>> source.use(lambda model: model.count_params())  # doctest: +SKIP
        109386
        >>> source.use(lambda decoder: decoder(z), "decoder")  # doctest: +SKIP
    """

    def __init__(
        self,
        source: Any,
        *,
        functions: bool = False,
        parts: Mapping[str, KerasModel] | None = None,
    ) -> None:
        self.run: Run | None = source if isinstance(source, Run) else None
        self.recorded: RecordedRun | None = source if isinstance(source, RecordedRun) else None
        self._model: Any = None if self.run is not None or self.recorded is not None else source
        self._functions, self._parts = functions, parts or {}
        self._clone = SharedClone() if self.run is None else clone_of(self.run)
        travels = self.run or self.recorded
        self._past = None if travels is None else recorded_clone_of(travels)
        self._recording: RecordedRun | None = None  # of the Run, once it has begun
        self._at: int | None = None  # the snapshot that is shown; None for the present
        self.seconds = 0.0
        """Processor time of the last `refresh`."""

    @property
    def recording(self) -> RecordedRun | None:
        """Where recorded steps come from; None where there is nothing recorded."""
        if self.recorded is None and self.run is not None and self._recording is None:
            self._recording = self.run.recording  # which reads its files each time
        return self.recorded or self._recording

    @property
    def at(self) -> int | None:
        """The recorded step that is shown; None for the newest weights of a Run or model."""
        return self._at

    @property
    def step(self) -> int:
        """Steps that the weights in use were trained for; -1 for a finished model."""
        return self._clone.step if self._at is None else self._at

    @property
    def cloned(self) -> bool | None:
        """Whether the model of a Run is evaluated through a clone; None before the first use."""
        if self._at is not None:
            return True
        return self._clone.model is not None if self._clone.tried else None

    @property
    def ready(self) -> bool:
        """Whether there are weights; some models get theirs in their first step."""
        if self.run is not None:
            return is_built(self.run.model)
        if self.recorded is not None:
            return bool(self.recorded.snapshots)
        return self._functions or is_built(self._model)

    def refresh(self, seen: int | None = None, *, at: int | None = None) -> None:
        """Load the weights that a Run's model has after its current step, or those of a snapshot.

        Args:
            seen: The step that was looked at before. While the Run trains, later weights that
                another view has loaded will do: so all views show the same step.
            at: A recorded step, of which the nearest snapshot is shown from now on; None for the
                present. The present of a recorded run is its last snapshot.

        Raises:
            TypeError: The source is neither a model nor a Run.
            NotBuiltError: The model has no weights yet.
            RecordingError: There is no snapshot.
            TimeoutError: No step ended within a minute.
        """
        recording = self.recording
        if recording is not None and (at is not None or self.run is None):
            if at is not None and all(found.step != at for found in recording.snapshots):
                recording.refresh()  # nobody else reads it where there is no timeline
            self._at = recording.nearest(recording.step_count if at is None else at).step
            self.seconds = 0.0
            return
        self._at = None
        if self.run is None:
            self._check()
            return
        self.seconds = self._clone.refresh(self.run, seen)

    def use(self, look: Callable[..., T], *parts: str) -> T:
        """Call `look` with the model as of the last `refresh`, and return what it returns.

        Args:
            look: Receives the model, or the parts named; it must not change them.
            *parts: Of `"decoder"`, `"encoder"`, `"generator"` and `"discriminator"` those that
                `look` wants in place of the whole model; see `part_of`.

        Raises:
            TypeError: The source is neither a model nor a Run.
            NotBuiltError: The model has no weights yet.
            NoCallError: The whole model is wanted, and it has no `call`.
            TimeoutError: No step ended within a minute.
        """
        run, shared = self.run, self._clone
        if self.recorded is not None and self._at is None:
            self.refresh()
        if self._at is not None:
            return self._use_recorded(self._at, look, parts)
        if run is None:
            self._check()
            return self._use_own(look, parts)
        if not parts and not has_call(run.model):
            raise NoCallError(no_call(run.model))
        if shared.step < 0:
            shared.refresh(run)
        with shared.lock:
            if shared.model is not None:
                given = self._of(shared.model, parts)
                with unchanged(*given, for_good=True):  # nobody else has the clone
                    return look(*given)
        # Without the lock: on the training thread another view may want it.
        return at_boundary(run, lambda: self._look(run.model, look, parts))

    def use_now(self, look: Callable[..., object], *parts: str) -> bool:
        """Call `look` unless that has to wait for a run, and return whether it was called.

        It isn't where a run trains the model at this moment, or is to give it its first weights.

        Args:
            look: As for `use`; receives the model itself, also where a Run's could be cloned.
            *parts: As for `use`.

        Raises:
            TypeError: The source is neither a model nor a Run.
            NotBuiltError: A finished model has no weights.
            NoCallError: The whole model is wanted, and it has no `call`.
        """
        if self.recorded is not None:
            return False  # rebuilding its model takes seconds
        if self.run is None:
            self._check()
        elif not self.ready:
            return False
        model = self._model if self.run is None else self.run.model
        with model_lock.at_rest(model) as trainer:
            if trainer is None:
                self._look(model, look, parts)
            return trainer is None

    def shared(self, key: Hashable, look: Callable[[], T]) -> T:
        """Return what `look` returns: computed once for all views, as long as the weights stay.

        Only what was asked for last is kept. Call it within `use`.

        Args:
            key: What `look` depends on besides the weights.
            look: Computes it. The result must not be changed.
        """
        clone: Any = self._clone if self._at is None else self._past
        if self._at is None and (self.run is None or clone.model is None):
            return look()  # its weights may change at any time
        with clone.lock:
            if clone.known is None or clone.known[0] != key:
                clone.known = (key, look())
            found: T = clone.known[1]
            return found

    @property
    def architecture(self) -> Any:
        """The model for its architecture alone: while a Run trains, its weights change.

        Raises:
            RecordingError: The model of a recorded run can't be rebuilt.
        """
        if self.recorded is None:
            return self._model if self.run is None else self.run.model
        if self._at is None:
            self.refresh()
        return self._use_recorded(self._at or 0, lambda model: model, None)

    def part(self, name: str) -> KerasModel | None:
        """Return a part for its architecture alone: while a Run trains, its weights change.

        Args:
            name: As for `use`.
        """
        found: KerasModel | None = self._of(self.architecture, (name,))[0]
        return found

    def _use_recorded(self, step: int, look: Callable[..., T], parts: tuple[str, ...] | None) -> T:
        """Call `look` with the model as of a snapshot; without `parts` whether it has a `call`."""
        recording, past, run = self.recording, self._past, self.run
        assert recording is not None, "there is no step otherwise"
        assert past is not None, "there is one for each recording"

        def make() -> KerasModel:
            if run is None:
                return rebuilt(recording)
            return cloned_for(run, self._clone, recording)

        try:
            if parts is None:
                return past.use(recording, step, make, look)
            return past.use(recording, step, make, lambda model: look(*self._of(model, parts)))
        except TensorFlowMissingError as error:
            raise TensorFlowMissingError(NO_TENSORFLOW) from error

    def _use_own(self, look: Callable[..., T], parts: tuple[str, ...]) -> T:
        """Call `look` with a model that the user has, and may have begun to train meanwhile."""
        model = self._model
        with model_lock.at_rest(model) if is_built(model) else nullcontext() as trainer:
            if trainer is None:
                return look(*self._of(model, parts))
        future = model_lock.at_boundary(model, lambda: self._look(model, look, parts))
        return answer(future, BOUNDARY_TIMEOUT)

    def _look(self, model: Any, look: Callable[..., T], parts: tuple[str, ...]) -> T:
        """Call `look` with the model that trains, and leave its random numbers to the training."""
        with same_seeds(model):
            return look(*self._of(model, parts))

    def _of(self, model: Any, parts: tuple[str, ...]) -> list[Any]:
        if not parts:
            if not has_call(model):
                raise NoCallError(no_call(model))
            return [model]
        own = self._parts
        return [own[name] if name in own else part_of(model, name) for name in parts]

    def _check(self) -> None:
        if not (self._functions and callable(self._model)):
            require_built(self._model)


class OwnClone:
    """A clone for one view whose work takes seconds, for which all views of a Run can't wait.

    Example:
        >>> own = OwnClone()
        >>> model = source.use(own.of)  # doctest: +SKIP
        >>> occlusion(model, x)  # no other view waits, and no weights change  # doctest: +SKIP
    """

    def __init__(self) -> None:
        self._clones: list[tuple[Any, Any]] = []

    def of(self, model: Any) -> Any:
        """Return a clone of `model` with its present weights; the same clone each time.

        Args:
            model: What `ModelSource.use` hands out, and while it does.
        """
        own = next((copy for known, copy in self._clones if known is model), None)
        if own is None:
            own = clone(model)
            # That of the present, and that of recorded steps.
            self._clones = [*self._clones[-1:], (model, own)]
        else:
            set_weights_often(own, model.get_weights())
        assert own is not None, "it is a clone itself, so it can be cloned"
        return own
