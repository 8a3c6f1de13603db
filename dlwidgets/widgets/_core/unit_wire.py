"""What the units of a channel are computed from, on its way to the page."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets.widgets._core.wire import raw_bytes

if TYPE_CHECKING:
    from dlwidgets.vision.unit_terms import UnitField, UnitSource, UnitTerms

_MAX_TERMS = 20_000
_LARGEST = 32_000  # of an int16; the next number stands for none


def unit_to_wire(source: UnitSource | None, channel: int) -> dict[str, Any]:
    """Return what a `ChannelMap` tells of each cell; an empty dict for nothing.

    Args:
        source: Of the layer.
        channel: The channel that is shown.
    """
    if source is None:
        return {}
    told: dict[str, Any] = {}
    if source.field is not None:
        told["field"] = field_to_wire(source.field)
    terms = source.terms(channel) if source.count <= _MAX_TERMS else None
    if terms is not None:
        told["terms"] = terms_to_wire(terms)
    return told


def field_to_wire(field: UnitField) -> list[float]:
    """Return where receptive fields are, as 8 numbers.

    Args:
        field: Of a layer.
    """
    return [*field.size, *field.step, *field.start, *field.image]


def terms_to_wire(terms: UnitTerms) -> dict[str, Any]:
    """Return the terms of units as the page receives them.

    Args:
        terms: Of a channel, or of one unit.
    """
    sound = np.isfinite(terms.values)
    values = np.where(sound, terms.values, 0)
    scale = float(np.abs(values).max(initial=0.0)) / _LARGEST
    whole = np.rint(values / scale) if scale > 0 else np.zeros_like(values)
    rows, columns = terms.values.shape[2:]
    return {
        "kind": terms.kind,
        "rows": rows,
        "columns": columns,
        "channels": terms.channels,
        "bias": terms.bias if math.isfinite(terms.bias) else None,
        "activation": terms.activation,
        "scale": scale,
        "data": raw_bytes(np.where(sound, whole, _LARGEST + 1).astype("<i2")),
    }
