"""Graphs that explain one model: built once per model, layer and method."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from dlwidgets._messages import tr
from dlwidgets._tensorflow import load
from dlwidgets.inspect.layers import LayerError
from dlwidgets.inspect.model_cache import cached_per_model
from dlwidgets.inspect.model_outputs import choose_output
from dlwidgets.inspect.tracing import trace
from dlwidgets.vision._map_layers import MapLayers
from dlwidgets.vision._samples import Batch, batch_of
from dlwidgets.vision._score_target import ScoreKind, Target, kind_of, target_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

    from dlwidgets._keras_types import Function, KerasModel, Module, Nested, Shape
    from dlwidgets.inspect.endings import Ending
    from dlwidgets.inspect.model_outputs import ModelOutput

InputKind = Literal["image", "volume", "series", "text", "table", "other"]
"""What a sample is: (height, width, channels); (depth or frames, height, width, channels); (length,
channels); a row of word numbers, which an Embedding looks up; a row of numbers; or something
else."""

WeighMaps = Callable[["Module", Any, Any], Any]
"""Makes one map of feature maps: takes TensorFlow, the maps, shape (n, …, channels), and the
gradient of the score by them; returns shape (n, …)."""

_CHUNK_VALUES = 64 * 64 * 64 * 3
"""Input values in one batch: 64 images of 64×64 pixels."""

_MAX_IN_CHUNK = 256


@dataclass(frozen=True, eq=False)
class Explanation:
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


class Explainer:
    """Questions about one input and one output of a model; `explainer_of` returns it.

    It holds no reference to a model that can be traced.

    Args:
        target: What is explained.

    Attributes:
        target: What is explained.
        chunk: How many samples are computed at once.

    Example:
        >>> from dlwidgets.vision.explainer import explainer_of
        >>> explainer = explainer_of(dl.models.small_cnn((28, 28, 1), 10))
        >>> explainer.kind, explainer.shape
        ('image', (28, 28, 1))
        >>> explainer.probabilities(np.zeros((2, 28, 28, 1))).shape
        (2, 10)
    """

    def __init__(self, target: Target) -> None:
        self.target = target
        values = math.prod(n or 64 for n in target.shape)
        few = min(_MAX_IN_CHUNK, max(1, _CHUNK_VALUES // max(1, values)))
        self.chunk = target.batching.size or few
        self._kind: ScoreKind | None = None
        self._graphs: dict[tuple[Any, ...], Function] = {}
        self._lock = threading.RLock()

    # -- questions ------------------------------------------------------------------------------

    @property
    def shape(self) -> Shape:
        """The shape of the explained input without the batch axis; `None` for a free size."""
        return self.target.shape

    @cached_property
    def kind(self) -> InputKind:
        """What a sample of the explained input is."""
        if self.tokens:
            return "text"
        kinds: dict[int, InputKind] = {1: "table", 2: "series", 3: "image", 4: "volume"}
        return kinds.get(len(self.shape), "other")

    @cached_property
    def tokens(self) -> bool:
        """Whether the explained input is a row of word numbers, which an Embedding looks up."""
        traced = self.target.traced
        if traced is None or len(self.shape) != 1:
            return False
        lookups = (c for c in traced.calls if c.output is not None and _is_embedding(c.layer))
        return any(self.target.input in traced.inputs_of(c) for c in lookups)

    def sides(self, samples: NDArray[Any]) -> tuple[int, ...]:
        """Return the sides of a map of samples of the explained input: no channels."""
        return samples.shape[1:] if self.tokens else samples.shape[1:-1]

    @property
    def layers(self) -> list[str]:
        """Names of the layers that Grad-CAM can use, from input to output."""
        return self._map_layers.names

    def layer(self, name: str | None = None) -> str:
        """Return the full name of a layer that Grad-CAM can use.

        Args:
            name: Its name, "block/layer" in nested models; `None` or "" for the last convolution,
                or what follows it in its block.

        Raises:
            LayerError: There is no such layer, or Grad-CAM can't use it; the message says why.
        """
        return self._map_layers.find(name).name

    @cached_property
    def _map_layers(self) -> MapLayers:
        return MapLayers(self.target, tokens=self.tokens)

    def batch(self, x: Nested, class_index: Any = None) -> Batch:
        """Return checked samples.

        Args:
            x: Samples as the model takes them; see `grad_cam`.
            class_index: The class to explain: one, one per sample, or `None` for the predicted one.

        Raises:
            TypeError: An array that doesn't hold numbers, or class numbers that aren't whole.
            ValueError: Another shape, NaN or infinity, or a class that doesn't exist.
        """
        found = batch_of(x, class_index, self.target)
        ending = self.target.ending
        if not ending.kind and ending.classes > self.target.units and len(found):
            self._settle(found)
        return found

    def _settle(self, batch: Batch) -> None:
        """Let outputs decide whether one number is the probability of class 1 or its logit."""
        tf, _ = load()
        graph = self.target.graph() if self.target.traced is not None else None

        def forward(arrays: Any) -> Any:
            return self.target.forward(graph, [tf.convert_to_tensor(a) for a in arrays])[2]

        (output,) = self.target.batching.run(forward, [a[:8] for a in batch.arrays])
        with self._lock:
            self.target = replace(self.target, ending=self.target.ending.settled(output))

    def probabilities(self, x: Nested) -> NDArray[Any]:
        """Return the model's outputs as probabilities, also if it gives logits.

        Args:
            x: Samples as the model takes them; see `grad_cam`.

        Returns:
            Shape (n, classes); two classes for one sigmoid or the logit of two classes. Outputs of
            a softmax, or of a sigmoid per class, stay as they are; several logits get a softmax,
            or, with a binary cross-entropy, a sigmoid each. If the last activation isn't known,
            outputs that all lie between 0 and 1, up to rounding, stay as they are. A regression's
            numbers stay as they are.

        Raises:
            TypeError: As for `batch`.
            ValueError: As for `batch`.
        """
        outputs = self.outputs(self.batch(x)).outputs
        return self.target.ending.probabilities(outputs)

    def score_kind(self, batch: Batch) -> ScoreKind:
        """Return which score is explained; if the last activation isn't known, outputs decide."""
        with self._lock:
            if self._kind is None:
                self._kind = kind_of(self.target)
            if self._kind is None:
                first = Batch([a[:8] for a in batch.arrays], batch.classes[:8])
                self._kind = kind_of(self.target, self.outputs(first).outputs)
            return self._kind or "output"

    # -- computation ----------------------------------------------------------------------------

    def outputs(self, batch: Batch) -> Explanation:
        """Compute the outputs, which are the scores as well; the maps are 0."""
        return self._compute("outputs", "", batch, "output")

    def gradients(self, batch: Batch) -> Explanation:
        """Compute the gradients of the scores by the explained input.

        Raises:
            LayerError: The input has no gradient.
        """
        return self._compute("gradients", "", batch, self.score_kind(batch))

    def layer_maps(self, weigh: WeighMaps, layer: str, batch: Batch) -> Explanation:
        """Compute a map of a layer's size out of its feature maps and their gradient.

        Args:
            weigh: Makes the map.
            layer: The full name of the layer.
            batch: The samples.

        Raises:
            LayerError: The scores don't depend on the layer.
        """
        return self._compute(weigh, layer, batch, self.score_kind(batch))

    def chunks(self, n: int) -> Iterator[slice]:
        """Yield the parts of n samples that are computed at once; one empty part of none."""
        for begin in range(0, max(1, n), self.chunk):
            yield slice(begin, begin + self.chunk)

    def _compute(
        self, what: str | WeighMaps, layer: str, batch: Batch, kind: ScoreKind
    ) -> Explanation:
        graph = self._graph(what, layer, kind)
        given = [*batch.arrays, batch.classes]
        return Explanation(*self.target.batching.run(lambda x: graph(*x), given, self.chunk))

    def _graph(self, what: str | WeighMaps, layer: str, kind: ScoreKind) -> Function:
        with self._lock:
            key = (what, layer, kind)
            if key not in self._graphs:
                self._graphs[key] = self._compile(what, layer, kind)
            return self._graphs[key]

    def _compile(self, what: str | WeighMaps, layer: str, kind: ScoreKind) -> Function:
        tf, _ = load()
        target, of = self.target, self.target.input
        calls = [self._map_layers.find(layer)] if layer else []
        graph = target.graph(*calls) if target.traced is not None else None
        weigh = None if isinstance(what, str) else what
        if what == "gradients":
            self._require_gradient()

        def compute(*given: Any) -> tuple[Any, Any, Any, Any]:
            *inputs, classes = given
            with tf.GradientTape(watch_accessed_variables=weigh is not None) as tape:
                tape.watch([x for x in inputs if x.dtype.is_floating])
                results, logits, output = target.forward(graph, inputs)
                values = target.values(logits, output, kind)
                best = tf.argmax(values, -1, tf.int32)
                classes = tf.where(classes < 0, best, classes)
                score = tf.gather(values, classes, axis=-1, batch_dims=1)
            if what == "outputs":
                maps = tf.zeros_like(score)
            else:
                source = results[0] if weigh is not None else inputs[of]
                gradient = tape.gradient(score, source)
                if gradient is None:
                    raise LayerError(_no_gradient(layer))
                maps = gradient if weigh is None else weigh(tf, source, gradient)
            return maps, tf.cast(classes, tf.int64), score, output

        specs = [
            tf.TensorSpec((target.batching.size, *shape), dtype)
            for shape, dtype in zip(target.shapes, target.dtypes, strict=True)
        ]
        whole = tf.TensorSpec((target.batching.size,), tf.int32)
        compiled: Function = tf.function(compute, input_signature=[*specs, whole], autograph=False)
        compiled.get_concrete_function()  # type: ignore[attr-defined]  # what is wrong shows here
        return compiled

    def _require_gradient(self) -> None:
        """Raise a LayerError if the explained input can't have a gradient."""
        dtype = self.target.dtypes[self.target.input]
        if self.tokens:
            message = tr(
                "The input consists of word numbers, which have no gradient. Use occlusion or "
                "Grad-CAM. For a gradient, make a model of the layers after the Embedding and give "
                "it the Embedding's output."
            )
            raise LayerError(message)
        if "float" not in dtype:
            message = tr(
                "The input consists of whole numbers ({dtype}), which have no gradient. Use "
                "occlusion or Grad-CAM, or give the model an input of dtype float32.",
                dtype=dtype,
            )
            raise LayerError(message)


