"""A model's predictions on held-out samples, also while it trains."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ipywidgets
import numpy as np
import plotly.graph_objects as go

from dlwidgets._formatting import format_number, format_percent
from dlwidgets._messages import tr
from dlwidgets.data import Dataset
from dlwidgets.inspect.choosing import Choice, Targets
from dlwidgets.inspect.judging import no_classes
from dlwidgets.inspect.model_outputs import OutputError
from dlwidgets.inspect.outcomes import true_classes
from dlwidgets.training.prediction import predict_batch
from dlwidgets.training.verdicts import judge, straight_line
from dlwidgets.widgets._fields.output import OutputField, ShowsOneOutput
from dlwidgets.widgets._live.feed import samples_for
from dlwidgets.widgets._live.film import grid_film
from dlwidgets.widgets._live.follower import Follower
from dlwidgets.widgets._live.view import LiveView, MessageLine
from dlwidgets.widgets.primitives.figure import Figure
from dlwidgets.widgets.primitives.image_grid import ImageGrid
from dlwidgets.widgets.primitives.text_line import TextLine

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dlwidgets._keras_types import KerasModel
    from dlwidgets.data import Samples
    from dlwidgets.training.run import Run

MAX_IMAGES = 24
"""Images that are shown, the first ones of the test part."""

_LINE_POINTS = 50
_TITLE = tr("Held-out images")


@dataclass(frozen=True, eq=False)
class _Output:
    """What a model gave for the samples of a data set, and after which step."""

    dataset: Dataset
    values: NDArray[Any]
    choice: Choice
    step: int


class Predictions(ShowsOneOutput, LiveView, ipywidgets.VBox):
    """Held-out images with true class, predicted class and confidence; or points and the fit.

    Args:
        source: A built Keras model, or a `Run` to follow; None for an empty view until `show`.
        dataset: Normalized data. The first 24 images of its test part are shown; of a regression on
            one number all points. Or a `tf.data.Dataset`, `PyDataset` or generator of held-out
            images and their classes.
        output: Name or index of the output that is shown and trained on the data, for a model with
            several. Default: the one that fits the classes.

    Attributes:
        output_field: A menu of the outputs, for a model with several.
        grid: The `ImageGrid`, for images.
        figure: The `Figure`, for a regression on one number.
        equation: The line with the straight line that it has learned, above the figure.
        hold: Whether the view is frozen while its Run continues; settable.
        busy: Whether an update is in progress.
        message: What went wrong; "" for nothing.

    Raises:
        ValueError: The data aren't images and their classes.

    Example:
        >>> digits = dl.data.load("digits").normalized()
        >>> dl.widgets.Predictions(dl.models.mlp((8, 8, 1), 10), digits)
        <Predictions>
    """

    def __init__(
        self,
        source: KerasModel | Run | None = None,
        dataset: Any = None,
        *,
        output: str | int | None = None,
    ) -> None:
        self.grid = ImageGrid(
            title=_TITLE,
            description=tr("Held-out images with true class, predicted class and confidence"),
            empty_text=tr("Predictions on images that the model never trains on appear here."),
        )
        self.figure = Figure(height=320)
        self.figure.layout.display = "none"
        self.equation = TextLine()
        self.equation.add_class("dlw-wrapped")
        self.equation.say("")
        self._dataset: Dataset | None = None
        self._targets = Targets()
        self.output_field = OutputField(self._choose)
        self.message_line = MessageLine()
        self.follower: Follower[_Output | None] = Follower(
            self._compute, self._draw, self.say_error, name="predictions"
        )
        super().__init__(
            [
                self.output_field,
                self.grid,
                self.equation,
                self.figure,
                self.message_line,
                self.follower.controls,
            ]
        )
        self.add_class("dlw-predictions")
        self.follower.filmed = [grid_film(_TITLE, self.grid)]
        if source is not None and dataset is not None:
            self.show(source, dataset, output=output)

    def show(
        self, source: KerasModel | Run, dataset: Any, *, output: str | int | None = None
    ) -> None:
        """Show another model, or follow another Run, from now on.

        Args:
            source: A built Keras model, or a `Run`.
            dataset: As for the class.
            output: As for the class.

        Raises:
            ValueError: As for the class; the view stays as it was.
        """
        if not isinstance(dataset, Dataset):
            dataset = _held_out(samples_for(source, dataset, limit=MAX_IMAGES))
        self.follower.leave()
        self._targets = Targets(dataset.y_test, dataset.class_names, output)
        self._dataset, self._wanted = dataset, None
        images = dataset.kind == "image"
        self.grid.layout.display = None if images else "none"
        self.figure.layout.display = "none" if images else None
        self.equation.say("")
        self.grid.clear()
        self.grid.title = _TITLE
        self.say("")
        self.follower.show(source)

    def _output_chosen(self) -> None:
        self.follower.ask()

    def _compute(self, model: KerasModel) -> _Output | None:
        dataset = self._dataset
        if dataset is None:
            return None
        x = dataset.x_test[:MAX_IMAGES] if dataset.kind == "image" else _line(dataset)
        choice = self._choice(model, self._targets)
        ending = choice.ending
        if dataset.kind == "image" and (choice.doubt or not ending.classes):
            raise OutputError(choice.doubt or no_classes(choice.output))
        values = predict_batch(model, x, choice.output)
        if dataset.kind == "image":
            values = ending.probabilities(values)
        return _Output(dataset, values, choice, self.follower.step)

    def _draw(self, output: _Output | None) -> None:
        if output is None or output.dataset is not self._dataset:
            return
        if output.dataset.kind == "image":
            self._show_images(output)
        else:
            self._show_fit(output)
        self.say("")

    def _show_images(self, output: _Output) -> None:
        images, truth = (
            part[:MAX_IMAGES] for part in (output.dataset.x_test, output.dataset.y_test)
        )
        verdicts = judge(output.values, truth, activation="softmax")
        named, (low, high) = output.dataset.class_names, output.dataset.value_range
        # A data set that was read only in part may not have samples of all classes.
        names = [*named, *(str(i) for i in range(len(named), output.values.shape[-1] + 1))]
        rows = [
            (names[predicted], float(confidence), names[int(true)])
            for predicted, confidence, true in zip(
                verdicts.predicted, verdicts.confidence, truth, strict=True
            )
        ]
        correct = int(verdicts.right.sum())
        self.grid.title = (
            tr("Held-out images: {correct} of {n} correct", correct=correct, n=len(images))
            if output.step < 0
            else tr(
                "Held-out images: {correct} of {n} correct after step {step}",
                correct=correct,
                n=len(images),
                step=output.step,
            )
        )
        self.grid.show(
            images,
            low=low,
            high=high,
            labels=[_label(*row) for row in rows],
            tooltips=[_tooltip(*row) for row in rows],
            border_colors=["good" if right else "bad" for right in verdicts.right],
        )

    def _show_fit(self, output: _Output) -> None:
        dataset, line, fit = output.dataset, _line(output.dataset).ravel(), output.values.ravel()
        figure = go.Figure()
        for name, x, y in (
            (tr("training"), dataset.x_train, dataset.y_train),
            (tr("held out"), dataset.x_test, dataset.y_test),
        ):
            figure.add_scatter(x=x.ravel(), y=y.ravel(), mode="markers", name=name)
        figure.add_scatter(x=line, y=fit, mode="lines", name=tr("model"))
        slope, intercept = straight_line(line, fit)
        sign = "+" if intercept >= 0 else "−"
        equation = f"y = {format_number(slope, 4)}·x {sign} {abs(intercept):.4g}"
        figure.update_layout(xaxis_title="x", yaxis_title="y")
        self.equation.say(tr("The model now: {equation}", equation=equation))
        self.figure.show(figure)


def _held_out(samples: Samples) -> Dataset:
    """Return images and their classes as the test part of a data set."""
    images = samples.x
    if not isinstance(images, np.ndarray) or images.ndim not in (3, 4) or samples.y is None:
        message = tr(
            "Expected a data set of images and their classes. Received: {received}",
            received=tr("no classes")
            if samples.y is None
            else tr("samples of shape {shape}", shape=np.shape(images)[1:]),
        )
        raise ValueError(message)
    truth, columns = true_classes(samples.y)
    classes = max(columns, int(truth.max()) + 1)
    highest = 1.0 if images.max() <= 1 else 255.0
    return Dataset(
        name="",
        title="",
        x_train=images[:0],
        y_train=truth[:0],
        x_test=images,
        y_test=truth,
        class_names=samples.class_names or tuple(str(i) for i in range(classes)),
        task="classification",
        kind="image",
        value_range=(0.0, highest),
        origin="",
    )


def _line(dataset: Dataset) -> NDArray[np.float32]:
    """Return places between a data set's smallest and largest x, shape (n, 1)."""
    x = np.concatenate([dataset.x_train, dataset.x_test])
    return np.linspace(x.min(), x.max(), _LINE_POINTS, dtype=np.float32)[:, np.newaxis]


def _label(predicted: str, confidence: float, true: str) -> str:
    if not math.isfinite(confidence):
        return tr("not a number\ntrue: {true}", true=true)
    sure = format_percent(confidence)
    return tr(
        "{predicted} {confidence}\ntrue: {true}",
        predicted=predicted,
        confidence=sure,
        true=true,
    )


def _tooltip(predicted: str, confidence: float, true: str) -> str:
    if not math.isfinite(confidence):
        return tr("The model's output is not a number. True class: {true}.", true=true)
    return tr(
        "Predicted class: {predicted}, confidence {confidence}. True class: {true}.",
        predicted=predicted,
        confidence=format_percent(confidence, 1),
        true=true,
    )
