"""Train small networks on MNIST, and make ``digit_networks.npz``.

    python -m dlwidgets.models.packaged.digit_networks

They are so small that pages of concepts compute with them: two classifiers, without a hidden layer
and with one, and the decoder of a variational autoencoder with two latent dimensions. Kernels are
stored as int8, a scale for each. The seed is fixed, but sums of floating-point numbers differ
between machines, and so do the last digits of the weights.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._tensorflow import load
from dlwidgets.data.load import load as load_data
from dlwidgets.data.packaged.digits28 import write

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dlwidgets._keras_types import KerasModel
    from dlwidgets.data.files import Arrays

FILE = Path(__file__).with_name("digit_networks.npz")
HIDDEN = 32
DECODER = (64, 48)
_SEED, _BATCH = 7, 128
_CODES = 300  # digits whose latent vectors are stored


def flat(images: NDArray[Any]) -> NDArray[np.float32]:
    """Return images of 28×28 as rows of 784 pixels from 0 to 1."""
    pixels: NDArray[np.float32] = images.reshape(len(images), -1).astype(np.float32)
    return pixels / np.float32(255)


def classifier(hidden: int, data: Arrays) -> KerasModel:
    """Return a trained classifier with so many hidden units; 0 for none.

    Args:
        hidden: Units of the hidden layer.
        data: `x_train`, `y_train`, `x_test` and `y_test`.
    """
    _, keras = load()
    keras.utils.set_random_seed(_SEED)
    # A pixel that is black in all images has no gradient: its weights must end at 0.
    small = keras.regularizers.L2(1e-4)
    layers = [keras.layers.Dense(hidden, "relu", kernel_regularizer=small)] if hidden else []
    last = keras.layers.Dense(10, "softmax", kernel_regularizer=small)
    model: KerasModel = keras.Sequential([keras.Input((784,)), *layers, last])
    steps = 20 * len(data["x_train"]) // _BATCH
    model.compile(
        keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(2e-3, steps)),
        "sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    model.fit(data["x_train"], data["y_train"], batch_size=_BATCH, epochs=20, verbose=0)
    return model


def autoencoder(x: NDArray[np.float32]) -> tuple[KerasModel, KerasModel]:
    """Return encoder and decoder of a variational autoencoder; the encoder gives μ and log σ².

    Args:
        x: Rows of pixels.
    """
    tf, keras = load()
    keras.utils.set_random_seed(_SEED)
    dense = keras.layers.Dense
    encoder = keras.Sequential(
        [keras.Input((784,)), dense(512, "relu"), dense(256, "relu"), dense(4)]
    )
    decoder = keras.Sequential(
        [
            keras.Input((2,)),
            *(
                dense(units, "relu", kernel_regularizer=keras.regularizers.L2(1e-5))
                for units in DECODER
            ),
            dense(784, kernel_regularizer=keras.regularizers.L2(1e-5)),
        ]
    )
    epochs = 40
    steps = epochs * len(x) // _BATCH
    optimizer = keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(2e-3, steps))
    weights = [*encoder.trainable_variables, *decoder.trainable_variables]

    def step(images: Any) -> Any:
        with tf.GradientTape() as tape:
            mean, logs = tf.split(encoder(images, training=True), 2, axis=1)
            z = mean + tf.exp(logs / 2) * tf.random.normal(tf.shape(mean))
            logits = decoder(z, training=True)
            entropies = tf.nn.sigmoid_cross_entropy_with_logits(images, logits)
            divergence = 0.5 * (mean**2 + tf.exp(logs) - logs - 1)
            loss = tf.reduce_mean(tf.reduce_sum(entropies, 1) + tf.reduce_sum(divergence, 1))
            total = loss + sum(decoder.losses)
        optimizer.apply_gradients(zip(tape.gradient(total, weights), weights, strict=True))
        return loss

    compiled = tf.function(step, jit_compile=True)
    optimizer.build(weights)
    for epoch in range(epochs):
        order = np.random.default_rng(epoch).permutation(len(x))
        for start in range(0, len(x) - _BATCH + 1, _BATCH):
            compiled(tf.constant(x[order[start : start + _BATCH]]))
    return encoder, decoder


def packed(name: str, model: KerasModel) -> Arrays:
    """Return kernels as int8 with a scale, and biases, by name.

    Args:
        name: What the names begin with.
        model: Its Dense layers.
    """
    arrays: Arrays = {}
    for number in range(len(model.layers)):
        kernel, biases = model.layers[number].get_weights()
        scale = np.float32(np.abs(kernel).max() / 127)
        arrays[f"{name}_kernel{number}"] = np.rint(kernel / scale).astype(np.int8)
        arrays[f"{name}_scale{number}"] = np.array(scale)
        arrays[f"{name}_biases{number}"] = biases.astype(np.float32)
    return arrays


def main() -> None:
    """Train all, and write the file."""
    found, small = load_data("mnist"), load_data("digits28")
    data = {"x_train": flat(found.x_train), "y_train": found.y_train.ravel()}
    arrays: Arrays = {}
    for name, hidden in (("linear", 0), ("network", HIDDEN)):
        model = classifier(hidden, data)
        arrays |= packed(name, model)
        loss, accuracy = model.evaluate(flat(found.x_test), found.y_test.ravel(), verbose=0)
        print(f"{name}: test loss {loss:.4f}, accuracy {accuracy:.4f}")  # noqa: T201
    encoder, decoder = autoencoder(data["x_train"])
    arrays |= packed("decoder", decoder)
    x, labels = flat(small.x_train), small.y_train.ravel()
    ten = [int(np.flatnonzero(labels == label)[0]) for label in range(10)]
    arrays["codes"] = encoder.predict(x[ten], verbose=0).astype(np.float32)
    arrays["places"] = encoder.predict(x[:_CODES], verbose=0)[:, :2].astype(np.float32)
    arrays["labels"] = labels[:_CODES].astype(np.uint8)
    write(FILE, arrays)


if __name__ == "__main__":
    main()
