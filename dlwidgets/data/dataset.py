"""The `Dataset` class: arrays, and what is needed to show them and to train on them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from dlwidgets._messages import tr

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy.typing as npt

Task = Literal["classification", "regression"]
Kind = Literal["image", "table", "text", "series", "words", "folder"]


@dataclass(frozen=True, eq=False)
class Dataset:
    """A data set, split into training and test samples.

    Inputs as they are loaded, by `kind`:

    - ``"image"``: uint8, `(n, height, width)` for grayscale or `(n, height, width, 3)` for color.
    - ``"table"``: float, `(n, features)`.
    - ``"text"``: object, `(n,)`, each a list of word ranks (1 is the most frequent word).

    Attributes:
        name: The name for `load`, for example ``"mnist"``.
        title: The name in menus, for example ``"MNIST"``.
        x_train: Training inputs, as described above.
        y_train: int64 labels `(n,)`, or float targets `(n,)` for regression.
        x_test: Test inputs, like `x_train`.
        y_test: Test targets, like `y_train`.
        class_names: One name per class, in the order of the labels. Empty for regression.
        task: ``"classification"`` or ``"regression"``.
        kind: ``"image"``, ``"table"`` or ``"text"``.
        value_range: Smallest and largest value an input can have; for images the pixel range.
        origin: Where it was found, for example ``"Keras cache"``.
        source: The file or folder it was read from. `None` if it comes with a package.

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
        """The number of classes, 0 for regression."""
        return len(self.class_names)

    @property
    def input_shape(self) -> tuple[int, ...]:
        """The shape of one sample as returned by `normalized`, for which a model is built.

        Images always have a channel axis, as in ``(28, 28, 1)``. Text has ``()``, because its
        length varies.
        """
        shape = tuple(int(n) for n in self.x_train.shape[1:])
        if self.kind == "image" and len(shape) == 2:
            return (*shape, 1)
        return shape

    @property
    def nbytes(self) -> int:
        """The size of the four arrays in bytes, for text without the lists themselves."""
        arrays = (self.x_train, self.y_train, self.x_test, self.y_test)
        return sum(int(a.nbytes) for a in arrays)

    def normalized(self) -> Dataset:
        """Return the data set with float32 inputs, ready for a model.

        Images are scaled to the range from 0 to 1 and get a channel axis. The columns of a table
        are shifted and scaled to mean 0 and standard deviation 1 over the training samples. A
        single column, as in ``"line"``, stays as it is. Regression targets become float32.

        Returns:
            A new `Dataset`. This one is not changed.

        Raises:
            ValueError: The data set is text, which has no values to scale.

        Example:
            >>> dl.data.load("digits").normalized().x_train.max()
            np.float32(1.0)
        """
        if self.kind == "text":
            message = tr(
                "`normalized` expects images or a table of numbers. Received: {name}, which "
                "contains lists of word ranks.",
                name=repr(self.name),
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

    def only(self, classes: Sequence[str | int]) -> Dataset:
        """Return the samples of some classes, with labels from 0 in the order given.

        Args:
            classes: Names of classes, or their labels; two or more.

        Returns:
            A new `Dataset`. This one is not changed.

        Raises:
            ValueError: There is no such class, or one is named twice.

        Example:
            >>> some = dl.data.load("digits").only(["3", "8"])
            >>> some.class_names, some.x_train.shape, some.y_train.max()
            (('3', '8'), (285, 8, 8), np.int64(1))
        """
        labels: dict[str | int, int] = {i: i for i in range(self.num_classes)}
        labels |= {name: i for i, name in enumerate(self.class_names)}
        chosen = [labels[one] for one in classes if one in labels]
        if len(set(chosen)) < max(2, len(classes)):
            message = tr(
                "Expected two classes or more, each once, of {known}. Received: {classes}",
                known=", ".join(self.class_names) or tr("a data set without classes"),
                classes=repr(list(classes)),
            )
            raise ValueError(message)
        new = np.full(self.num_classes, -1)
        new[chosen] = np.arange(len(chosen))
        train, test = new[self.y_train], new[self.y_test]
        return replace(
            self,
            x_train=self.x_train[train >= 0],
            y_train=train[train >= 0].astype(np.int64),
            x_test=self.x_test[test >= 0],
            y_test=test[test >= 0].astype(np.int64),
            class_names=tuple(self.class_names[label] for label in chosen),
        )

    def class_weights(self) -> dict[int, float]:
        """Return weights that make up for classes of different sizes, for `class_weight` of `fit`.

        Returns:
            For each label of the training samples its weight, as scikit-learn's "balanced".

        Raises:
            ValueError: The data set has no classes.

        Example:
            >>> weights = dl.data.load("digits").class_weights()
            >>> len(weights), round(weights[0], 2)
            (10, 1.01)
        """
        from dlwidgets.data._tf_data import balanced_weights

        if self.task != "classification":
            message = tr(
                "`class_weights` expects a data set with classes. Received: {name}, which is for "
                "regression.",
                name=repr(self.name),
            )
            raise ValueError(message)
        return balanced_weights(self.y_train)

    def batches(
        self,
        batch_size: int = 32,
        *,
        part: Literal["train", "test"] = "train",
        shuffle: bool | None = None,
        seed: int | None = None,
        augment: Sequence[Any] = (),
    ) -> Any:
        """Return the samples as a `tf.data.Dataset` of batches.

        Args:
            batch_size: Samples per batch, at least 1.
            part: ``"train"`` or ``"test"``.
            shuffle: Whether each epoch has another order. `None`: for training.
            seed: The seed of the order.
            augment: Keras layers that change inputs at random, each time they are read, such as
                `keras.layers.RandomFlip("horizontal")`.

        Returns:
            Pairs of inputs and targets, as they are in this data set. Texts are ragged.

        Example:
            >>> digits = dl.data.load("digits").normalized()
            >>> x, y = next(iter(digits.batches(16)))
            >>> x.shape, y.shape
            (TensorShape([16, 8, 8, 1]), TensorShape([16]))
        """
        from dlwidgets.data._tf_data import batches

        x, y = getattr(self, f"x_{part}"), getattr(self, f"y_{part}")
        if shuffle is None:
            shuffle = part == "train"
        return batches(x, y, batch_size, shuffle=shuffle, seed=seed, augment=augment)

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
