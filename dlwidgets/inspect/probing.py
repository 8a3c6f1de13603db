"""What a model makes of a few samples: activations, gradients and predictions, as histograms."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._messages import tr
from dlwidgets.inspect.activations import activations
from dlwidgets.inspect.choosing import Targets, choose
from dlwidgets.inspect.histograms import histogram
from dlwidgets.inspect.judging import known_output
from dlwidgets.inspect.tracking import GradientProbe, compiled_loss
from dlwidgets.inspect.vectors import predict_places
from dlwidgets.training.errors import explain

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from dlwidgets._keras_types import KerasModel, Nested
    from dlwidgets.inspect.histograms import Histogram

KINDS = ("weights", "gradients", "activations", "predictions")
"""What there are histograms of; the names of histograms begin with one of these and a slash."""

MAX_CLASSES = 20
"""Most classes whose predictions have a histogram each."""

CONFIDENCE = "confidence"
"""After "predictions/": the probability of the predicted class, where there are many classes."""


@dataclass(frozen=True, eq=False)
class Answers:
    """What a model makes of a few samples.

    Attributes:
        activations: By layer, shape (samples, …); empty if there are none.
        gradients: Of the loss, by path of the weight.
        predictions: Probabilities, shape (samples, …, classes), or numbers of a regression; `None`
            if there are none.
        classes: How many classes there are; 0 for a regression.
    """

    activations: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    gradients: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    predictions: NDArray[Any] | None = None
    classes: int = 0

    def histograms(self) -> dict[str, Histogram]:
        """Return the histograms of everything, by kind and name: "activations/conv2d"."""
        found = histograms_of("gradients", self.gradients)
        found |= histograms_of("activations", self.activations)
        if self.predictions is not None:
            found |= prediction_histograms(self.predictions, self.classes)
        return found


class Probing:
    """Asks a model about the same few samples again and again.

    What can't be computed for a model is left out from then on, and `problems` says why.

    Args:
        x: The samples, as the model takes them.
        y: Their targets, for gradients; `None` for none.
        loss: As `compile` takes it; `None` for no gradients.
        loss_weights: As `compile` takes it.

    Attributes:
        x: The samples.
        y: Their targets.
        problems: By kind, why there is nothing of it.

    Example:
        >>> probing = dl.inspect.Probing(np.ones((2, 1)), np.ones((2, 1)), "mse")
        >>> names = list(probing.ask(dl.models.line_neuron()).histograms())
        >>> [name.split("/")[0] for name in names[:2]]
        ['gradients', 'gradients']
    """

    def __init__(
        self, x: Nested, y: Any = None, loss: Any = None, loss_weights: Any = None
    ) -> None:
        self.x, self.y = x, y
        self.problems: dict[str, str] = {}
        self._targets = Targets(y=y)
        self._gradients: GradientProbe | None = None
        if y is None:
            self.problems["gradients"] = tr(
                "There are no gradients, because the probe has no targets. Pass `(x, y)`."
            )
        elif loss is None:
            self.problems["gradients"] = tr(
                "No gradients, because the model isn't compiled with a loss. Pass `loss`."
            )
        else:
            self._gradients = GradientProbe(x, y, loss, loss_weights)

    @classmethod
    def of(cls, model: KerasModel, x: Nested, y: Any = None, loss: Any = None) -> Probing:
        """Return a probing of a model with the loss that it is compiled with.

        Args:
            model: A Keras model.
            x: As for the class.
            y: As for the class.
            loss: Another loss, as `compile` takes it.
        """
        given, weights = (loss, None) if loss is not None else compiled_loss(model)
        return cls(x, y, given, weights)

    def ask(self, model: KerasModel, kinds: Sequence[str] = KINDS) -> Answers:
        """Return what the model makes of the samples.

        Args:
            model: A built Keras model; the first call for it builds graphs.
            kinds: Of `KINDS` those that are wanted.
        """
        found: dict[str, Any] = {}
        jobs: dict[str, Callable[[], Any]] = {
            "activations": lambda: activations(model, self.x),
            "gradients": lambda: self._gradients and self._gradients.values(model),
            "predictions": lambda: self._predicted(model),
        }
        for kind, job in jobs.items():
            if kind not in kinds or kind in self.problems:
                continue
            try:
                found[kind] = job()
            except Exception as error:  # noqa: BLE001 - the user's model, loss or data
                self.problems[kind] = explain(error)
        predictions, classes = found.get("predictions") or (None, 0)
        return Answers(
            found.get("activations") or {}, found.get("gradients") or {}, predictions, classes
        )

    def _predicted(self, model: KerasModel) -> tuple[NDArray[Any], int]:
        choice = choose(model, self._targets)
        output = known_output(model, self.x, choice.output)
        values, _ = predict_places(model, self.x, output)
        ending = choice.ending.settled(values)
        if ending.kind == "regression":
            return values, 0
        probabilities = ending.probabilities(values)
        return probabilities, int(probabilities.shape[-1])


def histograms_of(kind: str, arrays: Mapping[str, Any]) -> dict[str, Histogram]:
    """Return the histograms of arrays by their names, after a kind and a slash.

    Whole numbers, such as those of a seed generator, have none.

    Args:
        kind: Of `KINDS`.
        arrays: By name, such as the path of a weight.

    Example:
        >>> found = dl.inspect.histograms_of("weights", {"dense/bias": np.zeros(3)})
        >>> found["weights/dense/bias"].total
        3
    """
    numbers = {name: np.asarray(array) for name, array in arrays.items()}
    return {
        f"{kind}/{name}": histogram(array)
        for name, array in numbers.items()
        if array.dtype.kind not in "biuOSUT" and array.size
    }


def prediction_histograms(values: NDArray[Any], classes: int) -> dict[str, Histogram]:
    """Return the histograms of predictions: of each class's probability, or of each number.

    Args:
        values: Shape (samples, …, classes), or (samples, …, numbers) of a regression.
        classes: How many classes there are; 0 for a regression.

    Returns:
        By name: "predictions/0" for the first class. Where there are more than `MAX_CLASSES`, only
        "predictions/confidence", of the highest probability of each sample.
    """
    columns = values.reshape(-1, values.shape[-1]) if values.ndim > 1 else values.reshape(-1, 1)
    if columns.shape[1] > MAX_CLASSES:
        if not classes:
            return histograms_of("predictions", {"0": columns})
        with np.errstate(invalid="ignore"):
            return histograms_of("predictions", {CONFIDENCE: columns.max(axis=1)})
    return histograms_of("predictions", {str(i): column for i, column in enumerate(columns.T)})
