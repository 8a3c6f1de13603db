"""Reading, checking and setting learning rates."""

from __future__ import annotations

import math
import operator
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._messages import tr
from dlwidgets._tensorflow import load_keras

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dlwidgets._keras_types import KerasModel

_DEFAULT = "optimizer"


def parse_learning_rate(value: float | str) -> float:
    """Return a learning rate as a number.

    Args:
        value: A positive number, or its text.

    Raises:
        ValueError: Not a positive, finite number; the message names what was received.
    """
    try:
        rate = float(value)
    except (TypeError, ValueError, OverflowError):
        rate = math.nan
    # Optimizers keep it in 32 bits, where a number can become 0 or infinite that is neither here.
    with np.errstate(over="ignore"):
        kept = float(np.float32(rate))
    if not math.isfinite(kept) or kept <= 0 or isinstance(value, bool):
        raise ValueError(
            tr(
                "The learning rate must be a number above 0, such as 0.001. Received: {value}",
                value=repr(value),
            )
        )
    return rate


class _Held:
    """The optimizers that a model holds, looked for again only where it has got other attributes.

    They are asked for at each boundary, and looking through a model takes long.

    Args:
        model: A Keras model.
    """

    def __init__(self, model: KerasModel) -> None:
        self._model = model
        # One tuple, since several threads ask: attributes, lists and dicts there, what these hold,
        # and the optimizers.
        self._known: tuple[list[Any], list[Any], list[Any], dict[str, Any]] = ([], [], [], {})

    def optimizers(self) -> dict[str, Any]:
        """Return a new dict of what `held_optimizers` returns."""
        before, collections, elements, found = self._known
        attributes = list(vars(self._model).values())
        same = _same(attributes, before)
        if not same:
            collections = [v for v in attributes if isinstance(v, (dict, list, tuple))]
        now = [one for c in collections for one in (c.values() if isinstance(c, dict) else c)]
        if not same or not _same(now, elements):
            found = held_optimizers(self._model)
            self._known = attributes, collections, now, found
        return dict(found)


def _same(some: Sequence[Any], others: Sequence[Any]) -> bool:
    return len(some) == len(others) and all(map(operator.is_, some, others))


class LearningRates:
    """The learning rates of the optimizers that train a model.

    A model with its own train step, such as a GAN, holds optimizers as attributes. Keras then makes
    another one, which nothing uses, if `compile` isn't given any; it is left out.

    Args:
        model: A compiled Keras model.

    Example:
        >>> from dlwidgets.training.learning_rate import LearningRates
        >>> model = dl.models.compiled("mlp", input_shape=(8, 8, 1), classes=10)
        >>> list(LearningRates(model).values())
        ['optimizer']
    """

    def __init__(self, model: KerasModel) -> None:
        self._model = model
        self.requested: dict[str, float] = {}
        """Rates that were set and wait for their boundary."""
        self._replaced: dict[str, float] = {}
        self._held = _Held(model)

    def current(self) -> dict[str, float]:
        """Return the rates by the names of the model's attributes."""
        return {name: float(one.learning_rate) for name, one in self._optimizers().items()}

    def optimizers(self) -> dict[str, Any]:
        """Return the optimizers by the names of the model's attributes."""
        return self._optimizers()

    def values(self) -> dict[str, float]:
        """Return the rates as in `current`, but those that wait for their boundary as set."""
        requested = dict(self.requested)  # first: one that is applied meanwhile is current then
        return {**self.current(), **requested}

    def settable(self, name: str | None = None) -> list[str]:
        """Return the names of the optimizers whose rate can be set by hand.

        Args:
            name: The only one that is wanted; None for all that can be set.

        Raises:
            KeyError: The model has no optimizer of that name.
            RuntimeError: None of those that are wanted can be set.
        """
        optimizers = self._optimizers()
        wanted = optimizers if name is None else {name: _find(optimizers, name)}
        lock = _lock(wanted)
        if lock:
            raise RuntimeError(lock)
        return [one for one, optimizer in wanted.items() if is_plain(optimizer)]

    def apply(self, rates: Mapping[str, float], *, training: bool) -> None:
        """Set rates, between two steps. They no longer wait, whether that is possible or not.

        Args:
            rates: The rates by names of optimizers.
            training: Whether the training has begun, so that this is a change: see `take_replaced`.

        Raises:
            KeyError: The model has no optimizer of that name anymore.
        """
        optimizers = self._optimizers()
        try:
            for name, rate in rates.items():
                optimizer = _find(optimizers, name)
                if training:
                    self._replaced.setdefault(name, float(optimizer.learning_rate))
                optimizer.learning_rate = rate
        finally:
            self.drop(rates)  # not before: whoever reads meanwhile would see an older rate

    def take_replaced(self) -> dict[str, float]:
        """Return the rates in whose place others were set in training, since the last call."""
        replaced, self._replaced = self._replaced, {}
        return replaced

    def drop(self, rates: Mapping[str, float]) -> None:
        """Forget rates that wait for their boundary, unless others were set since.

        Args:
            rates: The rates by names of optimizers.
        """
        for name, rate in rates.items():
            if self.requested.get(name) == rate:
                self.requested.pop(name, None)

    def lock(self) -> str:
        """Return why no rate can be set by hand; "" if one can."""
        return _lock(self._optimizers())

    def _optimizers(self) -> dict[str, Any]:
        """Return the optimizers in use that have a learning rate, by name."""
        found = self._held.optimizers()
        if len(found) > 1 and _DEFAULT in found and _is_unused(found[_DEFAULT]):
            del found[_DEFAULT]
        # Of the class: a schedule computes the rate of an instance, which takes a millisecond.
        return {name: one for name, one in found.items() if hasattr(type(one), "learning_rate")}


