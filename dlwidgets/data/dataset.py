"""The `Dataset`: arrays, and what is needed to show them and to train on them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

Task = Literal["classification", "regression"]
Kind = Literal["image", "table", "text"]


@dataclass(frozen=True, eq=False)
class Dataset:
    """A data set, split into a part to train on and a part to test on.

    | kind | `x_*` as loaded |
    |---|---|
    | image | uint8, `(n, height, width)` for grey or `(n, height, width, 3)` for colour |
    | table | float, `(n, features)` |
    | text | object, `(n,)`, each a list of word ranks (1 = most frequent) |

    Attributes:
        name: What `load` was asked for, for example ``"mnist"``.
        title: The name for people, for example ``"MNIST"``.
        x_train: Training inputs, as in the table above.
        y_train: int64 class numbers `(n,)`, or float targets `(n,)` in regression.
        x_test: Test inputs, like `x_train`.
        y_test: Test targets, like `y_train`.
        class_names: One name per class, in the order of the class numbers; empty in regression.
        task: ``"classification"`` or ``"regression"``.
        kind: ``"image"``, ``"table"`` or ``"text"``.
        value_range: Smallest and largest value an input can have; for images the pixel range.
        origin: Where it was found, in words, for example ``"Keras cache"``.
        source: The file or folder it was read from; None when it comes with a package.

    Example:
        >>> digits = dl.data.load("digits")
        >>> digits.x_train.shape, digits.num_classes, digits.input_shape
        ((1438, 8, 8), 10, (8, 8, 1))
    """

    name: str
    title: str
    x_train: npt.NDArray[Any] = field(repr=False)
    y_train: npt.NDArray[Any] = field(repr=False)
    x_test: npt.NDArray[Any] = field(repr=False)
    y_test: npt.NDArray[Any] = field(repr=False)
    class_names: tuple[str, ...]
    task: Task
    kind: Kind
    value_range: tuple[float, float]
    origin: str
    source: Path | None = None

    @property
    def num_classes(self) -> int:
        """Number of classes; 0 in regression."""
        return len(self.class_names)

    @property
    def input_shape(self) -> tuple[int, ...]:
        """Shape of one input as `normalized` returns it, which is what a model is built for.

        Images always have a channel axis: ``(28, 28, 1)``. Text has ``()``: its length varies.
        """
        shape = tuple(int(n) for n in self.x_train.shape[1:])
        if self.kind == "image" and len(shape) == 2:
            return (*shape, 1)
        return shape

    @property
    def nbytes(self) -> int:
        """Memory that the four arrays take, in bytes (of text: without the lists themselves)."""
        arrays = (self.x_train, self.y_train, self.x_test, self.y_test)
        return sum(int(a.nbytes) for a in arrays)

    def normalized(self) -> Dataset:
        """Return the data set with its inputs as float32, ready for a model.

        Images are scaled to [0, 1] and get a channel axis. A table's columns are shifted and
        scaled to mean 0 and standard deviation 1 over the training part, except that a single
        column, as in ``"line"``, stays as it is. Targets of a regression become float32.

        Returns:
            A new `Dataset`; this one is not changed.

        Raises:
            ValueError: The data set is text, which has no numbers to scale.

        Example:
            >>> dl.data.load("digits").normalized().x_train.max()
            np.float32(1.0)
        """
        if self.kind == "text":
            message = (
                f"normalized() expects images or a table of numbers. Received: {self.name!r}, "
                "which holds lists of word ranks."
            )
            raise ValueError(message)
        if self.kind == "image":
            low, high = self.value_range
            train, test = (self._as_images(x, low, high) for x in (self.x_train, self.x_test))
            value_range = (0.0, 1.0)
        else:
            train, test = self._as_table()
            value_range = (float(train.min()), float(train.max()))
        targets = np.int64 if self.task == "classification" else np.float32
        return replace(
            self,
            x_train=train,
            y_train=self.y_train.astype(targets),
            x_test=test,
            y_test=self.y_test.astype(targets),
            value_range=value_range,
        )

    def _as_images(self, x: npt.NDArray[Any], low: float, high: float) -> npt.NDArray[np.float32]:
        scaled = x.astype(np.float32)
        scaled -= np.float32(low)
        scaled /= np.float32(high - low)
        return scaled.reshape(len(x), *self.input_shape)

    def _as_table(self) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        if self.x_train.shape[1] == 1:
            return self.x_train.astype(np.float32), self.x_test.astype(np.float32)
        mean = self.x_train.mean(axis=0)
        spread = self.x_train.std(axis=0)
        spread[spread == 0] = 1.0
        return (
            ((self.x_train - mean) / spread).astype(np.float32),
            ((self.x_test - mean) / spread).astype(np.float32),
        )