def explainer_of(
    model: KerasModel,
    *,
    input_index: int | None = None,
    output: str | int | None = None,
    ending: Ending | None = None,
) -> Explainer:
    """Return the `Explainer` of a model, the same one each time: its graphs are built once.

    Args:
        model: A built Keras model.
        input_index: Which of several inputs; `None` for the first with the shape of an image.
        output: Which of several outputs, its name or index; `None` for the first that ends like a
            classifier, or the first.
        ending: What the numbers of the output mean; `None` for what the model and its loss say.

    Raises:
        TypeError: It isn't a Keras model.
        ValueError: It isn't built, has no such output, or doesn't give one number per class.
    """
    chosen = choose_output(model, output)
    known = chosen.ending() if ending is None else ending
    # The loss isn't part of what is cached: a model can be compiled again.
    return _explainer(model, input_index, replace(chosen, loss=""), known)


@cached_per_model
def _explainer(
    model: KerasModel, input_index: int | None, output: ModelOutput, ending: Ending
) -> Explainer:
    target = target_of(model, input_index, output, ending)
    # Without an index and with that of the same input it is one explainer.
    return (
        Explainer(target)
        if input_index is not None
        else _explainer(model, target.input, output, ending)
    )


def input_index_of(model: KerasModel, name: str) -> int:
    """Return which of a model's inputs has a name, counted as `input_index` counts.

    Args:
        model: A built Keras model.
        name: The key of a dict of inputs, or an input's own name.

    Raises:
        ValueError: There is no such input; the message lists those there are.
    """
    names = trace(model).input_names
    if name not in names:
        message = tr("Expected the inputs {names}. Received: {name}", names=names, name=repr(name))
        raise ValueError(message)
    return names.index(name)


def _is_embedding(layer: Any) -> bool:
    """Return whether a layer looks word numbers up, alone or inside a custom layer."""
    weights = getattr(layer, "weights", ())
    return any(w.name.rpartition("/")[2] == "embeddings" for w in weights)


def _no_gradient(layer: str) -> str:
    if layer:
        return tr("The class scores don't depend on layer {layer}.", layer=repr(layer))
    return tr("The class scores don't depend on this input in a way that has a gradient.")
