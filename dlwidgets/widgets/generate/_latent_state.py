"""What a latent explorer shows: a model, images, and the places that the user chose."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from dlwidgets._messages import tr
from dlwidgets.generate import latent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from dlwidgets.generate.latent_source import LatentSource

MAX_IMAGES = 500
"""Images whose latent vectors are shown, at most."""

_MAX_CLASSES = 256

Square: TypeAlias = tuple[float, float, float]
"""A square of the plane: the coordinates of its middle, and half of its side."""


@dataclass(eq=False)
class LatentState:
    """A latent space and the user's places in it.

    Attributes:
        source: Decoder and encoder.
        images: Shape (n, …), as the encoder takes them; None for none.
        labels: The class of each image, int64, shape (n,).
        names: One per class.
        value_range: The values shown as black and as white.
        axes: The dimensions that the plane shows across and up.
        code: The latent vector at the handle, shape (latent_dim,).
        ends: The two ends of the path.
        picked: Indices of the images in the user's two groups.
        codes: The latent vectors of the images, shape (n, latent_dim); none until they are encoded.
        step: Steps that the weights behind `codes` were trained for; None before.
    """

    source: LatentSource
    images: NDArray[Any] | None
    labels: NDArray[np.int64]
    names: list[str]
    value_range: tuple[float, float] = (0.0, 1.0)
    axes: tuple[int, int] = (0, 1)
    code: NDArray[np.float32] = field(init=False)
    ends: tuple[NDArray[np.float32], NDArray[np.float32]] = field(init=False)
    picked: tuple[list[int], list[int]] = ([], [])
    codes: NDArray[np.float32] = field(init=False)
    step: int | None = None

    def __post_init__(self) -> None:
        dims = self.source.latent_dim
        self.code = np.zeros(dims, np.float32)
        first, second = np.zeros((2, dims), np.float32)
        first[0], second[0] = -1.5, 1.5
        self.ends = (first, second)
        self.codes = np.zeros((0, dims), np.float32)

    @property
    def grouped(self) -> bool:
        """Whether the images have at least two classes."""
        return len(np.unique(self.labels)) > 1

    def map_codes(self, n: int, square: Square) -> NDArray[np.float32]:
        """Return the latent vectors of a map with n tiles per side, shape (n, n, latent_dim)."""
        x, y, radius = square
        return latent.map_codes(
            n, (x, y), radius, latent_dim=len(self.code), axes=self.axes, rest=self.code
        )

    def concept_vector(self, a: int | None, b: int | None) -> NDArray[np.float32] | None:
        """Return the direction from one group to another; None where one has no images.

        Args:
            a: A class; or -1 or -2 for the images that the user picked; None for no group.
            b: Likewise.
        """
        groups = [self._group(chosen) for chosen in (a, b)]
        if a == b or not all(len(group) for group in groups):
            return None
        return latent.concept_vector(*groups)

    def _group(self, chosen: int | None) -> NDArray[np.float32]:
        codes = self.codes
        if chosen is None or len(codes) != len(self.labels):
            return codes[:0]
        return codes[self.picked[-1 - chosen] if chosen < 0 else self.labels == chosen]


def state_of(
    source: LatentSource,
    x: NDArray[Any] | None,
    y: ArrayLike | None,
    class_names: Sequence[str],
    value_range: tuple[float, float],
) -> LatentState:
    """Return the state at the beginning.

    Args:
        source: Decoder and encoder.
        x: Images as the encoder takes them, shape (n, …); None for none.
        y: The class of each image, from 0 to 255, or one-hot; None for one class.
        class_names: One name per class; their numbers by default.
        value_range: The values shown as black and as white.

    Raises:
        ValueError: There isn't one class per image, or a class has no name.
    """
    images = None if x is None or not source.has_encoder else x[:MAX_IMAGES]
    labels = _checked_labels(y, 0 if images is None else len(images))
    highest = int(labels.max(initial=0))
    names = [str(name) for name in class_names] or [str(i) for i in range(highest + 1)]
    if highest >= len(names):
        message = tr(
            "Expected a name for each class in `y`. Class {label} has none. Received: {n} class "
            "names",
            label=highest,
            n=len(names),
        )
        raise ValueError(message)
    return LatentState(source, images, labels, names, value_range)


def _checked_labels(y: ArrayLike | None, wanted: int) -> NDArray[np.int64]:
    if y is None:
        return np.zeros(wanted, np.int64)
    given = np.asarray(y)
    if given.ndim == 2 and given.shape[1] > 1:  # one-hot
        given = given.argmax(axis=1)
    labels = given.astype(np.int64).ravel()[:wanted]
    if len(labels) != wanted:
        message = tr(
            "`x` and `y` must have the same number of samples. Received: {x} and {y}.",
            x=wanted,
            y=len(labels),
        )
        raise ValueError(message)
    if (labels < 0).any() or (labels >= _MAX_CLASSES).any():
        message = tr(
            "Expected classes from 0 to 255 in `y`. Received: classes from {low} to {high}.",
            low=int(labels.min()),
            high=int(labels.max()),
        )
        raise ValueError(message)
    return labels
