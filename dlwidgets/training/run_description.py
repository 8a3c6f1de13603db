"""What a recording says of its run: model, arguments, data, versions, machine."""

from __future__ import annotations

import importlib.metadata
import os
import platform
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlwidgets._tensorflow import load
from dlwidgets._version import __version__
from dlwidgets.training.fingerprint import fingerprint
from dlwidgets.training.learning_rate import held_optimizers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dlwidgets._keras_types import KerasModel, Nested


def describe(
    model: KerasModel,
    arguments: Mapping[str, Any],
    data: Mapping[str, Nested],
    callbacks: Sequence[Any],
) -> dict[str, Any]:
    """Return what run.json says of a run, as JSON.

    Args:
        model: The compiled model.
        arguments: The arguments of `fit` that JSON can hold.
        data: The other ones, by name.
        callbacks: The user's callbacks.
    """
    found = {
        "model": {
            "name": model.name,
            "class": type(model).__name__,
            "parameters": int(model.count_params()) if model.built else None,
            "layers": len(model.layers),
        },
        "compile": _compiled(model),
        "fit": {**arguments, "callbacks": [type(one).__name__ for one in callbacks]},
        "data": fingerprint(data),
        "epochs": arguments["epochs"],
        "versions": versions(),
        "machine": _machine(),
    }
    commit = git_commit(Path.cwd())
    return {**found, "git": commit} if commit else found


def versions() -> dict[str, str]:
    """Return the versions of what computes."""
    tf, keras = load()
    return {
        "dlwidgets": __version__,
        "keras": keras.__version__,
        "tensorflow": tf.__version__,
        "numpy": importlib.metadata.version("numpy"),
        "python": platform.python_version(),
    }


def _compiled(model: KerasModel) -> dict[str, Any]:
    _, keras = load()
    found: dict[str, Any] = {
        "loss": _name(model.loss),
        "metrics": _metrics(model),
        "dtype_policy": model.dtype_policy.name,
        "run_eagerly": bool(model.run_eagerly),
        "jit_compile": bool(model.jit_compile),
        "steps_per_execution": int(model.steps_per_execution),
    }
    for name, optimizer in held_optimizers(model).items():
        try:
            config = keras.saving.serialize_keras_object(optimizer)["config"]
        except Exception:  # noqa: BLE001 - of an optimizer of the user's own it may be anything
            config = {}
        found[name] = {"class": type(optimizer).__name__, **_short(config)}
    return found


def _metrics(model: KerasModel) -> list[str]:
    """The names of the metrics, without the loss that every model has."""
    found: list[str] = []
    for metric in model.metrics:
        inner = getattr(metric, "metrics", None)  # Keras holds those of `compile` in one
        if not isinstance(inner, list):
            found.append(metric.name)
        elif inner:
            found.extend(one.name for one in inner)
        else:  # it makes them with the first batch
            try:
                given = model.get_compile_config() or {}
            except Exception:  # noqa: BLE001 - what a user's own metric gives may be anything
                given = {}
            for key in ("metrics", "weighted_metrics"):
                found.extend(_given_names(given.get(key)))
    return [name for name in dict.fromkeys(found) if name != "loss"]


def _given_names(given: Any) -> list[str]:
    """The names in what `compile` was given as metrics, in Keras's serialized form."""
    if isinstance(given, str):
        return [given]
    if isinstance(given, (list, tuple)):
        return [name for one in given for name in _given_names(one)]
    if not isinstance(given, dict):
        return []
    if "class_name" not in given:  # by output
        return [name for one in given.values() for name in _given_names(one)]
    config = given.get("config")
    return _given_names(config.get("name") if isinstance(config, dict) else config)


def _short(config: Mapping[str, Any]) -> dict[str, Any]:
    """An optimizer's settings, without those that are nothing."""
    settings = {k: v for k, v in config.items() if v not in (None, False) and k != "name"}
    rate = settings.get("learning_rate")
    if isinstance(rate, dict):
        settings["learning_rate"] = {"schedule": rate.get("class_name"), **rate.get("config", {})}
    return settings


def _name(loss: Any) -> Any:
    if loss is None or isinstance(loss, str):
        return loss
    if isinstance(loss, dict):
        return {str(key): _name(one) for key, one in loss.items()}
    if isinstance(loss, (list, tuple)):
        return [_name(one) for one in loss]
    return getattr(loss, "__name__", None) or type(loss).__name__


def _machine() -> dict[str, Any]:
    tf, _ = load()
    gpus = tf.config.list_physical_devices("GPU")
    names = [
        tf.config.experimental.get_device_details(gpu).get("device_name", "GPU") for gpu in gpus
    ]
    return {"system": platform.platform(), "cpus": os.cpu_count(), "gpus": names}


def git_commit(folder: Path) -> str:
    """Return the commit that is checked out in the repository of a folder; "" if there is none.

    Args:
        folder: The folder.
    """
    try:
        git = next(
            (up / ".git" for up in (folder, *folder.parents) if (up / ".git").exists()), None
        )
        if git is None:
            return ""
        if git.is_file():  # a work tree beside its repository
            git = (git.parent / git.read_text().partition(":")[2].strip()).resolve()
        head = (git / "HEAD").read_text().strip()
        if not head.startswith("ref:"):
            return head
        ref = head.partition(":")[2].strip()
        common = git / "commondir"
        shared = (git / common.read_text().strip()).resolve() if common.exists() else git
        if (shared / ref).exists():
            return (shared / ref).read_text().strip()
        lines = (shared / "packed-refs").read_text().splitlines()
        return next((line.split()[0] for line in lines if line.endswith(f" {ref}")), "")
    except (OSError, IndexError):
        return ""
