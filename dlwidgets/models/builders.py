"""Builders of small classic models, uncompiled."""

from __future__ import annotations

from typing import Any

from dlwidgets._tensorflow import load_keras


def line_neuron() -> Any:
    """Return one neuron without activation, y = w·x + b.

    Returns:
        A Sequential model, input shape (batch, 1), output shape (batch, 1).

    Example:
        >>> dl.models.line_neuron().count_params()
        2
    """
    keras = load_keras()
    layers = [keras.Input((1,)), keras.layers.Dense(1, name="neuron")]
    return keras.Sequential(layers, name="one_neuron")


def mlp(
    input_shape: tuple[int, ...],
    classes: int,
    *,
    hidden: tuple[int, ...] = (200, 150),
    dropout: float = 0.0,
    l2: float = 0.0,
    dtype: Any = None,
) -> Any:
    """Return a multilayer perceptron: flatten, ReLU layers, softmax.

    Args:
        input_shape: The shape of one sample, such as (32, 32, 3).
        classes: Number of classes.
        hidden: Units of each hidden layer.
        dropout: Dropout rate after each hidden layer, at least 0 and below 1. 0 omits the layers.
        l2: Factor of the squared weights in the loss, at least 0.
        dtype: A Keras dtype policy such as `"mixed_float16"`. The output is always float32.

    Returns:
        A Sequential model. With (32, 32, 3) and 10 classes it has 646,260 parameters.

    Example:
        >>> dl.models.mlp((32, 32, 3), 10).count_params()
        646260
    """
    keras = load_keras()
    regularizer = keras.regularizers.L2(l2) if l2 else None
    layers = [keras.Input(input_shape), keras.layers.Flatten(dtype=dtype)]
    for units in hidden:
        layers.append(
            keras.layers.Dense(
                units, activation="relu", kernel_regularizer=regularizer, dtype=dtype
            )
        )
        if dropout:
            layers.append(keras.layers.Dropout(dropout, dtype=dtype))
    layers.append(_softmax(classes, regularizer))
    return keras.Sequential(layers, name="mlp")


def small_cnn(
    input_shape: tuple[int, int, int],
    classes: int,
    *,
    dropout: float = 0.0,
    l2: float = 0.0,
    dtype: Any = None,
) -> Any:
    """Return a CNN with two 3×3 convolutions, 32 and 64 filters, each with 2×2 max pooling.

    Args:
        input_shape: Height, width and channels of an image, at least 4×4 pixels.
        classes: Number of classes.
        dropout: Dropout rate before the last layer, at least 0 and below 1. 0 omits the layer.
        l2: Factor of the squared weights in the loss, at least 0.
        dtype: A Keras dtype policy. The output is always float32.

    Returns:
        A Sequential model.
    """
    keras = load_keras()
    regularizer = keras.regularizers.L2(l2) if l2 else None
    layers = [keras.Input(input_shape)]
    for filters in (32, 64):
        layers += [
            keras.layers.Conv2D(
                filters,
                3,
                padding="same",
                activation="relu",
                kernel_regularizer=regularizer,
                dtype=dtype,
            ),
            keras.layers.MaxPooling2D(dtype=dtype),
        ]
    layers.append(keras.layers.Flatten(dtype=dtype))
    if dropout:
        layers.append(keras.layers.Dropout(dropout, dtype=dtype))
    layers.append(_softmax(classes, regularizer))
    return keras.Sequential(layers, name="small_cnn")


def batch_norm_cnn(
    input_shape: tuple[int, int, int],
    classes: int,
    *,
    dropout: float = 0.25,
    l2: float = 0.0,
    dtype: Any = None,
) -> Any:
    """Return a CNN with batch normalization and LeakyReLU after each layer.

    The convolutions have 32, 32 (stride 2), 64 and 64 (stride 2) filters, all 3×3 with padding.
    A dense layer with 128 units, dropout and softmax follow.

    Args:
        input_shape: Height, width and channels of an image.
        classes: Number of classes.
        dropout: Dropout rate before the last layer, at least 0 and below 1. 0 omits the layer.
        l2: Factor of the squared weights in the loss, at least 0.
        dtype: A Keras dtype policy. The output is always float32.

    Returns:
        A Sequential model. With (32, 32, 3) and 10 classes it has 592,554 parameters, of which 640
        (the moving means and variances) are not trainable.
    """
    keras = load_keras()
    regularizer = keras.regularizers.L2(l2) if l2 else None

    def normalized() -> list[Any]:
        return [
            keras.layers.BatchNormalization(dtype=dtype),
            keras.layers.LeakyReLU(dtype=dtype),
        ]

    layers = [keras.Input(input_shape)]
    for filters, stride in ((32, 1), (32, 2), (64, 1), (64, 2)):
        convolution = keras.layers.Conv2D(
            filters, 3, strides=stride, padding="same", kernel_regularizer=regularizer, dtype=dtype
        )
        layers += [convolution, *normalized()]
    dense = keras.layers.Dense(128, kernel_regularizer=regularizer, dtype=dtype)
    layers += [keras.layers.Flatten(dtype=dtype), dense, *normalized()]
    if dropout:
        layers.append(keras.layers.Dropout(dropout, dtype=dtype))
    layers.append(_softmax(classes, regularizer))
    return keras.Sequential(layers, name="batch_norm_cnn")


def _softmax(classes: int, regularizer: Any) -> Any:
    # Always float32, because half precision has too few digits for small probabilities.
    return load_keras().layers.Dense(
        classes,
        activation="softmax",
        kernel_regularizer=regularizer,
        dtype="float32",
        name="probabilities",
    )
