"""Graphs for heat maps, one per model, layer and method, kept as long as the model lives."""

from __future__ import annotations

import math
import threading
import weakref
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._tensorflow import load, load_keras
from dlwidgets.inspect._inputs import in_order
from dlwidgets.inspect.layers import SEPARATOR, LayerError, nearest, no_layer, structure
from dlwidgets.vision._scores import ScoreKind, Target, kind_of, target_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dlwidgets.inspect._taps import Call

_CHUNK_VALUES = 64 * 64 * 64 * 3
"""Input values in one batch: 64 pictures of 64×64 pixels."""

_MOST_IN_CHUNK = 256


@dataclass(frozen=True, eq=False)
class Batch:
    """Checked inputs.

    Attributes:
        arrays: One array per input of the model.
        classes: The class to explain for each sample, -1 for the one with the highest score.
        notes: What was done to the inputs, as sentences.
    """

    arrays: list[NDArray[Any]]
    classes: NDArray[np.int32]
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.classes)


@dataclass(frozen=True, eq=False)
class Found:
    """What a graph gives for a batch.

    Attributes:
        maps: One map per sample: of the layer's size, or of the input's shape.
        classes: The class explained.
        scores: Its score.
        outputs: The model's output.
    """

    maps: NDArray[Any]
    classes: NDArray[np.int64]
    scores: NDArray[Any]
    outputs: NDArray[Any]


