"""Gradient ascent in the pixels: many images, each for its own channel, in one graph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._tensorflow import compiled, load
from dlwidgets.vision.natural_colors import color_mixing

if TYPE_CHECKING:
    from dlwidgets._keras_types import AnyLayer, Module

BLUR_EVERY = 4
"""Steps between two blurs."""


def ascent_graph(objective: Any, channels: int, dtype: str, side: tuple[Any, Any]) -> Any:
    """Return a graph that takes several steps with a batch of images, without leaving TensorFlow.

    Args:
        objective: Takes network inputs, shape (n, height, width, channels), channel indices, shape
            (n,), and whether to leave the layer's activation function out; returns what is to
            grow, shape (n,).
        channels: Of the images.
        dtype: Of the network's input.
        side: Height and width that the network takes, None for any.

    Returns:
        A function of images, channel indices, steps to take, steps taken before, and the numbers
        of `ascent_numbers`. It returns the images, the objective before the last step, and which
        images have had a gradient, and which one that was no number, in any of the steps.
    """
    tf, _ = load()
    signature = [
        tf.TensorSpec((None, *side, channels), dtype),
        tf.TensorSpec((None,), "int32"),
        tf.TensorSpec((), "int32"),
        tf.TensorSpec((), "int32"),
        {
            "low": tf.TensorSpec((), dtype),
            "scale": tf.TensorSpec((), dtype),
            "step_size": tf.TensorSpec((), dtype),
            "epsilon": tf.TensorSpec((), dtype),
            "l2": tf.TensorSpec((), dtype),
            "total_variation": tf.TensorSpec((), dtype),
            "jitter": tf.TensorSpec((), "int32"),
            "seed": tf.TensorSpec((), "int32"),
            "blur": tf.TensorSpec((None,), dtype),
            "colors": tf.TensorSpec((channels, channels), dtype),
            "before_activation": tf.TensorSpec((), "bool"),
        },
    ]

    def graph(images: Any, which: Any, steps: Any, taken: Any, numbers: Any) -> Any:
        count = tf.shape(images)[0]
        values = tf.zeros((count,), dtype)
        moved = tf.zeros((count,), tf.bool)
        broken = tf.zeros((count,), tf.bool)
        for step in tf.range(taken, taken + steps):
            values, slope = _slope(objective, images, which, step, numbers)
            slope = tf.linalg.matmul(slope, numbers["colors"])
            size = tf.sqrt(tf.reduce_mean(tf.square(slope), (1, 2, 3)))
            sound = tf.math.is_finite(size) & tf.math.is_finite(values)
            broken = broken | ~sound
            moved = moved | (tf.reduce_any(slope != 0, (1, 2, 3)) & sound)
            upwards = slope / (size + numbers["epsilon"])[:, None, None, None]
            changed = images + numbers["step_size"] * (upwards - _penalty(images, numbers))
            if tf.size(numbers["blur"]) > 1 and (step + 1) % BLUR_EVERY == 0:
                changed = _blurred(changed, numbers["blur"], channels)
            images = tf.where(sound[:, None, None, None], changed, images)
        return images, values, moved, broken

    return compiled(graph, input_signature=signature)


def ascent_numbers(
    dtype: str,
    *,
    low: float,
    high: float,
    step_size: float,
    epsilon: float,
    seed: int,
    before_activation: bool,
    jitter: int,
    blur: float,
    l2: float,
    total_variation: float,
    color: float,
    channels: int,
    size: tuple[int, int],
) -> dict[str, Any]:
    """Return the settings as `ascent_graph` takes them; see `filters.maximize_filters`."""
    tf, _ = load()
    floats = {
        "low": low,
        "scale": (high - low) / 255,
        "step_size": step_size,
        "epsilon": epsilon,
        "l2": l2,
        "total_variation": total_variation,
    }
    return {
        **{name: tf.constant(value, dtype) for name, value in floats.items()},
        "jitter": tf.constant(jitter, "int32"),
        "seed": tf.constant(seed, "int32"),
        "before_activation": tf.constant(before_activation),
        "colors": tf.constant(color_mixing(channels, color), dtype),
        "blur": tf.constant(_bell(blur, min(size) - 1), dtype),
    }


def _slope(objective: Any, images: Any, which: Any, step: Any, numbers: Any) -> Any:
    """The objective and its slope with respect to the network's input."""
    tf, _ = load()
    span = numbers["jitter"]
    # The shift depends on the step alone, so that a filter's image does not depend on which
    # others are made with it.
    shift = tf.random.stateless_uniform(
        (2,), (numbers["seed"], step), -span, span + 1, dtype="int32"
    )
    moved = tf.roll(images, shift, (1, 2)) if span > 0 else images
    x = numbers["low"] + numbers["scale"] * moved
    with tf.GradientTape() as tape:
        tape.watch(x)
        values = objective(x, which, numbers["before_activation"])
        total = tf.reduce_sum(values)
    slope = tape.gradient(total, x, unconnected_gradients="zero")
    return values, tf.roll(slope, -shift, (1, 2)) if span > 0 else slope


