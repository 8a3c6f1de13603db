"""A layer's answer to one sample, ready to be drawn."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from dlwidgets.inspect.layers import functional
from dlwidgets.vision.activations import (
    ChannelScaling,
    activation_layer,
    activation_layers,
    activations,
    channel_images,
    channel_means,
    sparsity,
)
from dlwidgets.vision.features import LayerError
from dlwidgets.vision.fit_images import fit_images

if TYPE_CHECKING:
    from numpy.typing import NDArray

Form = Literal["maps", "matrix", "units"]


@dataclass(frozen=True, eq=False)
class LayerActivation:
    """What a layer makes of a sample.

    Attributes:
        layer: The layer's path name.
        form: "maps" (height, width, channels), "matrix" (time, units), or "units" (units,).
        values: The layer's output in that form.
        images: Of maps, uint8, shape (channels, height, width), the channels in their own order;
            shrunk where they are large. None for other forms.
        zeros: Share of zeros of each channel or unit, shape (channels,).
        means: Mean absolute value of each, shape (channels,).
        layers: Path name, output shape, and share of zeros (None without a number) of every layer.
        sample: The sample as the model has taken it, without a batch axis.
        notes: What was changed about the sample, and why the layer is not the one that was asked
            for, as sentences.
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

    @property
    def by_activity(self) -> NDArray[np.int64]:
        """The channels, those with the largest mean first."""
        return np.argsort(-self.means, kind="stable").astype(np.int64)


def look(
    model: Any,
    x: Any,
    layer: str = "",
    *,
    scaling: ChannelScaling = "book",
    longest: int = 96,
) -> LayerActivation:
    """What a layer makes of one sample.

    Args:
        model: A built Keras model.
        x: A batch of one, shape (1, …); for several inputs a list or dict. A picture of another
            size or number of channels than the model takes is fitted, which the notes say.
        layer: A path name; "" for the first layer with feature maps. One that is not there is
            replaced by that, which the notes say.
        scaling: How feature maps become pictures, see `channel_images`.
        longest: Pixels of a picture's longer side; larger maps are averaged in blocks.

    Returns:
        The `LayerActivation`.

    Raises:
        ValueError: A sample that does not fit, or a model that cannot be followed.
    """
    notes: list[str] = []
    x, fitted = _fit(model, x)
    notes += fitted
    names = activation_layers(model)
    if not names:
        message = f"the model {model.name!r} has no layer with an output to show"
        raise LayerError(message)
    found = activations(model, x)
    try:
        chosen = activation_layer(model, layer) if layer else ""
    except LayerError as error:
        notes.append(f"{str(error)[:1].upper()}{str(error)[1:]}")
        chosen = ""
    if not chosen:
        chosen = next((name for name in names if found[name].ndim == 4), names[0])
    values, form = _formed(found.get(chosen, found[names[0]])[0])
    pictures = channel_images(_shrunk(values, longest), scaling) if form == "maps" else None
    first = next(iter(x.values())) if isinstance(x, dict) else x
    first = first[0] if isinstance(first, (list, tuple)) else first
    overview = tuple(
        (name, found[name].shape[1:], float((found[name] == 0).mean())) for name in names
    )
    return LayerActivation(
        chosen,
        form,
        values,
        pictures,
        sparsity(values),
        channel_means(values),
        overview,
        np.asarray(first)[0],
        tuple(notes),
    )


def _fit(model: Any, x: Any) -> tuple[Any, tuple[str, ...]]:
    """A picture in the size and with the channels that the model takes."""
    if isinstance(x, (list, tuple, dict)):
        return x, ()
    array = np.asarray(x)
    inputs = functional(model).inputs
    if len(inputs) != 1 or len(inputs[0].shape) != 4 or array.ndim != 4:
        return array, ()
    shape = tuple(inputs[0].shape[1:])
    pairs = zip(shape, array.shape[1:], strict=True)
    if all(side is None or side == own for side, own in pairs) or shape[-1] not in (1, 3):
        return array, ()
    return fit_images(array, shape)


def _formed(values: NDArray[Any]) -> tuple[NDArray[Any], Form]:
    if values.ndim <= 1:
        return values.reshape(-1), "units"
    if values.ndim == 2:
        return values, "matrix"
    # Of volumes and films the slices lie below each other.
    return values.reshape(-1, *values.shape[-2:]), "maps"


def _shrunk(maps: NDArray[Any], longest: int) -> NDArray[Any]:
    """Feature maps with sides of at most `longest`, each value the mean of a block."""
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