def held_optimizers(model: KerasModel) -> dict[str, Any]:
    """Return the optimizers that a model holds as attributes, or in lists or dicts there.

    Args:
        model: A Keras model. One that isn't compiled has none of Keras's own.

    Returns:
        Each optimizer once, by name, such as ``"optimizer"``, ``"d_optimizer"``, ``"steps[0]"``;
        first the one that the model was compiled with.
    """
    kind = load_keras().optimizers.Optimizer
    candidates = {_DEFAULT: getattr(model, "optimizer", None)}
    for name, value in vars(model).items():
        if name == _DEFAULT or name.startswith("_self_"):  # those are TensorFlow's lists
            continue
        if isinstance(value, dict):
            candidates.update({f"{name}[{key!r}]": one for key, one in value.items()})
        elif isinstance(value, (list, tuple)):
            candidates.update({f"{name}[{i}]": one for i, one in enumerate(value)})
        else:
            candidates[name] = value
    found: dict[int, str] = {}
    for name, one in candidates.items():
        # A name of its own says more than Keras's.
        if isinstance(one, kind) and found.get(id(one)) in (None, _DEFAULT):
            found[id(one)] = name
    return {name: candidates[name] for name in found.values()}


def _is_unused(optimizer: Any) -> bool:
    """Whether it is the one that `compile` makes where it is given none, and nothing uses it."""
    default = load_keras().optimizers.RMSprop(name=optimizer.name)
    return (
        type(optimizer) is type(default)
        and optimizer.get_config() == default.get_config()
        and not int(optimizer.iterations.numpy())
    )


def _find(optimizers: Mapping[str, Any], name: str) -> Any:
    if name not in optimizers:
        raise KeyError(
            tr(
                "Expected one of the optimizers {names}. Received: {name}",
                names=", ".join(optimizers),
                name=repr(name),
            )
        )
    return optimizers[name]


def _lock(optimizers: Mapping[str, Any]) -> str:
    if not optimizers:
        return tr("This model's optimizer has no learning rate.")
    if not any(is_plain(optimizer) for optimizer in optimizers.values()):
        return tr("The learning rate follows a schedule that the model was compiled with.")
    return ""


def is_plain(optimizer: Any) -> bool:
    """Return whether an optimizer's learning rate is a number, not a schedule or a function."""
    return is_plain_rate(optimizer.learning_rate)


def is_plain_rate(rate: Any) -> bool:
    """Return whether what an optimizer has as its learning rate is a number of its own.

    Args:
        rate: Its `learning_rate`. A schedule or a function is asked for a value; only a plain rate
            is kept in a variable.
    """
    return isinstance(rate, load_keras().Variable)
