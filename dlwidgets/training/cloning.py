"""Clones of models, for views of a model that trains: architecture, weights and other state."""

from __future__ import annotations

import functools
import itertools
import logging
import tempfile
from typing import TYPE_CHECKING, Any

from dlwidgets._tensorflow import load_keras
from dlwidgets.inspect.calling import has_call
from dlwidgets.inspect.model_cache import cached_per_model
from dlwidgets.inspect.sublayers import paired_sublayers, sublayers
from dlwidgets.training.drawn_seeds import seeds_given_back
from dlwidgets.training.weight_calls import assign_weights

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from dlwidgets._keras_types import AnyLayer, KerasModel, Module

_log = logging.getLogger("dlwidgets")

_MOST_SEEDS = 10_000  # of initializers and layers of one model


def clone(model: KerasModel) -> KerasModel | None:
    """Return a model of the same architecture and state; None if it can't be cloned.

    What neither the configuration nor the weights hold, such as the vocabulary of an adapted
    `StringLookup`, is copied as Keras does when it saves a model. State of one's own layers that
    Keras wouldn't save isn't copied: see `comparing` for how that is noticed.

    Args:
        model: A built Keras model. It can be cloned where its ``get_config`` and ``from_config``,
            and those of its layers, describe it whole. One without `call` need not: its parts are
            cloned one by one.

    Returns:
        A model with equal weights, uncompiled.
    """
    keras = load_keras()
    try:
        with seeds_given_back(most=_MOST_SEEDS):  # those that a configuration leaves open
            copy = _same_architecture(keras, model)
            if [w.shape for w in copy.weights] != [w.shape for w in model.weights]:
                return None
            _copy_state(keras, model, copy)
        set_weights(copy, model.get_weights())
    except Exception as error:  # noqa: BLE001 - a model's own from_config may raise anything
        _log.info("%s can't be cloned: %s", type(model).__name__, error)
        return None
    copy.loss = model.loss  # it tells what the outputs mean
    return copy


def begun_again(model: KerasModel, change: Callable[[Any], Any] | None = None) -> KerasModel | None:
    """Return a model of the same architecture with new weights; None if there can't be one.

    Args:
        model: A built Keras model.
        change: Makes a layer from that of the model, as `clone_function` of Keras does; None for
            the same. A subclassed model can't be changed.
    """
    keras = load_keras()
    try:
        if change is not None:
            if not (isinstance(model, keras.Sequential) or hasattr(model, "inputs")):
                return None
            copy: KerasModel = keras.models.clone_model(model, clone_function=change)
        else:
            copy = _same_architecture(keras, model)
        if [w.shape for w in copy.weights] != [w.shape for w in model.weights]:
            return None
        _copy_state(keras, model, copy)
    except Exception as error:  # noqa: BLE001 - a model's own from_config may raise anything
        _log.info("%s can't be begun again: %s", type(model).__name__, error)
        return None
    return copy


def set_weights(model: KerasModel, weights: Sequence[NDArray[Any]]) -> None:
    """Set a model's weights, and what its layers compute of them once for all.

    Args:
        model: A built Keras model.
        weights: As ``model.get_weights()`` gives them.
    """
    model.set_weights(list(weights))
    for finish in _finishers(model):
        finish()


def set_weights_often(model: KerasModel, weights: Sequence[Any]) -> None:
    """Do the same as `set_weights` in one call of TensorFlow, whose graph is built the first time.

    Args:
        model: A built Keras model.
        weights: As ``model.get_weights()`` gives them, or tensors, of the very shapes of the
            model's.
    """
    assign_weights(model, weights)
    for finish in _finishers(model):
        finish()


@cached_per_model
def _finishers(model: KerasModel) -> list[Callable[[], None]]:
    """How layers such as `Normalization` take over numbers that were put into their weights."""
    kind = load_keras().Model  # the model itself would live as long as what is kept of it
    layers = [lay for lay in sublayers(model) if not isinstance(lay, kind) and lay.weights]
    return [layer.finalize_state for layer in layers if hasattr(layer, "finalize_state")]


def _same_architecture(keras: Module, model: KerasModel) -> KerasModel:
    copy: KerasModel
    if isinstance(model, keras.Sequential) or hasattr(model, "inputs"):
        shared = functools.partial(_layer_like, keras)
        has_lambda = any(isinstance(layer, keras.layers.Lambda) for layer in model.layers)
        copy = keras.models.clone_model(model, clone_function=shared if has_lambda else None)
    elif has_call(model):
        copy = type(model).from_config(model.get_config())
        shapes = model.get_build_config()
        if shapes:
            copy.build_from_config(shapes)
    else:
        copy = keras.Model(name=model.name)
        for name, part in vars(model).items():
            if isinstance(part, keras.layers.Layer):
                setattr(copy, name, _same_architecture(keras, part))
    return copy


def _layer_like(keras: Module, layer: Any) -> Any:
    """A layer of the same configuration; a `Lambda` has the same function, which none describes."""
    config = layer.get_config()
    if type(layer) is not keras.layers.Lambda or config.get("output_shape") is not None:
        return type(layer).from_config(config)
    base = {key: config[key] for key in ("name", "trainable", "dtype")}
    made: Any = keras.layers.Lambda
    return made(layer.function, arguments=layer.arguments, **base)


def _copy_state(keras: Module, model: KerasModel, copy: KerasModel) -> None:
    """Copy the state that is neither in the configuration nor in the weights."""
    pairs = [(model, copy)]
    if not has_call(model):
        parts = {n: p for n, p in vars(model).items() if isinstance(p, keras.layers.Layer)}
        pairs = [(part, getattr(copy, name)) for name, part in parts.items()]
    for layer, other in itertools.chain.from_iterable(itertools.starmap(paired_sublayers, pairs)):
        if hasattr(layer, "get_vocabulary"):
            _copy_vocabulary(layer, other)
        elif not type(layer).__module__.startswith("keras."):
            _copy_own_state(keras, layer, other)


def _copy_vocabulary(layer: AnyLayer, other: AnyLayer) -> None:
    words = layer.get_vocabulary()
    if not layer.get_vocabulary(include_special_tokens=False) or words == other.get_vocabulary():
        return
    store: dict[str, NDArray[Any]] = {}
    layer.save_own_variables(store)
    if "idf_weights" in store:
        other.set_vocabulary(words, store["idf_weights"][: len(words)])
    else:
        other.set_vocabulary(words)


def _copy_own_state(keras: Module, layer: AnyLayer, other: AnyLayer) -> None:
    """Copy what a layer of one's own saves by methods of its own."""
    kind: Any = type(layer)
    if kind.save_own_variables is not keras.layers.Layer.save_own_variables:
        store: dict[str, Any] = {}
        layer.save_own_variables(store)
        other.load_own_variables(store)
    if hasattr(layer, "save_assets"):
        with tempfile.TemporaryDirectory() as folder:
            layer.save_assets(folder)
            other.load_assets(folder)
