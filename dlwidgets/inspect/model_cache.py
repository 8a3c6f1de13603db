"""Results that are computed once per Keras model, and the check that something is a Keras model."""

from __future__ import annotations

import contextlib
import functools
import threading
import weakref
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from dlwidgets._keras_models import not_a_model
from dlwidgets._messages import tr
from dlwidgets._tensorflow import load_keras
from dlwidgets.inspect.calling import has_call, no_call
from dlwidgets.inspect.sublayers import held_layers

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator

    from dlwidgets._keras_types import KerasModel

P = ParamSpec("P")
T = TypeVar("T")


def require_model(model: Any, *, built: bool = False) -> KerasModel:
    """Return a Keras model, or raise an error that says what it is instead.

    Args:
        model: What should be a Keras model.
        built: Whether it must be built: a model without weights and shapes is an error.

    Raises:
        TypeError: It isn't a Keras model.
        ValueError: It isn't built, or has no `call`.

    Example:
        >>> from dlwidgets.inspect.model_cache import require_model
        >>> require_model(dl.models.line_neuron(), built=True).count_params()
        2
    """
    if not isinstance(model, load_keras().Model):
        raise TypeError(not_a_model(model))
    checked: KerasModel = model
    if built and not has_call(checked):
        raise ValueError(no_call(checked))
    if built and not checked.built:
        message = tr(
            "The model {name} isn't built. Call it once, or give it an `Input`.",
            name=repr(checked.name),
        )
        raise ValueError(message)
    return checked


def cached_per_model(
    function: Callable[Concatenate[KerasModel, P], T],
) -> Callable[Concatenate[KerasModel, P], T]:
    """Decorate a function of a Keras model, so that it computes its result once per model.

    The result is dropped when the model is garbage collected, and computed again when the model
    consists of something else: a layer at any depth, its activation, data type policy or a weight
    has been added, removed or replaced, as `quantize()` and `enable_lora()` do. It isn't computed
    again when the values of weights change: let it share the model's layers. Errors aren't kept.
    Calls from several threads are safe; only one computes.

    The result must not refer to the model itself, or the model would never be collected. It may
    refer to the model's layers, to graphs made of them (`trace`), and to `weakref.ref(model)`.

    Args:
        function: Takes the model first; further arguments must be hashable, and each combination of
            them has its own result.

    Returns:
        A function with the same arguments; a `TypeError` says if the first isn't a Keras model.

    Example:
        >>> from dlwidgets.inspect.model_cache import cached_per_model
        >>> @cached_per_model
        ... def layer_names(model):
        ...     return [layer.name for layer in model.layers]
        >>> model = dl.models.line_neuron()
        >>> layer_names(model) is layer_names(model)
        True
    """

    @functools.wraps(function)
    def cached(model: KerasModel, /, *args: P.args, **kwargs: P.kwargs) -> T:
        entry = _entry_of(require_model(model))
        key = (function, args, tuple(sorted(kwargs.items())))
        with entry.lock:
            results = entry.results_for(None if _is_unchanged(model) else _parts_of(model))
            if key not in results:
                results[key] = function(model, *args, **kwargs)
            found: T = results[key]
            return found

    return cached


@contextlib.contextmanager
def unchanged(*models: Any, for_good: bool = False) -> Iterator[None]:
    """Promise that models consist of the same until the end, so that it is checked only once.

    What is cached for a model is used many times in one look at it, and each check walks through
    all layers.

    Args:
        *models: Keras models that only this thread uses; anything else is ignored.
        for_good: Whether nobody else ever changes them, such as clones. A model's own first call
            may, so that the promise holds once two checks have found the same.

    Example:
        >>> from dlwidgets.inspect.model_cache import unchanged
        >>> from dlwidgets.inspect.tracing import trace
        >>> model = dl.models.line_neuron()
        >>> with unchanged(model):
        ...     same = trace(model) is trace(model)
        >>> same
        True
    """
    kind = load_keras().Model
    before: tuple[Any, ...] = getattr(_promised, "models", ())
    new = [m for m in models if isinstance(m, kind) and not _is_unchanged(m)]
    for model in new:
        entry = _entry_of(model)
        with entry.lock:
            if not (for_good and entry.settled):
                entry.settled = entry.note(_parts_of(model)) and for_good
    _promised.models = (*before, *new)
    try:
        yield
    finally:
        _promised.models = before


def _is_unchanged(model: KerasModel) -> bool:
    return any(one is model for one in getattr(_promised, "models", ()))


_promised = threading.local()


class _Entry:
    """The results of one model, and what the model consisted of when they were computed."""

    def __init__(self) -> None:
        self.lock = threading.RLock()  # a function may call another one that is cached
        self.settled = False  # whether its parts need no further check under `unchanged`
        self._parts: tuple[object, ...] = ()
        self._results: dict[Hashable, Any] = {}

    def results_for(self, parts: tuple[object, ...] | None) -> dict[Hashable, Any]:
        """The results that hold for a model of these parts; None if it has those of before."""
        if parts is not None:
            self.note(parts)
        return self._results

    def note(self, parts: tuple[object, ...]) -> bool:
        """Drop the results of a model of other parts; return whether it has those of before."""
        same = len(parts) == len(self._parts) and all(
            a is b for a, b in zip(parts, self._parts, strict=True)
        )
        if not same:
            # Held, not only their `id`: a new layer must not get the address of an old one.
            self._parts, self._results = parts, {}
        return same


def _parts_of(model: KerasModel) -> tuple[object, ...]:
    """What a model consists of: its weights, and its layers at any depth with what they do."""
    parts: list[object] = list(model.weights)
    waiting, seen = list(model.layers), {id(model)}
    while waiting:
        layer = waiting.pop()
        if id(layer) not in seen:
            seen.add(id(layer))
            parts += (layer, getattr(layer, "activation", None), layer.dtype_policy)
            waiting += held_layers(layer)
    return tuple(parts)


def _entry_of(model: KerasModel) -> _Entry:
    with _entries_lock:
        entry = _entries.get(model)
        if entry is None:
            entry = _entries[model] = _Entry()
        return entry


_entries: weakref.WeakKeyDictionary[Any, _Entry] = weakref.WeakKeyDictionary()
_entries_lock = threading.Lock()
