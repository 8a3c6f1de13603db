"""Whether a clone answers as its model does: the same samples through both."""

from __future__ import annotations

import contextlib
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from dlwidgets._tensorflow import load
from dlwidgets._threads import begin
from dlwidgets.inspect.calling import built_parts, has_call
from dlwidgets.inspect.evaluation import fixed_batch_size, without_history
from dlwidgets.training.drawn_seeds import GeneratorStates, seeds_given_back
from dlwidgets.training.made_up import made_up_samples

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from dlwidgets._keras_types import KerasModel, Nested, Variable

T = TypeVar("T")

SAMPLES = 4
"""How many samples are compared."""

_CALLS = 24  # of a model whose answers are random, to compare their means
_TOLERANCE = {2: 1e-2, 4: 1e-5, 8: 1e-9}  # of the largest value, by the bytes of a number
_RANDOM = 100  # tolerances from call to call, beyond which a model's answers are random
_UNLIKELY = 9.0  # the mean square of a difference of means, in units of its expected value

_log = logging.getLogger("dlwidgets")


@dataclass(frozen=True, eq=False)
class Answers:
    """What a model answered.

    Attributes:
        samples: For each part that was called, its name, "" for the whole model, and its samples.
        seeds: The states of the model's random generators before each call.
        calls: The outputs of each call, flat; several calls if they are random.
        spread: For each output the largest difference between two calls.
    """

    samples: dict[str, Nested]
    seeds: list[NDArray[Any]]
    calls: list[list[NDArray[Any]]]
    spread: list[float]

    @property
    def random(self) -> bool:
        """Whether the answers differ from call to call: `call` draws from generators outside."""
        return len(self.calls) > 1


def ask(
    model: KerasModel,
    samples: Nested = None,
    known: Answers | None = None,
    *,
    since: GeneratorStates | None = None,
) -> Answers | None:
    """Call a model on samples, and leave all that it holds as it was.

    Args:
        model: A built Keras model, which no other thread changes meanwhile. Of one without `call`
            its parts are called.
        samples: A few inputs of the training data. None, or what it can't be called on, is replaced
            by samples that are made up.
        known: Earlier answers: the same samples are used, and no more calls than needed.
        since: What Python's and NumPy's generators go back to, where `call` draws from them; None
            for their states now.

    Returns:
        The answers; None for a model that can't be called on any samples known.
    """
    states = since or GeneratorStates()
    answers = _apart(lambda: _ask(model, samples, known))
    if answers is not None and answers.random:
        states.give_back()
    return answers


def first_samples(batch: Nested) -> Nested:
    """Return a few inputs of a batch, as Keras calls the model with them.

    Args:
        batch: What a `train_step` receives.

    Returns:
        Tensors in the structure of the inputs; None where they aren't such tensors. Nothing is
        compared then, and the training goes on.
    """
    tf, keras = load()
    try:
        x = keras.utils.unpack_x_y_sample_weight(batch)[0]
        if any(isinstance(leaf, tf.SparseTensor) for leaf in keras.tree.flatten(x)):
            return x
        return keras.tree.map_structure(lambda a: a[:SAMPLES], x)
    except Exception as error:  # noqa: BLE001 - a train_step of one's own may take anything
        _log.debug("no samples in a batch of training data: %s", error)
        return None


def agrees(copy: KerasModel, answers: Answers) -> bool:
    """Whether a clone gives the answers that its model gave.

    Where the model's answers are random, even from the same states of its random generators, their
    means are compared.

    Args:
        copy: The clone, with the weights that the model had.
        answers: The model's answers.
    """

    def compare() -> bool:
        seeds = _seed_states(copy)
        if len(seeds) == len(answers.seeds):
            for variable, value in zip(seeds, answers.seeds, strict=True):
                variable.assign(value)
        calls = [_call(copy, answers.samples) for _ in answers.calls]
        if answers.random:
            return _same_means(answers.calls, calls)
        return _same(answers.calls[0], calls[0], answers.spread)

    states = GeneratorStates()
    try:
        return _apart(compare)
    except Exception as error:  # noqa: BLE001 - a clone without some state may raise anything
        _log.info("the clone of %s can't be called: %s", copy.name, error)
        return False
    finally:
        if answers.random:
            states.give_back()


@contextlib.contextmanager
def same_seeds(model: KerasModel) -> Iterator[None]:
    """Give a model's random generators back the states they have now.

    Args:
        model: A Keras model, which no other thread uses meanwhile.
    """
    states = _seed_states(model)
    before = [v.numpy() for v in states]
    try:
        yield
    finally:
        for variable, value in zip(states, before, strict=True):
            variable.assign(value)


def _ask(model: KerasModel, samples: Nested, known: Answers | None) -> Answers | None:
    found = known.samples if known is not None else _usable(model, samples)
    if not found:
        return None
    seeds = [v.numpy() for v in _seed_states(model)]
    calls = [_call(model, found)]
    if known is not None:
        calls += [_call(model, found) for _ in known.calls[1:]]
        return Answers(found, seeds, calls, known.spread)
    again = _call(model, found)
    spread = [_distance(a, b) for a, b in zip(calls[0], again, strict=True)]
    if any(s > _RANDOM * _tolerance(x) for x, s in zip(again, spread, strict=True)):
        calls += [again, *(_call(model, found) for _ in range(_CALLS - 2))]
    return Answers(found, seeds, calls, spread)


