"""Answers of classifiers for the tests of the views that show them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras
import numpy as np

from tests.helpers.waiting import until

if TYPE_CHECKING:
    from dlwidgets.widgets import ConfusionMatrix, EmbeddingView

HTML = ["<b>0</b>", "<img src=x onerror=alert(1)>", *(str(i) for i in range(2, 10))]
"""Class names that would be markup, if anybody took them for it."""


def passed(z: np.ndarray) -> Any:
    """A model whose output is its input."""
    return keras.Sequential([keras.Input(z.shape[1:]), keras.layers.Activation("linear")])


def shown(widget: Any) -> Any:
    """A browser or a matrix, once it shows answers."""
    judging = widget.judging
    until(lambda: judging.judged is not None, "the answers")
    until(lambda: not judging.follower.busy, "the drawing")
    return widget


def counts(matrix: ConfusionMatrix) -> np.ndarray:
    """The table of a matrix."""
    packed = matrix.plot.matrix
    return np.frombuffer(packed["counts"], "<i4").reshape(packed["k"], packed["k"])


def points(view: EmbeddingView) -> dict[str, np.ndarray]:
    """The points of an embedding as they travel."""
    packed = view.plane.points
    if not packed:
        return {"rows": np.zeros(0)}
    kinds = {"places": "<f4", "rows": "<u4", "classes": "<u2", "wrong": "u1"}
    return {name: np.frombuffer(packed[name], kind) for name, kind in kinds.items()}


def settled(view: EmbeddingView, words: str = "") -> dict[str, np.ndarray]:
    """The points of an embedding, once nothing more is on its way."""
    until(lambda: view.plane.points and words in view.plane.summary, words or "points", 60)
    until(lambda: not view.follower.busy, "the end of the drawing", 60)
    return points(view)
