"""The outputs of a model by name, which of several is meant, and which labels belong to it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._messages import tr
from dlwidgets._tensorflow import load_keras
from dlwidgets.inspect.endings import Ending, ending_of, label_kind, loss_kind
from dlwidgets.inspect.model_cache import cached_per_model, require_model
from dlwidgets.inspect.tracing import TracingError, trace

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from dlwidgets._keras_types import KerasModel, Nested, Shape
    from dlwidgets.inspect._final_activation import FinalActivation
    from dlwidgets.inspect.endings import LabelKind, LossKind

_CLASSIFIERS = frozenset(
    {"softmax", "sigmoid", "binary_logit", "multi_label", "multi_label_logits"}
)


class OutputError(ValueError):
    """An output that doesn't exist, or isn't known to be the one that is meant."""


@dataclass(frozen=True)
class ModelOutput:
    """One output of a model.

    Attributes:
        name: Its name: the key of a dict of outputs, Keras's name, or "output" and its place.
        index: Its place in `model.outputs`, where dicts are sorted by their keys.
        shape: Its shape without the batch axis.
        activation: The last activation on the way to it.
        loss: What the loss says of it.
    """

    name: str
    index: int
    shape: Shape
    activation: FinalActivation
    loss: LossKind = ""

    @property
    def units(self) -> int:
        """Numbers per prediction, on the last axis; 1 for an output without such an axis."""
        return int(self.shape[-1] or 0) if self.shape else 1

    @property
    def has_places(self) -> bool:
        """Whether there is a prediction per time step, pixel or other place of a sample."""
        return len(self.shape) > 1

    def kind_of(self, y: Any) -> LabelKind:
        """Return what its labels are.

        Args:
            y: Its labels; `None` if there are none. All of them are looked at.
        """
        if y is not None and self.has_places and np.ndim(y) == len(self.shape):
            return label_kind(np.ravel(y))  # a class per place
        return label_kind(y)

    def ending(self, labels: LabelKind = "", classes: int | None = None) -> Ending:
        """Return what its numbers mean.

        Args:
            labels: What its labels are, from `kind_of`; "" if there are none.
            classes: How many classes have names; `None` if that isn't known.
        """
        return ending_of(self.units, self.activation, self.loss, labels=labels, classes=classes)


def outputs_of(model: KerasModel) -> list[ModelOutput]:
    """Return the outputs of a model, a dict's in the order in which it was written.

    Args:
        model: A built Keras model.

    Raises:
        TypeError: It isn't a Keras model.
        ValueError: It isn't built.

    Example:
        >>> from dlwidgets.inspect.model_outputs import outputs_of
        >>> [(o.name, o.shape, o.activation) for o in outputs_of(dl.models.line_neuron())]
        [('neuron', (1,), 'linear')]
    """
    found = _described(require_model(model, built=True))
    loss: Any = getattr(model, "loss", None)
    if isinstance(loss, dict):
        losses = {o.index: loss.get(o.name) for o in found}
    elif isinstance(loss, (list, tuple)):
        losses = dict(enumerate(loss)) if len(loss) == len(found) else {}
    else:
        losses = {o.index: loss for o in found}
    return [replace(o, loss=loss_kind(losses.get(o.index))) for o in found]


def find_output(outputs: Sequence[ModelOutput], wanted: str | int) -> ModelOutput:
    """Return an output by its name or index.

    Args:
        outputs: The outputs of a model, from `outputs_of`.
        wanted: A name, or an index as in `model.outputs`.

    Raises:
        OutputError: There is no such output; the message lists those there are.
    """
    for output in outputs:
        if wanted == (output.name if isinstance(wanted, str) else output.index):
            return output
    if isinstance(wanted, str):
        names = ", ".join(repr(o.name) for o in outputs)
        message = tr(
            "Expected one of the outputs {names}. Received: {name}", names=names, name=repr(wanted)
        )
    else:
        message = tr(
            "Expected `output` from 0 to {last}. Received: {index}",
            last=len(outputs) - 1,
            index=wanted,
        )
    raise OutputError(message)


def default_output(
    outputs: Sequence[ModelOutput], y: Any = None, classes: int | None = None
) -> tuple[ModelOutput, bool]:
    """Return the output that is meant if none is named.

    That is the one that labels or class names fit: those given for it by name or place; else a
    classifier of as many classes. Without either it is the first that ends like a classifier, or
    the first.

    Args:
        outputs: The outputs of a model, from `outputs_of`.
        y: The labels of one output; or a dict or list of those of all.
        classes: How many classes have names; `None` if that isn't known.

    Returns:
        The output, and whether it is the only one that fits.
    """
    if is_structure(y, outputs):
        named = [o for o in outputs if labels_of(o, outputs, y) is not None] or list(outputs)
        kinds = {o.index: o.kind_of(labels_of(o, outputs, y)) for o in named}
        same = [o for o in named if o.ending(kinds[o.index], classes).classes == classes]
        return _most_like_a_classifier(same or named), not classes or len(same) == 1
    truth = None if y is None else np.asarray(y)
    exact = [o for o in outputs if _fits(o, truth, classes)]
    fitting = exact or [o for o in outputs if _fits(o, truth, classes, exactly=False)]
    likely = [o for o in fitting if _likeness(o)] or fitting
    if likely and (truth is not None or classes):
        return likely[0], len(likely) == 1
    return _most_like_a_classifier(outputs), len(outputs) == 1


def choose_output(
    model: KerasModel,
    output: str | int | None = None,
    *,
    y: Any = None,
    classes: int | None = None,
) -> ModelOutput:
    """Return one output of a model.

    Args:
        model: A built Keras model.
        output: Its name or index; `None` for the one that `default_output` returns.
        y: As for `default_output`.
        classes: As for `default_output`.

    Raises:
        TypeError: It isn't a Keras model.
        ValueError: It isn't built.
        OutputError: There is no such output.
    """
    found = outputs_of(model)
    if output is not None:
        return find_output(found, output)
    return default_output(found, y, classes)[0]


def final_activation(model: KerasModel, output: str | int | None = None) -> FinalActivation:
    """Return the last activation on the way to a model's output.

    Args:
        model: A built Keras model.
        output: Which of several outputs: its name or index; `None` for the first that ends like a
            classifier, or the first.

    Returns:
        "softmax", "sigmoid" or "linear"; "" for another, or for a model that can't be traced.

    Raises:
        TypeError: It isn't a Keras model.
        ValueError: It isn't built, or has no such output.

    Example:
        >>> dl.inspect.final_activation(dl.models.mlp((4,), 3))
        'softmax'
        >>> dl.inspect.final_activation(dl.models.line_neuron())
        'linear'
    """
    try:
        trace(model)
    except TracingError:
        return ""
    return choose_output(model, output).activation


def is_structure(y: Any, outputs: Sequence[ModelOutput]) -> bool:
    """Return whether labels are a dict or list of those of several outputs.

    Args:
        y: Labels.
        outputs: The outputs of a model, from `outputs_of`.
    """
    if isinstance(y, dict):
        return True
    several = isinstance(y, (list, tuple)) and len(y) == len(outputs) > 1
    return several and all(np.ndim(part) > 0 for part in y)


def labels_of(output: ModelOutput, outputs: Sequence[ModelOutput], y: Any) -> Any:
    """Return the labels of one output out of those of all; `None` if there are none.

    Args:
        output: The output.
        outputs: All outputs of the model.
        y: A dict or list of labels, as Keras takes them.
    """
    if isinstance(y, dict):
        return y.get(output.name)
    return y[output.index] if is_structure(y, outputs) else None


def _most_like_a_classifier(outputs: Sequence[ModelOutput]) -> ModelOutput:
    return max(outputs, key=_likeness)  # the first of several


def _likeness(output: ModelOutput) -> int:
    """How much an output looks like that of a classifier: 2, 1, or 0 for not at all."""
    kind = output.ending().kind
    if kind == "regression" or not output.units:
        return 0
    scale = 1 if output.has_places else 2
    if kind in _CLASSIFIERS or output.loss == "categorical":
        return 2 * scale
    return scale if kind == "logits" else 0


def label_columns(output: ModelOutput, y: NDArray[Any]) -> int | None:
    """Return how many columns labels have for each prediction of an output.

    Args:
        output: The output.
        y: Its labels, first axis the samples.

    Returns:
        0 for class numbers; `None` for labels of another shape than the output's.
    """
    places = output.shape[:-1]
    more = y.ndim - 1 - len(places)
    given = y.shape[1 : 1 + len(places)]
    if more not in {0, 1} or any(w not in {None, n} for w, n in zip(places, given, strict=True)):
        return None
    return int(y.shape[-1]) if more and y.shape[-1] > 1 else 0


def _fits(
    output: ModelOutput, y: NDArray[Any] | None, classes: int | None, *, exactly: bool = True
) -> bool:
    """Return whether labels and names are those of an output.

    Args:
        output: The output.
        y: Labels; `None` if there are none.
        classes: How many classes have names; `None` if that isn't known.
        exactly: Whether class numbers must reach the output's last class.
    """
    kind = output.kind_of(y)
    ending = output.ending(kind, classes)
    if y is None:
        return ending.classes == classes
    columns = label_columns(output, y)
    if columns is None:
        return False
    if ending.kind == "regression":
        return kind == "numbers" and (columns or 1) == output.units
    if kind == "numbers" or classes not in {None, ending.classes}:
        return False
    if columns:
        return columns == ending.classes
    top = int(y.max(initial=0)) + 1
    return top <= ending.classes if classes or not exactly else max(2, top) == ending.classes


@cached_per_model
def _described(model: KerasModel) -> tuple[ModelOutput, ...]:
    keras = load_keras()
    own = list(getattr(model, "output_names", None) or [])
    activations: list[FinalActivation]
    try:
        traced = trace(model)
    except TracingError:
        structure = _probed(model)
        shapes = [tuple(t.shape)[1:] for t in keras.tree.flatten(structure)]
        activations = [""] * len(shapes)
    else:
        structure = traced.outputs
        shapes = [tuple(t.shape)[1:] for t in traced.output_tensors]
        activations = [traced.activation(i) for i in range(len(shapes))]
        if isinstance(model, keras.Sequential) and traced.heads[0] is not None:
            own = [traced.heads[0].name]
    places = keras.tree.pack_sequence_as(structure, list(range(len(shapes))))
    found: list[ModelOutput] = []
    for path, index in _walk(places):
        name = "/".join(path)
        if not any(part for part in path if not part.isdigit()):  # no dict says what it is called
            name = own[index] if len(own) == len(shapes) else f"output {name}".rstrip()
        taken = {o.name for o in found}
        unique = name if name not in taken else f"{name}:{len(found)}"
        found.append(ModelOutput(unique, index, shapes[index], activations[index]))
    return tuple(found)


def _walk(structure: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], int]]:
    """Yield path and index of each output, in the order in which the model has them."""
    if isinstance(structure, dict):
        for key, part in structure.items():
            yield from _walk(part, (*path, str(key)))
    elif isinstance(structure, (list, tuple)):
        for i, part in enumerate(structure):
            yield from _walk(part, (*path, str(i)))
    else:
        yield path, structure


def _probed(model: KerasModel) -> Nested:
    """What a model that can't be traced gives for a sample of zeros; one unknown output if not."""
    shape = (model.get_build_config() or {}).get("input_shape")
    if shape is None or not all(n is None or isinstance(n, int) for n in shape):
        return np.zeros((1, 0), np.float32)
    dtype = str(getattr(model, "input_dtype", "float32"))
    return model(np.zeros((1, *(n or 32 for n in shape[1:])), dtype), training=False)
