"""What to say of an object that should be a Keras model and isn't."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlwidgets._messages import tr

if TYPE_CHECKING:
    from dlwidgets._messages import Message


def is_legacy(model: object) -> bool:
    """Whether an object comes from `tf_keras`, the package of Keras 2.

    Args:
        model: Any object.
    """
    return any(kind.__module__.split(".")[0] == "tf_keras" for kind in type(model).__mro__)


def not_a_model(model: object) -> Message:
    """Return the message for an object that isn't a Keras model.

    Args:
        model: What was received.

    Example:
        >>> from dlwidgets._keras_models import not_a_model
        >>> print(not_a_model([]))
        Expected a Keras model. Received: list
    """
    if is_legacy(model):
        return tr(
            "Expected a Keras 3 model. Received: a tf_keras model. Build it with `import keras`, "
            "or unset TF_USE_LEGACY_KERAS and restart the kernel if you use `tf.keras`."
        )
    return tr("Expected a Keras model. Received: {type}", type=type(model).__name__)
