"""What training adds to a data set: `tf.data`, random changes, weights of classes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._tensorflow import load

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt


def augmented(dataset: Any, layers: Sequence[Any]) -> Any:
    """Return a `tf.data.Dataset` whose inputs pass through Keras layers, in training mode.

    Args:
        dataset: Gives batches of inputs and targets.
        layers: Layers that change images at random; none: the data set itself.
    """
    tf, _ = load()
    for layer in layers:
        dataset = dataset.map(
            lambda x, y, layer=layer: (layer(x, training=True), y),
            num_parallel_calls=tf.data.AUTOTUNE,
        )
    return dataset.prefetch(tf.data.AUTOTUNE)


def batches(
    x: npt.NDArray[Any],
    y: npt.NDArray[Any],
    batch_size: int,
    *,
    shuffle: bool,
    seed: int | None,
    augment: Sequence[Any],
) -> Any:
    """Return arrays as a `tf.data.Dataset` of batches.

    Args:
        x: Inputs, or a sequence of lists of different lengths.
        y: Targets.
        batch_size: Samples per batch.
        shuffle: Whether each epoch has another order.
        seed: The seed of the order.
        augment: Layers that change the inputs at random.
    """
    tf, _ = load()
    if x.dtype == object:
        dataset = tf.data.Dataset.from_tensor_slices((tf.ragged.constant(list(x)), y))
    else:
        dataset = tf.data.Dataset.from_tensor_slices((x, y))
    if shuffle:
        dataset = dataset.shuffle(len(x), seed=seed)
    return augmented(dataset.batch(batch_size), augment)


def balanced_weights(labels: npt.NDArray[Any]) -> dict[int, float]:
    """Return a weight per class, so that all classes count the same in sum.

    Args:
        labels: Integer labels.
    """
    from sklearn.utils.class_weight import compute_class_weight

    classes = np.unique(labels)
    weights = compute_class_weight("balanced", classes=classes, y=labels)
    return {int(name): float(weight) for name, weight in zip(classes, weights, strict=True)}
