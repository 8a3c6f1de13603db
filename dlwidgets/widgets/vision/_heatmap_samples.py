"""The samples of a heat map viewer: images, volumes or series of a data set, or an upload."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._messages import tr
from dlwidgets.inspect.choosing import Choice, Targets
from dlwidgets.vision.channel_axis import takes_series, with_channel_axis
from dlwidgets.vision.explainer import explainer_of, input_index_of
from dlwidgets.vision.fit_images import fit_images
from dlwidgets.widgets._core.text import as_text
from dlwidgets.widgets.vision._heatmap_pictures import series_picture, slices

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from dlwidgets._keras_types import KerasModel, Nested
    from dlwidgets.inspect.choosing import ClassNames
    from dlwidgets.vision.explainer import Explainer

_GRAY = 3
"""Axes of gray images without a channel axis, and of series."""


@dataclass(frozen=True)
class ImageSample:
    """One sample, as it is shown and as a model takes it.

    Attributes:
        image: What is shown, shape (height, width, channels), of a volume (depth, height, width,
            channels), of a series (length, channels).
        inputs: What the model takes: one sample, or a list or dict of one per input.
        name: What it is called.
        notes: What was done to make it fit, as sentences.
    """

    image: NDArray[Any]
    inputs: Nested
    name: str
    notes: tuple[str, ...] = ()

    @property
    def sides(self) -> tuple[int, ...]:
        """The shape of a map: no channels."""
        return self.image.shape[:-1]


@dataclass(eq=False)
class SampleProvider:
    """Samples to choose from.

    Attributes:
        arrays: One array per input of the model, first axis the samples; none for uploads only.
        targets: Labels and class names.
        input_index: Which of the arrays is the image.
        low: The value shown as black.
        high: The value shown as white.
        preprocess: Makes what the model takes from images as they are shown; `None` if these are
            the same.
        uploaded: An uploaded image, float 0 to 1, shape (height, width, 3), and its name.
        names: The names of the inputs, if the arrays came in a dict.
        series: Whether the samples are series, shape (length, channels); the model decides.
    """

    arrays: list[NDArray[Any]]
    targets: Targets
    input_index: int
    low: float
    high: float
    preprocess: Callable[[NDArray[Any]], Any] | None = None
    uploaded: tuple[NDArray[Any], str] | None = None
    names: tuple[str, ...] = ()
    series: bool = False

    def __len__(self) -> int:
        return len(self.arrays[self.input_index]) if self.arrays else 0

    def images(self, most: int) -> NDArray[Any]:
        """Return pictures of the first samples, with a channel axis: of volumes the middle slice.

        Args:
            most: How many at most.
        """
        first = self.arrays[self.input_index][:most]
        if self.series:
            return np.stack([series_picture(one) for one in first])
        if first.ndim > 4:
            return slices(first[:, first.shape[1] // 2])
        return slices(_with_channels(first))

    def explainer(self, model: KerasModel, choice: Choice) -> Explainer:
        """Return what explains an output of a model by its image input.

        Args:
            model: A built Keras model.
            choice: Which output.

        Raises:
            ValueError: The model has no such input, or the output can't be explained.
        """
        self.read_for(model)
        model = model if self.series else with_channel_axis(model)
        output, ending = choice.output.index, choice.ending
        if len(self.arrays) < 2:
            return explainer_of(model, output=output, ending=ending)
        named = bool(self.names)
        which = input_index_of(model, self.names[self.input_index]) if named else self.input_index
        found = explainer_of(model, input_index=which, output=output, ending=ending)
        self.series = found.kind == "series" and self.arrays[self.input_index].ndim == _GRAY
        return found

    def read_for(self, model: KerasModel) -> None:
        """Take samples of two axes for series if a model reads them so, else for gray images.

        Args:
            model: A built Keras model.
        """
        two_axes = bool(self.arrays) and self.arrays[self.input_index].ndim == _GRAY
        self.series = two_axes and len(self.arrays) == 1 and takes_series(model)

    def sample(self, explainer: Explainer, index: int) -> ImageSample:
        """Return one image in the form that a model takes.

        Args:
            explainer: What explains the model, as returned by `explainer`.
            index: Which image.

        Raises:
            ValueError: There is no image, or the model doesn't take images.
        """
        shape = explainer.shape
        if self.uploaded is not None and len(shape) == 3:
            pixels, name = self.uploaded
            scaled = self.low + pixels[np.newaxis] * (self.high - self.low)
            fitted, notes = fit_images(scaled, shape)
        elif self.uploaded is not None:
            message = tr(
                "Expected an image model. Received: a model with input shape {shape}", shape=shape
            )
            raise ValueError(message)
        elif not len(self):
            message = tr("There is no image yet. Upload one.")
            raise ValueError(message)
        else:
            index = min(max(index, 0), len(self) - 1)
            name, notes = tr("Image {index}", index=index), ()
            fitted = self.arrays[self.input_index][index : index + 1]
            fitted = fitted if self.series else _with_channels(fitted)
            if len(shape) == 3 and not _fits(fitted.shape[1:], shape):
                fitted, notes = fit_images(fitted, shape)
        given = fitted if self.preprocess is None else np.asarray(self.preprocess(fitted.copy()))
        if len(self.arrays) < 2:
            return ImageSample(fitted[0], given, name, notes)
        at = min(index, len(self) - 1)
        inputs: list[Any] = [array[at : at + 1] for array in self.arrays]
        inputs[self.input_index] = given
        named = dict(zip(self.names, inputs, strict=True)) if self.names else inputs
        return ImageSample(fitted[0], named, name, notes)

    def truth(self, choice: Choice, index: int) -> list[int] | float | None:
        """Return the true classes of a sample of the data set, or the true value of a regression.

        Args:
            choice: Which output.
            index: Which sample.

        Returns:
            `None` if nothing is known.
        """
        if self.uploaded is not None or choice.y is None or not 0 <= index < len(choice.y):
            return None
        label = np.asarray(choice.y[index]).ravel()
        if choice.ending.kind == "regression":
            return float(label[0]) if label.size == 1 else None
        if label.size > 1:
            return [int(i) for i in np.flatnonzero(label)]
        return [int(label[0])] if label.size else None


def images_of(
    x: Any,
    y: Any,
    class_names: ClassNames = (),
    *,
    output: str | int | None = None,
    input_index: int = 0,
    value_range: tuple[float, float] | None = None,
    preprocess: Callable[[NDArray[Any]], Any] | None = None,
) -> SampleProvider:
    """Return the images of a viewer, checked.

    Args:
        x: Images, shape (n, height, width) or (n, height, width, channels); series, shape
            (n, length, channels); or volumes or films, shape (n, depth or frames, height, width,
            channels). A list or tuple of one array per input, or a dict of them by name; `None` for
            uploads only.
        y: Class numbers, shape (n,), or one-hot rows; for several outputs a dict or list of them;
            `None` if they aren't known.
        class_names: One name per class, or a dict of them by output.
        output: Which output labels and names belong to; `None` for the one that they fit.
        input_index: Which of several arrays is the image, in the order in which they are given.
        value_range: The values shown as black and as white; `None` for 0 to 255 if the images are
            uint8, 0 to 1 if they lie in it, else their own range.
        preprocess: Makes what the model takes from images as they are shown.

    Raises:
        ValueError: Another shape, or labels of another number.
    """
    names = tuple(str(key) for key in x) if isinstance(x, dict) else ()
    several = list(x.values()) if isinstance(x, dict) else x
    listed = isinstance(several, (list, tuple))
    arrays = [] if x is None else [np.asarray(a) for a in (several if listed else [x])]
    if arrays and not 0 <= input_index < len(arrays):
        message = tr(
            "Expected `input_index` from 0 to {last}. Received: {index}",
            last=len(arrays) - 1,
            index=input_index,
        )
        raise ValueError(message)
    low, high = value_range or (0.0, 1.0)
    if arrays:
        shown = arrays[input_index]
        if shown.ndim not in (3, 4, 5) or (shown.ndim == 4 and shown.shape[-1] not in (1, 3)):
            message = tr(
                "Expected images of shape (n, height, width) or (n, height, width, channels), with "
                "1 or 3 channels; series of shape (n, length, channels); or volumes or films of "
                "shape (n, depth or frames, height, width, channels). Received: shape {shape}",
                shape=shown.shape,
            )
            raise ValueError(message)
        if value_range is None and len(shown):
            low, high = _range(shown[:200])
    labels = _labels(y, len(arrays[input_index]) if arrays else 0)
    targets = Targets(labels, class_names, output)
    return SampleProvider(arrays, targets, input_index, low, high, preprocess, names=names)


def default_names(wanted: int, names: Sequence[str]) -> list[str]:
    """Return one name per class: those given, then numbers."""
    return [as_text(names[i]) if i < len(names) else str(i) for i in range(wanted)]


def names_of(choice: Choice, wanted: int) -> list[str]:
    """Return a name for each class of an output, or for each number of a regression.

    Args:
        choice: Which output.
        wanted: How many.
    """
    if choice.ending.kind != "regression":
        return default_names(wanted, choice.class_names)
    name = choice.output.name
    return [name] if wanted == 1 else [f"{name} {i}" for i in range(wanted)]


def _range(images: NDArray[Any]) -> tuple[float, float]:
    if images.dtype == np.uint8:
        return 0.0, 255.0
    finite = images[np.isfinite(images)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    return (0.0, 1.0) if low >= 0 and high <= 1 else (low, high)


def _labels(y: Any, wanted: int) -> Any:
    """Labels as an array, or a dict or list of them, checked for their number."""
    if y is None:
        return None
    if isinstance(y, dict):
        return {str(key): _labels(part, wanted) for key, part in y.items()}
    if isinstance(y, (list, tuple)) and len(y) != wanted and all(np.ndim(part) for part in y):
        return [_labels(part, wanted) for part in y]
    labels = np.asarray(y)
    if labels.ndim == 0 or len(labels) != wanted:
        message = tr(
            "Expected one class per image in `y`. Received: {labels} classes for {images} images",
            labels=len(labels) if labels.ndim else 1,
            images=wanted,
        )
        raise ValueError(message)
    return labels


def _with_channels(images: NDArray[Any]) -> NDArray[Any]:
    return images[..., np.newaxis] if images.ndim == 3 else images


def _fits(shape: tuple[int, ...], wanted: tuple[int | None, ...]) -> bool:
    return all(w is None or n == w for n, w in zip(shape, wanted, strict=True))
