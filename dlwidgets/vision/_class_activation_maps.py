"""Grad-CAM and Grad-CAM++ inside a graph: one map from feature maps and their gradient."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dlwidgets._keras_types import Module


def grad_cam(tf: Module, maps: Any, gradient: Any) -> Any:
    """Return Grad-CAM maps; see `heatmaps.grad_cam`."""
    maps, gradient = _at_least_float32(tf, maps), _at_least_float32(tf, gradient)
    places = list(range(1, maps.shape.rank - 1))
    weights = tf.reduce_mean(gradient, places, keepdims=True)
    return tf.nn.relu(tf.reduce_sum(maps * weights, -1))


def grad_cam_plus_plus(tf: Module, maps: Any, gradient: Any) -> Any:
    """Return Grad-CAM++ maps; see `heatmaps.grad_cam_plus_plus`."""
    # The paper explains exp(score), whose derivatives are exp(score)·g, ·g², ·g³. The factor
    # exp(score) is the same all over a map, cancels in alpha, and would overflow: left out.
    maps, gradient = _at_least_float32(tf, maps), _at_least_float32(tf, gradient)
    places = list(range(1, maps.shape.rank - 1))
    second, third = gradient**2, gradient**3
    total = tf.reduce_sum(maps, places, keepdims=True)
    alpha = tf.math.divide_no_nan(second, 2 * second + third * total)
    alpha = tf.math.divide_no_nan(alpha, tf.reduce_sum(alpha, places, keepdims=True))
    weights = tf.reduce_sum(alpha * tf.nn.relu(gradient), places, keepdims=True)
    return tf.nn.relu(tf.reduce_sum(maps * weights, -1))


def _at_least_float32(tf: Module, x: Any) -> Any:
    return tf.cast(x, tf.float32) if x.dtype in (tf.float16, tf.bfloat16) else x