@dataclass(eq=False)
class Explainer:
    """What heat maps of one model are made by.

    Args:
        target: What is explained.

    Example:
        >>> explainer_of(model).cam_layers()  # doctest: +SKIP
        ['block1_conv', 'block2_conv']
    """

    target: Target
    _kind: ScoreKind | None = None
    _graphs: dict[tuple[str, str, ScoreKind], Any] = field(default_factory=dict)
    _depends: dict[tuple[str, tuple[int, ...]], bool] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    # -- layers --------------------------------------------------------------------------------

    def cam_layers(self) -> list[str]:
        """Names of the layers that have a map for Grad-CAM, from input to output."""
        return [] if self.target.tapped is None else [c.name for c in self._with_maps()]

    def last_convolution(self) -> str:
        """The name of the last layer that convolves and has a map.

        Raises:
            LayerError: There is none; the message says why.
        """
        found = [c for c in self._with_maps() if _convolves(c)]
        if not found:
            message = (
                "Grad-CAM weighs the channels of a convolution, and this model has none whose "
                "output has height and width. Saliency, SmoothGrad, integrated gradients and "
                "occlusion work on any model"
            )
            raise LayerError(message)
        # Of several towers, that of the explained input; what all join in only where it has none.
        own = [c for c in found if not self._comes_from(c, self._others())]
        return (own or found)[-1].name

    def layer(self, name: str | None) -> str:
        """The full name of a layer that has a map; the last convolution for None or "".

        Raises:
            LayerError: There is no such layer, or it has no map; the message names the nearest.
        """
        if not name:
            return self.last_convolution()
        return self._call(name).name

    def _with_maps(self) -> list[Call]:
        if self.target.tapped is None:
            message = f"Grad-CAM looks into the layers, which it cannot: {self.target.why_not}"
            raise LayerError(message)
        if len(self.target.shape) < 2:
            return []  # a vector has no places to lay a map over
        rank = len(self.target.shape) + 1  # a picture's maps have height and width, a series' not
        calls = (c for c in self.target.tapped.calls if c.result is not None)
        maps = [c for c in calls if len(c.result.shape) == rank and _is_layer(c.layer)]
        # A map of another input's tower says nothing of this input.
        return [c for c in maps if self._comes_from(c, {self.target.input})]

    def _others(self) -> set[int]:
        return set(range(len(self.target.shapes))) - {self.target.input}

    def _comes_from(self, call: Call, inputs: set[int]) -> bool:
        """Whether a result depends on some of these inputs."""
        if len(self.target.shapes) == 1:
            return 0 in inputs
        if call.result is None:
            return True
        key = (call.name, tuple(sorted(inputs)))
        if key not in self._depends:
            assert self.target.tapped is not None
            keras = load_keras()
            tensors = keras.tree.flatten(self.target.tapped.inputs)
            rest = [t for i, t in enumerate(tensors) if i not in inputs]
            try:  # what can be made of the rest alone does not need them
                keras.Model(rest, call.result)
                self._depends[key] = not rest
            except ValueError:
                self._depends[key] = True
        return self._depends[key]

    def _call(self, name: str) -> Call:
        able = self._with_maps()
        assert self.target.tapped is not None
        every = self.target.tapped.calls
        for short in (False, True):
            found = [c for c in able if _named(c, name, short=short)]
            if len(found) == 1:
                return found[0]
            if found:
                message = f"several layers have the name {name!r}: {[c.name for c in found]}"
                raise LayerError(message)
            same = [c for c in every if _named(c, name, short=short)]
            if same:
                near = f" The nearest is {_nearest(name, able)!r}." if able else ""
                message = (
                    f"the layer {name!r} does not see input {self.target.input}, which is explained"
                    if not any(self._comes_from(c, {self.target.input}) for c in same)
                    else f"the output of the layer {name!r} has no height and width, which "
                    "Grad-CAM needs"
                )
                raise LayerError(f"{message}.{near}")
        raise LayerError(no_layer(name, [c.name for c in able]))

    # -- inputs --------------------------------------------------------------------------------

    def batch(self, x: Any, class_index: Any = None) -> Batch:
        """Check what heat maps are asked for.

        Raises:
            TypeError: An array that holds no numbers, or class numbers that are not whole.
            ValueError: Another shape, NaN or infinity, or a class that is not there.
        """
        wanted = self.target.shapes
        given = _as_list(x, self.target)
        notes: list[str] = []
        arrays = [
            _checked(a, shape, dtype, notes)
            for a, shape, dtype in zip(given, wanted, self.target.dtypes, strict=True)
        ]
        sizes = [len(a) for a in arrays]
        if len(set(sizes)) > 1:
            message = f"all inputs need the same number of samples. Received: {sizes}"
            raise ValueError(message)
        return Batch(arrays, self._classes(class_index, sizes[0]), tuple(dict.fromkeys(notes)))

    def _classes(self, wanted: Any, n: int) -> NDArray[np.int32]:
        if wanted is None:
            return np.full(n, -1, np.int32)
        given = np.asarray(wanted)
        if given.dtype.kind not in "iu":
            message = f"class_index must be a whole number. Received: {wanted!r}"
            raise TypeError(message)
        if given.ndim > 1 or (given.ndim == 1 and len(given) != n):
            message = (
                f"class_index must be one number, or one for each of {n} samples. "
                f"Received: shape {given.shape}"
            )
            raise ValueError(message)
        last = self.target.classes - 1
        wrong = given[(given < 0) | (given > last)].ravel()
        if wrong.size:
            message = f"class_index must be 0 to {last}. Received: {wrong[0]}"
            raise ValueError(message)
        return np.broadcast_to(given.astype(np.int32), (n,)).copy()

    # -- work ----------------------------------------------------------------------------------

    def chunk(self) -> int:
        """How many samples to take at once."""
        values = math.prod(n or 64 for n in self.target.shape)
        return min(_MOST_IN_CHUNK, max(1, _CHUNK_VALUES // max(1, values)))

    def score_kind(self, batch: Batch) -> ScoreKind:
        """Which score is explained; of a model whose last step is unknown its outputs decide."""
        with self._lock:
            if self._kind is None:
                self._kind = kind_of(self.target)
            if self._kind is None:
                outputs = self.run("outputs", "", batch, slice(0, 8)).outputs
                self._kind = kind_of(self.target, outputs)
            return self._kind or "output"

    def run(
        self, method: str, layer: str, batch: Batch, part: slice | NDArray[Any] = slice(None)
    ) -> Found:
        """Compute one batch.

        Args:
            method: "grad_cam", "grad_cam_plus_plus", "gradient" or "outputs".
            layer: The full name of the layer, "" for those that need none.
            batch: Checked inputs.
            part: Which samples.
        """
        kind = self.score_kind(batch) if method != "outputs" else "output"
        graph = self._graph(method, layer, kind)
        found = graph(*(a[part] for a in batch.arrays), batch.classes[part])
        return Found(*(v.numpy() for v in found))

    def _graph(self, method: str, layer: str, kind: ScoreKind) -> Any:
        with self._lock:
            key = (method, layer, kind)
            if key not in self._graphs:
                self._graphs[key] = self._compile(method, layer, kind)
            return self._graphs[key]

    def _compile(self, method: str, layer: str, kind: ScoreKind) -> Any:
        tf, _ = load()
        target, of = self.target, self.target.input
        calls = [self._call(layer)] if layer else []
        graph = target.layers(*calls) if target.tapped is not None else None
        cam = {"grad_cam": _grad_cam, "grad_cam_plus_plus": _grad_cam_plus_plus}.get(method)

        def compute(*given: Any) -> tuple[Any, Any, Any, Any]:
            *inputs, classes = given
            with tf.GradientTape(watch_accessed_variables=cam is not None) as tape:
                tape.watch([x for x in inputs if x.dtype.is_floating])
                results, logits, output = target.forward(graph, inputs)
                values = target.values(logits, output, kind)
                best = tf.argmax(values, -1, tf.int32)
                classes = tf.where(classes < 0, best, classes)
                score = tf.gather(values, classes, axis=-1, batch_dims=1)
            if method == "outputs":
                maps = tf.zeros_like(score)
            else:
                source = results[0] if cam is not None else inputs[of]
                gradient = tape.gradient(score, source)
                if gradient is None:
                    raise LayerError(_no_way(layer))
                maps = gradient if cam is None else cam(tf, source, gradient, score)
            return maps, tf.cast(classes, tf.int64), score, output

        specs = [
            tf.TensorSpec((None, *shape), dtype)
            for shape, dtype in zip(target.shapes, target.dtypes, strict=True)
        ]
        whole = tf.TensorSpec((None,), tf.int32)
        compiled = tf.function(compute, input_signature=[*specs, whole], autograph=False)
        compiled.get_concrete_function()  # what is wrong shows here
        return compiled


_explainers: weakref.WeakKeyDictionary[Any, tuple[Any, dict[tuple[int | None, int], Explainer]]] = (
    weakref.WeakKeyDictionary()
)
_lock = threading.Lock()


def explainer_of(model: Any, *, input_index: int | None = None, output_index: int = 0) -> Explainer:
    """The `Explainer` of a model, the same each time: its graphs are built once.

    Args:
        model: A built Keras model.
        input_index: Which of several inputs; None for the first with the shape of a picture.
        output_index: Which of several outputs.

    Raises:
        TypeError: Not a Keras model.
        ValueError: A model that is not built, or gives no number per class.
    """
    if not isinstance(model, load_keras().Model):
        message = f"expected a Keras model. Received: {type(model).__name__}"
        raise TypeError(message)
    with _lock:
        made_of = structure(model)
        if model not in _explainers or _explainers[model][0] != made_of:
            _explainers[model] = made_of, {}
        kept = _explainers[model][1]
        if (input_index, output_index) not in kept:
            kept[input_index, output_index] = Explainer(
                target_of(model, input_index=input_index, output_index=output_index)
            )
        return kept[input_index, output_index]


# -- inside the graph ------------------------------------------------------------------------------


def _grad_cam(tf: Any, maps: Any, gradient: Any, _score: Any) -> Any:
    maps, gradient = _single(tf, maps), _single(tf, gradient)
    places = list(range(1, maps.shape.rank - 1))
    weights = tf.reduce_mean(gradient, places, keepdims=True)
    return tf.nn.relu(tf.reduce_sum(maps * weights, -1))


def _grad_cam_plus_plus(tf: Any, maps: Any, gradient: Any, _score: Any) -> Any:
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


# -- checks ----------------------------------------------------------------------------------------


def _convolves(call: Call) -> bool:
    """Whether a layer, or a block of layers, convolves: it has a kernel of its output's rank."""
    rank = len(call.result.shape)
    if rank == 4:
        return any(len(w.shape) == 4 for w in call.layer.weights)
    layers = load_keras().layers
    return isinstance(call.layer, (layers.Conv1D, layers.SeparableConv1D, layers.DepthwiseConv1D))


def _named(call: Call, name: str, *, short: bool) -> bool:
    return name == (call.name.rpartition(SEPARATOR)[2] if short else call.name)


def _is_layer(layer: Any) -> bool:
    return isinstance(layer, load_keras().layers.Layer)


def _nearest(name: str, calls: Sequence[Call]) -> str:
    return nearest(name, [c.name for c in calls])


def _no_way(layer: str) -> str:
    if layer:
        return f"the class scores do not depend on the layer {layer!r}"
    return "the class scores do not depend on this input in a way that has a gradient"


def _as_list(x: Any, target: Target) -> list[Any]:
    if target.tapped is not None:
        return in_order(target.tapped.inputs, x)
    if isinstance(x, dict):
        message = f"the model takes one array. Received: a dict with the keys {sorted(map(str, x))}"
        raise ValueError(message)
    return [x[0] if isinstance(x, (list, tuple)) and len(x) == 1 else x]


def _checked(x: Any, shape: tuple[int | None, ...], dtype: str, notes: list[str]) -> NDArray[Any]:
    array = np.asarray(x)
    if array.dtype.kind not in "iufb":
        message = f"the model takes numbers. Received: an array of dtype {array.dtype}"
        raise TypeError(message)
    if _fits(array.shape, shape):
        array = array[np.newaxis]
    elif shape and shape[-1] == 1 and _fits(array.shape[1:], shape[:-1]):
        array = array[..., np.newaxis]
        notes.append("A channel axis was added.")
    elif not _fits(array.shape[1:], shape) or array.ndim == 0:
        expected = ", ".join("any" if n is None else str(n) for n in shape)
        message = (
            f"the model takes samples of shape ({expected}), so an array of shape (n, {expected}). "
            f"Received: shape {array.shape}"
        )
        raise ValueError(message)
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        message = (
            f"the input holds {int((~np.isfinite(array)).sum())} values that are NaN or infinite"
        )
        raise ValueError(message)
    if array.dtype == np.uint8 and dtype.startswith("float"):
        notes.append("Whole numbers from 0 to 255 were taken as they are, not scaled.")
    return np.ascontiguousarray(array, dtype if dtype != "bfloat16" else "float32")


def _fits(shape: tuple[int, ...], wanted: tuple[int | None, ...]) -> bool:
    return len(shape) == len(wanted) and all(
        w is None or n == w for n, w in zip(shape, wanted, strict=True)
    )
