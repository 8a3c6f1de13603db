"""A model to look at: a finished one, or the clone that all views of a Run share."""

from __future__ import annotations

import threading
import time
import weakref
from contextlib import nullcontext
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from dlwidgets._keras_models import is_legacy, not_a_model
from dlwidgets._messages import tr
from dlwidgets.inspect.calling import has_call, is_built, no_call
from dlwidgets.inspect.evaluation import batching_of
from dlwidgets.inspect.model_cache import unchanged
from dlwidgets.training import model_lock
from dlwidgets.training.cloning import clone, set_weights_often
from dlwidgets.training.comparing import agrees, ask, same_seeds
from dlwidgets.training.drawn_seeds import GeneratorStates
from dlwidgets.training.events import State
from dlwidgets.training.model_parts import part_of
from dlwidgets.training.run import Run
from dlwidgets.training.run_engine import engine_of
from dlwidgets.training.steering import answer

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

    from dlwidgets._keras_types import KerasModel
    from dlwidgets.training.comparing import Answers
    from dlwidgets.training.snapshot import Snapshot

T = TypeVar("T")

BOUNDARY_TIMEOUT = 60.0
"""Seconds to wait for the end of a training step, which can take long in a large model."""

NOT_CLONED = tr(
    "This model can't be cloned, so it is evaluated between training steps. Each update briefly "
    "pauses training."
)

_CLONES = 3  # that may turn out to differ from their model before no further one is made
_COMPARING_SHARE = 0.01  # of the time that comparing a clone with its model may take
_COMPARING_INTERVAL = 60.0  # seconds, within an epoch


class NotBuiltError(ValueError):
    """The model has no weights yet."""


class NoCallError(ValueError):
    """The model can't be called: only its parts can."""


