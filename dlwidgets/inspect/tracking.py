"""How the weights of each layer change during training."""

from __future__ import annotations

import functools
import math
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._messages import tr
from dlwidgets._tensorflow import compiled, load, load_keras
from dlwidgets.inspect.evaluation import batching_of
from dlwidgets.inspect.layers import layers_of
from dlwidgets.inspect.weights import WeightStats, weight_stats

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dlwidgets._keras_types import KerasModel

MAX_MOMENTS = 48
"""Most moments kept per layer; beyond, every second of the older ones is dropped."""

_SAMPLE = 1 << 16
"""How many numbers of larger arrays are used: always the same random ones."""


@dataclass(frozen=True, eq=False)
class Moment:
    """A layer's weights at one step.

    Attributes:
        step: Steps done.
        stats: Of its largest weight array, such as the kernel.
        update_ratio: How far its trainable weights moved since the moment before, per step, as a
            part of their own size: ‖w₂ − w₁‖ / (‖w₁‖ · steps). Steps to and fro cancel out, so that
            over many steps it is less than that of a single one. NaN at the first moment.
        gradient_norm: ‖∂loss/∂w‖ over its trainable weights, for the probe batch; NaN without one.
    """

    step: int
    stats: WeightStats
    update_ratio: float
    gradient_norm: float


