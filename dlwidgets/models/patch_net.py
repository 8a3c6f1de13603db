"""A small network for pictures, and what it can learn from: patches of photographs, digits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._tensorflow import load_keras

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

PATCH = 32
"""Pixels of a patch's side."""

_ROWS, _COLUMNS = 3, 4


def patch_net(
    classes: int, *, filters: tuple[int, ...] = (32, 48, 64, 96), seed: int | None = None
) -> Any:
    """Convolutions with average pooling between them, for pictures of any size.

    Average pooling passes a gradient to every pixel, where max pooling passes it to one of four:
    dreams and styles come out smoother (Gatys, section 2).

    Args:
        classes: Number of classes.
        filters: Of the 3×3 convolutions "block1_conv", "block2_conv", ….
        seed: Of the first weights.

    Returns:
        A compiled functional model: pictures (batch, height, width, 3) from −1 to 1, softmax over
        the classes.

    Example:
        >>> patch_net(24).count_params()
        100520
    """
    keras = load_keras()

    def first(kind: str, number: int) -> Any:
        own = None if seed is None else 1000 * seed + number
        return getattr(keras.initializers, kind)(seed=own)

    inputs = x = keras.Input((None, None, 3), name="picture")
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
    pictures: Sequence[NDArray[np.uint8]], count: int, *, seed: int = 0
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Patches of pictures, and which part of which picture each comes from.

    Each picture is divided into 3×4 regions. To tell them apart, a network has to learn the edges,
    colours and textures that they are made of. Half of the patches are mirrored, and each has a
    brightness of its own, so that neither side nor brightness gives a region away.

    Args:
        pictures: uint8, shape (height, width, 3), each at least 96×128 pixels.
        count: How many patches.
        seed: Of the choice.

    Returns:
        float32 patches of shape (count, 32, 32, 3), −1 to 1, and int64 classes from 0 to
        12 · len(pictures) − 1.

    Raises:
        ValueError: A picture that is too small.
    """
    random = np.random.default_rng(seed)
    x = np.empty((count, PATCH, PATCH, 3), np.float32)
    y = random.integers(0, len(pictures) * _ROWS * _COLUMNS, count)
    for i, label in enumerate(y):
        which, region = divmod(int(label), _ROWS * _COLUMNS)
        row, column = divmod(region, _COLUMNS)
        height, width = pictures[which].shape[:2]
        down, across = height // _ROWS, width // _COLUMNS
        if min(down, across) < PATCH:
            message = (
                f"pictures must be at least {_COLUMNS * PATCH}×{_ROWS * PATCH} pixels. "
                f"Received: {width}×{height}"
            )
            raise ValueError(message)
        top = row * down + int(random.integers(down - PATCH + 1))
        left = column * across + int(random.integers(across - PATCH + 1))
        patch = pictures[which][top : top + PATCH, left : left + PATCH]
        patch = patch[:, ::-1] if random.random() < 0.5 else patch
        tint = random.uniform(0.5, 1.3, 3) if random.random() < 0.7 else random.uniform(0.5, 1.3)
        shift = random.uniform(-0.4, 0.4, 3)
        x[i] = np.clip(patch * (tint / 127.5) - 1 + shift, -1, 1)
    return x, y.astype(np.int64)


def coloured_digits(images: NDArray[np.floating[Any]], *, seed: int = 0) -> NDArray[np.float32]:
    """Digits as pictures: enlarged, bright on dark or dark on bright, in any colours.

    A network that has seen only black and white has no use for colours, and its dreams have none;
    one that has seen only bright ink dreams of nothing but brightness.

    Args:
        images: Shape (n, side, side) or (n, side, side, 1), 0 to 1; `side` is 2 to 32.
        seed: Of the colours.

    Returns:
        float32, shape (n, 32, 32, 3), −1 to 1.

    Raises:
        ValueError: Images of another size.
    """
    side = images.shape[1]
    if not 2 <= side <= PATCH or images.shape[2] != side:
        message = (
            f"images must be square, with a side of 2 to {PATCH} pixels. Received: "
            f"{side}×{images.shape[2]}"
        )
        raise ValueError(message)
    random = np.random.default_rng(seed)
    small = images.reshape(len(images), side, side).astype(np.float32)
    # Linear between the centres of the small image's pixels.
    at = np.clip((np.arange(PATCH) + 0.5) * side / PATCH - 0.5, 0, side - 1)
    low = np.minimum(at.astype(int), side - 2)
    share = (at - low).astype(np.float32)
    rows = small[:, low] * (1 - share)[:, None] + small[:, low + 1] * share[:, None]
    large = rows[:, :, low] * (1 - share) + rows[:, :, low + 1] * share
    dark, bright = random.uniform(0.2, 1.0, (2, len(images), 1, 1, 3)).astype(np.float32)
    sign = random.choice(np.array([-1, 1], np.float32), (len(images), 1, 1, 1))
    paper, ink = -sign * dark, sign * bright
    pictures: NDArray[np.float32] = paper + large[..., None] * (ink - paper)
    return pictures
