"""Filters per second of gradient ascent against other ways; all activations against predict."""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._tensorflow import load
from dlwidgets.models import batch_norm_cnn
from dlwidgets.vision import FilterLayer, activations, maximize_filters, start_images
from tests.benchmarks.report import Budget, Result, median

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.benchmarks.settings import Settings

GROUP = "filters"
_LAYER, _SIDE = "block3_conv1", 64
_NOTE = f"VGG16 {_LAYER}, random weights, {_SIDE}×{_SIDE} pixels, book's step, by turns"
# Multiply-adds for one picture, forwards: block1_conv1 to block2_conv2, and one channel of the
# layer itself. Backwards with respect to the picture takes the same again.
_MULTIPLY_ADDS = (
    64 * 64 * 9 * (3 * 64 + 64 * 64) + 32 * 32 * 9 * (64 * 128 + 128 * 128) + 16 * 16 * 9 * 128
)
_MATRIX = 2048


def measure(settings: Settings) -> list[Result]:
    """Each way in turn, in rounds, so that whatever else the machine does befalls all alike."""
    _, keras = load()
    keras.utils.set_random_seed(0)
    model = keras.applications.VGG16(include_top=False, weights=None, input_shape=(64, 64, 3))
    steps, rounds = settings.choose((40, 3), (10, 3))
    # One at a time is slow, and so much the same that fewer filters tell the rate.
    many, few, fewest = settings.choose((64, 8, 4), (16, 4, 2))
    target = FilterLayer(model, _LAYER)
    graph = _one_step(model, compiled=True)
    eager = _one_step(model, compiled=False)
    ways: dict[str, tuple[int, Callable[[int], Any]]] = {
        "dlwidgets": (
            many,
            lambda n: list(maximize_filters(target, filters=range(n), steps=steps)),
        ),
        "one at a time in a graph": (few, lambda n: _one_by_one(graph, n, steps)),
        "one at a time, eager": (fewest, lambda n: _one_by_one(eager, n, steps)),
    }
    vis = _tf_keras_vis(model, steps)
    if vis is None:
        settings.say("tf-keras-vis is not installed, and is left out")
    else:
        ways["tf-keras-vis, the same steps"] = many, lambda n: vis(n, as_it_comes=False)
        ways["tf-keras-vis as it comes"] = many, lambda n: vis(n, as_it_comes=True)
    rates: dict[str, list[float]] = {name: [] for name in ways}
    limits: list[float] = []
    list(maximize_filters(target, filters=range(many), steps=1))
    _one_by_one(graph, 1, 1)
    for turn in range(rounds):
        order = list(ways) if turn % 2 else list(reversed(ways))
        for name in order:
            count, way = ways[name]
            begun = time.perf_counter()
            way(count)
            rates[name].append(count / (time.perf_counter() - begun))
            settings.say(f"{name}: {rates[name][-1]:.2f} filters/s")
        limits.append(_matrix_flops())
    found = [
        median(GROUP, f"filters of {steps} steps: {name}", values, "filters/s", note=_NOTE)
        for name, values in rates.items()
    ]
    ours = rates["dlwidgets"]
    for name, values in rates.items():
        if name == "dlwidgets":
            continue
        ratios = [a / b for a, b in zip(ours, values, strict=True)]
        budget = Budget("at least", 2.0) if name.startswith("tf-keras-vis") else None
        found.append(median(GROUP, f"filters against {name}", ratios, "×", budget, note=_NOTE))
    work = [2 * 2 * _MULTIPLY_ADDS * steps * rate for rate in ours]
    shares = [100 * done / limit for done, limit in zip(work, limits, strict=True)]
    note = f"necessary arithmetic; 100 % is what a {_MATRIX}² matrix product reaches"
    found.append(median(GROUP, "filters: share of the arithmetic limit", shares, "%", note=note))
    return found + _all_activations(settings)


