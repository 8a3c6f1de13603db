"""How a model is compiled, also where Keras's own configuration leaves something out.

`compile` without metrics keeps those of an earlier `compile`, and without a loss the earlier loss,
but `get_compile_config` names what the last call was given. A model that is loaded with it trains
in another way.
"""

from __future__ import annotations

import json
import warnings
import zipfile
from typing import TYPE_CHECKING, Any

from dlwidgets._tensorflow import load

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from dlwidgets._keras_types import KerasModel

_CONFIG = "config.json"  # in a file that ends in .keras
_SHARED = "shared_object_id"  # Keras's mark of an object that is used in several places


def configuration(
    model: KerasModel, saved: Mapping[str, Any] | None = None
) -> dict[str, Any] | None:
    """Return the configuration of a model as JSON, with everything it was compiled with.

    Args:
        model: A compiled Keras model.
        saved: The configuration in a file that the model was saved in, which also says which
            objects are the same.

    Returns:
        What Keras writes into a saved model; None if a class of the user's own gives none.
    """
    _, keras = load()
    try:
        with warnings.catch_warnings():  # of a class of the user's own, each time
            warnings.simplefilter("ignore")
            found = keras.saving.serialize_keras_object(model)
            compiled = found.get("compile_config")
            if isinstance(compiled, dict):
                found["compile_config"] = compiled | _kept(model, compiled)
            config = json.loads(json.dumps(found))
    except Exception:  # noqa: BLE001 - what a get_config of the user's own does may be anything
        return None
    return _sharing_as(saved, config) if isinstance(config, dict) else None


def completed(model: KerasModel, saved: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return a saved configuration with what an earlier `compile` was given; None if complete.

    Args:
        model: A compiled Keras model.
        saved: The configuration in the file that it was saved in.

    Raises:
        Exception: What a `get_config` of the user's own raises.
    """
    compiled = saved.get("compile_config")
    kept = _kept(model, compiled) if isinstance(compiled, dict) else {}
    return {**saved, "compile_config": {**compiled, **kept}} if compiled and kept else None


def _kept(model: KerasModel, compiled: dict[str, Any]) -> dict[str, Any]:
    """What an earlier `compile` was given and the last one wasn't, in Keras's form."""
    _, keras = load()
    found: dict[str, Any] = {}
    if "loss" in compiled and compiled["loss"] is None and model.loss is not None:
        # Keras has no public name for what `compile` was given, here and below. It ignores
        # weights that the last call was given without a loss.
        loss = getattr(model, "_compile_loss", None)
        found = {"loss": model.loss, "loss_weights": getattr(loss, "_user_loss_weights", None)}
    names = ("metrics", "weighted_metrics")
    if all(name in compiled and compiled[name] is None for name in names):
        for metric in model.metrics:
            for name in names:
                if getattr(metric, f"_user_{name}", None):
                    found[name] = getattr(metric, f"_user_{name}")
    return {name: keras.saving.serialize_keras_object(value) for name, value in found.items()}


def _sharing_as(saved: Any, config: Any) -> Any:
    """Mark what is the same object in a configuration, as it is marked in a saved one."""
    if isinstance(config, dict) and isinstance(saved, dict):
        marked = {name: _sharing_as(saved.get(name), value) for name, value in config.items()}
        same = {_SHARED: saved[_SHARED]} if _SHARED in saved else {}
        return same | marked
    if isinstance(config, list) and isinstance(saved, list) and len(config) == len(saved):
        return [_sharing_as(one, other) for one, other in zip(saved, config, strict=True)]
    return config


def configuration_in(file: Path) -> dict[str, Any] | None:
    """Return the configuration in a saved model; None if there is none.

    Args:
        file: Its name ends in ``.keras``.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            found = json.loads(archive.read(_CONFIG))
    except (OSError, KeyError, ValueError, zipfile.BadZipFile):
        return None
    return found if isinstance(found, dict) else None


def write_with(config: Mapping[str, Any], saved: Path, file: Path) -> None:
    """Write a saved model with another configuration.

    Args:
        config: The configuration.
        saved: The saved model.
        file: What is written.

    Raises:
        OSError: A file can't be read or written.
        zipfile.BadZipFile: The saved model is damaged.
    """
    with zipfile.ZipFile(saved) as before, zipfile.ZipFile(file, "w") as after:
        for part in before.infolist():
            data = before.read(part)
            after.writestr(part, json.dumps(config) if part.filename == _CONFIG else data)
