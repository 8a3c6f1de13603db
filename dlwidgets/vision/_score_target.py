"""The score that a heat map explains: the logit of a class if the model has one."""

from __future__ import annotations

import weakref
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from dlwidgets._messages import tr
from dlwidgets._tensorflow import load
from dlwidgets.inspect.evaluation import batching_of
from dlwidgets.inspect.tracing import TracingError, trace

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dlwidgets._keras_types import KerasModel, Module, Shape
    from dlwidgets.inspect import FinalActivation
    from dlwidgets.inspect.endings import Ending
    from dlwidgets.inspect.evaluation import Batching
    from dlwidgets.inspect.model_outputs import ModelOutput
    from dlwidgets.inspect.traced_model import LayerCall, TracedModel

ScoreKind = Literal["logit", "log-probability", "output"]
"""What is explained: the value before a softmax or sigmoid; the logarithm of a probability, if the
value before it isn't available; or the output as it is."""


@dataclass(frozen=True, eq=False)
class Target:
    """One input and one output of a model, and the way from one to the other.

    Attributes:
        traced: The model's graph, `None` for a model that can't be traced.
        why_not: Why it can't be traced, "" if it can.
        shapes: The shape of each input without the batch axis.
        dtypes: The dtype of each input.
        input: Which of the inputs is explained.
        output: Which of the outputs is explained, its place in `model.outputs`.
        ending: What the numbers of that output mean.
        units: Numbers per sample in that output.
        head: The call that the output comes from, `None` if it isn't known.
        probability: "softmax" or "sigmoid" if `head` is one, else "".
        activation: The last activation, also if other steps follow it; "" if it isn't known.
        batching: How the model takes its samples.
    """

    traced: TracedModel | None
    why_not: str
    shapes: tuple[Shape, ...]
    dtypes: tuple[str, ...]
    input: int
    output: int
    ending: Ending
    units: int
    head: LayerCall | None
    probability: str
    activation: FinalActivation
    batching: Batching
    _model: weakref.ref[KerasModel] | None = field(repr=False)
    _linear_head: Any = field(repr=False)

    @property
    def shape(self) -> Shape:
        """The shape of the explained input without the batch axis."""
        return self.shapes[self.input]

    @property
    def classes(self) -> int:
        """How many classes there are, of a regression numbers; one sigmoid tells two apart."""
        return self.ending.classes or self.units

    def graph(self, *calls: LayerCall) -> KerasModel:
        """Return a model from the inputs to the outputs of calls, and what the score needs."""
        assert self.traced is not None
        output = self.traced.output_tensors[self.output]
        before = self.head.input if self.probability and self.head is not None else output
        return self.traced.submodel([*(call.output for call in calls), before, output])

    def forward(self, graph: KerasModel | None, inputs: list[Any]) -> tuple[list[Any], Any, Any]:
        """Return outputs of calls, logits (or `None`), and output, in float32 or wider.

        Args:
            graph: What `graph` returned; `None` for the model itself.
            inputs: One tensor per input.
        """
        tf, keras = load()
        if graph is None:
            model = None if self._model is None else self._model()
            assert model is not None, "it is in use"
            outputs = keras.tree.flatten(model(inputs[0], training=False))
            return [], None, _at_least_float32(tf, outputs[self.output])
        assert self.traced is not None
        *results, before, output = graph(self.traced.packed(inputs), training=False)
        logits = _at_least_float32(tf, self._logits(before)) if self.probability else None
        return results, logits, _at_least_float32(tf, output)

    def _logits(self, before: Any) -> Any:
        """What the last layer gives without its activation."""
        if self._linear_head is None or self.head is None:
            return before
        layer = self.head.layer
        self._linear_head.trainable = layer.trainable  # it may have been frozen since
        variables = layer.trainable_variables, layer.non_trainable_variables
        return self._linear_head.stateless_call(*variables, before)[0]

    def values(self, logits: Any, output: Any, kind: ScoreKind) -> Any:
        """Return the score of each class, shape (batch, classes)."""
        tf, _ = load()
        if self.classes > self.units:  # one number tells two classes apart
            if self.ending.kind == "binary_logit":
                logits, output = output, tf.sigmoid(output)
            logits = None if logits is None else tf.concat([-logits, logits], -1)
            output = tf.concat([1 - output, output], -1)
        if kind == "logit":
            return logits
        if kind == "log-probability":
            return tf.math.log(output + np.finfo(output.dtype.as_numpy_dtype).tiny)
        return output

    def per_class(self, outputs: NDArray[Any]) -> NDArray[Any]:
        """Return outputs with a column per class: two for one number that tells two apart."""
        return self.ending.probabilities(outputs) if self.classes > self.units else outputs


