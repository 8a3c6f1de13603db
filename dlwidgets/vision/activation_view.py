"""Activations of one layer for one sample, ready to be drawn."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from dlwidgets._messages import error_message, tr
from dlwidgets.inspect.activations import activation_layer, activations
from dlwidgets.inspect.layers import LayerError
from dlwidgets.inspect.tracing import trace
from dlwidgets.vision.channels import ChannelScaling, channel_images, channel_means, sparsity
from dlwidgets.vision.fit_images import fit_images
from dlwidgets.vision.unit_terms import unit_source

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dlwidgets._keras_types import KerasModel, Nested
    from dlwidgets.vision.unit_terms import UnitSource

Form = Literal["maps", "matrix", "units"]


@dataclass(frozen=True, eq=False)
class LayerActivation:
    """Activations of one layer for one sample.

    Attributes:
        layer: The layer's path name.
        form: "maps" (height, width, channels), "matrix" (time, units), or "units" (units,).
        values: The layer's output in that form.
        images: For maps, uint8, shape (channels, height, width), the channels in their own order;
            large ones are reduced. `None` for other forms.
        zeros: Share of zeros of each channel or unit, shape (channels,).
        means: Mean absolute value of each, shape (channels,).
        layers: Path name, output shape, and share of zeros of every layer.
        sample: The sample as the model takes it, without a batch axis.
        notes: What was changed about the sample, and why the layer isn't the one that was asked
            for, as sentences.
        units: What the units of feature maps are computed from; `None` for other forms.
    """

    layer: str
    form: Form
    values: NDArray[Any] = field(repr=False)
    images: NDArray[np.uint8] | None = field(repr=False)
    zeros: NDArray[np.float64] = field(repr=False)
    means: NDArray[np.float64] = field(repr=False)
    layers: tuple[tuple[str, tuple[int, ...], float], ...] = field(repr=False)
    sample: NDArray[Any] = field(repr=False)
    notes: tuple[str, ...] = ()
    units: UnitSource | None = field(default=None, repr=False)

    @property
    def by_activity(self) -> NDArray[np.int64]:
        """The channels in the order of their means, largest first."""
        return np.argsort(-self.means, kind="stable").astype(np.int64)


@dataclass(frozen=True, eq=False)
class SampleActivations:
    """The outputs of all layers for one sample.

    Attributes:
        layers: By path name, from input to output, arrays of shape (1, …).
        first: The sample as the model takes it, without a batch axis; the first of several inputs.
        notes: What was changed about the sample, as sentences.
    """

    layers: dict[str, NDArray[Any]] = field(repr=False)
    first: NDArray[Any] = field(repr=False)
    notes: tuple[str, ...] = ()


def sample_activations(model: KerasModel, x: Nested) -> SampleActivations:
    """Return the outputs of all layers for one sample, from one forward pass.

    Args:
        model: A built Keras model.
        x: A batch of one, as for `layer_activation`.

    Raises:
        ValueError: As for `layer_activation`.
    """
    x, notes = _fit(model, x)
    if not trace(model).layers:
        message = tr(
            "The model {name} has no layers with an output to show.", name=repr(model.name)
        )
        raise LayerError(message)
    first = next(iter(x.values())) if isinstance(x, dict) else x
    first = first[0] if isinstance(first, (list, tuple)) else first
    return SampleActivations(activations(model, x), np.asarray(first)[0], notes)


def layer_activation(
    model: KerasModel,
    x: Nested,
    layer: str = "",
    *,
    scaling: ChannelScaling = "book",
    longest: int = 96,
    found: SampleActivations | None = None,
) -> LayerActivation:
    """Return the activations of one layer for one sample.

    Args:
        model: A built Keras model.
        x: A batch of one, shape (1, …); for several inputs a list or dict. An image of another
            size or number of channels than the model takes is fitted, which the notes say.
        layer: A path name; "" for the first layer with feature maps. One that doesn't exist is
            replaced by that, which the notes say.
        scaling: How feature maps become images, see `channel_images`.
        longest: Pixels of an image's longer side; larger maps are averaged in blocks.
        found: The activations, if they are known already.

    Returns:
        The `LayerActivation`.

    Raises:
        ValueError: A sample that doesn't fit, or a model that can't be traced.
    """
    found = found or sample_activations(model, x)
    notes, names = list(found.notes), list(found.layers)
    try:
        chosen = activation_layer(model, layer) if layer else ""
    except LayerError as error:
        notes.append(error_message(error))
        chosen = ""
    if not chosen:
        chosen = next((name for name in names if found.layers[name].ndim == 4), names[0])
    values, form = formed(found.layers.get(chosen, found.layers[names[0]])[0])
    images = channel_images(reduced_maps(values, longest), scaling) if form == "maps" else None
    overview = tuple(
        (name, outputs.shape[1:], float((outputs == 0).mean()))
        for name, outputs in found.layers.items()
    )
    return LayerActivation(
        chosen,
        form,
        values,
        images,
        sparsity(values),
        channel_means(values),
        overview,
        found.first,
        tuple(notes),
        unit_source(model, chosen, found) if form == "maps" else None,
    )


def _fit(model: KerasModel, x: Nested) -> tuple[Nested, tuple[str, ...]]:
    """An image in the size and with the channels that the model takes."""
    if isinstance(x, (list, tuple, dict)):
        return x, ()
    array = np.asarray(x)
    inputs = trace(model).input_tensors
    if len(inputs) != 1 or len(inputs[0].shape) != 4 or array.ndim != 4:
        return array, ()
    shape = tuple(inputs[0].shape[1:])
    pairs = zip(shape, array.shape[1:], strict=True)
    if all(side is None or side == own for side, own in pairs) or shape[-1] not in (1, 3):
        return array, ()
    return fit_images(array, shape)


def formed(values: NDArray[Any]) -> tuple[NDArray[Any], Form]:
    """Return the output of a layer for one sample in a form that can be drawn, and the form.

    Args:
        values: Without a batch axis.
    """
    if values.ndim <= 1:
        return values.reshape(-1), "units"
    if values.ndim == 2:
        return values, "matrix"
    # The slices of volumes and videos lie below each other.
    return values.reshape(-1, *values.shape[-2:]), "maps"


def reduced_maps(maps: NDArray[Any], longest: int) -> NDArray[Any]:
    """Return feature maps with sides of at most `longest`, each value the mean of a block.

    Args:
        maps: Shape (height, width, channels).
        longest: At least 1.
    """
    block = -(-max(maps.shape[:2]) // longest)
    if block <= 1:
        return maps
    wide = maps.astype(np.float64)
    for axis in (0, 1):
        starts = np.arange(0, maps.shape[axis], block)
        counts = np.diff(np.append(starts, maps.shape[axis]))
        sums = np.add.reduceat(wide, starts, axis=axis)
        wide = sums / counts.reshape([-1 if a == axis else 1 for a in range(3)])
    return wide
