"""Controls of the studios' forms, and what they say in words."""

from __future__ import annotations

from typing import Any

import ipywidgets

from dlwidgets._messages import tr
from dlwidgets.widgets._fields.labeled import field


def rounded(value: float) -> float:
    """Return a slider's value without the last digits, which pages compute differently.

    Args:
        value: Any number.
    """
    return round(float(value), 9)


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


def settings_text(settings: dict[str, Any]) -> str:
    """Return settings in one line.

    Args:
        settings: Numbers, strings, lists of them, and weights by layer.

    Example:
        >>> from dlwidgets.widgets.vision._studio_fields import settings_text
        >>> settings_text({"octave_scale": 1.4, "layers": {"conv_a": 1.0, "conv_b": 0.5}})
        'octave scale 1.4, layers 1 × conv_a + 0.5 × conv_b'
    """
    return ", ".join(
        f"{name.replace('_', ' ')} {_value_text(value)}"
        for name, value in settings.items()
        if value != ""
    )


def _value_text(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, dict):
        return " + ".join(f"{_value_text(weight)} × {name}" for name, weight in value.items())
    return " ".join(map(_value_text, value)) if isinstance(value, list) else str(value)
