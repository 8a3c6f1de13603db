"""Train the network of `pretrained_cnn` on CIFAR-10, and make ``cifar10_cnn.npz``.

    python -m dlwidgets.models.packaged.cifar10_cnn

Half of the images are mirrored, all are shifted by up to four pixels, and noise is added to them,
so that the filters respond to shapes and textures, and not to single pixels. The seed is fixed, but
sums of floating-point numbers differ between machines, and so do the last digits of the weights.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._tensorflow import load
from dlwidgets.data.load import load as load_data
from dlwidgets.data.packaged.digits28 import write
from dlwidgets.models.pretrained_cnn import FILE, FILTERS, architecture, packed, pretrained_cnn

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dlwidgets._keras_types import KerasModel
    from dlwidgets.data.files import Arrays

EPOCHS, BATCH, RATE = 9, 128, 4e-3
_SHIFT, _NOISE, _SEED = 4, 0.3, 10


def signed(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return pixels from 0 to 255 as −1 to 1."""
    return images.astype(np.float32) / 127.5 - 1


def batches(x: NDArray[np.float32], y: NDArray[Any]) -> Any:
    """Return a `tf.data.Dataset` of shuffled, mirrored, shifted and noisy batches."""
    tf, _ = load()

    def changed(images: Any, labels: Any) -> tuple[Any, Any]:
        images = tf.image.random_flip_left_right(images)
        edges = [[0, 0], [_SHIFT, _SHIFT], [_SHIFT, _SHIFT], [0, 0]]
        images = tf.pad(images, edges, "REFLECT")
        images = tf.image.random_crop(images, (BATCH, *x.shape[1:]))  # all of a batch alike
        deviation = tf.random.uniform((tf.shape(images)[0], 1, 1, 1), 0, _NOISE)
        return images + deviation * tf.random.normal(tf.shape(images)), labels

    shuffled = tf.data.Dataset.from_tensor_slices((x, y)).shuffle(len(x), _SEED)
    return shuffled.batch(BATCH, drop_remainder=True).map(changed).prefetch(2)


def train() -> KerasModel:
    """Return the network, trained with batch normalization."""
    _, keras = load()
    keras.utils.set_random_seed(_SEED)
    found = load_data("cifar10")
    x, x_test = signed(found.x_train), signed(found.x_test)
    model = architecture(normalized=True)
    steps = EPOCHS * (len(x) // BATCH)
    rate = keras.optimizers.schedules.CosineDecay(
        RATE / 20, steps - steps // 10, warmup_target=RATE, warmup_steps=steps // 10
    )
    model.compile(
        optimizer=keras.optimizers.AdamW(rate, weight_decay=0.02),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    model.fit(
        batches(x, found.y_train.ravel()),
        epochs=EPOCHS,
        validation_data=(x_test, found.y_test.ravel()),
        verbose=2,
    )
    return model


def merged(model: KerasModel) -> Arrays:
    """Return the arrays to store, the batch normalization merged into the convolutions."""
    arrays: Arrays = {}
    for number in range(1, len(FILTERS) + 1):
        name = f"block{number}_conv"
        normalization = model.get_layer(f"{name}_bn")
        gamma, beta, mean, variance = normalization.get_weights()
        factor = gamma / np.sqrt(variance + normalization.epsilon)
        (kernel,) = model.get_layer(name).get_weights()
        arrays |= packed(name, kernel * factor, beta - mean * factor)
    return arrays | packed("probabilities", *model.get_layer("probabilities").get_weights())


def accuracy() -> float:
    """Return the share of CIFAR-10's test images that the stored network predicts right."""
    found = load_data("cifar10")
    predicted = pretrained_cnn().predict(signed(found.x_test), batch_size=256, verbose=0)
    return float((predicted.argmax(-1) == found.y_test.ravel()).mean())


if __name__ == "__main__":
    write(FILE, merged(train()))
    print(f"{FILE.stat().st_size} bytes, accuracy {accuracy():.3f}")  # noqa: T201