def _usable(model: KerasModel, samples: Nested) -> dict[str, Nested]:
    """Samples that the model can be called on, or else the parts that hold all its weights."""
    if has_call(model):
        found = _usable_for({"": model}, samples)
        if found:
            return found
    parts = built_parts(model)
    covered = {id(w) for part in parts.values() for w in part.weights}
    if any(id(w) not in covered for w in model.weights):
        return {}
    found = _usable_for(parts, samples)
    return found if len(found) == len(parts) else {}


def _usable_for(parts: dict[str, KerasModel], samples: Nested) -> dict[str, Nested]:
    found: dict[str, Nested] = {}
    for name, part in parts.items():
        for make in (_filled, made_up_samples):
            try:
                batch = make(part, samples if make is _filled else SAMPLES)
                if batch is None:
                    continue
                _forward(part, batch)
            except Exception as error:  # noqa: BLE001 - training may feed what is meant for a part
                _log.debug("%s can't be called: %s", part.name, error)
                continue
            found[name] = batch
            break
    return found


def _call(model: KerasModel, samples: dict[str, Nested]) -> list[NDArray[Any]]:
    """The outputs for samples, always from the same states of the random generators."""
    found: list[NDArray[Any]] = []
    for name, batch in samples.items():
        found += _forward(getattr(model, name) if name else model, batch)
    return found


def _forward(model: KerasModel, batch: Nested) -> list[NDArray[Any]]:
    with same_seeds(model), without_history(model):
        output = model(batch, training=False)
    return [np.asarray(t) for t in load()[0].nest.flatten(output, expand_composites=True)]


def _filled(model: KerasModel, samples: Nested) -> Nested:
    """Samples repeated until they fill a batch, where a model takes batches of one size."""
    tf, keras = load()
    count = fixed_batch_size(model)
    if samples is None or count is None:
        return samples
    rows = np.arange(count) % len(keras.tree.flatten(samples)[0])
    return keras.tree.map_structure(lambda a: tf.gather(a, rows), samples)


def _seed_states(model: KerasModel) -> list[Variable]:
    weights = {id(v) for v in model.weights}
    return [v for v in model.variables if id(v) not in weights]


def _same(a: list[NDArray[Any]], b: list[NDArray[Any]], spread: list[float]) -> bool:
    if [x.shape for x in a] != [x.shape for x in b]:
        return False
    return all(
        _distance(x, y) <= _tolerance(x) + 4 * noise
        for x, y, noise in zip(a, b, spread, strict=True)
    )


def _same_means(a: list[list[NDArray[Any]]], b: list[list[NDArray[Any]]]) -> bool:
    if [x.shape for x in a[0]] != [x.shape for x in b[0]]:
        return False
    for one, other in zip(zip(*a, strict=True), zip(*b, strict=True), strict=True):
        if one[0].dtype.kind not in "fciub":
            continue
        left, right = (np.asarray(side, np.float64) for side in (one, other))
        noise = (left.var(axis=0, ddof=1) + right.var(axis=0, ddof=1)) / len(left)
        # What hardly varies counts as varying by the mean of all, for a division by next to nothing
        # would find differences that aren't there.
        noise = noise + 0.01 * noise.mean() + _tolerance(np.stack(one)) ** 2
        if ((left.mean(axis=0) - right.mean(axis=0)) ** 2 / noise).mean() > _UNLIKELY:
            return False
    return True


def _distance(a: NDArray[Any], b: NDArray[Any]) -> float:
    """How far two arrays are apart at most; infinity where only one is a finite number."""
    if a.dtype.kind not in "fciubV" or a.shape != b.shape:
        return 0.0 if np.array_equal(a, b) else float("inf")
    wide = np.complex128 if a.dtype.kind == "c" else np.float64
    one, other = a.astype(wide), b.astype(wide)
    same = (one == other) | (np.isnan(one) & np.isnan(other))
    with np.errstate(invalid="ignore"):
        apart = np.where(same, 0.0, np.abs(one - other))
    return float(np.nan_to_num(apart, nan=np.inf).max(initial=0.0))


def _tolerance(values: NDArray[Any]) -> float:
    if values.dtype.kind not in "fcV":
        return 0.0
    size = np.abs(values.astype(np.complex128 if values.dtype.kind == "c" else np.float64))
    return _TOLERANCE.get(values.dtype.itemsize, 1e-5) * float(
        np.max(size, initial=0.0, where=np.isfinite(size))
    )


def _apart(function: Callable[[], T]) -> T:
    """Call a function on a thread of its own, so that it draws from no random generator of others.

    Keras keeps a generator for each thread, which takes its first seed from Python's.
    """
    result: list[T] = []
    failure: list[BaseException] = []

    def work() -> None:
        try:
            result.append(function())
        except BaseException as error:  # noqa: BLE001 - raised again by whoever waits
            failure.append(error)

    with seeds_given_back():
        begin(work, "dlwidgets-compare").join()
    if failure:
        raise failure[0]
    return result[0]
