"""A table of a model's layers, with details of the selected one."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ipywidgets
from traitlets import Unicode

from dlwidgets._formatting import format_number
from dlwidgets._messages import error_message, join_messages, tr
from dlwidgets._tensorflow import TensorFlowMissingError
from dlwidgets.data.samples import is_stream, take
from dlwidgets.inspect.calling import is_built
from dlwidgets.inspect.kernels import KernelImages, image_before, kernel_images
from dlwidgets.inspect.layers import LayerError, find_named, layers_of, no_layer
from dlwidgets.inspect.summary import ModelSummary, summarize
from dlwidgets.inspect.tracking import GradientProbe, LayerHistory, Moment, compiled_loss
from dlwidgets.inspect.weights import DeadUnits, dead_units, weight_stats
from dlwidgets.recording import RecordedRun, RecordingError
from dlwidgets.training.errors import explain
from dlwidgets.training.model_source import ModelSource
from dlwidgets.training.run import Run
from dlwidgets.widgets._core.signal_blocker import SignalBlocker
from dlwidgets.widgets._live.cursor import ChartCursors
from dlwidgets.widgets._live.feed import samples_for
from dlwidgets.widgets._live.film import grid_film
from dlwidgets.widgets._live.follower import Follower
from dlwidgets.widgets._live.view import LiveView, MessageLine
from dlwidgets.widgets.inspect._layer_facts import (
    COLUMNS,
    facts,
    histogram,
    ridge,
    stretched,
    table_rows,
    totals,
)
from dlwidgets.widgets.primitives.chart import Chart
from dlwidgets.widgets.primitives.choice_table import ChoiceTable
from dlwidgets.widgets.primitives.figure import Figure
from dlwidgets.widgets.primitives.image_grid import ImageGrid
from dlwidgets.widgets.primitives.text_line import TextLine

if TYPE_CHECKING:
    from dlwidgets._keras_types import AnyLayer, KerasModel, Nested
    from dlwidgets.inspect.weights import WeightStats
    from dlwidgets.widgets._core.change import Change

_MAX_FACTS = 12
_PROBE_SAMPLES = 128


@dataclass(frozen=True, eq=False)
class _Inspection:
    """Everything about the model and the selected layer at one moment."""

    summary: ModelSummary
    asked: str
    path: str
    problem: str
    stats: WeightStats | None = None
    kernels: KernelImages | None = None
    dead: DeadUnits | None = None
    moments: tuple[Moment, ...] = ()


class LayerInspector(LiveView, ipywidgets.VBox):
    """A table of all layers, with settings, formula, weights and gradients of the selected one.

    With a Run it is updated during training, and shows how the weights' distribution, the gradient
    norm and the update size develop. The history is kept for all layers from the first update on,
    so that a layer selected later has one as well.

    Args:
        source: A built Keras model or a Run. `None` for an empty view until `show`.
        x: Samples as the model takes them, or a data set or generator (see `dl.data.take`), for
            gradients and dead units; at most 128 are used. Without them there are neither.
        y: Their targets, for gradients. A data set brings its own.
        loss: A loss as for `compile`. Default: the loss that the model is compiled with.
        layer: The path of the layer that is selected at first; "" for the first with weights.

    Attributes:
        layer: The path of the selected layer. Settable. An unknown name leads to a message and
            changes nothing else.
        table: The layers, a `ChoiceTable`.
        history: The `LayerHistory` of the current source.
        hold: Whether the view is frozen while its Run continues. Settable.
        busy: Whether an update is in progress.
        message: What can't be shown, and why; "" for nothing.

    Example:
        >>> digits = dl.data.load("digits").normalized()
        >>> model = dl.models.compiled("mlp", input_shape=(8, 8, 1), classes=10)
        >>> run = dl.fit(model, digits.x_train, digits.y_train, start=False)
        >>> dl.LayerInspector(run, digits.x_train[:64], digits.y_train[:64])
        <LayerInspector>
    """

    layer = Unicode("")

    def __init__(
        self,
        source: KerasModel | Run | None = None,
        x: Nested = None,
        y: Nested = None,
        *,
        loss: Any = None,
        layer: str = "",
    ) -> None:
        self.history = LayerHistory()
        self._summary: ModelSummary | None = None
        self._summarized: KerasModel | None = None
        self._probe: GradientProbe | None = None
        self._probe_message = ""
        self._x: Nested = None
        self._drawn: tuple[str, int] = ("", -1)
        self._quiet = SignalBlocker()  # while the view marks a row by itself
        self.follower: Follower[_Inspection] = Follower(
            self._compute, self._draw, self._failed, name="inspector"
        )
        self.message_line = MessageLine()
        self.message_line.add_class("dlw-inspector-message")
        both = ipywidgets.Box([self._make_overview(), self._make_details()])
        both.add_class("dlw-inspector-both")
        super().__init__([self.message_line, both, self.follower.controls])
        self.add_class("dlw-inspector")
        self.follower.filmed = [grid_film(tr("Kernels"), self.kernels)]
        self._hide_details()
        self.layer = layer
        self.table.observe(self._row_chosen, "selected")
        self.channel.observe(lambda _change: self.follower.ask(), "value")
        self.observe(lambda _change: self._layer_set(), "layer")
        if source is not None:
            self.show(source, x, y, loss=loss)

    def _make_overview(self) -> ipywidgets.VBox:
        self.table = ChoiceTable(
            description=tr("Layers of the model"), empty_text=tr("No model yet."), max_height=420
        )
        self._totals = _text_line("dlw-message")
        self.kernels = ImageGrid(title=tr("Kernels"), colormap="coolwarm", max_height=320)
        self.channel = ipywidgets.IntSlider(
            description=tr("Input channel"),
            min=0,
            max=1,
            tooltip=tr("The input channel of the kernels that are shown, counted from 0."),
            style={"description_width": "initial"},
        )
        self._kernel_caption = _text_line("dlw-message")
        images = ipywidgets.VBox([self.kernels, self.channel, self._kernel_caption])
        images.add_class("dlw-inspector-pictures")
        return ipywidgets.VBox([self.table, self._totals, images])

    def _make_details(self) -> ipywidgets.VBox:
        self._title = _text_line("dlw-inspector-title")
        self._facts = [(_text_line("dlw-inspector-name"), _text_line()) for _ in range(_MAX_FACTS)]
        grid = ipywidgets.Box([line for pair in self._facts for line in pair])
        grid.add_class("dlw-inspector-facts")
        self.histogram = Figure(height=220)
        self.ridge = Figure(height=300)
        self.movement = Chart(
            title=tr("Gradient and update"),
            y_label=tr("norm; ratio per step"),
            height=240,
            log_y=True,
            smoothing=0.0,
            empty_text=tr("Drawn while a run trains."),
        )
        self._cursors = ChartCursors((self.movement,))
        return ipywidgets.VBox([self._title, grid, self.histogram, self.ridge, self.movement])

    def show(
        self,
        source: KerasModel | Run | RecordedRun,
        x: Nested = None,
        y: Nested = None,
        *,
        loss: Any = None,
    ) -> None:
        """Show another model or Run.

        Args:
            source: A built Keras model or a Run.
            x: As for the class.
            y: As for the class.
            loss: As for the class.

        Raises:
            ValueError: `x` and `y` can't be used; the view stays as it was.
        """
        model: Any = source.model if isinstance(source, Run) else source
        if isinstance(source, RecordedRun):
            model = _architecture_of(source)
            given = samples_for(source, x, y)
            x, y = given.x, given.y
        taken = take(x, y, limit=_PROBE_SAMPLES, model=model)
        self.follower.leave()
        self.history = LayerHistory()
        self._summary = self._summarized = None
        self._drawn = ("", -1)
        self.note = taken.note if is_stream(x) else ""
        self._prepare_probe(model, taken.x, taken.y, loss)
        self.table.show(COLUMNS, [])
        self.table.empty_text = tr("Reading the model…")
        self._totals.value = ""
        self._hide_details()
        self.say("")
        if isinstance(source, Run) and not is_built(source.model):
            self.table.empty_text = tr("The model is built in its first training step.")
        self._cursors.show(source if isinstance(source, Run | RecordedRun) else None)
        self.follower.show(source)

    def _release(self) -> None:
        self._cursors.leave()
        super()._release()

    def _prepare_probe(self, model: KerasModel, x: Nested, y: Nested, loss: Any) -> None:
        self._x = x
        self._probe, self._probe_message = None, ""
        loss, weights = (loss, None) if loss is not None else compiled_loss(model)
        if x is None or y is None:
            return
        if loss is None:
            self._probe_message = tr(
                "No gradients, because the model isn't compiled with a loss. Pass `loss`."
            )
        else:
            self._probe = GradientProbe(x, y, loss, weights)

    # -- one update: on the worker's thread, or the training thread --------------------------------

    def _compute(self, model: KerasModel) -> _Inspection:
        # `show` starts another history, with samples of another model.
        history, probe, x = self.history, self._probe, self._x
        if self._summary is None or self._summarized is not model:
            self._summary, self._summarized = summarize(model), model
        summary, step = self._summary, max(0, self.follower.step)
        new = history.step != step or not summary.layers
        if new and not self.follower.in_past:  # the history is of what came one after the other
            history.add(step, model, self._gradients(model, probe))
        asked = self.layer
        path, layer, problem = self._find(model, summary, asked)
        if layer is None:
            return _Inspection(summary, asked, path, problem)
        return _Inspection(
            summary,
            asked,
            path,
            problem,
            weight_stats(layer.get_weights()) if layer.weights else None,
            kernel_images(layer, self.channel.value, image_before(summary.graph, path)),
            self._dead(model, path, x),
            tuple(history.moments(path)),
        )

    def _find(
        self, model: KerasModel, summary: ModelSummary, asked: str
    ) -> tuple[str, AnyLayer | None, str]:
        """Return path and layer to show, and why it isn't the one that was asked for."""
        if asked:
            try:
                return (*find_named(model, asked), "")
            except LayerError as error:
                return "", None, error_message(error)
        pairs = layers_of(model)
        weighty = [row.path for row in summary.layers if row.parameters and not row.is_model]
        first = weighty[0] if weighty else next((path for path, _ in pairs), "")
        return first, dict(pairs).get(first), ""

    def _gradients(self, model: KerasModel, probe: GradientProbe | None) -> dict[str, float] | None:
        if probe is None:
            return None
        try:
            return probe.norms(model)
        except Exception as error:  # noqa: BLE001 - the user's loss or data; the rest is shown
            if probe is self._probe:  # no other model was shown in the meantime
                self._probe = None
                self._probe_message = tr("No gradients. {reason}", reason=explain(error))
            return None

    def _dead(self, model: KerasModel, path: str, x: Nested) -> DeadUnits | None:
        if x is None:
            return None
        try:
            return dead_units(model, x, [path]).get(path)
        except ValueError as error:
            if x is self._x:
                self._x = None
                reason = tr("No count of dead units. {reason}", reason=explain(error))
                self._probe_message = join_messages([self._probe_message, reason])
            return None

    # -- to the page -------------------------------------------------------------------------------

    def _draw(self, found: _Inspection) -> None:
        summary = found.summary
        rows = table_rows(summary)
        if rows != self.table.rows or not rows:
            self.table.empty_text = tr("The model has no layers.")
            self.table.title = summary.name
            self.table.show(COLUMNS, rows, depths=[row.depth for row in summary.layers])
            self._totals.value = totals(summary)
        self.say(join_messages([found.problem, summary.graph.note, self._probe_message]))
        row = summary.layer(found.path)
        if row is None or self.layer != found.asked:
            return  # another layer was selected in the meantime: its update follows
        if found.asked and found.asked != found.path:
            self.layer = found.path  # the layer's own name was given
        index = [r.path for r in summary.layers].index(found.path)
        if self.table.selected != index:
            with self._quiet:
                self.table.selected = index
        self._title.value = row.path
        self._title.layout.display = None
        pairs = facts(row, found.stats, found.dead)
        for i, (name, text) in enumerate(self._facts):
            name.value, text.value = pairs[i] if i < len(pairs) else ("", "")
            _set_visible(name, i < len(pairs))
            _set_visible(text, i < len(pairs))
        self._draw_weights(found)
        self._draw_movement(found)
        self._draw_kernels(found.kernels)

    def _draw_weights(self, found: _Inspection) -> None:
        stats = found.stats
        usable = stats is not None and bool(stats.counts.sum())
        _set_visible(self.histogram, usable)
        if stats is not None and usable:
            self.histogram.show_plain(*histogram(stats))
        lively = len(found.moments) > 1
        _set_visible(self.ridge, lively)
        if lively:
            self.ridge.show_plain(*ridge(list(found.moments)))

    def _draw_movement(self, found: _Inspection) -> None:
        """Append the gradient norms and update ratios since the last update."""
        path, since = self._drawn
        moments = found.moments
        _set_visible(self.movement, len(moments) > 1)
        if path != found.path or (moments and moments[-1].step < since):
            self.movement.clear()
            since = -1
            self.movement.add_series("gradient", name=tr("gradient norm"))
            self.movement.add_series("update", name=tr("update ‖Δw‖/‖w‖ per step"))
        for key, name in (("gradient", "gradient_norm"), ("update", "update_ratio")):
            values = [(m.step, getattr(m, name)) for m in moments if m.step > since]
            kept = [(step, value) for step, value in values if math.isfinite(value)]
            if kept:
                self.movement.append(key, step=[s for s, _ in kept], value=[v for _, v in kept])
        self._drawn = (found.path, moments[-1].step if moments else -1)

    def _draw_kernels(self, found: KernelImages | None) -> None:
        _set_visible(self.kernels, found is not None)
        _set_visible(self._kernel_caption, found is not None)
        _set_visible(self.channel, found is not None and found.channels > 1)
        if found is None:
            return
        self.channel.max = max(1, found.channels - 1)
        several = len(found.labels) > 1
        low, high = (0.0, 1.0) if found.colored else (-found.limit, found.limit)
        self.kernels.colormap = "gray" if found.colored else "coolwarm"
        self.kernels.cell_size, self.kernels.columns = (0, 0) if several else (320, 1)
        self.kernels.title = tr("Kernels") if several else tr("Weights as an image")
        self.kernels.show(
            found.images if several else stretched(found.images),
            labels=found.labels if several else (),
            low=low,
            high=high,
        )
        scale = (
            tr("middle gray is 0")
            if found.colored
            else tr(
                "from {low} (blue) to {high} (red)",
                low=format_number(-found.limit, 2),
                high=format_number(found.limit, 2),
            )
        )
        self._kernel_caption.value = join_messages([found.caption, scale], " · ")

    def _hide_details(self) -> None:
        lines = [line for pair in self._facts for line in pair]
        views = [self.histogram, self.ridge, self.movement, self.kernels, self.channel]
        for widget in (self._title, self._kernel_caption, *lines, *views):
            _set_visible(widget, False)

    def _failed(self, error: Exception) -> None:
        if not self.table.rows:
            self.table.empty_text = tr("No layers.")
        self.say_error(error)

    # -- from the page -----------------------------------------------------------------------------

    def _row_chosen(self, change: Change[int]) -> None:
        summary, index = self._summary, change["new"]
        if not self._quiet and summary is not None and 0 <= index < len(summary.layers):
            self.layer = summary.layers[index].path

    def _layer_set(self) -> None:
        summary = self._summary
        if summary is not None and self.layer and summary.layer(self.layer) is None:
            names = [row.path for row in summary.layers]
            if not any(row.name == self.layer for row in summary.layers):
                self.say(no_layer(self.layer, names))
                return
        self.follower.ask()


def _text_line(name: str = "") -> TextLine:
    line = TextLine()
    if name:
        line.add_class(name)
    return line


def _architecture_of(recorded: RecordedRun) -> Any:
    """Return the model of a recorded run; None where it can't be rebuilt, which an update says."""
    try:
        return ModelSource(recorded).architecture
    except (RecordingError, TensorFlowMissingError):
        return None


def _set_visible(widget: ipywidgets.DOMWidget, visible: bool) -> None:
    display = None if visible else "none"
    if widget.layout.display != display:
        widget.layout.display = display