class LayerHistory:
    """Moments of all layers of a model, one set for each call of `add`.

    From arrays with more than 65,536 numbers it takes a random sample of that size, always the same
    one, so that a large model costs little more than a small one. It can be used from any thread.

    Example:
        >>> history = dl.inspect.LayerHistory()
        >>> history.add(0, dl.models.line_neuron())
        >>> [moment.step for moment in history.moments("neuron")]
        [0]
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._moments: dict[str, list[Moment]] = {}
        self._before: dict[str, list[NDArray[Any]]] = {}
        self._step = -1

    @property
    def step(self) -> int:
        """The step of the newest moments, -1 before the first."""
        return self._step

    def moments(self, path: str) -> list[Moment]:
        """Return the moments of a layer, oldest first; none for a layer without weights."""
        with self._lock:
            return list(self._moments.get(path, []))

    def add(self, step: int, model: KerasModel, gradients: dict[str, float] | None = None) -> None:
        """Add the current weights.

        Args:
            step: Steps done. A second call for the same step replaces the first; a step before the
                newest restarts the history.
            model: A built Keras model, of the same layers each time.
            gradients: Gradient norms by path, as `GradientProbe.norms` gives them.
        """
        keras = load_keras()
        found: dict[str, list[NDArray[Any]]] = {}
        largest: dict[str, NDArray[Any]] = {}
        for path, layer in layers_of(model):
            if isinstance(layer, keras.Model) or not layer.weights:
                continue
            found[path] = [_sample(w) for w in layer.trainable_weights]
            weight = max(layer.trainable_weights or layer.weights, key=lambda w: math.prod(w.shape))
            largest[path] = _sample(weight)
        with self._lock:
            if step < self._step:
                self._moments, self._before, self._step = {}, {}, -1
            again = step == self._step
            for path, arrays in found.items():
                moments = self._moments.setdefault(path, [])
                ratio = moments[-1].update_ratio if again and moments else math.nan
                if not again and path in self._before:
                    ratio = update_ratio(self._before[path], arrays, step - self._step)
                moment = Moment(
                    step,
                    weight_stats(largest[path]),
                    ratio,
                    math.nan if gradients is None else gradients.get(path, math.nan),
                )
                if again and moments:
                    moments.pop()
                moments.append(moment)
                if len(moments) > MAX_MOMENTS:
                    del moments[1:-2:2]
            self._before, self._step = found, step


def update_ratio(before: list[NDArray[Any]], after: list[NDArray[Any]], steps: int = 1) -> float:
    """Return how far weights moved, per step, as a fraction of their own size.

    About 0.001 is usual for a good run; far more is unstable, far less is slow.

    Args:
        before: The weights of a layer.
        after: The same ones later.
        steps: Steps between the two, at least 1.

    Returns:
        ‖after − before‖ / (‖before‖ · steps); NaN for weights that are all zero, or not finite.

    Source:
        Karpathy, CS231n, "Ratio of weights:updates".

    Example:
        >>> dl.inspect.update_ratio([np.array([3.0, 4.0])], [np.array([3.0, 4.5])])
        0.1
    """
    pairs = list(zip(before, after, strict=True))
    moved = math.sqrt(sum(float(np.square(b - a, dtype=np.float64).sum()) for a, b in pairs))
    size = math.sqrt(sum(float(np.square(a, dtype=np.float64).sum()) for a in before))
    ratio = moved / (size * steps) if size > 0 and steps > 0 else math.nan
    return ratio if math.isfinite(ratio) else math.nan


def weight_paths(model: KerasModel) -> list[str]:
    """Return the paths of a model's weights, in the order of ``model.weights``.

    A weight has the same path before and after its model is saved and loaded: see
    `variable_paths`.

    Args:
        model: A built Keras model. Of weights with the same path the second gets a number.

    Example:
        >>> from dlwidgets.inspect.tracking import weight_paths
        >>> weight_paths(dl.models.line_neuron())
        ['neuron/kernel', 'neuron/bias']
    """
    return variable_paths(model, model.weights)


def variable_paths(model: KerasModel, variables: Sequence[Any]) -> list[str]:
    """Return the paths of some of a model's variables: their layers within it, and their names.

    Keras's own paths begin with the model's name in a model that was built, and leave it out in
    one that was loaded; names of models within it come and go likewise.

    Args:
        model: A built Keras model.
        variables: Those of its variables. Of some with the same path the second gets a number.
    """
    owned: dict[int, str] = {}
    for path, layer in layers_of(model):  # a layer comes before those in it, which own their own
        owned |= {id(variable): f"{path}/{variable.name}" for variable in layer.variables}
    seen: dict[str, int] = {}
    names = []
    for variable in variables:
        path = owned.get(id(variable)) or variable.path.removeprefix(f"{model.name}/")
        count = seen[path] = seen.get(path, 0) + 1
        names.append(path if count == 1 else f"{path}#{count}")
    return names


def compiled_loss(model: KerasModel) -> tuple[Any, Any]:
    """Return the loss that a model is compiled with, and the weights of several losses.

    Args:
        model: A Keras model.

    Returns:
        Both as `compile` takes them; `None` for what there isn't.
    """
    loss = getattr(model, "loss", None)
    if loss is None:
        return None, None
    try:
        config = model.get_compile_config() or {}
    except (TypeError, NotImplementedError, ValueError):
        config = {}  # the user's own loss may not be serializable
    return loss, config.get("loss_weights")


def _sample(weight: Any) -> NDArray[Any]:
    """A copy, because the model goes on using its memory; random elements if there are many."""
    flat = np.asarray(weight).ravel()
    return flat[_lot(flat.size)] if flat.size > _SAMPLE else flat.copy()


@functools.lru_cache(maxsize=64)
def _lot(size: int) -> NDArray[np.int64]:
    return np.sort(np.random.default_rng(0).integers(0, size, _SAMPLE))


class GradientProbe:
    """The gradient of each layer's weights on a fixed batch, and its size.

    Computed in inference mode, so that it is the same each time: without dropout, and with batch
    normalization's moving mean and variance.

    Args:
        x: A batch of samples, as the model takes it.
        y: Its targets, as `fit` takes them.
        loss: As `compile` takes it: a name, a function, or for several outputs a list or dict.
        loss_weights: As `compile` takes it.

    Raises:
        ValueError: There is no loss.

    Example:
        >>> probe = dl.inspect.GradientProbe(np.ones((2, 1)), np.ones((2, 1)), "mse")
        >>> list(probe.norms(dl.models.line_neuron()))
        ['neuron']
    """

    def __init__(self, x: Any, y: Any, loss: Any, loss_weights: Any = None) -> None:
        if loss is None:
            message = tr(
                "Gradients need a loss, but the model isn't compiled, or computes its loss itself.",
            )
            raise ValueError(message)
        self._x, self._y = x, y
        self._loss, self._loss_weights = loss, loss_weights
        self._model: Any = None
        self._norms: Any = None
        self._values: Any = None
        self._parts: list[Any] = []
        self._paths: list[str] = []
        self._weights: list[int] = []

    def norms(self, model: KerasModel) -> dict[str, float]:
        """Return the norm of the gradient of the loss by the trainable weights of each layer.

        Args:
            model: A built Keras model; the first call for it builds a graph.

        Returns:
            By path name; layers without trainable weights, and those that the loss does not depend
            on, are left out.

        Raises:
            ValueError: The batch or the loss does not fit the model.
        """
        if self._model is not model:
            self._build(model)
        with batching_of(model).without_history():
            values = self._norms(self._parts, self._y)
        return dict(zip(self._paths, (float(v) for v in np.asarray(values)), strict=True))

    def values(self, model: KerasModel) -> dict[str, NDArray[Any]]:
        """Return the gradient of the loss by each trainable weight.

        Args:
            model: A built Keras model; the first call for it builds a graph.

        Returns:
            By the paths of weights (see `weight_paths`), in their shapes. Weights that the loss
            does not depend on have zeros.

        Raises:
            ValueError: The batch or the loss does not fit the model.

        Example:
            >>> probe = dl.inspect.GradientProbe(np.ones((2, 1)), np.ones((2, 1)), "mse")
            >>> [name.split("/")[-1] for name in probe.values(dl.models.line_neuron())]
            ['kernel', 'bias']
        """
        if self._model is not model:
            self._build(model)
        with batching_of(model).without_history():
            values = self._values(self._parts, self._y)
        paths = weight_paths(model)
        return {paths[i]: np.asarray(v) for i, v in zip(self._weights, values, strict=True)}

    def _build(self, model: KerasModel) -> None:
        tf, keras = load()
        layers = [
            (path, layer.trainable_weights)
            for path, layer in layers_of(model)
            if not isinstance(layer, keras.Model) and layer.trainable_weights
        ]
        # Shaped like the model's output by Keras's own rules, which know names, lists and weights.
        shell = keras.Sequential()
        shell.compile(loss=self._loss, loss_weights=self._loss_weights)
        flat = [w.value for _, weights in layers for w in weights]
        groups = [i for i, (_, weights) in enumerate(layers) for _ in weights]
        batching = batching_of(model)
        parts = list(batching.parts(self._x))
        counts = [used for _, used in parts]

        def gradients(x: Any, y: Any) -> list[Any]:
            with tf.GradientTape() as tape:
                outputs, others = [], []
                for part, used in zip(x, counts, strict=True):
                    batching.forget()
                    output = model(part, training=False)
                    outputs.append(keras.tree.map_structure(lambda a, n=used: a[:n], output))
                    others.append(sum(model.losses))
                output = keras.tree.map_structure(lambda *a: tf.concat(a, 0), *outputs)
                total = shell.compute_loss(None, y, output) + sum(others) / len(others)
            found = tape.gradient(total, flat)
            return [None if one is None else tf.convert_to_tensor(one) for one in found]

        def norms(x: Any, y: Any) -> Any:
            squares = [tf.constant(0.0)] * len(layers)
            for group, gradient in zip(groups, gradients(x, y), strict=True):
                if gradient is not None:
                    squares[group] += tf.reduce_sum(tf.square(tf.cast(gradient, tf.float32)))
            return tf.sqrt(tf.stack(squares))

        def values(x: Any, y: Any) -> Any:
            found = gradients(x, y)
            return [
                tf.zeros_like(weight) if gradient is None else gradient
                for weight, gradient in zip(flat, found, strict=True)
            ]

        self._model, self._norms, self._values = model, compiled(norms), compiled(values)
        self._parts = [part for part, _ in parts]
        self._paths = [path for path, _ in layers]
        places = {id(weight): i for i, weight in enumerate(model.weights)}
        self._weights = [places[id(weight)] for _, weights in layers for weight in weights]