def _penalty(images: Any, numbers: Any) -> Any:
    """The gradient of the two penalties with respect to z = image / 127.5 - 1."""
    tf, _ = load()
    z = images / 127.5 - 1
    pull = numbers["l2"] * z
    if numbers["total_variation"] > 0:
        down, across = z[:, 1:] - z[:, :-1], z[:, :, 1:] - z[:, :, :-1]
        row, column = [[0, 0], [1, 0], [0, 0], [0, 0]], [[0, 0], [0, 0], [1, 0], [0, 0]]
        up_row, up_column = [[0, 0], [0, 1], [0, 0], [0, 0]], [[0, 0], [0, 0], [0, 1], [0, 0]]
        rough = (
            tf.pad(down, row)
            - tf.pad(down, up_row)
            + tf.pad(across, column)
            - tf.pad(across, up_column)
        )
        pull = pull + numbers["total_variation"] * rough
    return pull


def _bell(sigma: float, reach: int) -> np.ndarray:
    """A Gaussian window with the sum 1; a single 1 for no blur."""
    radius = min(int(np.ceil(3 * sigma)), reach)
    if sigma <= 0 or radius < 1:
        return np.ones(1)
    at = np.arange(-radius, radius + 1)
    bell = np.exp(-(at**2) / (2 * sigma**2))
    return np.asarray(bell / bell.sum())


def _blurred(images: Any, bell: Any, channels: int) -> Any:
    """Images blurred along both sides; edges are continued by their mirror image."""
    tf, _ = load()
    radius = tf.size(bell) // 2
    padded = tf.pad(images, [[0, 0], [radius, radius], [radius, radius], [0, 0]], mode="SYMMETRIC")
    across = tf.tile(tf.reshape(bell, (1, -1, 1, 1)), (1, 1, channels, 1))
    down = tf.tile(tf.reshape(bell, (-1, 1, 1, 1)), (1, 1, channels, 1))
    rows = tf.nn.depthwise_conv2d(padded, across, (1, 1, 1, 1), "VALID")
    blurred = tf.nn.depthwise_conv2d(rows, down, (1, 1, 1, 1), "VALID")
    return tf.ensure_shape(blurred, images.shape)


def own_channel(x: Any, kernels: Any, bias: Any, plan: Any) -> Any:
    """Return a convolution's output for one channel per image.

    The products with each position of the kernel are one small matrix product; shifted against
    each other and added, they are the convolution. It takes the n-th part of the work of all n
    channels.

    Args:
        x: Feature maps, shape (n, height, width, channels).
        kernels: One per image, shape (n, kernel height, kernel width, channels).
        bias: Shape (n,).
        plan: A `ConvPlan`.

    Returns:
        Shape (n, output height, output width).
    """
    tf, _ = load()
    rows, columns = kernels.shape[1:3]
    count, height, width = (tf.shape(x)[i] for i in range(3))
    depth = x.shape[-1]
    weights = tf.transpose(tf.reshape(kernels, (count, rows * columns, depth)), (0, 2, 1))
    products = tf.matmul(tf.reshape(x, (count, height * width, depth)), weights)
    products = tf.reshape(products, (count, height, width, rows * columns))
    (top, bottom, high), (left, right, wide) = plan.windows(tf, height, width, rows, columns)
    padded = tf.pad(products, [[0, 0], [top, bottom], [left, right], [0, 0]])
    total = bias[:, None, None]
    for at, part in enumerate(tf.unstack(padded, axis=-1)):
        i, j = divmod(at, columns)
        down, across = i * plan.dilation[0], j * plan.dilation[1]
        total = (
            total
            + part[
                :,
                down : down + (high - 1) * plan.strides[0] + 1 : plan.strides[0],
                across : across + (wide - 1) * plan.strides[1] + 1 : plan.strides[1],
            ]
        )
    return total


class ConvPlan:
    """How a convolution moves over its input.

    Args:
        layer: A `Conv2D`.
    """

    def __init__(self, layer: AnyLayer) -> None:
        self.strides: tuple[int, int] = tuple(layer.strides)
        self.dilation: tuple[int, int] = tuple(layer.dilation_rate)
        self.same = layer.padding == "same"

    def windows(self, tf: Module, height: Any, width: Any, rows: int, columns: int) -> Any:
        """Return padding before and after, and the output size, for height and width."""
        found = []
        for axis, (side, kernel) in enumerate(((height, rows), (width, columns))):
            reach = (kernel - 1) * self.dilation[axis] + 1
            step = self.strides[axis]
            if self.same:
                out = -(-side // step)
                pad = tf.maximum((out - 1) * step + reach - side, 0)
                found.append((pad // 2, pad - pad // 2, out))
            else:
                found.append((0, 0, (side - reach) // step + 1))
        return found
