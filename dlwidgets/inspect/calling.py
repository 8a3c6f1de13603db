"""Models without a `call`, which consist of parts: what to say of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dlwidgets._messages import tr
from dlwidgets._tensorflow import load_keras

if TYPE_CHECKING:
    from dlwidgets._messages import Message


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
