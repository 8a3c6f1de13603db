"""What a heat map viewer looks at: images out of data, or an uploaded picture."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets.vision.fit_images import fit_images
from dlwidgets.vision.heatmaps import input_shape
from dlwidgets.vision.model_queries import PictureModels, input_place

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray


@dataclass(frozen=True)
class Sample:
    """One image, as it is shown and as a model takes it.

    Attributes:
        picture: What is shown, shape (height, width, channels).
        given: What the model takes, one sample; a list or dict of one per input where there are
            several.
        name: What to call it.
        notes: What was done to make it fit, as sentences.
        input_index: Which of the model's inputs the image is, None where it has one.
    """

    picture: NDArray[Any]
    given: Any
    name: str
    notes: tuple[str, ...] = ()
    input_index: int | None = None


@dataclass(eq=False)
class SampleProvider:
    """Images to choose from.

    Attributes:
        arrays: One array per input of the model, first axis the samples; none at all for uploads
            only.
        labels: The class of each sample, None where it is not known.
        input_index: Which input is the image.
        low: The value shown as black.
        high: The value shown as white.
        preprocess: Makes what the model takes of images as they are shown; None where these are
            the same.
        uploaded: A picture of one's own, float 0 to 1, shape (height, width, 3), and its name.
        models: Gives grey models a channel axis.
        names: What the inputs are called, where the arrays came in a dict.
    """

    arrays: list[NDArray[Any]]
    labels: NDArray[np.int64] | None
    input_index: int
    low: float
    high: float
    preprocess: Callable[[NDArray[Any]], Any] | None = None
    uploaded: tuple[NDArray[Any], str] | None = None
    models: PictureModels = field(default_factory=PictureModels)
    names: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.arrays[self.input_index]) if self.arrays else 0

    def pictures(self, most: int) -> NDArray[Any]:
        """The first images, with a channel axis."""
        return _with_channels(self.arrays[self.input_index][:most])

    def sample(self, model: Any, index: int) -> Sample:
        """One image in the form that a model takes.

        Raises:
            ValueError: There is none, or the model takes no pictures, or has no such input.
        """
        several = len(self.arrays) > 1
        which = self.input_index if several else None
        if several and self.names:
            which = input_place(model, self.names[self.input_index])
        shape = input_shape(model, input_index=which)
        if self.uploaded is not None:
            pixels, name = self.uploaded
            scaled = self.low + pixels[np.newaxis] * (self.high - self.low)
            fitted, notes = fit_images(scaled, shape)
        elif not len(self):
            message = "there is no image yet: upload one"
            raise ValueError(message)
        else:
            index = min(max(index, 0), len(self) - 1)
            name, notes = f"Image {index:,}", ()
            fitted = _with_channels(self.arrays[self.input_index][index : index + 1])
            if len(shape) == 3 and not _fits(fitted.shape[1:], shape):
                fitted, notes = fit_images(fitted, shape)
        given = fitted if self.preprocess is None else np.asarray(self.preprocess(fitted.copy()))
        if several:
            at = min(index, len(self) - 1)
            rest = [a[at : at + 1] for a in self.arrays]
            rest[self.input_index] = given
            every: Any = dict(zip(self.names, rest, strict=True)) if self.names else rest
            return Sample(fitted[0], every, name, notes, which)
        return Sample(fitted[0], given, name, notes)

    def truth(self, index: int) -> int | None:
        """The class of an image out of the data, None where it is not known."""
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
    """Check what a viewer is given.

    Args:
        x: Images, shape (n, height, width) or (n, height, width, channels); a list or tuple of one
            array per input, or a dict of them by name; None for uploads only.
        y: Class numbers, shape (n,), or one-hot rows; None.
        input_index: Which of several arrays is the image, in the order in which they are given.
        value_range: The values shown as black and as white; None takes 0 to 255 for uint8, 0 to 1
            where the images lie in it, else their own range.
        preprocess: Makes what the model takes of images as they are shown.

    Raises:
        ValueError: Another shape, or labels of another number.
    """
    names = tuple(str(key) for key in x) if isinstance(x, dict) else ()
    several = list(x.values()) if isinstance(x, dict) else x
    listed = isinstance(several, (list, tuple))
    arrays = [] if x is None else [np.asarray(a) for a in (several if listed else [x])]
    if arrays and not 0 <= input_index < len(arrays):
        message = f"input_index must be 0 to {len(arrays) - 1}. Received: {input_index}"
        raise ValueError(message)
    low, high = value_range or (0.0, 1.0)
    if arrays:
        shown = arrays[input_index]
        if shown.ndim not in (3, 4) or (shown.ndim == 4 and shown.shape[-1] not in (1, 3)):
            message = (
                "images must have the shape (n, height, width) or (n, height, width, channels) "
                f"with 1 or 3 channels. Received: shape {shown.shape}"
            )
            raise ValueError(message)
        if value_range is None and len(shown):
            low, high = _range(shown[:200])
    labels = _labels(y, len(arrays[input_index]) if arrays else 0)
    return SampleProvider(arrays, labels, input_index, low, high, preprocess, names=names)


def default_names(wanted: int, names: Sequence[str]) -> list[str]:
    """One name per class: those given, then numbers."""
    return [str(names[i]) if i < len(names) else str(i) for i in range(wanted)]


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
        message = f"y must hold one class per image. Received: {len(labels)} for {wanted} images"
        raise ValueError(message)
    return labels


def _with_channels(images: NDArray[Any]) -> NDArray[Any]:
    return images[..., np.newaxis] if images.ndim == 3 else images


def _fits(shape: tuple[int, ...], wanted: tuple[int | None, ...]) -> bool:
    return all(w is None or n == w for n, w in zip(shape, wanted, strict=True))
