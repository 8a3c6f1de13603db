"""Pictures of layers on their way to the page: one block of bytes for all."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets.vision.images import reduced
from dlwidgets.widgets._core.pixels import to_pixels
from dlwidgets.widgets._core.unit_wire import field_to_wire, terms_to_wire
from dlwidgets.widgets._core.wire import raw_bytes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dlwidgets.vision.layer_pictures import LayerPictures, PointedUnit

_INPUT_SIDE = 64  # pixels


def pictures_to_wire(
    result: LayerPictures,
    inputs: Sequence[str],
    step: int,
    value_range: tuple[float, float] | None = None,
) -> dict[str, Any]:
    """Return the pictures of a model's layers as the page receives them.

    Args:
        result: The pictures.
        inputs: The paths of the model's inputs; the first one shows the sample.
        step: Steps that the weights were trained for; -1 for a finished model.
        value_range: The values shown as black and white in the sample. Default: its own.

    Returns:
        `data` has the pixels of all; `nodes` tells of each path, form, number, height, width and
        channels. `names` are those of the classes, and `predicted` is one of them, or -1. `units`
        has rows and columns of each path with feature maps, and the 8 numbers of their receptive
        fields; `pointed` tells of the unit that was asked for.
    """
    if not result.layers:
        return {"step": step, "nodes": [], "data": memoryview(b""), "names": [], "predicted": -1}
    pictures: list[tuple[str, str, NDArray[np.uint8]]] = []
    sample = _sample(result.sample, value_range)
    if sample is not None and inputs:
        pictures.append((inputs[0], "image", sample))
    for path, picture in result.layers.items():
        pictures.append((path, picture.form, picture.pixels[..., np.newaxis]))
    classes = 0 if result.probabilities is None else len(result.probabilities)
    names = [*result.class_names, *(str(i) for i in range(len(result.class_names), classes))]
    return {
        "step": step,
        "nodes": [[path, form, *pixels.shape] for path, form, pixels in pictures],
        "data": raw_bytes(np.concatenate([pixels.ravel() for _, _, pixels in pictures])),
        "names": names[:classes],
        "predicted": result.predicted,
        "units": {
            path: [*picture.units, *([] if fields is None else field_to_wire(fields))]
            for path, picture in result.layers.items()
            for fields in [picture.fields]
            if picture.units is not None
        },
        "pointed": {} if result.pointed is None else _pointed(result.pointed),
    }


def _pointed(unit: PointedUnit) -> dict[str, Any]:
    place, terms = unit.place, unit.terms
    return {
        "place": [place.layer, place.channel, place.row, place.column],
        "value": unit.value if math.isfinite(unit.value) else None,
        "terms": {} if terms is None else terms_to_wire(terms),
    }


def _sample(
    sample: NDArray[Any], value_range: tuple[float, float] | None
) -> NDArray[np.uint8] | None:
    """A sample as one image, `None` if it isn't one."""
    if sample.ndim != 3 or sample.shape[-1] not in (1, 3) or sample.dtype.kind not in "uif":
        return None
    low, high = value_range or (None, None)
    return reduced(to_pixels(sample[np.newaxis], low=low, high=high), _INPUT_SIDE)
