"""The score that a heat map explains: a class's logit where a model has one."""

from __future__ import annotations

import weakref
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from dlwidgets._tensorflow import load, load_keras
from dlwidgets.inspect.final_activation import Ending, ending_of, squashing
from dlwidgets.inspect.tracing import Call, NoGraphError, TracedModel, tap

if TYPE_CHECKING:
    from numpy.typing import NDArray

ScoreKind = Literal["logit", "log-probability", "output"]
"""What is explained: the value before a softmax or sigmoid; the logarithm of a probability, where
the value before it cannot be had; or the output as it is."""


@dataclass(frozen=True, eq=False)
class Target:
    """Input and output of a model, and the way from one to the other.

    Attributes:
        tapped: The model's graph, None for a model that cannot be followed.
        why_not: Why it cannot be followed, "" where it can.
        shapes: The shape of each input without the batch axis; None for a free length.
        dtypes: The dtype of each input.
        input: Which of the inputs is explained.
        output: Which of the outputs is explained.
        units: Numbers per sample in that output.
        head: The call that ends in the output, None if there is none that could be found.
        squash: "softmax" or "sigmoid" where `head` is one, else "".
        ending: The last activation, also where other steps follow it; "" if it is not known.
    """

    tapped: TracedModel | None
    why_not: str
    shapes: tuple[tuple[int | None, ...], ...]
    dtypes: tuple[str, ...]
    input: int
    output: int
    units: int
    head: Call | None
    squash: str
    ending: Ending
    _model: Any = field(repr=False)
    _twin: Any = field(repr=False)

    @property
    def shape(self) -> tuple[int | None, ...]:
        """The shape of the explained input without the batch axis."""
        return self.shapes[self.input]

    @property
    def classes(self) -> int:
        """How many classes can be asked for; one sigmoid tells two apart, whatever follows it."""
        return 2 if self.units == 1 and "sigmoid" in {self.squash, self.ending} else self.units

    def layers(self, *calls: Call) -> Any:
        """A model from the inputs to the results of calls, and what the score needs."""
        keras = load_keras()
        assert self.tapped is not None
        output = keras.tree.flatten(self.tapped.outputs)[self.output]
        before = self.head.source if self.squash and self.head is not None else output
        outputs = [*(c.result for c in calls), before, output]
        return keras.Model(self.tapped.inputs, outputs)

    def forward(self, graph: Any | None, inputs: list[Any]) -> tuple[list[Any], Any, Any]:
        """Results of calls, the logits (or None), and the output, each in single precision or more.

        Args:
            graph: What `layers` gave; None for the model itself.
            inputs: One tensor per input.
        """
        tf, keras = load()
        if graph is None:
            outputs = keras.tree.flatten(self._model()(inputs[0], training=False))
            return [], None, _wide(tf, outputs[self.output])
        assert self.tapped is not None
        packed = keras.tree.pack_sequence_as(self.tapped.inputs, inputs)
        *results, before, output = graph(packed, training=False)
        logits = _wide(tf, self._unsquashed(before)) if self.squash else None
        return results, logits, _wide(tf, output)

    def _unsquashed(self, before: Any) -> Any:
        """What the last layer gives without its activation."""
        if self._twin is None or self.head is None:
            return before
        layer = self.head.layer
        self._twin.trainable = layer.trainable  # it may have been frozen since
        variables = layer.trainable_variables, layer.non_trainable_variables
        return self._twin.stateless_call(*variables, before)[0]

    def values(self, logits: Any, output: Any, kind: ScoreKind) -> Any:
        """The score of each class, shape (batch, classes)."""
        tf, _ = load()
        if self.classes > self.units:  # one sigmoid tells two classes apart
            logits = None if logits is None else tf.concat([-logits, logits], -1)
            output = tf.concat([1 - output, output], -1)
        if kind == "logit":
            return logits
        if kind == "log-probability":
            return tf.math.log(output + np.finfo(output.dtype.as_numpy_dtype).tiny)
        return output


