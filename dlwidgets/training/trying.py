"""A second run like another one, but for one change."""

from __future__ import annotations

import copy
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._messages import tr
from dlwidgets._tensorflow import load, load_keras
from dlwidgets.data._structures import is_structure, leaves_of, map_leaves, to_array
from dlwidgets.data.samples import is_stream
from dlwidgets.training.cloning import begun_again
from dlwidgets.training.compilation import configuration
from dlwidgets.training.fitting import fit
from dlwidgets.training.run_engine import engine_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from dlwidgets._keras_types import KerasModel, Nested
    from dlwidgets.inspect.diagnosis import Remedy
    from dlwidgets.training.given import Given
    from dlwidgets.training.run import Run

_TABLE = 2  # axes of data whose features have a scale each
_BUFFER = 20_000  # samples of a data set that are shuffled together
_PATIENCE = 2  # fewer than the epochs after which a rise counts as overfitting
_LARGE = 1e9  # bytes of data that aren't copied for a trial
_LAYERS = frozenset({"leaky_relu", "he_relu"})
_KEPT = ("EarlyStopping", "ReduceLROnPlateau", "LearningRateScheduler", "TerminateOnNaN")


class CannotTryError(RuntimeError):
    """A change can't be tried here; the message says why."""


def why_not(remedy: Remedy, model: KerasModel, data: dict[str, Any] | None) -> str:
    """Return why a change can't be tried; "" if it can.

    Args:
        remedy: The change.
        model: The model of the first run; only its architecture is looked at.
        data: What the first run was given; `None` if that is no longer there.
    """
    if data is None:
        return NO_DATA
    return _why_not_model(remedy, model) or _why_not_data(remedy, data["x"])


def _why_not_model(remedy: Remedy, model: KerasModel) -> str:
    chain = isinstance(model, load_keras().Sequential)
    if remedy.action in _LAYERS and not (chain or hasattr(model, "inputs")):
        return tr("Layers of a subclassed model can't be exchanged here. Change its code.")
    if remedy.action == "dropout" and not (chain and len(model.layers) > 1):
        return tr("Dropout can be added here to a Sequential model only. Change the model's code.")
    return ""


def _why_not_data(remedy: Remedy, x: Nested) -> str:
    if hasattr(x, "__next__"):
        return tr("The generator was read and can't begin again. Make a new one.")
    if remedy.action not in {"standardize", "shuffle"}:
        return ""
    if is_stream(x):
        known = hasattr(x, "element_spec")
        return (
            "" if known else tr("The data can't be changed here. Change the code that makes them.")
        )
    large = sum(float(getattr(leaf, "nbytes", 0)) for leaf in leaves_of(x)) > _LARGE
    return tr("The data are too large to be copied for a trial.") if large else ""


NO_DATA = tr(
    "The data of this run are gone, so nothing can be tried here. Keep them in variables, or pass "
    "them: `dl.Doctor(run, x, y)`."
)


def begin_changed(
    remedy: Remedy,
    model: KerasModel,
    given: Given,
    data: dict[str, Any],
    *,
    rate: float = math.nan,
    counts: Any = (),
    record: Any = False,
) -> Run:
    """Return a run that is ready: like another one, with the same first weights, but for a change.

    Args:
        remedy: The change.
        model: The model of the first run. It isn't changed.
        given: What the first run was given.
        data: Its data, as arguments of `fit`.
        rate: The learning rate of its first step; NaN if it isn't known.
        counts: Samples per class, for class weights.
        record: As for `fit`.

    Raises:
        CannotTryError: The change can't be tried.
        ValueError: As `fit`.
    """
    reason = why_not(remedy, model, data)
    if reason:
        raise CannotTryError(reason)
    fresh = _fresh(remedy, model, given)
    _compile(remedy, model, fresh, rate)
    arguments = dict(given.arguments)
    changed = dict(data)
    if remedy.action == "standardize":
        _standardize(changed)
    elif remedy.action == "shuffle":
        _shuffle(changed, arguments.get("batch_size") or 32)
        arguments["shuffle"] = True
    elif remedy.action == "class_weight":
        arguments["class_weight"] = balanced(counts)
    callbacks = [copy.copy(one) for one in given.callbacks if type(one).__name__ in _KEPT]
    if remedy.action == "early_stopping":
        monitor = "val_loss"
        if changed.get("validation_data") is None and not arguments.get("validation_split"):
            raise CannotTryError(NO_DATA)
        stop = load_keras().callbacks.EarlyStopping(
            monitor, patience=_PATIENCE, restore_best_weights=True
        )
        callbacks = [*(c for c in callbacks if type(c) is not type(stop)), stop]
    run = fit(
        fresh,
        **changed,
        **arguments,
        callbacks=callbacks,
        device=given.device,
        record=record,
        start=False,
    )
    if given.initial is None:
        note = tr("This trial begins with other first weights: those of the run weren't kept.")
        engine_of(run).notes.append(note)
    left = len([one for one in given.callbacks if type(one).__name__ not in _KEPT])
    if left:
        engine_of(run).notes.append(tr("Your own callbacks aren't used in this trial."))
    return run


def balanced(counts: Any) -> dict[int, float]:
    """Return weights by which all classes count alike; 1 for a class without samples.

    Args:
        counts: Samples per class.

    Example:
        >>> from dlwidgets.training.trying import balanced
        >>> balanced([30, 10])
        {0: 0.6666666666666666, 1: 2.0}
    """
    numbers = np.asarray(counts, np.float64)
    present = numbers > 0
    total = numbers.sum() / max(1, int(present.sum()))
    return {i: float(total / n) if n else 1.0 for i, n in enumerate(numbers)}