def _one_step(model: Any, *, compiled: bool) -> Any:
    """Listings 5.32 to 5.35: the gradient of one filter of the whole layer."""
    tf, keras = load()
    extractor = keras.Model(model.inputs, model.get_layer(_LAYER).output)

    def step(x: Any, which: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            loss = tf.reduce_mean(tf.gather(extractor(x, training=False), which, axis=-1))
        slope = tape.gradient(loss, x)
        return x + slope / (tf.sqrt(tf.reduce_mean(tf.square(slope))) + 1e-5)

    return tf.function(step) if compiled else step


def _one_by_one(step: Any, count: int, steps: int) -> None:
    tf, _ = load()
    for which in range(count):
        x = tf.constant(start_images([which], (_SIDE, _SIDE), 3, 0), tf.float32)
        for _ in range(steps):
            x = step(x, tf.constant(which))
        x.numpy()


def _tf_keras_vis(model: Any, steps: int) -> Any:
    """All filters as one batch, with its own optimizer and regularizers or with the same steps."""
    try:
        from tf_keras_vis.activation_maximization import ActivationMaximization
        from tf_keras_vis.utils.model_modifiers import ExtractIntermediateLayer
        from tf_keras_vis.utils.scores import CategoricalScore
    except ImportError:
        return None
    tf, keras = load()
    modifier = ExtractIntermediateLayer(index_or_name=_LAYER)
    visualizer = ActivationMaximization(model, modifier, clone=True)

    def normalized(slope: Any) -> Any:
        size = tf.sqrt(tf.reduce_mean(tf.square(slope), (1, 2, 3), keepdims=True))
        return slope / (size + 1e-5)

    def run(count: int, *, as_it_comes: bool) -> None:
        begin = start_images(range(count), (_SIDE, _SIDE), 3, 0).astype("float32")
        plain: dict[str, Any] = {
            "input_range": (None, None),
            "input_modifiers": [],
            "regularizers": [],
            "optimizer": keras.optimizers.SGD(1.0),
            "gradient_modifier": normalized,
        }
        visualizer(
            CategoricalScore(list(range(count))),
            seed_input=begin,
            steps=steps,
            **({} if as_it_comes else plain),
        )

    return run


def _matrix_flops() -> float:
    """Floating point operations per second of a large matrix product, the best of five."""
    tf, _ = load()
    a = tf.random.normal((_MATRIX, _MATRIX))
    tf.matmul(a, a).numpy()
    best = np.inf
    for _ in range(5):
        begun = time.perf_counter()
        tf.matmul(a, a).numpy()
        best = min(best, time.perf_counter() - begun)
    return 2.0 * _MATRIX**3 / best


def _all_activations(settings: Settings) -> list[Result]:
    _, keras = load()
    model = batch_norm_cnn((32, 32, 3), 10)
    x = np.random.default_rng(0).random((1, 32, 32, 3)).astype("float32")
    shown = [layer for layer in model.layers if not isinstance(layer, keras.layers.InputLayer)]
    parts = [keras.Model(model.inputs, layer.output) for layer in shown]
    times: tuple[list[float], list[float]] = ([], [])

    def ours() -> None:
        activations(model, x)

    def theirs() -> None:
        for part in parts:
            part.predict(x, verbose=0)

    ours()
    theirs()
    for _ in range(settings.choose(15, 5)):
        for which, way in enumerate((ours, theirs)):
            begun = time.perf_counter()
            way()
            times[which].append(1000 * (time.perf_counter() - begun))
    settings.say(f"all activations: {statistics.median(times[0]):.1f} ms")
    note = f"batch-normalised CNN, {len(parts)} layers, one image of 32×32"
    ratios = [b / a for a, b in zip(*times, strict=True)]
    return [
        median(GROUP, "all activations: dlwidgets", times[0], "ms", note=note),
        median(GROUP, "all activations: predict per layer", times[1], "ms", note=note),
        median(GROUP, "all activations against predict per layer", ratios, "×", note=note),
    ]