class ModelSource:
    """A finished model, or the model of a Run while it trains, safe to evaluate at any time.

    The model of a Run is evaluated through one clone that all sources of this Run share. `refresh`
    loads the newest weights into it, at most once per step however many sources ask. The clone's
    answers to a few samples are compared with the model's when it is made, and once in a while
    afterwards. A model that can't be cloned, or whose clone doesn't answer alike, is evaluated
    between two training steps instead, which pauses the run meanwhile.

    Args:
        source: A built Keras model, or a Run.
        functions: Whether any function may take the place of a finished model.
        parts: Parts that a finished model doesn't hold as attributes, such as its encoder, by name.

    Attributes:
        run: The Run; None for a finished model.

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
        self._model: Any = None if self.run is not None else source
        self._functions, self._parts = functions, parts or {}
        self._clone = _Clone() if self.run is None else _clone_of(self.run)
        self.seconds = 0.0
        """Processor time of the last `refresh`."""

    @property
    def step(self) -> int:
        """Steps that the weights in use were trained for; -1 for a finished model."""
        return self._clone.step

    @property
    def cloned(self) -> bool | None:
        """Whether the model of a Run is evaluated through a clone; None before the first use."""
        return self._clone.model is not None if self._clone.tried else None

    @property
    def ready(self) -> bool:
        """Whether there are weights; some models get theirs in their first step."""
        if self.run is not None:
            return is_built(self.run.model)
        return self._functions or is_built(self._model)

    def refresh(self, seen: int | None = None) -> None:
        """Load the weights that a Run's model has after its current step.

        Args:
            seen: The step that was looked at before. While the Run trains, later weights that
                another view has loaded will do: so all views show the same step.

        Raises:
            TypeError: The source is neither a model nor a Run.
            NotBuiltError: The model has no weights yet.
            TimeoutError: No step ended within a minute.
        """
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
                with unchanged(*given):  # nobody else has the clone
                    return look(*given)
        # Without the lock: on the training thread another view may want it.
        return _at_boundary(run, lambda: self._look(run.model, look, parts))

    def shared(self, key: Hashable, look: Callable[[], T]) -> T:
        """Return what `look` returns: computed once for all views, as long as the weights stay.

        Only what was asked for last is kept. Call it within `use`.

        Args:
            key: What `look` depends on besides the weights.
            look: Computes it. The result must not be changed.
        """
        clone = self._clone
        if self.run is None or clone.model is None:  # its weights may change at any time
            return look()
        with clone.lock:
            if clone.known is None or clone.known[0] != key:
                clone.known = (key, look())
            found: T = clone.known[1]
            return found

    def part(self, name: str) -> KerasModel | None:
        """Return a part for its architecture alone: while a Run trains, its weights change.

        Args:
            name: As for `use`.
        """
        model = self._model if self.run is None else self.run.model
        found: KerasModel | None = self._of(model, (name,))[0]
        return found

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
            _require_built(self._model)


class OwnClone:
    """A clone for one view whose work takes seconds, for which all views of a Run can't wait.

    Example:
        >>> own = OwnClone()
        >>> model = source.use(own.of)  # doctest: +SKIP
        >>> occlusion(model, x)  # no other view waits, and no weights change  # doctest: +SKIP
    """

    def __init__(self) -> None:
        self._model: Any = None
        self._clone: Any = None

    def of(self, model: Any) -> Any:
        """Return a clone of `model` with its present weights; the same clone each time.

        Args:
            model: What `ModelSource.use` hands out, and while it does.
        """
        if self._model is not model:
            self._model, self._clone = model, clone(model)
        else:
            set_weights_often(self._clone, model.get_weights())
        assert self._clone is not None, "it is a clone itself, so it can be cloned"
        return self._clone


class _Clone:
    """The clone of a Run's model, and the step that its weights are from."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.making = threading.Lock()
        self.model: Any | None = None
        self.tried, self.step = False, -1
        self.known: tuple[Hashable, Any] | None = None  # of the weights that it has
        self._made = 0
        self._answers: Answers | None = None  # of the model, when it was compared last
        self._compared: tuple[Hashable, ...] = ()  # the moment
        self._compared_at, self._rest = 0.0, 0.0  # seconds
        self._last: tuple[Snapshot, Answers | None] | None = None  # at the end of the run

    def refresh(self, run: Run, seen: int | None = None) -> float:
        """Load the newest weights, and return the processor time that it took, in seconds."""
        if not self.tried:
            with self.making:
                self._try(run)
        if self.model is None:
            self.step = run.step_count
            return 0.0
        if self.step == run.step_count > 0 and not run.state.ended:  # an end may set weights back
            return 0.0
        if seen is not None and self.step > seen and run.state is State.RUNNING:
            return 0.0
        # Waited for without the lock: whoever draws meanwhile does so with the weights at hand.
        if self._is_due(run):
            with self.making:  # one view compares, and the others wait for what it finds
                if self._is_due(run):
                    return self._compare(run)
        return self._load(run.snapshot(BOUNDARY_TIMEOUT))

    def _try(self, run: Run) -> None:
        """Make a clone, unless another view has tried to; what failed isn't tried again."""
        if self.tried:
            return
        try:
            self.tried = self._make(run)
        except (NotBuiltError, TimeoutError):
            raise  # weights may come later, and a first step may take over a minute
        except BaseException:
            self.tried = True
            raise

    def _compare(self, run: Run) -> float:
        """Load the newest weights, and make another clone if this one answers differently."""
        started = time.perf_counter()
        moment = _moment_of(run)
        known = self._answers if self._compared[1:] == moment[1:] else None
        last, self._last = self._last, None
        snapshot, answers = last or _at_boundary(run, lambda: _asked(run, known))
        self._compared = moment

        def judge() -> tuple[float, bool]:
            with self.lock:
                seconds, self._answers = self._load(snapshot), answers
                model = self.model if self.step == snapshot.step else None
                return seconds, model is None or answers is None or agrees(model, answers)

        seconds, same = _undisturbed(run, answers, judge)
        self._note_comparison(started)
        if not same:
            self._make(run)
        return seconds

    def _load(self, snapshot: Snapshot) -> float:
        with self.lock:
            started = time.thread_time()
            if self.model is not None and snapshot.step >= self.step:
                snapshot.load_into(self.model)
                self.step, self.known = snapshot.step, None
            # Copying the weights between two steps, on the training thread, takes about as long.
            return 2 * (time.thread_time() - started)

    def _make(self, run: Run) -> bool:
        """Make a clone that answers as the model does, and return whether that is settled.

        Where one can't be made, or several have become different from the model since, there is
        none from now on.
        """
        started = time.perf_counter()
        made, settled, step = None, True, self.step
        if self._made < _CLONES:
            self._made += 1
            engine = engine_of(run)
            if not engine.at_end:
                engine.at_end.append(partial(_ask_last, weakref.ref(self), weakref.ref(run)))
            moment = _moment_of(run)
            copy, self._answers, step, asked = _at_boundary(run, lambda: _copied(run))
            self._compared = moment
            if not asked:
                made = copy
            elif self._answers is None:  # the first step may bring samples that it can be asked
                settled = copy is None or step > 0 or run.state.ended
                self._made -= not settled
            elif copy is not None:
                same = partial(agrees, copy, self._answers)
                made = copy if _undisturbed(run, self._answers, same) else None
            self._note_comparison(started)
        with self.lock:
            self.model, self.known = made, None
            self.step = step if self.step >= 0 else -1  # the first time, weights are loaded next
        return settled

    def _is_due(self, run: Run) -> bool:
        """Whether the clone is to be compared with the model again, before it is used."""
        if self._last is not None:
            return True
        if run.state.ended:  # the model is the user's again, who may evaluate it at this moment
            return False
        engine = engine_of(run)
        if engine.boundaries() is not engine.steering:  # another run trains the model
            return False
        passed = time.perf_counter() - self._compared_at
        news = self._compared != _moment_of(run) or passed > _COMPARING_INTERVAL
        return news and passed > self._rest

    def note_last(self, run: Run) -> None:
        """Note what the model answers at the end of its run."""
        if self.model is not None:
            self._last = _asked(run, None)

    def _note_comparison(self, started: float) -> None:
        self._compared_at = time.perf_counter()
        self._rest = (self._compared_at - started) / _COMPARING_SHARE


