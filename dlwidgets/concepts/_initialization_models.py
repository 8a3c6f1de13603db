"""What a Keras model of the user's computes with other first weights."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._tensorflow import load
from dlwidgets.concepts import _initialization as engine
from dlwidgets.data.samples import take
from dlwidgets.inspect.layers import layers_of
from dlwidgets.inspect.tracing import trace
from dlwidgets.training.cloning import clone

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dlwidgets._keras_types import AnyLayer, KerasModel, Module, Nested

_MOST_SAMPLES = 128


class OwnModel:
    """A Keras model whose signals are measured with other first weights. It isn't changed itself.

    Args:
        model: A built Keras model that can be cloned.
        x: A batch, as the model takes it. The first 128 samples are used.
        y: Targets; with a compiled model the gradients are those of its loss. Without them they are
            those of the sum of all outputs, each times a random number.

    Raises:
        TypeError: It isn't a Keras model.
        ValueError: It isn't built or can't be cloned, or the samples don't fit it.
    """

    def __init__(self, model: KerasModel, x: Nested, y: Any = None) -> None:
        tf, keras = load()
        samples = take(x, y, limit=_MOST_SAMPLES, model=model)
        trace(model)  # says what can't be used
        copy = clone(model)
        if copy is None:
            message = "Expected a model that Keras can clone. Received: a "
            raise ValueError(message + f"{type(model).__name__} without a complete `get_config`.")
        self._copy = copy
        self._x, self._y = samples.x, samples.y
        self._first = model.get_weights()
        self._random = [one for one in copy.variables if one.name == "seed_generator_state"]
        self._kernels = _kernels(keras, copy)
        if not self._kernels:
            message = "Expected a model with layers that have kernels, such as Dense or Conv2D. "
            raise ValueError(message + "Received: one without.")
        self._shell = None
        if self._y is not None and getattr(model, "loss", None):
            self._shell = keras.Sequential()
            self._shell.compile(loss=model.loss)
        calls = [(name, call) for name, call in trace(copy).layers.items() if call.output.dtype]
        calls = [one for one in calls if not isinstance(one[1].layer, keras.layers.InputLayer)]
        self._calls = _some(calls, {id(layer) for layer, _ in self._kernels.values()})
        outputs = [call.output for _, call in self._calls]
        self._graph = keras.Model(trace(copy).inputs, [*outputs, trace(copy).outputs])
        self._tf, self._keras = tf, keras
        self._check(samples.x)

    def _check(self, x: Nested) -> None:
        """Raise a ValueError where the samples don't fit the model."""
        tf, keras = self._tf, self._keras
        for part in map(np.asarray, keras.tree.flatten(x)):
            _finite_only(part, "x")
        for part in map(np.asarray, keras.tree.flatten(self._y)):
            _finite_only(part, "y")
        try:
            self.measured(engine_defaults())
        except (ValueError, TypeError, tf.errors.InvalidArgumentError) as error:
            shapes = [tuple(one.shape) for one in keras.tree.flatten(self._graph.inputs)]
            given = [np.shape(one) for one in keras.tree.flatten(x)]
            targets = "" if self._y is None else f", `y` of shape {np.shape(self._y)}"
            message = f"Expected `x` of shape {', '.join(map(str, shapes))}, and `y` that fits the "
            message += (
                f"model's loss. Received: `x` of shape {', '.join(map(str, given))}{targets}. "
            )
            said = str(error.args[-1] if error.args else error).strip().splitlines()
            reason = said[0].rpartition("}} ")[-1] if said else type(error).__name__
            raise ValueError(f"{message}Keras says: {reason}") from error

    @property
    def count(self) -> int:
        """Samples that are used."""
        return int(np.shape(self._keras.tree.flatten(self._x)[0])[0])

    def measured(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return activations and gradients with the weights that a state asks for.

        Args:
            values: `method`, `scale`, `distribution` and `seed` of the state.
        """
        tf, keras = self._tf, self._keras
        self._copy.set_weights(self._first)
        # Dropout and noise are the same each time, so that only the weights make a difference.
        for index, state in enumerate(self._random):
            state.assign([values["seed"], index])
        for index, (layer, variable) in enumerate(self._kernels.values()):
            _fill(keras, layer, variable, values, index)
        x = keras.tree.map_structure(tf.convert_to_tensor, self._x)
        kernels = [variable.value for _, variable in self._kernels.values()]
        with tf.GradientTape() as tape:
            first = [one for one in keras.tree.flatten(x) if one.dtype.is_floating]
            for one in first:
                tape.watch(one)
            *outputs, last = self._graph(x, training=True)
            loss = self._loss(last)
        floating = [one for one in outputs if one.dtype.is_floating]
        found = tape.gradient(loss, [*first[:1], *floating, *kernels])
        found = [None if one is None else np.asarray(tf.convert_to_tensor(one)) for one in found]
        by_input = found.pop(0) if first else None
        gradients = dict(zip(map(id, floating), found, strict=False))
        by_kernel = found[len(floating) :]
        activations = [np.asarray(keras.tree.flatten(x)[0], float)]
        activations += [np.asarray(one, float) for one in outputs]
        by_layer = [by_input, *(gradients.get(id(one)) for one in outputs)]
        return self._described(activations, by_layer, by_kernel, float(loss))

    def _loss(self, outputs: Any) -> Any:
        tf, keras = self._tf, self._keras
        if self._shell is not None:
            return self._shell.compute_loss(None, self._y, outputs)
        random, total = np.random.default_rng(0), 0.0
        for one in keras.tree.flatten(outputs):
            times = random.standard_normal(one.shape)
            total += tf.reduce_sum(one * tf.cast(times, one.dtype)) / len(one)
        return total

    def _described(
        self, activations: list[Any], by_layer: list[Any], by_kernel: list[Any], loss: float
    ) -> dict[str, Any]:
        """Return all of it as the page gets it."""
        places = {
            id(layer): i for i, (layer, _) in reversed(list(enumerate(self._kernels.values())))
        }
        weights: list[Any] = [None] * len(activations)
        sizes: list[float | None] = [None] * len(activations)
        for at, (_, call) in enumerate(self._calls, start=1):
            place = places.get(id(call.layer))
            if place is not None:
                weights[at] = by_kernel[place]
                variable = list(self._kernels.values())[place][1]
                sizes[at] = _finite(float(np.std(np.asarray(variable))))
        return {
            "names": ["", *(name for name, _ in self._calls)],
            "kinds": ["", *(type(call.layer).__name__ for _, call in self._calls)],
            "activations": _plain(activations),
            "gradients": _plain(by_layer),
            "weights": _plain(weights),
            "sizes": sizes,
            "samples": self.count,
            "loss": _finite(loss),
            "compiled": self._shell is not None,
        }


def _finite_only(part: Any, name: str) -> None:
    if part.dtype.kind == "f" and not np.isfinite(part).all():
        message = f"Expected `{name}` to have finite numbers. Received: NaN or infinity. "
        raise ValueError(message + "Remove such samples.")


def engine_defaults() -> dict[str, Any]:
    """Return the values of a state that leaves the model's weights as they are."""
    return {name: field.value for name, field in engine.FIELDS.items()} | {"method": "model"}


def _kernels(keras: Module, model: KerasModel) -> dict[str, tuple[AnyLayer, Any]]:
    """Return the kernels of a model with their layers, by path."""
    found: dict[str, tuple[AnyLayer, Any]] = {}
    for _, layer in layers_of(model):
        if isinstance(layer, keras.Model):
            continue
        for variable in layer.weights:
            if "kernel" in variable.name and len(variable.shape) > 1:
                found.setdefault(variable.path, (layer, variable))
    return found


def _some(calls: Sequence[Any], with_kernels: set[int]) -> list[Any]:
    """Return the calls that are shown: all, those with kernels, or some of them."""
    if len(calls) > engine.MOST_LAYERS:
        calls = [one for one in calls if id(one[1].layer) in with_kernels] or calls
    if len(calls) > engine.MOST_LAYERS:
        places = np.linspace(0, len(calls) - 1, engine.MOST_LAYERS).round().astype(int)
        calls = [calls[place] for place in places]
    return list(calls)


def _fill(
    keras: Module, layer: AnyLayer, variable: Any, values: Mapping[str, Any], index: int
) -> None:
    """Set a kernel as a state asks."""
    method, scale = values["method"], values["scale"]
    if method == "model":
        if scale != 1:
            variable.assign(variable * scale)
        return
    seed = values["seed"] * 1000 + index
    kind = values["distribution"].capitalize()
    if method == "zeros":
        variable.assign(variable * 0)
        return
    if method in ("small", "large"):
        size = engine.spread(method, 1, 1)
        edge = math.sqrt(3) * size
        initializer = (
            keras.initializers.RandomUniform(-edge, edge, seed=seed)
            if kind == "Uniform"
            else keras.initializers.RandomNormal(0, size, seed=seed)
        )
    else:
        name = {"glorot": "Glorot", "he": "He", "lecun": "Lecun"}[method] + kind
        initializer = getattr(keras.initializers, name)(seed=seed)
    variable.assign(initializer(variable.shape, variable.dtype) * scale)


def _plain(parts: Sequence[Any]) -> dict[str, Any]:
    """Return histograms with numbers that JSON has; `None` for a layer without any."""
    arrays = [np.zeros(0) if part is None else np.asarray(part, float) for part in parts]
    there = [array for array in arrays if array.size]
    found = engine.histograms(there, None)
    missing = [array.size == 0 for array in arrays]

    def spaced(values: Sequence[Any]) -> list[Any]:
        left = iter(values)
        return [None if gone else next(left) for gone in missing]

    rows = {name: spaced([_finite(one) for one in found[name]]) for name in ("std", "rms", "mean")}
    ends = {name: float(f"{found[name]:.4g}") for name in ("low", "high")}
    return {
        **rows,
        **ends,
        "counts": spaced(found["counts"]),
        "there": [not one for one in missing],
        "nan": [bool(np.isnan(array).any()) for array in arrays],
    }


def _finite(value: float) -> float | None:
    """Return a number in six figures; `None` for one that overflowed."""
    return float(f"{value:.6g}") if math.isfinite(value) else None
