"""Figures of tutorial 3: shapes of tensors, loops against arrays, and layers written with NumPy."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._messages import tr
from dlwidgets._tensorflow import load_keras
from dlwidgets.concepts import _unfolding as unfolding
from dlwidgets.course.tutorial import Row, System, Tutorial

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from dlwidgets.course.lab import Lab

    Array = NDArray[np.float64]

_CLIPS = (4, 240, 144, 256, 3)
_EPOCHS = 100
_SECTIONS = {
    2: "Deep Learning with Python, 2.2",
    3: "Deep Learning with Python, 2.3",
}


def shapes(lab: Lab) -> dict[str, float]:
    """Slice MNIST as the source does, and count the numbers of its examples."""
    images = lab.load("mnist").x_train
    clips = np.empty(_CLIPS, np.float32)
    wide = np.maximum(np.zeros((64, 3, 32, 10)), np.zeros((32, 10)))
    return {
        "axes": images.ndim,
        "samples": len(images),
        "slice": len(images[10:100]),
        "corner": images[:, 14:, 14:].shape[1],
        "center": images[:, 7:-7, 7:-7].shape[1],
        "clip_values": clips.size,
        "clip_megabytes": clips.nbytes / 1e6,
        "clip_mebibytes": clips.nbytes / 2**20,
        "broadcast": wide.size,
    }


def loops(lab: Lab) -> dict[str, float]:
    """Time the source's loops against NumPy."""
    random = np.random.default_rng(lab.seed)
    x = random.standard_normal((200, 784))
    left, right = random.standard_normal((64, 784)), random.standard_normal((784, 10))
    return {
        "relu": _seconds(lambda: naive_relu(x)) / _seconds(lambda: np.maximum(x, 0), 100),
        "dot": _seconds(lambda: naive_dot(left, right)) / _seconds(lambda: left @ right, 100),
    }


def layer(lab: Lab) -> dict[str, float]:
    """Compare a Dense layer of Keras with the same written in NumPy, on 128 digits."""
    keras = load_keras()
    images = lab.load("mnist").x_train[:128]
    batch = images.reshape(128, 784).astype(np.float32) / 255
    dense: Any = keras.layers.Dense(512, activation="relu")
    theirs = keras.ops.convert_to_numpy(dense(batch))
    kernel, bias = dense.get_weights()
    return {"difference": np.abs(np.maximum(batch @ kernel + bias, 0) - theirs).max()}


def line(lab: Lab) -> dict[str, float]:
    """Separate two spirals by the best straight line."""
    from sklearn.linear_model import LogisticRegression

    points = unfolding.points_of(_values(lab))
    return {"accuracy": LogisticRegression().fit(points.x, points.y).score(points.x, points.y)}


def spirals(lab: Lab) -> dict[str, float]:
    """Separate the same spirals after the layers that unfold them."""
    values = _values(lab)
    points = unfolding.points_of(values)
    first = unfolding.initial_weights(values["layers"], values["units"], lab.seed)
    model: Any = unfolding.keras_model(values, first)
    size = unfolding.BATCH
    lab.fit(model, points.x, points.y, epochs=_EPOCHS, batch_size=size, name="unfolding")
    outputs = model.predict(points.x, verbose=0)[:, 0]
    return {"unfolded": float(np.mean((outputs > 0.5) == points.y))}


def _values(lab: Lab) -> dict[str, Any]:
    fields: dict[str, Any] = {name: field.value for name, field in unfolding.FIELDS.items()}
    return {**fields, "seed": lab.seed}


def naive_relu(x: Array) -> Array:
    """Return the positive part of a matrix, number by number, as the source's loop does."""
    found = x.copy()
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            found[i, j] = max(found[i, j], 0)
    return found


def naive_dot(x: Array, y: Array) -> Array:
    """Return the product of two matrices, number by number."""
    found = np.zeros((x.shape[0], y.shape[1]))
    for i in range(x.shape[0]):
        for j in range(y.shape[1]):
            for k in range(x.shape[1]):
                found[i, j] += x[i, k] * y[k, j]
    return found


def _seconds(compute: Callable[[], object], times: int = 1) -> float:
    begun = time.perf_counter()
    for _ in range(times):
        compute()
    return (time.perf_counter() - begun) / times


def _row(
    section: int, system: str, figure: str, title: str, printed: str = "", **options: Any
) -> Row:
    where = _SECTIONS[section]
    options = {"digits": 0, **options}
    return Row(system=system, figure=figure, title=title, printed=printed, where=where, **options)


_NO_TIMES = tr("The source prints no times.")
_NOTHING = tr("The source prints no figure.")
_MEBI = tr("The source's 405 are mebibytes of 1,048,576 bytes.")
_SHAPE = tr("The source prints the shape, (64, 3, 32, 10).")
_WIDE = tr("Numbers of the maximum of shapes (64, 3, 32, 10) and (32, 10)")
_FASTER = tr("relu: NumPy is faster by a factor of")
_FASTER_DOT = tr("Dot product: NumPy is faster by a factor of")
_DIFFERENCE = tr("NumPy's layer minus Keras's, at most")

TUTORIAL = Tutorial(
    number=3,
    rows=(
        _row(2, "shapes", "axes", tr("Axes of MNIST's training images"), "3"),
        _row(2, "shapes", "samples", tr("Their samples"), "60,000"),
        _row(2, "shapes", "slice", tr("Samples of train_images[10:100]"), "90"),
        _row(2, "shapes", "corner", tr("Rows of the lower right corner"), "14"),
        _row(2, "shapes", "center", tr("Rows of the center"), "14"),
        _row(2, "shapes", "clip_values", tr("Numbers of four video clips"), "106,168,320"),
        _row(2, "shapes", "clip_megabytes", tr("Their megabytes"), "405", why=_MEBI, digits=1),
        _row(2, "shapes", "clip_mebibytes", tr("Their mebibytes"), "405", digits=1),
        _row(3, "shapes", "broadcast", _WIDE, why=_SHAPE),
        _row(3, "loops", "relu", _FASTER, why=_NO_TIMES),
        _row(3, "loops", "dot", _FASTER_DOT, why=_NO_TIMES),
        _row(3, "layer", "difference", _DIFFERENCE, why=_NOTHING, digits=8),
        _row(3, "line", "accuracy", tr("Spirals that one line gets right"), why=_NOTHING, digits=3),
        _row(3, "spirals", "unfolded", tr("The same after six layers"), why=_NOTHING, digits=3),
    ),
    systems=(
        System("shapes", shapes, about=tr("Shapes of MNIST and of the source's examples"), seeds=1),
        System("loops", loops, about=tr("Loops in Python against NumPy")),
        System("layer", layer, about=tr("Dense 512 with relu on 128 digits")),
        System("line", line, about=tr("200 points on two spirals, logistic regression")),
        System("spirals", spirals, about=tr("200 points on two spirals, 100 epochs")),
    ),
)
