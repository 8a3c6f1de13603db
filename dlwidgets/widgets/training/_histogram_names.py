"""What histograms are called, by their names such as "weights/dense/kernel", and their menus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlwidgets._messages import tr
from dlwidgets.inspect.probing import CONFIDENCE
from dlwidgets.recording.errors import RecordingError
from dlwidgets.widgets._fields.changing_menu import ChangingMenu

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dlwidgets.recording.recorded_run import RecordedRun

LABELS = {
    "weights": tr("Weights"),
    "gradients": tr("Gradients"),
    "activations": tr("Activations"),
    "predictions": tr("Predictions"),
}
"""What each kind is called."""

UNITS = {
    "weights": tr("weight"),
    "gradients": tr("gradient of the loss"),
    "activations": tr("activation"),
    "predictions": tr("prediction"),
}
"""What the values of each kind are."""


def calls(kind: str, names: Sequence[str]) -> list[str]:
    """Return names without their kind, and weights without the model's name where all have it.

    Args:
        kind: Of all names.
        names: Such as "weights/model/dense/kernel".

    Example:
        >>> from dlwidgets.widgets.training._histogram_names import calls
        >>> calls("weights", ["weights/mlp/dense/kernel", "weights/mlp/dense/bias"])
        ['dense/kernel', 'dense/bias']
    """
    called = [name.partition("/")[2] for name in names]
    if kind not in {"weights", "gradients"}:
        return called
    stems = {path.partition("/")[0] for path in called}
    if len(stems) == 1 and all(path.count("/") > 1 for path in called):
        return [path.partition("/")[2] for path in called]
    return called


def layer_of(kind: str, called: str) -> str:
    """Return the layer of what `calls` gave: "dense" of "dense/kernel".

    Args:
        kind: What it is.
        called: What it is called.
    """
    if kind in {"weights", "gradients"}:
        return called.rpartition("/")[0] or called
    return called


def label(kind: str, called: str, class_names: Sequence[str]) -> str:
    """Return what the page calls a histogram.

    Args:
        kind: What it is.
        called: From `calls`; of a prediction the index of its class.
        class_names: One name per class; may be empty.
    """
    if kind != "predictions":
        return called
    if called == CONFIDENCE:
        return tr("highest probability")
    index = int(called) if called.isdecimal() else -1
    if 0 <= index < len(class_names):
        return str(class_names[index])
    return tr("class {n}", n=called)


def menu(description: str, options: list[tuple[str, str]]) -> ChangingMenu:
    """Return a menu.

    Args:
        description: Beside it.
        options: Labels and values.
    """
    return ChangingMenu(
        description=description,
        options=options,
        tooltip="",
        style={"description_width": "initial"},
        layout={"width": "auto"},
    )


def recorded_class_names(recorded: RecordedRun) -> tuple[str, ...]:
    """Return the names of the classes, if they were recorded with a probe.

    Args:
        recorded: The run.
    """
    try:
        return recorded.probe().class_names
    except RecordingError:
        return ()
