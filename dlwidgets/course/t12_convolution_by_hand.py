"""Convolution by hand: the exercises of the sources, and a kernel that is learned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._messages import tr
from dlwidgets._tensorflow import load_keras
from dlwidgets.concepts._convolution import PRESETS
from dlwidgets.course.tutorial import Row, System, Tutorial

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dlwidgets.course.lab import Lab

CHOLLET = "Deep Learning with Python, 5.1.1"
ARTICLE = tr("An article on deep neural networks, convolution by hand")
CHAPTER = tr("A chapter on convolutional networks, figure 6-1")

DIAGONAL = ((1, 1, 1, 0, 0), (0, 1, 1, 1, 0), (0, 1, 1, 1, 1), (0, 0, 1, 1, 0), (0, 1, 1, 0, 1))
"""The image of the first exercise."""
SUMS = (
    (0.9, 0.6, 0.2, -0.2),
    (-0.5, 0.3, 0.7, -0.1),
    (-0.8, -0.4, 0.1, 0.6),
    (-0.6, 0.1, -0.3, 0.2),
)
"""Numbers of ours for the second one, whose matrices are not preserved."""


def convolved(
    image: Sequence[Sequence[float]], kernel: Sequence[Sequence[float]], **options: Any
) -> NDArray[Any]:
    """Return what Keras's Conv2D computes with one kernel, shape (rows, columns)."""
    keras = load_keras()
    layer = keras.layers.Conv2D(
        1,
        np.shape(kernel),
        use_bias=False,
        kernel_initializer=lambda shape, dtype=None: np.reshape(kernel, shape),
        **options,
    )
    pixels = np.asarray(image, "float32")[None, :, :, None]
    return np.asarray(keras.ops.convert_to_numpy(layer(pixels)))[0, :, :, 0]


def by_hand(_lab: Lab) -> dict[str, float]:
    """The sums and the counts of the exercises, by Keras's Conv2D."""
    diagonal, horizontal = PRESETS["diagonal"][0], PRESETS["horizontal"][0]
    sums = convolved(SUMS, horizontal)
    return {
        "first": convolved(DIAGONAL, diagonal)[0, 0],
        "sum_1": sums[0, 0],
        "sum_2": sums[0, 1],
        "valid": convolved(DIAGONAL, diagonal).size,
        "same": convolved(DIAGONAL, diagonal, padding="same").size,
        "stride": convolved(DIAGONAL, diagonal, strides=2).size,
    }


def learned(lab: Lab) -> dict[str, float]:
    """Nine weights that learn Sobel's kernel from 1,000 digits and their edges."""
    keras = load_keras()
    images = lab.load("digits28").normalized().x_train
    sobel = np.asarray(PRESETS["sobel_y"][0], "float32")
    edges = keras.ops.conv(images, sobel[:, :, None, None])
    model = keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Conv2D(1, 3, use_bias=False)])
    model.compile(keras.optimizers.Adam(0.05), "mse")
    lab.fit(model, images, edges, epochs=20, batch_size=32, name="Sobel, learned")
    kernel = keras.ops.convert_to_numpy(model.layers[-1].kernel)[:, :, 0, 0]
    return {"off": float(np.abs(kernel - sobel).max())}


def _exercise(
    figure: str, title: str, printed: str, where: str, *, digits: int = 0, why: str = ""
) -> Row:
    return Row(
        system="by_hand",
        figure=figure,
        title=title,
        printed=printed,
        where=where,
        digits=digits,
        why=why,
    )


TUTORIAL = Tutorial(
    number=12,
    rows=(
        _exercise("first", tr("Diagonal kernel, first window"), "3", CHAPTER),
        _exercise(
            "sum_1",
            tr("Horizontal kernel, first window"),
            "2.8",
            ARTICLE,
            digits=1,
            why=tr(
                "The numbers of the source are not preserved. Ours are made to give the same sum."
            ),
        ),
        _exercise(
            "sum_2",
            tr("Horizontal kernel, second window"),
            "−0.1",
            ARTICLE,
            digits=1,
            why=tr("The printed terms add up to 0.3: a slip of the source."),
        ),
        _exercise("valid", tr("Windows of 3×3 in 5×5"), "9", CHOLLET),
        _exercise("same", tr("The same with zeros around"), "25", CHOLLET),
        _exercise("stride", tr("The same with stride 2, no zeros"), "4", CHOLLET),
        Row(
            system="learned",
            figure="off",
            title=tr("Learned kernel: largest difference from Sobel’s"),
            digits=4,
        ),
    ),
    systems=(
        System("by_hand", by_hand, tr("The exercises, computed by Conv2D"), seeds=1),
        System("learned", learned, tr("A 3×3 kernel learned from 1,000 digits")),
    ),
)
