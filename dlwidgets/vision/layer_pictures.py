"""Small pictures of what every layer gives for one sample, and the answer of the model."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from dlwidgets.inspect.choosing import Choice, Targets, choose
from dlwidgets.inspect.tracing import trace
from dlwidgets.vision.activation_view import formed, reduced_maps, sample_activations
from dlwidgets.vision.channels import channel_images
from dlwidgets.vision.unit_terms import unit_field, unit_source

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dlwidgets._keras_types import KerasModel, Nested
    from dlwidgets.vision.activation_view import SampleActivations
    from dlwidgets.vision.unit_terms import UnitField, UnitTerms

PictureForm = Literal["maps", "matrix", "units", "answer"]
"""Feature maps side by side; time × units; one cell per unit; one bar per class."""

MOST_MAPS = 6
"""Feature maps in one picture: the first channels, in their order."""

MOST_CELLS = 64
"""Units in one picture: neighbors share a cell in a wider layer."""

MOST_LAYERS = 48
"""Layers of a model whose pictures can be told apart."""


@dataclass(frozen=True, eq=False)
class LayerPicture:
    """What one layer gives for one sample, small.

    Attributes:
        form: What the pixels are.
        pixels: uint8, shape (n, height, width): n maps; or one image of the others.
        units: Rows and columns of a feature map's units, of which large maps show means; `None` if
            they are no rows and columns.
        fields: The receptive fields of the units; `None` if they aren't known.
    """

    form: PictureForm
    pixels: NDArray[np.uint8] = field(repr=False)
    units: tuple[int, int] | None = None
    fields: UnitField | None = None


@dataclass(frozen=True)
class UnitPlace:
    """One unit of a feature map.

    Attributes:
        layer: The path name of its layer.
        channel: From 0, as are row and column.
        row: Its row.
        column: Its column.
    """

    layer: str
    channel: int
    row: int
    column: int


@dataclass(frozen=True, eq=False)
class PointedUnit:
    """What one unit gives, and what it has computed that from.

    Attributes:
        place: Where it is.
        value: What it gives.
        terms: Those of this unit alone; `None` if they can't be told.
    """

    place: UnitPlace
    value: float
    terms: UnitTerms | None = field(default=None, repr=False)


@dataclass(frozen=True, eq=False)
class LayerPictures:
    """What all layers give for one sample.

    Attributes:
        layers: A picture for each layer, by path name; empty for a model of very many layers.
        sample: The sample as the model takes it, without a batch axis; the first of several inputs.
        probabilities: Of each class, shape (classes,); `None` if the output isn't about classes.
        class_names: One name per class; empty if there are none.
        pointed: The unit that was asked for; `None` if there is none.
    """

    layers: dict[str, LayerPicture] = field(repr=False)
    sample: NDArray[Any] = field(repr=False)
    probabilities: NDArray[np.float64] | None = field(default=None, repr=False)
    class_names: tuple[str, ...] = ()
    pointed: PointedUnit | None = None

    @cached_property
    def predicted(self) -> int:
        """The class with the highest probability; -1 for none."""
        values = self.probabilities
        return -1 if values is None or np.isnan(values).all() else int(np.nanargmax(values))


def layer_pictures(
    model: KerasModel,
    x: Nested,
    targets: Targets | None = None,
    *,
    side: int = 32,
    found: SampleActivations | None = None,
    pointed: UnitPlace | None = None,
) -> LayerPictures:
    """Return small pictures of what every layer gives for one sample.

    Channels keep their order, so that one can be followed during training.

    Args:
        model: A built Keras model.
        x: A batch of one, shape (1, …), as for `layer_activation`.
        targets: Labels and class names of the output, as far as they are known.
        side: Pixels of the longer side of a feature map; larger ones are averaged in blocks.
        found: The activations, if they are known already.
        pointed: A unit of which more is to be told.

    Returns:
        The `LayerPictures`.

    Raises:
        ValueError: A sample that doesn't fit, or a model that can't be traced.

    Example:
        >>> from dlwidgets.vision.layer_pictures import layer_pictures
        >>> model = dl.models.compiled("small_cnn", input_shape=(8, 8, 1), classes=10)
        >>> found = layer_pictures(model, np.zeros((1, 8, 8, 1), "float32"))
        >>> found.layers["conv2d"].pixels.shape, len(found.probabilities)
        ((6, 8, 8), 10)
    """
    found = found or sample_activations(model, x)
    choice = choose(model, targets or Targets())
    probabilities = _answer(model, choice, found)
    pictures: dict[str, LayerPicture] = {}
    if len(found.layers) <= MOST_LAYERS:
        heads = _heads(model) if probabilities is not None else ()
        for name, values in found.layers.items():
            if probabilities is not None and name == heads[choice.output.index]:
                pictures[name] = LayerPicture("answer", _bars(probabilities))
            else:
                pictures[name] = _picture(values[0], side)
            if values.ndim == 4:
                pictures[name] = replace(
                    pictures[name],
                    units=(values.shape[1], values.shape[2]),
                    fields=unit_field(model, name, found),
                )
    unit = None if pointed is None else _unit(model, found, pointed)
    return LayerPictures(pictures, found.first, probabilities, choice.class_names, unit)


def picture_form(shape: Sequence[int | None]) -> PictureForm | Literal[""]:
    """Return what the picture of a layer is, by the shape of its output.

    Args:
        shape: The batch first.
    """
    forms: dict[int, PictureForm] = {1: "units", 2: "units", 3: "matrix", 4: "maps", 5: "maps"}
    return forms.get(len(shape), "")


def _unit(model: KerasModel, found: SampleActivations, place: UnitPlace) -> PointedUnit | None:
    values = found.layers.get(place.layer)
    at = (place.row, place.column, place.channel)
    if values is None or values.ndim != 4 or not all(np.less(at, values.shape[1:])):
        return None
    source = unit_source(model, place.layer, found)
    terms = None if source is None else source.terms(place.channel, (place.row, place.column))
    return PointedUnit(place, float(values[0][at]), terms)


def _heads(model: KerasModel) -> tuple[str, ...]:
    return tuple("" if head is None else head.name for head in trace(model).heads)


def _answer(
    model: KerasModel, choice: Choice, found: SampleActivations
) -> NDArray[np.float64] | None:
    """The probabilities of the classes, if the output is about one class per sample."""
    name = _heads(model)[choice.output.index]
    values = found.layers.get(name)
    if values is None or choice.output.has_places or values.ndim != 2:
        return None
    ending = choice.ending.settled(values)
    if ending.kind in {"regression", ""}:
        return None
    return np.asarray(ending.probabilities(values)[0], np.float64)


def _bars(probabilities: NDArray[np.float64]) -> NDArray[np.uint8]:
    shares = np.nan_to_num(probabilities, nan=0.0).clip(0, 1)
    if len(shares) > MOST_CELLS:  # neighbors share a bar, as high as the highest of them
        shares = np.maximum.reduceat(shares, -(-np.arange(MOST_CELLS) * len(shares) // MOST_CELLS))
    bars: NDArray[np.uint8] = np.rint(255 * shares).astype(np.uint8).reshape(1, 1, -1)
    return bars


def _picture(values: NDArray[Any], side: int) -> LayerPicture:
    values, form = formed(values)
    if form == "maps":
        maps = reduced_maps(values[..., :MOST_MAPS], side)
        return LayerPicture("maps", channel_images(maps))
    if form == "matrix":
        return LayerPicture("matrix", _scaled(reduced_maps(values[..., np.newaxis], MOST_CELLS)))
    cells = reduced_maps(values.reshape(1, -1, 1), MOST_CELLS)
    return LayerPicture("units", _scaled(cells))


def _scaled(values: NDArray[Any]) -> NDArray[np.uint8]:
    """Values of shape (height, width, 1) as one image, from the smallest, at most 0, up."""
    plane = np.asarray(values[..., 0], np.float64)
    sound = np.isfinite(plane)
    clean = np.where(sound, plane, 0.0)
    low = min(0.0, float(clean.min(initial=0.0)))
    span = float(clean.max(initial=0.0)) - low
    pixels = (clean - low) * (255 / span) if span > 0 else np.zeros_like(clean)
    shown: NDArray[np.uint8] = np.where(sound, pixels, 0).clip(0, 255).astype(np.uint8)
    return shown[np.newaxis]
