"""The layers of a model in a table, and everything about the one that is chosen."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ipywidgets
from traitlets import Unicode

from dlwidgets.inspect.kernels import KernelImages, image_before, kernel_images
from dlwidgets.inspect.layers import LayerError, find_named, layers_of, no_layer
from dlwidgets.inspect.summary import ModelSummary, summarize
from dlwidgets.inspect.tracking import GradientProbe, LayerHistory, Moment
from dlwidgets.inspect.weights import DeadUnits, dead_units, weight_stats
from dlwidgets.training.errors import explain
from dlwidgets.training.run import Run
from dlwidgets.widgets._core.closing import ClosesChildren
from dlwidgets.widgets._core.signal_blocker import SignalBlocker
from dlwidgets.widgets._live.follower import Follower
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

if TYPE_CHECKING:
    from dlwidgets.inspect.weights import WeightStats
    from dlwidgets.widgets._core.change import Change

_MOST_FACTS = 12
_PROBE = 128  # samples at most that gradients and dead units are measured with
_LONGEST = 500  # characters of what is said


@dataclass(frozen=True, eq=False)
class _Look:
    """What one look at the model found."""

    summary: ModelSummary
    asked: str
    path: str
    problem: str
    stats: WeightStats | None
    kernels: KernelImages | None
    dead: DeadUnits | None
    moments: list[Moment]


class LayerInspector(ClosesChildren, ipywidgets.VBox):
    """A table of all layers; the chosen one with its settings, formula, weights and gradients.

    On a Run it follows the training: the histogram of the weights and its history, and per layer
    the size of the gradient and of the steps. History is kept for all layers from the first look,
    so that one that is chosen later has a past as well.

    Args:
        source: A built Keras model, or a `Run`; None for an empty view until `show`.
        x: Samples to measure gradients and dead units with, as the model takes them; at most 128
            are used. Without them there are neither.
        y: Their targets, for gradients.
        loss: As `compile` takes it; by default the one that the model is compiled with.
        layer: The path name of the layer that is chosen at first; "" shows the first with weights.

    Attributes:
        layer: The chosen layer; changes when the visitor chooses another. An unknown name is told
            in words and changes nothing else.
        table: The `ChoiceTable`.
        follower: What keeps it up to date.
        history: The `LayerHistory` of the present source.

    Example:
        >>> digits = dl.data.load("digits").normalized()
        >>> model = dl.models.compiled("mlp", input_shape=(8, 8, 1), classes=10)
        >>> run = dl.fit(model, digits.x_train, digits.y_train, start=False)
        >>> dl.LayerInspector(run, digits.x_train[:64], digits.y_train[:64])
        LayerInspector(...)
    """

    layer = Unicode("")

    def __init__(
        self,
        source: Any = None,
        x: Any = None,
        y: Any = None,
        *,
        loss: Any = None,
        layer: str = "",
    ) -> None:
        self.history = LayerHistory()
        self._summary: ModelSummary | None = None
        self._summarized: Any = None
        self._probe: GradientProbe | None = None
        self._probe_note = ""
        self._x: Any = None
        self._drawn: tuple[str, int] = ("", -1)
        self._quiet = SignalBlocker()  # while the row that is shown is marked: nobody chose it
        self.follower: Follower[_Look] = Follower(
            self._compute, self._draw, self._failed, name="inspector"
        )
        self.table = ChoiceTable(
            description="layers of the model", empty_text="No model yet.", max_height=420
        )
        self._totals = _label("dlw-message")
        self._title = _label("dlw-inspector-title")
        self._facts = [(_label("dlw-inspector-name"), _label("")) for _ in range(_MOST_FACTS)]
        grid = ipywidgets.Box([w for pair in self._facts for w in pair])
        grid.add_class("dlw-inspector-facts")
        self.histogram = Figure(height=220)
        self.ridge = Figure(height=300)
        self.movement = Chart(
            title="Gradient and movement",
            y_label="norm; share per step",
            height=240,
            log_y=True,
            smoothing=0.0,
            empty_text="Drawn while a Run trains.",
        )
        self.kernels = ImageGrid(title="Kernels", colormap="coolwarm", max_height=320)
        self.channel = ipywidgets.IntSlider(
            description="Input channel", min=0, max=1, style={"description_width": "initial"}
        )
        self._kernel_note = _label("dlw-message")
        self._message = _label("dlw-inspector-message")
        pictures = ipywidgets.VBox([self.kernels, self.channel, self._kernel_note])
        pictures.add_class("dlw-inspector-pictures")
        left = ipywidgets.VBox([self.table, self._totals, pictures])
        right = ipywidgets.VBox([self._title, grid, self.histogram, self.ridge, self.movement])
        both = ipywidgets.Box([left, right])
        both.add_class("dlw-inspector-both")
        super().__init__([self._message, both, self.follower.controls])
        self.add_class("dlw-inspector")
        self._hide_detail()
        self.layer = layer
        self.table.observe(self._row_chosen, "selected")
        self.channel.observe(lambda _change: self.follower.ask(), "value")
        self.observe(lambda _change: self._layer_chosen(), "layer")
        if source is not None:
            self.show(source, x, y, loss=loss)

    @property
    def controls(self) -> Any:
        """Hold button and time budget, shown while a Run is followed."""
        return self.follower.controls

    @property
    def hold(self) -> bool:
        """Whether the view is frozen while its Run goes on."""
        return self.follower.hold

    @hold.setter
    def hold(self, value: bool) -> None:
        self.follower.hold = value

    def show(self, source: Any, x: Any = None, y: Any = None, *, loss: Any = None) -> None:
        """Look at another model or Run from now on.

        Args:
            source: A built Keras model, or a Run.
            x: Samples to measure gradients and dead units with.
            y: Their targets.
            loss: As `compile` takes it; by default the one that the model is compiled with.
        """
        self.follower.leave()
        self.history = LayerHistory()
        self._summary = self._summarized = None
        self._drawn = ("", -1)
        self._x = None if x is None else _first_samples(x)
        self._probe, self._probe_note = None, ""
        model = source.model if isinstance(source, Run) else source
        loss, weights = (loss, None) if loss is not None else _compiled_loss(model)
        if x is not None and y is not None and loss is not None:
            self._probe = GradientProbe(self._x, _first_samples(y), loss, weights)
        elif x is not None and y is not None:
            self._probe_note = (
                "No gradients: the model is not compiled with a loss, so that one must be given."
            )
        self.table.show(COLUMNS, [])
        self.table.empty_text = "Reading the model…"
        self._totals.value = ""
        self._hide_detail()
        self._say("")
        if isinstance(source, Run) and not getattr(source.model, "built", False):
            self.table.empty_text = "The model is built by the first step of its training."
        self.follower.show(source)

    def close(self) -> None:
        """Take the view off the page."""
        self.follower.close()
        super().close()

    # -- one look: on the worker's thread, or the training's -----------------------------------

    def _compute(self, model: Any) -> _Look:
        # `show` begins another history, with samples that are none of this model's.
        history, probe, x = self.history, self._probe, self._x
        if self._summary is None or self._summarized is not model:
            self._summary, self._summarized = summarize(model), model
        summary, step = self._summary, max(0, self.follower.step)
        if history.step != step or not summary.layers:
            history.add(step, model, self._gradients(model, probe))
        asked = self.layer
        path, layer, problem = self._find(model, summary, asked)
        if layer is None:
            return _Look(summary, asked, path, problem, None, None, None, [])
        return _Look(
            summary,
            asked,
            path,
            problem,
            weight_stats(layer.get_weights()) if layer.weights else None,
            kernel_images(layer, self.channel.value, image_before(summary.graph, path)),
            self._dead(model, path, x),
            history.moments(path),
        )

    def _find(self, model: Any, summary: ModelSummary, asked: str) -> tuple[str, Any, str]:
        if asked:
            try:
                return (*find_named(model, asked), "")
            except LayerError as error:
                return "", None, str(error)
        pairs = layers_of(model)
        weighty = [row.path for row in summary.layers if row.parameters and not row.is_model]
        first = weighty[0] if weighty else next((path for path, _ in pairs), "")
        return first, dict(pairs).get(first), ""

    def _gradients(self, model: Any, probe: GradientProbe | None) -> dict[str, float] | None:
        if probe is None:
            return None
        try:
            return probe.norms(model)
        except Exception as error:  # noqa: BLE001 - a loss or data of the user's own: the rest goes on
            if probe is self._probe:  # no other model was shown meanwhile
                self._probe = None
                self._probe_note = f"No gradients: {explain(error)}"
            return None

    def _dead(self, model: Any, path: str, x: Any) -> DeadUnits | None:
        if x is None:
            return None
        try:
            return dead_units(model, x, [path]).get(path)
        except ValueError as error:
            if x is self._x:
                self._x = None
                self._probe_note = f"{self._probe_note} No count of dead units: {error}".strip()
            return None

    # -- to the page ---------------------------------------------------------------------------

    def _draw(self, look: _Look) -> None:
        summary = look.summary
        rows = table_rows(summary)
        if rows != self.table.rows or not rows:
            self.table.empty_text = "The model has no layers."
            self.table.title = summary.name
            self.table.show(COLUMNS, rows, depths=[row.depth for row in summary.layers])
            self._totals.value = totals(summary)
        self._say(" ".join(t for t in (look.problem, summary.graph.note, self._probe_note) if t))
        row = summary.layer(look.path)
        if row is None or self.layer != look.asked:
            return  # another layer was chosen meanwhile: its look is on its way
        if look.asked and look.asked != look.path:
            self.layer = look.path  # the layer's own name was given: its path name holds
        index = [r.path for r in summary.layers].index(look.path)
        if self.table.selected != index:
            with self._quiet:
                self.table.selected = index
        self._title.value = row.path
        self._title.layout.display = None
        pairs = facts(row, look.stats, look.dead)
        for i, (name, text) in enumerate(self._facts):
            shown = i < len(pairs)
            name.value, text.value = pairs[i] if shown else ("", "")
            name.layout.display = text.layout.display = None if shown else "none"
        self._draw_weights(look)
        self._draw_movement(look)
        self._draw_kernels(look.kernels)

    def _draw_weights(self, look: _Look) -> None:
        stats = look.stats
        usable = stats is not None and bool(stats.counts.sum())
        _show(self.histogram, usable)
        if stats is not None and usable:
            self.histogram.show_plain(*histogram(stats))
        lively = len(look.moments) > 1
        _show(self.ridge, lively)
        if lively:
            self.ridge.show_plain(*ridge(look.moments))

    def _draw_movement(self, look: _Look) -> None:
        """The gradient's norm and the size of the steps: what is new since the last look."""
        path, since = self._drawn
        moments = look.moments
        _show(self.movement, len(moments) > 1)
        if path != look.path or (moments and moments[-1].step < since):
            self.movement.clear()
            since = -1
            self.movement.add_series("gradient", name="gradient norm")
            self.movement.add_series("update", name="update ‖Δw‖/‖w‖ per step")
        for key, name in (("gradient", "gradient_norm"), ("update", "update_ratio")):
            values = [(m.step, getattr(m, name)) for m in moments if m.step > since]
            kept = [(step, value) for step, value in values if math.isfinite(value)]
            if kept:
                self.movement.append(key, step=[s for s, _ in kept], value=[v for _, v in kept])
        self._drawn = (look.path, moments[-1].step if moments else -1)

    def _draw_kernels(self, found: KernelImages | None) -> None:
        _show(self.kernels, found is not None)
        _show(self._kernel_note, found is not None)
        _show(self.channel, found is not None and found.channels > 1)
        if found is None:
            return
        self.channel.max = max(1, found.channels - 1)
        several = len(found.labels) > 1
        low, high = (0.0, 1.0) if found.colored else (-found.limit, found.limit)
        self.kernels.colormap = "gray" if found.colored else "coolwarm"
        self.kernels.cell_size, self.kernels.columns = (0, 0) if several else (320, 1)
        self.kernels.title = "Kernels" if several else "Weights as a picture"
        self.kernels.show(
            found.images if several else stretched(found.images),
            labels=found.labels if several else (),
            low=low,
            high=high,
        )
        scale = (
            "middle gray is 0"
            if found.colored
            else f"blue −{found.limit:.2g} to red {found.limit:.2g}"
        )
        self._kernel_note.value = f"{found.caption[0].upper()}{found.caption[1:]}; {scale}."

    def _hide_detail(self) -> None:
        self._title.layout.display = "none"
        for widget in (*(w for pair in self._facts for w in pair), self._kernel_note):
            widget.layout.display = "none"
        for view in (self.histogram, self.ridge, self.movement, self.kernels, self.channel):
            view.layout.display = "none"

    def _say(self, text: str) -> None:
        self._message.value = (text[:1].upper() + text[1:])[:_LONGEST]
        self._message.layout.display = None if text else "none"

    def _failed(self, error: Exception) -> None:
        if not self.table.rows:
            self.table.empty_text = "No layers."
        self._say(f"Not shown: {explain(error)}")

    # -- from the page -------------------------------------------------------------------------

    def _row_chosen(self, change: Change[int]) -> None:
        summary, index = self._summary, change["new"]
        if not self._quiet and summary is not None and 0 <= index < len(summary.layers):
            self.layer = summary.layers[index].path

    def _layer_chosen(self) -> None:
        summary = self._summary
        if summary is not None and self.layer and summary.layer(self.layer) is None:
            names = [row.path for row in summary.layers]
            if not any(row.name == self.layer for row in summary.layers):
                self._say(no_layer(self.layer, names))
                return
        self.follower.ask()


def _label(name: str) -> ipywidgets.Label:
    label = ipywidgets.Label()
    if name:
        label.add_class(name)
    return label


def _show(widget: Any, shown: bool) -> None:
    display = None if shown else "none"
    if widget.layout.display != display:
        widget.layout.display = display


def _first_samples(value: Any) -> Any:
    """The first samples of a batch, also of several inputs."""
    if isinstance(value, dict):
        return {key: _first_samples(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_first_samples(one) for one in value]
    return value[:_PROBE]


def _compiled_loss(model: Any) -> tuple[Any, Any]:
    """What a model is compiled with: its loss and the weights of several, None for none."""
    loss = getattr(model, "loss", None)
    if loss is None:
        return None, None
    try:
        config = model.get_compile_config() or {}
    except (TypeError, NotImplementedError, ValueError):
        config = {}  # a loss of the user's own that cannot be written down
    return loss, config.get("loss_weights")