_clones: weakref.WeakKeyDictionary[Run, _Clone] = weakref.WeakKeyDictionary()
_clones_lock = threading.Lock()


def _clone_of(run: Run) -> _Clone:
    with _clones_lock:
        return _clones.setdefault(run, _Clone())


def _at_boundary(run: Run, function: Callable[[], T]) -> T:
    return answer(run.at_boundary(function), BOUNDARY_TIMEOUT)


def _undisturbed(run: Run, answers: Answers | None, compare: Callable[[], T]) -> T:
    """Let nothing draw random numbers meanwhile, where those of a comparison are given back."""
    return _at_boundary(run, compare) if answers is not None and answers.random else compare()


def _copied(run: Run) -> tuple[Any | None, Answers | None, int, bool]:
    """A clone of a Run's model, what the model answers now, the step, and whether it was asked.

    At a boundary. A model that nothing trains is the user's, who may evaluate it at this moment: it
    isn't asked where that would put its states back.
    """
    model, engine = run.model, engine_of(run)
    _require_built(model)
    states, copy = GeneratorStates(), clone(model)
    asked = engine.boundaries().at_work or not batching_of(model).stateful
    answers = ask(model, engine.samples, since=states) if asked and copy is not None else None
    return copy, answers, run.step_count, asked


def _asked(run: Run, known: Answers | None) -> tuple[Snapshot, Answers | None]:
    """A snapshot, and what the model answers to the samples that were used before."""
    return run.snapshot(), ask(run.model, engine_of(run).samples, known)


def _ask_last(shared: weakref.ref[_Clone], run: weakref.ref[Run]) -> None:
    clone_of_run, watched = shared(), run()
    if clone_of_run is not None and watched is not None:
        clone_of_run.note_last(watched)


def _moment_of(run: Run) -> tuple[Hashable, ...]:
    """What changes when a clone should be compared with its model again."""
    return (run.epoch, run.state.ended), engine_of(run).samples is not None


def _require_built(model: Any) -> None:
    if is_legacy(model):
        raise TypeError(not_a_model(model))
    if not (callable(model) and hasattr(model, "weights")):
        message = tr(
            "Expected a Keras model or a dlwidgets Run. Received: {kind}", kind=type(model).__name__
        )
        raise TypeError(message)
    if not is_built(model):
        message = tr(
            "The model has no weights yet. It gets them in its first step, or from an Input of "
            "known shape."
        )
        raise NotBuiltError(message)
