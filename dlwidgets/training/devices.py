"""Select the processor or GPU that a model is made and trained on."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from dlwidgets._messages import tr
from dlwidgets._tensorflow import load

if TYPE_CHECKING:
    from dlwidgets._keras_types import KerasModel


def device_scope(device: str | None) -> contextlib.AbstractContextManager[Any]:
    """Return a context in which TensorFlow allocates and computes on one device.

    Args:
        device: Such as "GPU:1", "gpu" or "CPU"; None lets TensorFlow choose.

    Raises:
        ValueError: TensorFlow has no such device. The message lists those that it has.

    Example:
        >>> with device_scope("CPU"):
        ...     pass
    """
    if device is None:
        return contextlib.nullcontext()
    tf = load()[0]
    known = [d.name.removeprefix("/physical_device:") for d in tf.config.list_physical_devices()]
    wanted = device.strip("/").upper()
    wanted = wanted if ":" in wanted else f"{wanted}:0"
    if wanted not in known:
        raise ValueError(
            tr(
                "`device` must be one of {known}. Received: {device}",
                known=", ".join(known),
                device=repr(device),
            )
        )
    scope: contextlib.AbstractContextManager[Any] = tf.device(f"/{wanted}")
    return scope


def device_of(model: KerasModel) -> str:
    """Return the device that holds a model's weights, such as "CPU" or "GPU:0".

    Args:
        model: A built Keras model.
    """
    weights = model.trainable_weights or model.weights
    if not weights:
        return ""
    name = str(getattr(weights[0].value, "device", ""))
    kind, _, index = name.rpartition("device:")[2].partition(":")
    return kind if kind in ("CPU", "") else f"{kind}:{index}"
