"""Clones of models, for views of a model that trains."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from dlwidgets._tensorflow import load_keras

if TYPE_CHECKING:
    from dlwidgets._keras_types import KerasModel

_log = logging.getLogger("dlwidgets")


def clone(model: KerasModel) -> KerasModel | None:
    """Return a model of the same architecture with its own weights; None if it can't be cloned.

    Args:
        model: A built Keras model. It can be cloned where its ``get_config`` and ``from_config``,
            and those of its layers, describe it whole.

    Returns:
        A model whose weights have the same shapes, uncompiled.
    """
    keras = load_keras()
    try:
        if isinstance(model, keras.Sequential) or hasattr(model, "inputs"):
            copy = keras.models.clone_model(model)
        else:
            copy = _from_config(model)
    except Exception as error:  # noqa: BLE001 - a model's own from_config may raise anything
        _log.info("%s can't be cloned: %s", type(model).__name__, error)
        return None
    same = [w.shape for w in copy.weights] == [w.shape for w in model.weights]
    return copy if same else None


def _from_config(model: KerasModel) -> KerasModel:
    copy: KerasModel = type(model).from_config(model.get_config())
    shapes = model.get_build_config()
    if shapes:
        copy.build_from_config(shapes)
    return copy
