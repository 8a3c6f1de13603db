"""Keras models by the book, uncompiled."""

from __future__ import annotations

from typing import Any

from dlwidgets._tensorflow import load_keras


def line_neuron() -> Any:
    """One neuron without activation: y = w·x + b, two parameters.

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
    """A multilayer perceptron: flatten, ReLU layers, softmax.

    Args:
        input_shape: Of one sample, such as (32, 32, 3).
        classes: Number of classes.
        hidden: Units of the hidden layers.
        dropout: Rate after each hidden layer, 0 to below 1; 0 leaves the layer out.
        l2: Factor of the squared weights added to the loss, at least 0.
        dtype: A Keras dtype policy such as "mixed_float16"; the output is float32 in any case.

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
    """Two 3×3 convolutions (32 and 64 filters), each with 2×2 max pooling, then softmax.

    Args:
        input_shape: Height, width, channels; at least 4×4.
        classes: Number of classes.
        dropout: Rate before the last layer, 0 to below 1; 0 leaves the layer out.
        l2: Factor of the squared weights added to the loss, at least 0.
        dtype: A Keras dtype policy; the output is float32 in any case.

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
    """Four convolutions and a dense layer, each with batch normalisation and LeakyReLU.

    Convolutions: 32, 32 with stride 2, 64, 64 with stride 2, all 3×3 and padded. Then Dense 128,
    dropout, and softmax.

    Args:
        input_shape: Height, width, channels.
        classes: Number of classes.
        dropout: Rate before the last layer, 0 to below 1; 0 leaves the layer out.
        l2: Factor of the squared weights added to the loss, at least 0.
        dtype: A Keras dtype policy; the output is float32 in any case.

    Returns:
        A Sequential model. With (32, 32, 3) and 10 classes it has 592,554 parameters, of which 640
        (the moving means and variances) are not trainable.
    """
    keras = load_keras()
    regularizer = keras.regularizers.L2(l2) if l2 else None

    def normalised() -> list[Any]:
        return [
            keras.layers.BatchNormalization(dtype=dtype),
            keras.layers.LeakyReLU(dtype=dtype),
        ]

    layers = [keras.Input(input_shape)]
    for filters, stride in ((32, 1), (32, 2), (64, 1), (64, 2)):
        convolution = keras.layers.Conv2D(
            filters, 3, strides=stride, padding="same", kernel_regularizer=regularizer, dtype=dtype
        )
        layers += [convolution, *normalised()]
    dense = keras.layers.Dense(128, kernel_regularizer=regularizer, dtype=dtype)
    layers += [keras.layers.Flatten(dtype=dtype), dense, *normalised()]
    if dropout:
        layers.append(keras.layers.Dropout(dropout, dtype=dtype))
    layers.append(_softmax(classes, regularizer))
    return keras.Sequential(layers, name="batch_norm_cnn")


def _softmax(classes: int, regularizer: Any) -> Any:
    # float32 whatever the policy: half precision has too few digits for small probabilities.
    return load_keras().layers.Dense(
        classes,
        activation="softmax",
        kernel_regularizer=regularizer,
        dtype="float32",
        name="probabilities",
    )
