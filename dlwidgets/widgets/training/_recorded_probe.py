"""What a model made of the samples that were recorded with each snapshot, without TensorFlow."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ipywidgets
import numpy as np

from dlwidgets._formatting import format_percent
from dlwidgets._messages import error_message, tr
from dlwidgets.recording import RecordingError
from dlwidgets.training.verdicts import as_probabilities, judge
from dlwidgets.vision.activation_view import formed, reduced_maps
from dlwidgets.vision.channels import channel_images
from dlwidgets.widgets._core.closing import ClosesChildren
from dlwidgets.widgets._core.signal_blocker import SignalBlocker
from dlwidgets.widgets._core.text import as_text, own_name
from dlwidgets.widgets._core.ticker import TICKER
from dlwidgets.widgets._core.worker import Worker
from dlwidgets.widgets._live.film import grid_film
from dlwidgets.widgets._live.moment import moment_of
from dlwidgets.widgets.primitives.class_bars import ClassBars
from dlwidgets.widgets.primitives.figure import Figure
from dlwidgets.widgets.primitives.image_grid import ImageGrid
from dlwidgets.widgets.primitives.text_line import TextLine
from dlwidgets.widgets.training._run_rows import about_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dlwidgets.recording import Probe, RecordedRun
    from dlwidgets.widgets._core.change import Change

MAX_SAMPLES = 64
"""Samples that are shown, the first ones of the probe."""

_MAX_SIDE = 64  # pixels of a feature map
_MAX_CHANNELS = 256
_MAX_BARS = 10
_CHANNELS = (1, 3, 4)

NO_PROBE = tr(
    "No samples were recorded with the snapshots. Pass `record=dl.record(probe=x[:32])` to "
    "`dl.fit` to see their activations and predictions here."
)


@dataclass(frozen=True, eq=False)
class _Shown:
    """A probe, and the step that it is of."""

    probe: Probe
    step: int


class RecordedProbe(ClosesChildren, ipywidgets.VBox):
    """Recorded samples with their predictions, and the feature maps of the one that is selected.

    It follows the moment that all views of the run show.

    Args:
        recorded: The recorded run.

    Attributes:
        grid: The samples, an `ImageGrid`; hidden where they aren't images.
        sample: The number of the selected sample, a slider; hidden where they are images.
        bars: Its class probabilities.
        layer: The menu of the recorded layers.
        maps: The feature maps of the layer.
        units: The activations of a layer without feature maps.
        message_line: Why there is nothing to see.
        shown_step: The step that is shown; -1 before there is one.
    """

    def __init__(self, recorded: RecordedRun) -> None:
        self._recorded = recorded
        self._of_page = bool(about_of(recorded.info).get("page"))
        self._lock = threading.RLock()
        self._shown: _Shown | None = None
        self._setting = SignalBlocker()
        self._worker = Worker("dlwidgets-probe", self._failed)
        self._moment = moment_of(recorded)
        self._newest = -2
        self._visits: int | None = None  # the step that is shown for a film
        self.drawn_step = -2
        """The step that was drawn last, for a film."""
        self.message_line = TextLine()
        self.message_line.add_class("dlw-message")
        self._make_parts()
        super().__init__([self._samples, self._activations, self.message_line])
        self.add_class("dlw-recorded-probe")
        self.filmed = [
            grid_film(tr("Recorded samples"), self.grid),
            grid_film(tr("Recorded feature maps"), self.maps),
        ]
        self.grid.observe(self._changed, "selected")
        self.sample.observe(self._changed, "value")
        self.layer.observe(self._changed, "value")
        self._moment.join(self)
        self._read()
        TICKER.add(self)

    @property
    def shown_step(self) -> int:
        """The step that is shown; -1 before there is one."""
        return -1 if self._shown is None else self._shown.step

    @property
    def busy(self) -> bool:
        """Whether something is being read, or waits to be."""
        return self._worker.busy

    def _make_parts(self) -> None:
        self.grid = ImageGrid(
            title=tr("Recorded samples"),
            description=tr("Recorded samples with predicted class, confidence and true class"),
            cell_size=56,
            max_height=320,
        )
        self.sample = ipywidgets.IntSlider(
            description=tr("Sample"), min=0, max=0, tooltip=tr("The recorded sample to show.")
        )
        self.bars = ClassBars(title=tr("Prediction"))
        self.layer = ipywidgets.Dropdown(
            description=tr("Layer"), options=[], style={"description_width": "initial"}
        )
        self.maps = ImageGrid(
            colormap="viridis", max_height=360, description=tr("Recorded feature maps")
        )
        self.units = Figure(height=240)
        self._samples = ipywidgets.VBox([self.grid, self.sample, self.bars])
        self._activations = ipywidgets.VBox([self.layer, self.maps, self.units])
        for part in (self.grid, self.sample, self.bars, self.maps, self.units, self._activations):
            _show(part, shown=False)

    # -- following -----------------------------------------------------------------------------

    def moved(self, _step: int | None) -> bool:
        """Show another moment; called by the moment."""
        if self._visits is not None:
            return False
        self._read()
        return True

    def visit(self, step: int) -> None:
        """Show a recorded step for a film, whatever the moment is.

        Args:
            step: The step of a snapshot.
        """
        self._visits, self.drawn_step = step, -2
        self._read()

    def end_visit(self) -> None:
        """Show the moment again, after a film."""
        self._visits = None
        self._read()

    def tick(self) -> bool:
        """Show the newest snapshot of a run that another kernel trains; called by the ticker."""
        snapshots = self._recorded.snapshots
        newest = snapshots[-1].step if snapshots else -1
        if newest != self._newest:
            self._newest = newest
            if self._moment.step is None:
                self._read()
        return not self._recorded.state.ended

    def _read(self) -> None:
        self._worker.submit(self._show_moment)

    def _show_moment(self) -> None:
        number, step = self._moment.number, self._moment.step  # in this order, see `Moment.shown`
        step = step if self._visits is None else self._visits
        try:
            if not self._recorded.snapshots:
                return  # the timeline says so
            found = self._recorded.nearest(self._recorded.step_count if step is None else step)
            probe = self._recorded.probe(found.step)
            shown = _Shown(probe, probe.step)
            with self._lock:
                self._shown = shown
                self._draw(shown)
            self.drawn_step = shown.step
        finally:
            self._moment.shown(self, number)

    def _failed(self, error: Exception) -> None:
        known = isinstance(error, RecordingError)
        text = error_message(error) if known else str(error)
        self.message_line.say(tr("The snapshot can't be shown. {reason}", reason=text), bad=True)

    def _changed(self, _change: Change[Any]) -> None:
        with self._lock:
            if not self._setting and self._shown is not None:
                self._draw_sample(self._shown.probe)

    # -- drawing -------------------------------------------------------------------------------

    def _draw(self, shown: _Shown) -> None:
        probe = shown.probe
        nothing = probe.predictions is None and not probe.activations
        # On a page nobody passes arguments to `dl.fit`.
        self.message_line.say(NO_PROBE if nothing and not self._of_page else "")
        with self._setting:
            self._draw_samples(probe, shown.step)
            names = list(probe.activations)
            if names != [value for _, value in self.layer.options]:
                self.layer.options = [(own_name(name), name) for name in names]
                maps = [name for name in names if probe.activations[name].ndim == 4]
                self.layer.value = next(iter([*maps, *names]), None)
            _show(self._activations, shown=bool(names))
        self._draw_sample(probe)

    def _draw_samples(self, probe: Probe, step: int) -> None:
        images = _images(probe.inputs)
        count = len(probe.predictions) if probe.predictions is not None else 0
        count = min(MAX_SAMPLES, count or (0 if probe.inputs is None else len(probe.inputs)))
        _show(self.grid, shown=images is not None)
        _show(self.sample, shown=images is None and count > 1)
        self.sample.max = max(0, count - 1)
        if images is None:
            return
        labels, borders = _captions(probe, count)
        with self.grid.hold_sync():  # one message
            self.grid.title = tr("Recorded samples after step {step}", step=step)
            self.grid.show(images[:count], labels=labels, border_colors=borders)
            self.grid.selected = max(self.grid.selected, 0)

    @property
    def _index(self) -> int:
        return max(0, self.grid.selected) if self.grid.count else int(self.sample.value)

    def _draw_sample(self, probe: Probe) -> None:
        index, scores = self._index, probe.predictions
        usable = scores is not None and scores.ndim == 2 and index < len(scores)
        _show(self.bars, shown=usable)
        if scores is not None and usable:
            names = _names(probe, scores.shape[1])
            self.bars.show(as_probabilities(scores[index]), names, top=_MAX_BARS)
        layer = self.layer.value
        outputs = probe.activations.get(layer) if layer else None
        if outputs is None or index >= len(outputs):
            _show(self.maps, shown=False)
            _show(self.units, shown=False)
            return
        values, form = formed(np.asarray(outputs[index], np.float32))
        _show(self.maps, shown=form == "maps")
        _show(self.units, shown=form == "units")
        if form == "maps":
            maps = channel_images(reduced_maps(values, _MAX_SIDE))[:_MAX_CHANNELS]
            self.maps.show(maps[..., np.newaxis], labels=[str(i) for i in range(len(maps))])
        elif form == "units":
            self.units.show_plain(*_bars_of(values))

    def _release(self) -> None:
        TICKER.remove(self)
        self._moment.leave(self)
        self._worker.close()
        super()._release()


def _show(part: ipywidgets.DOMWidget, *, shown: bool) -> None:
    display = None if shown else "none"
    if part.layout.display != display:
        part.layout.display = display


def _images(inputs: NDArray[Any] | None) -> NDArray[Any] | None:
    """Return the samples as images, if they are some."""
    if inputs is None or inputs.dtype.kind not in "uif":
        return None
    if inputs.ndim == 3 and min(inputs.shape[1:]) >= 2:
        return inputs
    return inputs if inputs.ndim == 4 and inputs.shape[-1] in _CHANNELS else None


def _names(probe: Probe, classes: int) -> list[str]:
    named = [as_text(name) for name in probe.class_names[:classes]]
    return [*named, *(str(i) for i in range(len(named), classes))]


def _captions(probe: Probe, count: int) -> tuple[list[str], list[str]]:
    """Return what stands below each sample, and whether it is right."""
    scores, labels = probe.predictions, probe.labels
    if scores is None or scores.ndim != 2 or scores.shape[1] < 2:
        return [], []
    if labels is None:
        return [_predicted(probe, row) for row in scores[:count]], []
    truth = np.asarray(labels)
    truth = truth.argmax(axis=1) if truth.ndim == 2 and truth.shape[1] > 1 else truth.reshape(-1)
    if len(truth) < count or truth.dtype.kind not in "iuf":
        return [], []
    verdicts = judge(scores[:count], truth[:count])
    names = _names(probe, max(scores.shape[1], 2, int(truth[:count].max(initial=0)) + 1))
    texts: list[str] = [
        tr(
            "{predicted} {confidence}\ntrue: {true}",
            predicted=names[predicted],
            confidence=format_percent(float(confidence)),
            true=names[int(true)],
        )
        if np.isfinite(confidence)
        else tr("not a number\ntrue: {true}", true=names[int(true)])
        for predicted, confidence, true in zip(
            verdicts.predicted, verdicts.confidence, truth[:count], strict=True
        )
    ]
    return texts, ["good" if right else "bad" for right in verdicts.right]


def _predicted(probe: Probe, row: NDArray[Any]) -> str:
    likely = as_probabilities(row)
    if not np.isfinite(likely).all():
        return tr("not a number")
    best = int(likely.argmax())
    name = _names(probe, len(likely))[best]
    confidence = format_percent(float(likely[best]))
    return tr("{predicted} {confidence}", predicted=name, confidence=confidence)


def _bars_of(values: NDArray[Any]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    trace = {"type": "bar", "x": np.arange(len(values)), "y": values.astype(np.float64)}
    layout = {
        "xaxis": {"title": {"text": tr("unit")}},
        "yaxis": {"title": {"text": tr("activation")}},
        "margin": {"l": 60, "r": 12, "t": 12, "b": 50},
        "bargap": 0.15,
    }
    return [trace], layout
