"""A small network for images, and data for it: patches of photos, and colored digits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._messages import tr
from dlwidgets._tensorflow import load_keras

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

PATCH = 32
"""Height and width of a patch in pixels."""

_ROWS, _COLUMNS = 3, 4


def patch_net(
    classes: int, *, filters: tuple[int, ...] = (32, 48, 64, 96), seed: int | None = None
) -> Any:
    """Return a network of convolutions and average pooling for images of any size, compiled.

    Average pooling passes gradients to all pixels, and max pooling only to one of four. So the
    images of DeepDream and style transfer become smoother (Gatys, section 2).

    Args:
        classes: Number of classes.
        filters: Filters of the 3×3 convolutions "block1_conv", "block2_conv", ….
        seed: Random seed of the initial weights.

    Returns:
        A functional model from images, shape (batch, height, width, 3), −1 to 1, to probabilities.

    Example:
        >>> patch_net(24).count_params()
        100520
    """
    keras = load_keras()

    def first(kind: str, number: int) -> Any:
        own = None if seed is None else 1000 * seed + number
        return getattr(keras.initializers, kind)(seed=own)

    inputs = x = keras.Input((None, None, 3), name="image")
    for i, count in enumerate(filters, 1):
        x = keras.layers.Conv2D(
            count,
            3,
            padding="same",
            activation="relu",
            name=f"block{i}_conv",
            kernel_initializer=first("HeNormal", i),
        )(x)
        if i < len(filters):
            x = keras.layers.AveragePooling2D(2, name=f"block{i}_pool")(x)
    x = keras.layers.GlobalAveragePooling2D(name="mean")(x)
    outputs = keras.layers.Dense(
        classes,
        activation="softmax",
        name="probabilities",
        kernel_initializer=first("GlorotUniform", 0),
    )(x)
    model = keras.Model(inputs, outputs, name="patch_net")
    model.compile(
        optimizer=keras.optimizers.Adam(2e-3),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    return model


def photo_patches(
    images: Sequence[NDArray[np.uint8]], count: int, *, seed: int = 0
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Return patches of images, labeled by the region and image that they come from.

    Each image is divided into 3×4 regions. To distinguish them, a network has to learn their
    edges, colors and textures. Half of the patches are mirrored, and each has a random brightness,
    so that neither of the two identifies a region.

    Args:
        images: uint8, shape (height, width, 3), each at least 96×128 pixels.
        count: Number of patches.
        seed: Random seed.

    Returns:
        float32 patches of shape (count, 32, 32, 3), −1 to 1, and int64 labels from 0 to
        12 · len(images) − 1.

    Raises:
        ValueError: An image is too small.
    """
    random = np.random.default_rng(seed)
    x = np.empty((count, PATCH, PATCH, 3), np.float32)
    y = random.integers(0, len(images) * _ROWS * _COLUMNS, count)
    for i, label in enumerate(y):
        which, region = divmod(int(label), _ROWS * _COLUMNS)
        row, column = divmod(region, _COLUMNS)
        height, width = images[which].shape[:2]
        down, across = height // _ROWS, width // _COLUMNS
        if min(down, across) < PATCH:
            message = tr(
                "Expected images of at least {expected} pixels. Received: {received}",
                expected=f"{_COLUMNS * PATCH}×{_ROWS * PATCH}",
                received=f"{width}×{height}",
            )
            raise ValueError(message)
        top = row * down + int(random.integers(down - PATCH + 1))
        left = column * across + int(random.integers(across - PATCH + 1))
        patch = images[which][top : top + PATCH, left : left + PATCH]
        patch = patch[:, ::-1] if random.random() < 0.5 else patch
        tint = random.uniform(0.5, 1.3, 3) if random.random() < 0.7 else random.uniform(0.5, 1.3)
        shift = random.uniform(-0.4, 0.4, 3)
        x[i] = np.clip(patch * (tint / 127.5) - 1 + shift, -1, 1)
    return x, y.astype(np.int64)


def colored_digits(images: NDArray[np.floating[Any]], *, seed: int = 0) -> NDArray[np.float32]:
    """Return digits as larger color images, bright on dark or dark on bright.

    A network that was trained only on black and white doesn't respond to colors, so its DeepDream
    images have none. One that was trained only on bright ink responds only to brightness.

    Args:
        images: Shape (n, side, side) or (n, side, side, 1), 0 to 1; `side` is 2 to 32.
        seed: Random seed of the colors.

    Returns:
        float32, shape (n, 32, 32, 3), −1 to 1.

    Raises:
        ValueError: Images of another size.
    """
    side = images.shape[1]
    if not 2 <= side <= PATCH or images.shape[2] != side:
        message = tr(
            "Expected square images of 2 to {side} pixels. Received: {received}",
            side=PATCH,
            received=f"{side}×{images.shape[2]}",
        )
        raise ValueError(message)
    random = np.random.default_rng(seed)
    small = images.reshape(len(images), side, side).astype(np.float32)
    # Linear interpolation between the pixel centers of the small image.
    at = np.clip((np.arange(PATCH) + 0.5) * side / PATCH - 0.5, 0, side - 1)
    low = np.minimum(at.astype(int), side - 2)
    share = (at - low).astype(np.float32)
    rows = small[:, low] * (1 - share)[:, None] + small[:, low + 1] * share[:, None]
    large = rows[:, :, low] * (1 - share) + rows[:, :, low + 1] * share
    dark, bright = random.uniform(0.2, 1.0, (2, len(images), 1, 1, 3)).astype(np.float32)
    sign = random.choice(np.array([-1, 1], np.float32), (len(images), 1, 1, 1))
    paper, ink = -sign * dark, sign * bright
    colored: NDArray[np.float32] = paper + large[..., None] * (ink - paper)
    return colored
