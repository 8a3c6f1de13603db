"""A clone of a part of a model that takes images of any size, if its layers do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dlwidgets._messages import tr
from dlwidgets._tensorflow import load_keras
from dlwidgets.training.cloning import set_weights

if TYPE_CHECKING:
    from dlwidgets._keras_types import KerasModel, SymbolicTensor

_NOT_CLONED = (TypeError, ValueError, NotImplementedError, AttributeError)
"""How Keras says that a layer can't be made from its configuration, or for another size."""


def clone_for_any_size(
    source: KerasModel, image: SymbolicTensor
) -> tuple[KerasModel, tuple[int, int] | None]:
    """Return a clone for images of any size, else one for the model's own.

    Args:
        source: A model with one input, and nested models in it or not.
        image: That input.

    Returns:
        The clone, and height and width that its images must have, `None` for any. The model itself
        if it can't be cloned. The clone has the weights of the model.

    Raises:
        ValueError: The model only takes batches of one size.
    """
    keras = load_keras()
    height, width = image.shape[1:3]
    fixed = None if height is None or width is None else (height, width)
    for free in (True, False):
        try:
            clone = _clone(source, free=free)
        except _NOT_CLONED:
            continue
        outputs = [keras.tree.flatten(model.outputs) for model in (clone, source)]
        # A `Flatten` of images of any size gives any number of values, which no layer takes.
        alike = [t.shape[-1] for t in outputs[0]] == [t.shape[-1] for t in outputs[1]]
        shapes = [[tuple(w.shape) for w in model.weights] for model in (clone, source)]
        if alike and shapes[0] == shapes[1]:
            _require_any_batch(outputs[0])
            set_weights(clone, source.get_weights())
            return clone, None if free else fixed
    _require_any_batch([image])
    return source, fixed


def _require_any_batch(tensors: list[SymbolicTensor]) -> None:
    """Raise a ValueError if one of some symbolic tensors has a fixed number of samples."""
    size = next((t.shape[0] for t in tensors if t.shape[0] is not None), None)
    if size is not None:
        message = tr(
            "These layers only take batches of {n} images, so images can't be made one by one. "
            "Build the model with an `Input` without a batch size, and -1 for it in `reshape`.",
            n=size,
        )
        raise ValueError(message)


def _clone(model: KerasModel, *, free: bool) -> Any:
    """A clone, whose images may have any size if it is free, and those of models inside as well."""
    keras = load_keras()

    def begin(tensor: Any) -> Any:
        shape = tuple(tensor.shape)[1:]
        return keras.Input(
            (None, None, shape[-1]) if free and len(shape) == 3 else shape, dtype=tensor.dtype
        )

    def renew(layer: Any) -> Any:
        if isinstance(layer, keras.Model) and getattr(layer, "inputs", None):
            return _clone(layer, free=free)
        return layer.__class__.from_config(layer.get_config())

    return keras.models.clone_model(
        model,
        input_tensors=keras.tree.map_structure(begin, model.input),
        clone_function=renew,
    )
