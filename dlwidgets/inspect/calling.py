"""Which models can be called: with weights, and with a `call`; what to say of the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dlwidgets._keras_models import is_legacy, not_a_model
from dlwidgets._messages import tr
from dlwidgets._tensorflow import load_keras

if TYPE_CHECKING:
    from dlwidgets._messages import Message


class NotBuiltError(ValueError):
    """The model has no weights yet."""


class NoCallError(ValueError):
    """The model can't be called: only its parts can."""


def has_call(model: Any) -> bool:
    """Whether a model can be called.

    Args:
        model: Anything. A Keras model whose class has a `train_step` of its own and no `call`, such
            as a GAN, can't: only its parts can.

    Example:
        >>> from dlwidgets.inspect.calling import has_call
        >>> has_call(dl.models.line_neuron())
        True
    """
    kind = load_keras().Model
    return not isinstance(model, kind) or type(model).call is not kind.call


def built_parts(model: Any) -> dict[str, Any]:
    """Return the built models that a model has as attributes, by the attribute's name.

    Args:
        model: A Keras model.

    Example:
        >>> from dlwidgets.inspect.calling import built_parts
        >>> list(built_parts(dl.models.dense_vae((8, 8, 1), 2)))
        ['encoder', 'decoder']
    """
    kind = load_keras().Model
    return {
        name: part
        for name, part in vars(model).items()
        if isinstance(part, kind) and not name.startswith("_") and part.built
    }


def is_built(model: Any) -> bool:
    """Whether a model has weights; of one without `call` its parts."""
    if has_call(model):
        return bool(getattr(model, "built", False))
    return bool(built_parts(model))


def no_call(model: Any) -> Message:
    """Return the message for a model that has no `call`.

    Args:
        model: Such a model.
    """
    parts = built_parts(model)
    if not parts:
        return tr("This model has no `call`, so it has no output to show.")
    return tr(
        "This model has no `call`, so only its parts can be shown. Pass one of them: {parts}.",
        parts=", ".join(f"`model.{name}`" for name in parts),
    )


def require_built(model: Any) -> None:
    """Raise unless this is a model that has weights.

    Args:
        model: Anything.

    Raises:
        TypeError: It isn't a Keras 3 model.
        NotBuiltError: It has no weights yet.
    """
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
