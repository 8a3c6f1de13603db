"""Graphs for heat maps, one per model, layer and method, kept as long as the model lives."""

from __future__ import annotations

import math
import threading
import weakref
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._tensorflow import load, load_keras
from dlwidgets.inspect.layers import SEPARATOR, LayerError, nearest, no_layer, structure
from dlwidgets.vision._class_activation_maps import grad_cam, grad_cam_plus_plus
from dlwidgets.vision._samples import Batch as Batch  # noqa: PLC0414 - asked for with the explainer
from dlwidgets.vision._samples import checked, in_a_list
from dlwidgets.vision._scores import ScoreKind, Target, kind_of, target_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dlwidgets.inspect.tracing import Call

_CHUNK_VALUES = 64 * 64 * 64 * 3
"""Input values in one batch: 64 pictures of 64×64 pixels."""

_MAX_IN_CHUNK = 256


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

    @cached_property
    def tokens(self) -> bool:
        """Whether the explained input is a row of word numbers, which an Embedding looks up."""
        tapped = self.target.tapped
        if tapped is None or len(self.target.shape) != 1:
            return False
        looked_up = (c for c in tapped.calls if c.result is not None and _embeds(c.layer))
        return any(self._comes_from(c, {self.target.input}) for c in looked_up)

    def sides(self, samples: NDArray[Any]) -> tuple[int, ...]:
        """The sides of the map of samples of the explained input: all axes but the channels."""
        return samples.shape[1:] if self.tokens else samples.shape[1:-1]

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
            others = (
                "Occlusion needs none; or name another layer, such as the Embedding"
                if self.tokens
                else "Saliency, SmoothGrad, integrated gradients and occlusion need none"
            )
            message = (
                "Grad-CAM weighs the channels of a convolution, and this model has none whose "
                f"output has {self._axes}. {others}"
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

    @property
    def _axes(self) -> str:
        """The axes of a map, in words."""
        series = self.tokens or len(self.target.shape) == 2
        return "length" if series else "height and width"

    def _with_maps(self) -> list[Call]:
        if self.target.tapped is None:
            message = f"Grad-CAM looks into the layers, which it cannot: {self.target.why_not}"
            raise LayerError(message)
        if len(self.target.shape) < 2 and not self.tokens:
            return []  # a vector has no places to lay a map over
        # A picture's maps have height and width, those of a series or a text a length.
        rank = len(self.target.shape) + (2 if self.tokens else 1)
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
                    else f"the output of the layer {name!r} has no {self._axes}, which Grad-CAM "
                    "needs"
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
        given = in_a_list(x, self.target)
        notes: list[str] = []
        arrays = [
            checked(a, shape, dtype, notes)
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
        return min(_MAX_IN_CHUNK, max(1, _CHUNK_VALUES // max(1, values)))

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

    def _require_gradient(self) -> None:
        """Raise a LayerError if the explained input cannot have a gradient."""
        dtype = self.target.dtypes[self.target.input]
        if self.tokens:
            message = (
                "the input is a row of word numbers, which have no gradient: saliency, SmoothGrad "
                "and integrated gradients need one. Use occlusion, which covers one word at a "
                "time, or Grad-CAM; for a gradient, make a model of the layers behind the "
                "Embedding and give it the Embedding's output"
            )
            raise LayerError(message)
        if "float" not in dtype:
            message = (
                f"the input holds whole numbers ({dtype}), which have no gradient: saliency, "
                "SmoothGrad and integrated gradients need one. Use occlusion or Grad-CAM, or give "
                "the model an input of dtype float32"
            )
            raise LayerError(message)

    def _compile(self, method: str, layer: str, kind: ScoreKind) -> Any:
        tf, _ = load()
        target, of = self.target, self.target.input
        calls = [self._call(layer)] if layer else []
        graph = target.layers(*calls) if target.tapped is not None else None
        if method == "gradient":
            self._require_gradient()
        cam = {"grad_cam": grad_cam, "grad_cam_plus_plus": grad_cam_plus_plus}.get(method)

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
                maps = gradient if cam is None else cam(tf, source, gradient)
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


# -- words and checks ------------------------------------------------------------------------------


def _convolves(call: Call) -> bool:
    """Whether a layer, or a block of layers, convolves: it has a kernel of its output's rank."""
    rank = len(call.result.shape)
    if rank == 4:
        return any(len(w.shape) == 4 for w in call.layer.weights)
    layers = load_keras().layers
    return isinstance(call.layer, (layers.Conv1D, layers.SeparableConv1D, layers.DepthwiseConv1D))


def _embeds(layer: Any) -> bool:
    """Whether a layer looks word numbers up, alone or in a layer of one's own."""
    weights = getattr(layer, "weights", ())
    return any(w.name.rpartition("/")[2] == "embeddings" for w in weights)


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