def target_of(model: Any, *, input_index: int | None = None, output_index: int = 0) -> Target:
    """Find out what there is to explain.

    Args:
        model: A built Keras model.
        input_index: Which input; None for the first that has the shape of a picture or a series.
        output_index: Which output.

    Raises:
        TypeError: Not a Keras model, or an input that holds no numbers with a gradient.
        ValueError: A model that is not built, or another input, output or output shape.
    """
    keras = load_keras()
    try:
        tapped, why_not = tap(model), ""
    except NoGraphError as error:
        tapped, why_not = None, str(error)
    if tapped is not None:
        tensors = keras.tree.flatten(tapped.inputs)
        shapes = tuple(tuple(t.shape)[1:] for t in tensors)
        dtypes = tuple(str(t.dtype) for t in tensors)
        outputs = [tuple(t.shape)[1:] for t in keras.tree.flatten(tapped.outputs)]
    else:
        shape = (model.get_build_config() or {}).get("input_shape")
        if shape is None or not all(n is None or isinstance(n, int) for n in shape):
            message = f"{why_not}; and it does not tell the shape of its one input either"
            raise ValueError(message)
        shapes, dtypes = (tuple(shape)[1:],), (str(model.input_dtype),)
        probe = np.zeros((1, *(n or 32 for n in shapes[0])), dtypes[0])
        outputs = [tuple(t.shape)[1:] for t in keras.tree.flatten(model(probe, training=False))]
    which = _which_input(shapes, input_index)
    if not 0 <= output_index < len(outputs):
        message = f"output_index must be 0 to {len(outputs) - 1}. Received: {output_index}"
        raise ValueError(message)
    shape = outputs[output_index]
    if len(shape) != 1 or shape[0] is None:
        message = (
            "a heat map explains a model that gives each sample one number per class, an output "
            f"of shape (batch, classes). Received: output shape {('batch', *shape)}"
        )
        raise ValueError(message)
    head = tapped.heads[output_index] if tapped is not None else None
    squash = "" if head is None else squashing(head.layer)
    last: Ending = "" if tapped is None else ending_of(tapped, output_index)
    return Target(
        tapped,
        why_not,
        shapes,
        dtypes,
        which,
        output_index,
        int(shape[0]),
        head,
        squash,
        last,
        # A followed graph needs the model no longer; it must not be kept alive for it either.
        None if tapped is not None else weakref.ref(model),
        _without_activation(head) if squash and head is not None else None,
    )


def kind_of(target: Target, outputs: NDArray[Any] | None = None) -> ScoreKind | None:
    """Which score there is.

    Args:
        target: What is explained.
        outputs: Some outputs of the model, which decide where its last activation is not known.

    Returns:
        The score; None where only outputs can tell, and none of these is finite.
    """
    if target.squash:
        return "logit"
    if target.ending or target.units == 1:
        return "log-probability" if target.ending == "softmax" and target.units > 1 else "output"
    finite = np.zeros((0, 1)) if outputs is None else outputs[np.isfinite(outputs).all(-1)]
    if not len(finite):
        return None
    probable = (finite >= 0).all() and np.allclose(finite.sum(-1), 1, atol=1e-3)
    return "log-probability" if probable else "output"


def _which_input(shapes: tuple[tuple[int | None, ...], ...], wanted: int | None) -> int:
    if wanted is None:
        spatial = (i for rank in (3, 2) for i, shape in enumerate(shapes) if len(shape) == rank)
        return next(spatial, 0)
    if not 0 <= wanted < len(shapes):
        message = f"input_index must be 0 to {len(shapes) - 1}. Received: {wanted}"
        raise ValueError(message)
    return wanted


def _without_activation(head: Call) -> Any:
    """A layer like the head's, with a linear activation; None where that is all it does."""
    layer = head.layer
    if not getattr(layer, "weights", None):
        return None
    twin = type(layer).from_config({**layer.get_config(), "activation": "linear"})
    twin.trainable = layer.trainable
    twin.build(tuple(head.source.shape))
    return twin


def _wide(tf: Any, x: Any) -> Any:
    return tf.cast(x, tf.float32) if x.dtype in (tf.float16, tf.bfloat16) else x
