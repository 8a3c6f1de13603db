"""The images of a heat map viewer: from a data set, or uploaded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._messages import tr
from dlwidgets.vision.explainer import explainer_of, input_index_of, with_channel_axis
from dlwidgets.vision.fit_images import fit_images
from dlwidgets.widgets._core.text import as_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from dlwidgets._keras_types import KerasModel, Nested
    from dlwidgets.vision.explainer import Explainer


@dataclass(frozen=True)
class ImageSample:
    """One image, as it is shown and as a model takes it.

    Attributes:
        image: What is shown, shape (height, width, channels).
        inputs: What the model takes: one sample, or a list or dict of one per input.
        name: What it is called.
        notes: What was done to make it fit, as sentences.
    """

    image: NDArray[Any]
    inputs: Nested
    name: str
    notes: tuple[str, ...] = ()


@dataclass(eq=False)
class SampleProvider:
    """Images to choose from.

    Attributes:
        arrays: One array per input of the model, first axis the samples; none for uploads only.
        labels: The class of each sample, `None` if it isn't known.
        input_index: Which of the arrays is the image.
        low: The value shown as black.
        high: The value shown as white.
        preprocess: Makes what the model takes from images as they are shown; `None` if these are
            the same.
        uploaded: An uploaded image, float 0 to 1, shape (height, width, 3), and its name.
        names: The names of the inputs, if the arrays came in a dict.
    """

    arrays: list[NDArray[Any]]
    labels: NDArray[np.int64] | None
    input_index: int
    low: float
    high: float
    preprocess: Callable[[NDArray[Any]], Any] | None = None
    uploaded: tuple[NDArray[Any], str] | None = None
    names: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.arrays[self.input_index]) if self.arrays else 0

    def images(self, most: int) -> NDArray[Any]:
        """Return the first images, with a channel axis.

        Args:
            most: How many at most.
        """
        return _with_channels(self.arrays[self.input_index][:most])

    def explainer(self, model: KerasModel) -> Explainer:
        """Return what explains the image input of a model.

        Args:
            model: A built Keras model.

        Raises:
            ValueError: The model has no such input.
        """
        model = with_channel_axis(model)
        if len(self.arrays) < 2:
            return explainer_of(model)
        named = bool(self.names)
        which = input_index_of(model, self.names[self.input_index]) if named else self.input_index
        return explainer_of(model, input_index=which)

    def sample(self, explainer: Explainer, index: int) -> ImageSample:
        """Return one image in the form that a model takes.

        Args:
            explainer: What explains the model, as returned by `explainer`.
            index: Which image.

        Raises:
            ValueError: There is no image, or the model doesn't take images.
        """
        shape = explainer.shape
        if self.uploaded is not None:
            pixels, name = self.uploaded
            scaled = self.low + pixels[np.newaxis] * (self.high - self.low)
            fitted, notes = fit_images(scaled, shape)
        elif not len(self):
            message = tr("There is no image yet. Upload one.")
            raise ValueError(message)
        else:
            index = min(max(index, 0), len(self) - 1)
            name, notes = tr("Image {index}", index=index), ()
            fitted = _with_channels(self.arrays[self.input_index][index : index + 1])
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

    def truth(self, index: int) -> int | None:
        """Return the class of an image of the data set, `None` if it isn't known."""
        known = self.uploaded is None and self.labels is not None and 0 <= index < len(self.labels)
        return int(self.labels[index]) if known and self.labels is not None else None


def images_of(
    x: Any,
    y: Any,
    *,
    input_index: int = 0,
    value_range: tuple[float, float] | None = None,
    preprocess: Callable[[NDArray[Any]], Any] | None = None,
) -> SampleProvider:
    """Return the images of a viewer, checked.

    Args:
        x: Images, shape (n, height, width) or (n, height, width, channels); a list or tuple of one
            array per input, or a dict of them by name; `None` for uploads only.
        y: Class numbers, shape (n,), or one-hot rows; `None` if they aren't known.
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
        if shown.ndim not in (3, 4) or (shown.ndim == 4 and shown.shape[-1] not in (1, 3)):
            message = tr(
                "Expected images of shape (n, height, width) or (n, height, width, channels), with "
                "1 or 3 channels. Received: shape {shape}",
                shape=shown.shape,
            )
            raise ValueError(message)
        if value_range is None and len(shown):
            low, high = _range(shown[:200])
    labels = _labels(y, len(arrays[input_index]) if arrays else 0)
    return SampleProvider(arrays, labels, input_index, low, high, preprocess, names=names)


def default_names(wanted: int, names: Sequence[str]) -> list[str]:
    """Return one name per class: those given, then numbers."""
    return [as_text(names[i]) if i < len(names) else str(i) for i in range(wanted)]


def _range(images: NDArray[Any]) -> tuple[float, float]:
    if images.dtype == np.uint8:
        return 0.0, 255.0
    finite = images[np.isfinite(images)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    return (0.0, 1.0) if low >= 0 and high <= 1 else (low, high)


def _labels(y: Any, wanted: int) -> NDArray[np.int64] | None:
    if y is None:
        return None
    given = np.asarray(y)
    if given.ndim == 2 and given.shape[1] > 1:
        given = given.argmax(-1)
    labels = given.astype(np.int64).ravel()
    if len(labels) != wanted:
        message = tr(
            "Expected one class per image in `y`. Received: {labels} classes for {images} images",
            labels=len(labels),
            images=wanted,
        )
        raise ValueError(message)
    return labels


def _with_channels(images: NDArray[Any]) -> NDArray[Any]:
    return images[..., np.newaxis] if images.ndim == 3 else images


def _fits(shape: tuple[int, ...], wanted: tuple[int | None, ...]) -> bool:
    return all(w is None or n == w for n, w in zip(shape, wanted, strict=True))
