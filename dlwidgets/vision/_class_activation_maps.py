"""Grad-CAM and Grad-CAM++ inside a graph: a map out of feature maps and their gradient."""

from __future__ import annotations

from typing import Any


def grad_cam(tf: Any, maps: Any, gradient: Any) -> Any:
    maps, gradient = _single(tf, maps), _single(tf, gradient)
    places = list(range(1, maps.shape.rank - 1))
    weights = tf.reduce_mean(gradient, places, keepdims=True)
    return tf.nn.relu(tf.reduce_sum(maps * weights, -1))


def grad_cam_plus_plus(tf: Any, maps: Any, gradient: Any) -> Any:
    # The paper explains exp(score), whose derivatives are exp(score)·g, ·g², ·g³. The factor
    # exp(score) is the same all over a map, cancels in alpha, and would overflow: left out.
    maps, gradient = _single(tf, maps), _single(tf, gradient)
    places = list(range(1, maps.shape.rank - 1))
    second, third = gradient**2, gradient**3
    total = tf.reduce_sum(maps, places, keepdims=True)
    alpha = tf.math.divide_no_nan(second, 2 * second + third * total)
    alpha = tf.math.divide_no_nan(alpha, tf.reduce_sum(alpha, places, keepdims=True))
    weights = tf.reduce_sum(alpha * tf.nn.relu(gradient), places, keepdims=True)
    return tf.nn.relu(tf.reduce_sum(maps * weights, -1))


def _single(tf: Any, x: Any) -> Any:
    return tf.cast(x, tf.float32) if x.dtype in (tf.float16, tf.bfloat16) else x
