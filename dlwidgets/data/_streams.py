"""Sources of batches that are read one after the other: data sets of TensorFlow, generators."""

from __future__ import annotations

import inspect
import itertools
import threading
import weakref
from typing import TYPE_CHECKING, Any

from dlwidgets._messages import tr
from dlwidgets.data._structures import leaves_of, shapes_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from dlwidgets._keras_types import Nested, Shape
    from dlwidgets._messages import Message


def is_stream(value: object) -> bool:
    """Return whether something gives its samples batch by batch.

    Args:
        value: What was given as inputs.

    Returns:
        True for a `tf.data.Dataset`, a `PyDataset`, a generator, or another iterable that isn't an
        array.
    """
    if value is None or isinstance(value, (list, tuple, dict, str, bytes)):
        return False
    if any(hasattr(value, name) for name in ("__array__", "dtype", "toarray")):
        return False
    return hasattr(value, "__iter__") or hasattr(value, "__getitem__")


def kind_of(stream: Any) -> str:
    """Return what a stream is called in messages."""
    if hasattr(stream, "element_spec"):
        return "tf.data.Dataset"
    return "PyDataset" if hasattr(stream, "num_batches") else type(stream).__name__


def class_names_of(stream: Any) -> tuple[str, ...]:
    """Return the names of the classes that a stream knows, none if it doesn't.

    Args:
        stream: Such as `keras.utils.image_dataset_from_directory` returns it.
    """
    names = getattr(stream, "class_names", None)
    if names is None:
        indices = getattr(stream, "class_indices", None)
        names = sorted(indices, key=lambda name: indices[name]) if isinstance(indices, dict) else ()
    return tuple(str(name) for name in names)


class TrainedOnError(ValueError):
    """A run trains on an iterator, and reading from it would take batches away from the run."""


_readers: weakref.WeakKeyDictionary[Any, list[Any]] = weakref.WeakKeyDictionary()
_readers_lock = threading.Lock()


def keep_for(reader: object, *streams: Any) -> None:
    """Keep iterators and generators for what trains on them: others would take elements away.

    Args:
        reader: What trains on them, as long as it exists or until `let_go`.
        *streams: Anything; what can be read several times is for everybody.
    """
    found = [stream for stream in streams if hasattr(stream, "__next__")]
    if found:
        with _readers_lock:
            _readers[reader] = found


def let_go(reader: object) -> None:
    """Let others read what was kept for a reader."""
    with _readers_lock:
        _readers.pop(reader, None)


def batches_given(stream: Any) -> int:
    """Return how many elements of an iterator were taken out of it by `elements_of`."""
    if not hasattr(stream, "__next__"):
        return 0
    try:
        given = _given.get(stream)
    except TypeError:  # it has no weak references
        return 0
    return 0 if given is None else len(given.elements)


def refuse_begun(stream: Any) -> None:
    """Refuse a generator that something else than `elements_of` has begun to read.

    Args:
        stream: Anything.

    Raises:
        TrainedOnError: It is such a generator.
    """
    if not inspect.isgenerator(stream) or batches_given(stream):
        return
    if inspect.getgeneratorstate(stream) in {inspect.GEN_SUSPENDED, inspect.GEN_RUNNING}:
        raise TrainedOnError(_trained_on(stream))


def _check_free(stream: Any) -> None:
    with _readers_lock:
        kept = any(one is stream for streams in _readers.values() for one in streams)
    if kept:
        raise TrainedOnError(_trained_on(stream))


def _trained_on(stream: Any) -> Message:
    return tr(
        "A run trains on this {kind}, and each batch that is read here would be missing there: "
        "make a second one, or pass arrays or a `tf.data.Dataset`.",
        kind=kind_of(stream),
    )


def elements_of(stream: Any) -> Iterator[Any]:
    """Return an iterator of what a stream gives, from its beginning.

    An iterator or generator gives its elements once. What it gave is kept as long as it exists, so
    that several views of the same generator show the same samples.

    Args:
        stream: Something that `is_stream`.

    Raises:
        TrainedOnError: While iterating: more would have to be read from an iterator that is trained
            on.
    """
    if hasattr(stream, "num_batches"):  # a PyDataset
        count = stream.num_batches
        places = itertools.count() if count is None else range(count)
        return (stream[place] for place in places)
    if hasattr(stream, "__next__"):
        return _again(stream)
    return iter(stream)


class _Given:
    """What an iterator has given so far."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.elements: list[Any] = []


_given: weakref.WeakKeyDictionary[Any, _Given] = weakref.WeakKeyDictionary()


def _again(iterator: Iterator[Any]) -> Iterator[Any]:
    """Iterate over what an iterator has given before, and then over the rest of it."""
    try:
        given = _given.setdefault(iterator, _Given())
    except TypeError:  # an iterator without weak references, such as a `map`
        _check_free(iterator)
        yield from iterator
        return
    for place in itertools.count():
        with given.lock:
            if place == len(given.elements):
                _check_free(iterator)
                try:
                    given.elements.append(next(iterator))
                except StopIteration:
                    return
            element = given.elements[place]
        yield element


def unpacked(element: Any) -> tuple[Nested, Nested]:
    """Return inputs and targets of an element, as Keras understands it.

    Args:
        element: Inputs, or a tuple or list of inputs, targets and weights.

    Raises:
        ValueError: It has more than three parts.
    """
    parts = tuple(element) if isinstance(element, (list, tuple)) else (element,)
    if not 1 <= len(parts) <= 3:
        message = tr(
            "Expected elements `x`, `(x, y)` or `(x, y, sample_weight)`. Received: {n} parts",
            n=len(parts),
        )
        raise ValueError(message)
    return parts[0], parts[1] if len(parts) > 1 else None


def are_batches(x: Nested, y: Nested, model: Any) -> bool:
    """Return whether the first element of a stream is a batch, not one sample.

    Args:
        x: Its inputs as arrays.
        y: Its targets as arrays, or `None`.
        model: A model that the samples are for, or `None`.
    """
    inputs = [array.shape for array in leaves_of(x)]
    shapes = [*inputs, *(array.shape for array in leaves_of(y))]
    if any(not shape for shape in shapes) or len({shape[0] for shape in shapes}) > 1:
        return False
    wanted = list(_input_shapes(model))
    if len(wanted) != len(inputs):
        return True
    pairs = list(zip(inputs, wanted, strict=True))
    return not all(_fits(shape, want[1:]) for shape, want in pairs) or all(
        _fits(shape, want) for shape, want in pairs
    )


def _input_shapes(model: Any) -> Iterable[Shape]:
    """The shapes of a model's inputs with the batch axis; none if they aren't known."""
    if model is None or not getattr(model, "built", False):
        return ()
    shape = getattr(model, "input_shape", None)
    if shape is None:
        config: dict[str, Any] = getattr(model, "get_build_config", dict)() or {}
        shape = config.get("input_shape", config.get("shapes_dict"))
    return shapes_in(shape)


def _fits(shape: tuple[int, ...], wanted: Shape) -> bool:
    return len(shape) == len(wanted) and all(
        want is None or side == want for side, want in zip(shape, wanted, strict=True)
    )


def as_batch(array: NDArray[Any], batched: bool) -> NDArray[Any]:
    """Return an array with a batch axis.

    Args:
        array: A batch, or a single sample.
        batched: Whether it is a batch.
    """
    return array if batched else array[None]