def target_of(
    model: KerasModel, input_index: int | None, output: ModelOutput, ending: Ending
) -> Target:
    """Return what there is to explain.

    Args:
        model: A built Keras model.
        input_index: Which input; `None` for the first with the shape of an image, a volume or a
            series.
        output: Which output.
        ending: What its numbers mean.

    Raises:
        TypeError: It isn't a Keras model.
        ValueError: It isn't built; or another input or output shape.
    """
    traced, why_not = None, ""
    try:
        traced = trace(model)
    except TracingError as error:
        why_not = error.args[0]
    if traced is not None:
        shapes = tuple(tuple(t.shape)[1:] for t in traced.input_tensors)
        dtypes = tuple(str(t.dtype) for t in traced.input_tensors)
    else:
        shapes, dtypes = _known_input(model, why_not)
    which = _which_input(shapes, input_index)
    if len(output.shape) != 1 or not output.units:
        message = tr(
            "A heat map explains an output of shape (batch, classes). Received: output {name} of "
            "shape {shape}. Choose another output, or explain a model that gives one place of it, "
            "such as `keras.Model(model.input, model.output[:, 0])`.",
            name=repr(output.name),
            shape=("batch", *output.shape),
        )
        raise ValueError(message)
    head = traced.heads[output.index] if traced is not None else None
    probability = "" if head is None else head.probability
    return Target(
        traced,
        why_not,
        shapes,
        dtypes,
        which,
        output.index,
        ending,
        output.units,
        head,
        probability,
        output.activation,
        batching_of(model),
        # A traced graph doesn't need the model any more, and must not keep it alive.
        None if traced is not None else weakref.ref(model),
        _without_activation(head) if probability and head is not None else None,
    )


def kind_of(target: Target, outputs: NDArray[Any] | None = None) -> ScoreKind | None:
    """Return which score there is.

    Args:
        target: What is explained.
        outputs: Some outputs of the model, which decide if its last activation isn't known.

    Returns:
        The score; `None` if only outputs can tell, and none of these is finite.
    """
    if target.probability or target.ending.kind == "binary_logit":
        return "logit"
    if target.activation or target.units == 1:
        probable = target.activation == "softmax" and target.units > 1
        return "log-probability" if probable else "output"
    finite = np.zeros((0, 1)) if outputs is None else outputs[np.isfinite(outputs).all(-1)]
    if not len(finite):
        return None
    probable = bool((finite >= 0).all() and np.allclose(finite.sum(-1), 1, atol=1e-3))
    return "log-probability" if probable else "output"


def _known_input(model: Any, why_not: str) -> tuple[tuple[Shape, ...], tuple[str, ...]]:
    """Shape and dtype of the one input of a model that can't be traced."""
    shape = (model.get_build_config() or {}).get("input_shape")
    if shape is None or not all(n is None or isinstance(n, int) for n in shape):
        message = tr("{reason} The shape of its input isn't known either.", reason=why_not)
        raise ValueError(message)
    return (tuple(shape)[1:],), (str(model.input_dtype),)


def _which_input(shapes: tuple[Shape, ...], wanted: int | None) -> int:
    if wanted is None:
        spatial = (i for rank in (3, 4, 2) for i, shape in enumerate(shapes) if len(shape) == rank)
        return next(spatial, 0)
    if not 0 <= wanted < len(shapes):
        message = tr(
            "Expected `input_index` from 0 to {last}. Received: {index}",
            last=len(shapes) - 1,
            index=wanted,
        )
        raise ValueError(message)
    return wanted


def _without_activation(head: LayerCall) -> Any:
    """A layer like the head's, with a linear activation; `None` if that is all it does."""
    layer = head.layer
    if not getattr(layer, "weights", None):
        return None
    linear = type(layer).from_config({**layer.get_config(), "activation": "linear"})
    linear.trainable = layer.trainable
    linear.build(tuple(head.input.shape))
    return linear


def _at_least_float32(tf: Module, x: Any) -> Any:
    return tf.cast(x, tf.float32) if x.dtype in (tf.float16, tf.bfloat16) else x