# -- the model -------------------------------------------------------------------------------------


def _fresh(remedy: Remedy, model: KerasModel, given: Given) -> KerasModel:
    change = _layer_change(remedy, model)
    made = begun_again(model, change)
    if made is None:
        raise CannotTryError(
            tr("This model can't be built again from its configuration. Change its code.")
        )
    if given.initial is not None and remedy.action != "he_relu":
        made.set_weights(given.initial)
    if remedy.action != "dropout":
        return made
    keras = load_keras()
    *before, last = made.layers
    whole: KerasModel = keras.Sequential([*before, keras.layers.Dropout(remedy.value or 0.5), last])
    whole.build(made.input_shape)
    return whole


def _layer_change(remedy: Remedy, model: KerasModel) -> Callable[[Any], Any] | None:
    if remedy.action not in _LAYERS:
        return None
    last = {model.layers[-1].name, *(getattr(model, "output_names", None) or ())}
    keras = load_keras()
    leaky = remedy.action == "leaky_relu"
    kinds = {"relu", "relu6"} if leaky else {"sigmoid", "tanh", "hard_sigmoid"}

    def change(layer: Any) -> Any:
        if leaky and isinstance(layer, keras.layers.ReLU):
            return keras.layers.LeakyReLU(name=layer.name)
        config = layer.get_config()
        weighted = bool(layer.weights)
        if config.get("activation") in kinds and layer.name not in last:
            config["activation"] = "leaky_relu" if leaky else "relu"
        if not leaky and weighted and "kernel_initializer" in config:
            config["kernel_initializer"] = "he_normal"
            if "bias_initializer" in config:
                config["bias_initializer"] = "zeros"
        return type(layer).from_config(config)

    return change


def _compile(remedy: Remedy, model: KerasModel, fresh: KerasModel, rate: float) -> None:
    keras = load_keras()
    found = configuration(model)
    compiled = found.get("compile_config") if found else None
    if not isinstance(compiled, dict):
        raise CannotTryError(
            tr("The model's loss or metrics can't be saved, so the model can't be compiled again.")
        )
    try:
        arguments = {
            name: keras.saving.deserialize_keras_object(value) for name, value in compiled.items()
        }
    except (TypeError, ValueError) as error:
        raise CannotTryError(
            tr(
                "The model can't be compiled again. Register your own loss and metrics with "
                "`keras.saving.register_keras_serializable`."
            )
        ) from error
    optimizer: Any = arguments.get("optimizer")
    if not hasattr(optimizer, "get_config"):
        raise CannotTryError(tr("The model has no optimizer that can be copied."))
    config = optimizer.get_config()
    if isinstance(config.get("learning_rate"), (int, float)) and math.isfinite(rate):
        config["learning_rate"] = rate
    if remedy.action == "rate":
        config["learning_rate"] = remedy.value
    if remedy.action == "clip":
        config |= {"clipnorm": remedy.value or 1.0, "clipvalue": None, "global_clipnorm": None}
    fresh.compile(**{**arguments, "optimizer": type(optimizer).from_config(config)})


# -- the data --------------------------------------------------------------------------------------


def _standardize(data: dict[str, Any]) -> None:
    x = data["x"]
    if is_stream(x):
        data["x"], scale = _standardized_stream(x)
    else:
        scales = [_scale(np.asarray(to_array(leaf), np.float32)) for leaf in leaves_of(x)]
        data["x"], scale = _scaled(x, scales), scales
    pair = data.get("validation_data")
    if isinstance(pair, tuple):
        data["validation_data"] = (_scaled(pair[0], scale), *pair[1:])
    elif pair is not None and hasattr(pair, "map"):
        data["validation_data"] = _scaled_stream(pair, scale)


def _scale(array: Any) -> tuple[Any, Any]:
    axis = 0 if array.ndim == _TABLE else None
    mean, std = array.mean(axis), array.std(axis)
    return mean, np.where(std > 0, std, 1).astype(np.float32)


def _scaled(x: Nested, scales: list[tuple[Any, Any]]) -> Nested:
    left = iter(scales)

    def one(leaf: Any) -> Any:
        mean, std = next(left)
        array = np.asarray(to_array(leaf))
        return (array.astype(np.float32) - mean) / std if array.dtype.kind in "iuf" else leaf

    return map_leaves(one, x)


def _standardized_stream(x: Any) -> tuple[Any, list[tuple[Any, Any]]]:
    from dlwidgets.data.samples import take

    samples = take(x, limit=2000, seconds=5.0)
    if is_structure(samples.x):
        raise CannotTryError(tr("A data set with several inputs can't be changed here."))
    scales = [_scale(np.asarray(samples.x, np.float32))]
    return _scaled_stream(x, scales), scales


def _scaled_stream(x: Any, scales: list[tuple[Any, Any]]) -> Any:
    tf, _ = load()
    mean, std = scales[0]

    def one(inputs: Any, *others: Any) -> Any:
        return ((tf.cast(inputs, tf.float32) - mean) / std, *others)

    return x.map(one)


def _shuffle(data: dict[str, Any], size: int) -> None:
    x = data["x"]
    if is_stream(x):
        data["x"] = x.unbatch().shuffle(_BUFFER).batch(size)
        return
    total = len(leaves_of(x)[0])
    order = np.random.default_rng(0).permutation(total)
    for name in ("x", "y", "sample_weight"):
        data[name] = map_leaves(lambda leaf: to_array(leaf)[order], data.get(name))
