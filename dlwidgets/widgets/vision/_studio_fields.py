"""Controls of the studios' forms, and what they say in words."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import ipywidgets

from dlwidgets._messages import join_messages, tr, trn
from dlwidgets.widgets._fields.labeled import field

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def rounded(value: float) -> float:
    """Return a slider's value without the last digits, which pages compute differently.

    Args:
        value: Any number.
    """
    return round(float(value), 9)


def number(control: Any) -> int | float:
    """Return the value of a slider or number field; of one with fractions, `rounded`.

    Args:
        control: The field.
    """
    value = control.value
    return value if isinstance(value, int) else rounded(value)


def slider(label: str, value: float, low: float, high: float, step: float, **options: Any) -> Any:
    """Return a slider; of whole numbers if the step is one.

    Args:
        label: The label.
        value: The initial value.
        low: The smallest value.
        high: The largest value.
        step: The difference between two values.
        **options: More of the slider's own arguments.
    """
    kind = ipywidgets.IntSlider if isinstance(step, int) else ipywidgets.FloatSlider
    return field(kind, label, value=value, min=low, max=high, step=step, **options)


def longer_side(value: int, most: int) -> Any:
    """Return a slider for the size of an image.

    Args:
        value: The initial value in pixels.
        most: The largest value.
    """
    return slider(
        tr("Longer side"),
        value,
        64,
        most,
        16,
        continuous_update=False,
        tooltip=tr("Longer side of the image in pixels."),
    )


def log_slider(
    label: str, value: float, low: float, high: float, step: float, **options: Any
) -> Any:
    """Return a slider whose equal distances are equal ratios.

    Args:
        label: The label.
        value: The initial value.
        low: Decimal logarithm of the smallest value.
        high: Decimal logarithm of the largest value.
        step: Difference between the logarithms of two values.
        **options: More of the slider's own arguments.
    """
    return field(
        ipywidgets.FloatLogSlider, label, value=value, min=low, max=high, step=step, **options
    )


def seed_field() -> Any:
    """Return a field for the seed of the random numbers."""
    return field(ipywidgets.BoundedIntText, tr("Seed"), value=0, min=0, max=2**31 - 1)


def file_stem(name: str) -> str:
    """Return the name of an image for the name of a file that is made of it.

    Args:
        name: Of one of our images, or the name of the user's file.

    Example:
        >>> from dlwidgets.widgets.vision._studio_fields import file_stem
        >>> file_stem("china"), file_stem("mine.png")
        ('china', 'mine')
    """
    return PurePath(name).stem


def labeled(controls: Mapping[str, Any], settings: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the label of each field with a value that it had.

    Args:
        controls: The fields by the name of their setting.
        settings: The values by name.
    """
    return [(control.description, _text(settings[name])) for name, control in controls.items()]


def weights_text(weights: Mapping[str, float]) -> str:
    """Return weights of layers as a sum.

    Args:
        weights: The weights by layer.

    Example:
        >>> from dlwidgets.widgets.vision._studio_fields import weights_text
        >>> weights_text({"conv_a": 1.0, "conv_b": 0.5})
        '1 × conv_a + 0.5 × conv_b'
    """
    return " + ".join(f"{_text(weight)} × {name}" for name, weight in weights.items())


def settings_text(settings: Iterable[tuple[str, str]], network: str, stopped: int = 0) -> str:
    """Return the settings of an image with their labels in one line.

    Args:
        settings: Label and value of each.
        network: The network, with its label.
        stopped: The number of steps after which the user stopped it; 0 if it is complete.

    Example:
        >>> from dlwidgets.widgets.vision._studio_fields import settings_text
        >>> settings_text([("Octaves", "3")], "Network: VGG19")
        'Settings of this image · Octaves: 3 · Network: VGG19'
    """
    texts = [tr("{label}: {value}", label=label, value=value) for label, value in settings]
    end = trn("Stopped after {n} step", "Stopped after {n} steps", stopped) if stopped else ""
    return join_messages([tr("Settings of this image"), *texts, network, end], " · ")


def _text(value: float) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
