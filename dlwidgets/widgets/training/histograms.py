"""Histograms of weights, gradients, activations and predictions over the steps of a run."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ipywidgets
from traitlets import Enum, Unicode

from dlwidgets._messages import tr
from dlwidgets.data.samples import is_stream, take
from dlwidgets.inspect.calling import is_built
from dlwidgets.inspect.histogram_history import HistogramHistory, place_of, recorded_series
from dlwidgets.inspect.histograms import series_of
from dlwidgets.inspect.probing import KINDS, Probing, histograms_of
from dlwidgets.inspect.tracking import weight_paths
from dlwidgets.recording.recorded_run import RecordedRun
from dlwidgets.training.run import Run
from dlwidgets.training.run_engine import engine_of
from dlwidgets.widgets._core.signal_blocker import SignalBlocker
from dlwidgets.widgets._core.text import own_name
from dlwidgets.widgets._core.ticker import TICKER
from dlwidgets.widgets._core.worker import Worker
from dlwidgets.widgets._live.follower import SHARED, Follower
from dlwidgets.widgets._live.moment import Moment, moment_of
from dlwidgets.widgets._live.view import LiveView, MessageLine
from dlwidgets.widgets.primitives.histogram_plot import FORMS, HistogramPlot
from dlwidgets.widgets.training import _histogram_names as naming

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Self

    from dlwidgets._keras_types import KerasModel, Nested
    from dlwidgets.inspect.histograms import Histogram, HistogramSeries
    from dlwidgets.widgets._core.change import Change

_PROBE_SAMPLES = 128
_OTHERS = 2.0  # seconds between two histograms of what isn't shown
_READ = 2.0  # seconds between two looks at a recording that another kernel writes


@dataclass(frozen=True, eq=False)
class _News:
    """Histograms of a model at one step."""

    step: int
    place: tuple[float, float]
    found: Mapping[str, Histogram]
    problems: Mapping[str, str]


class Histograms(LiveView, ipywidgets.VBox):
    """Histograms over the steps of a run: of weights, gradients, activations and predictions.

    With a Run they are computed while it trains, within the time budget of its live views. A
    recorded run shows what was recorded, without TensorFlow. A selected step is the one that all
    views of the run show.

    Args:
        source: A Run, a `RecordedRun`, or a built Keras model. `None` for an empty view until
            `show`.
        x: Samples as the model takes them, or a data set or generator, for everything but weights;
            at most 128 are used. A recorded run has its own.
        y: Their targets, for gradients. A data set brings its own.
        kind: What is shown at first: `"weights"`, `"gradients"`, `"activations"` or
            `"predictions"`.
        layer: The layer that is shown at first; `""` for all.
        form: `"ridge"` or `"heat"`.
        class_names: Names of the classes, for predictions.
        loss: A loss as for `compile`. Default: the loss that the model is compiled with.

    Attributes:
        kind: What is shown. Settable.
        layer: The layer that is shown; `""` for all. Settable.
        plot: The `HistogramPlot`.
        history: The histograms of all kinds, by names such as "weights/dense/kernel".
        hold: Whether the view is frozen while its Run continues. Settable.
        busy: Whether an update is in progress.
        message: What can't be shown, and why; `""` for nothing.

    Example:
        >>> digits = dl.data.load("digits").normalized()
        >>> model = dl.models.compiled("mlp", input_shape=(8, 8, 1), classes=10)
        >>> run = dl.fit(model, digits.x_train, digits.y_train, start=False)
        >>> dl.Histograms(run, digits.x_test, digits.y_test)
        <Histograms>
    """

    kind = Enum(list(KINDS), default_value="weights")
    layer = Unicode("")

    def __init__(
        self,
        source: KerasModel | Run | RecordedRun | None = None,
        x: Nested = None,
        y: Nested = None,
        *,
        kind: str = "weights",
        layer: str = "",
        form: str = FORMS[0],
        class_names: Sequence[str] = (),
        loss: Any = None,
    ) -> None:
        self.history = HistogramHistory()
        self._class_names: tuple[str, ...] = ()
        self._probing: Probing | None = None
        self._recorded: RecordedRun | None = None
        self._moment: Moment | None = None
        self._own_at: int | None = SHARED
        self._problems: dict[str, str] = {}
        self._others_at = self._read_at = 0.0
        self._quiet = SignalBlocker()
        self.follower: Follower[_News] = Follower(
            self._compute, self._draw, self.say_error, name="histograms"
        )
        self._reader = Worker("dlwidgets-histograms-reader", self.say_error)
        self.message_line = MessageLine()
        self.plot = HistogramPlot(form=form)
        self.plot.on_moment(self._step_chosen)
        self.kind_field = naming.menu(tr("Show"), [(naming.LABELS[one], one) for one in KINDS])
        self.layer_field = naming.menu(tr("Layer"), [(tr("All layers"), "")])
        self._fields = ipywidgets.HBox([self.kind_field, self.layer_field])
        self._fields.add_class("dlw-histograms-fields")
        super().__init__([self._fields, self.message_line, self.plot, self.follower.controls])
        self.add_class("dlw-histograms-view")
        self.kind, self.layer = kind, layer
        self.kind_field.value = kind
        self.kind_field.observe(lambda change: self.set_trait("kind", change["new"]), "value")
        self.layer_field.observe(self._layer_chosen, "value")
        self.observe(self._kind_set, "kind")
        self.observe(self._layer_set, "layer")
        if source is not None:
            self.show(source, x, y, class_names=class_names, loss=loss)

    def show(
        self,
        source: KerasModel | Run | RecordedRun,
        x: Nested = None,
        y: Nested = None,
        *,
        class_names: Sequence[str] = (),
        loss: Any = None,
    ) -> None:
        """Show another model or run.

        Args:
            source: A Run, a `RecordedRun`, or a built Keras model.
            x: As for the class.
            y: As for the class.
            class_names: As for the class.
            loss: As for the class.

        Raises:
            ValueError: `x` and `y` can't be used; the view stays as it was.
        """
        samples = None
        if not isinstance(source, RecordedRun) and x is not None:
            model = source.model if isinstance(source, Run) else source
            samples = take(x, y, limit=_PROBE_SAMPLES, model=model)
        self._leave()
        self.history = HistogramHistory()
        self._class_names = tuple(class_names) or (samples.class_names if samples else ())
        self._problems, self._others_at = {}, 0.0
        self.note = samples.note if samples is not None and is_stream(x) else ""
        self.plot.clear()
        self._explain()
        if isinstance(source, (Run, RecordedRun)):
            self._moment = moment_of(source)
            self._moment.join(self)
        self._mark()
        if isinstance(source, RecordedRun):
            self._recorded = source
            self.plot.empty_text = tr("Reading the recording…")
            self._reader.submit(self._read)
            TICKER.add(self)
            return
        model = source.model if isinstance(source, Run) else source
        if samples is not None:
            self._probing = Probing.of(model, samples.x, samples.y, loss)
        if isinstance(source, Run) and source.recording is not None:
            self._take_recorded(source.recording)
        self.plot.empty_text = tr("Waiting for the first update…")
        if isinstance(source, Run) and not is_built(model):
            self.plot.empty_text = tr("The model is built in its first training step.")
        self.follower.show(source)
        self.follower.go(None)  # another moment is marked, and the histograms go on

    def at(self, step: int | None = SHARED) -> Self:
        """Mark a recorded step in this view alone, whatever its run's timeline shows.

        Args:
            step: The step; None for none. Without it, the view follows the timeline again.

        Returns:
            The view itself, for the end of a cell: ``view.at(step=1200)``.
        """
        self._own_at = step
        self._mark()
        return self

    def moved(self, _step: int | None) -> bool:
        """Mark the step that all views of the run show; called by their moment."""
        self._mark()
        return False

    def _mark(self) -> None:
        shared = None if self._moment is None else self._moment.step
        step = shared if self._own_at == SHARED else self._own_at
        self.plot.moment = -1 if step is None else step

    def _leave(self) -> None:
        self.follower.leave()
        TICKER.remove(self)
        self._recorded = self._probing = None
        self._own_at = SHARED
        if self._moment is not None:
            self._moment.leave(self)
            self._moment = None

    def _release(self) -> None:
        self._leave()
        self._reader.close()
        super()._release()

    # -- a model or Run: on the follower's thread --------------------------------------------------

    def _compute(self, model: KerasModel) -> _News:
        probing, run = self._probing, self.follower.run
        paths = dict(zip(weight_paths(model), model.get_weights(), strict=True))
        found = histograms_of("weights", paths)
        problems: dict[str, str] = {}
        if probing is not None:
            now = time.monotonic()
            kinds: Sequence[str] = [self.kind]
            if now >= self._others_at:
                kinds, self._others_at = KINDS, now + _OTHERS
            found |= probing.ask(model, kinds).histograms()
            problems = probing.problems
        else:
            missing = tr("Pass samples to see gradients, activations and predictions.")
            problems = dict.fromkeys(KINDS[1:], missing)
        step = max(0, self.follower.step)
        place = (0.0, 0.0) if run is None else place_of(engine_of(run).recorder, step)
        return _News(step, place, found, dict(problems))

    def _draw(self, news: _News) -> None:
        self._problems = dict(news.problems)
        if (run := self.follower.run) and run.recording and not self.history.names:
            self._take_recorded(run.recording)  # what came before somebody looked
        epoch, seconds = news.place
        added = self.history.add(news.step, news.found, epoch=epoch, time=seconds)
        shown = self._shown_names()
        for name in added:
            if name in shown:
                one = series_of([news.step], [news.found[name]], epoch=[epoch], time=[seconds])
                self._append(name, shown[name], one)
        self._offer_layers()
        self._explain()

    def _append(self, name: str, called: str, news: HistogramSeries) -> None:
        if all(one["id"] != name for one in self.plot.names):
            self.plot.add(
                name,
                label=naming.label(self.kind, called, self._class_names),
                unit=naming.UNITS[self.kind],
            )
        self.plot.append(name, news)

    # -- a recorded run ------------------------------------------------------------------------

    def tick(self) -> bool:
        """Read on in a recording that another kernel writes; called by the ticker."""
        recorded = self._recorded
        if recorded is None:
            return False
        ended = recorded.state.ended
        if time.monotonic() >= self._read_at and self.follower.awake and not self._reader.busy:
            self._read_at = time.monotonic() + _READ
            self._reader.submit(self._read)
        return not ended

    def _take_recorded(self, recorded: RecordedRun) -> None:
        """Show what a Run has recorded so far; its own histograms follow."""
        for name, one in recorded_series(recorded.histograms(), recorded.recorder).items():
            self.history.extend(name, one)
        if self.history.names:
            self._offer_layers()
            self._show_all()

    def _read(self) -> None:
        recorded = self._recorded
        if recorded is None:
            return
        if not recorded.state.ended:
            recorded.refresh()
        if not self._class_names:
            self._class_names = naming.recorded_class_names(recorded)
        series = recorded_series(recorded.histograms(), recorded.recorder)
        if any(self.history.last(name) > one.step[-1] for name, one in series.items() if len(one)):
            self.history = HistogramHistory()  # it was resumed from an earlier step
            self.plot.clear()
        first = not self.history.names
        news = {name: self.history.extend(name, one) for name, one in series.items()}
        if recorded is not self._recorded:
            return
        missing = tr(
            "The run was recorded without a probe, so only its weights have histograms. Record "
            "with `dl.record(probe=(x[:32], y[:32]))`."
        )
        recorded_kinds = {name.partition("/")[0] for name in series}
        self._problems = {kind: missing for kind in KINDS[1:] if kind not in recorded_kinds}
        if recorded.state.ended and not series:
            none = tr("No histograms were recorded. `dl.fit(…, record=True)` records them.")
            self._problems = dict.fromkeys(KINDS, none)
        self.plot.empty_text = tr("No histograms yet.")
        self._offer_layers()
        if first:
            self._show_all()
            return
        shown = self._shown_names()
        for name, one in news.items():
            if name in shown and len(one):
                self._append(name, shown[name], one)

    # -- what is shown ---------------------------------------------------------------------------

    def _names_of_kind(self) -> dict[str, str]:
        """The names of the selected kind, and what they are called."""
        names = [name for name in self.history.names if name.startswith(f"{self.kind}/")]
        return dict(zip(names, naming.calls(self.kind, names), strict=True))

    def _shown_names(self) -> dict[str, str]:
        """The names of the selected kind and layer, and what they are called."""
        return {
            name: called
            for name, called in self._names_of_kind().items()
            if self.layer in {"", naming.layer_of(self.kind, called)}
        }

    def _show_all(self) -> None:
        shown = self._shown_names()
        self.plot.show(
            {name: self.history.series(name) for name in shown},
            labels={
                name: naming.label(self.kind, called, self._class_names)
                for name, called in shown.items()
            },
            unit=naming.UNITS[self.kind],
        )
        self._explain()

    def _explain(self) -> None:
        problem = "" if self._shown_names() else self._problems.get(self.kind, "")
        self.say(problem)
        self.plot.layout.display = "none" if problem else None
        self._fields.layout.display = "none" if KINDS[0] in self._problems else None

    def _offer_layers(self) -> None:
        """List the layers that have histograms of the selected kind."""
        called = [] if self.kind == "predictions" else self._names_of_kind().values()
        layers = dict.fromkeys(naming.layer_of(self.kind, one) for one in called)
        options = [(tr("All layers"), ""), *((own_name(layer), layer) for layer in layers)]
        if list(self.layer_field.options) == options:
            return
        with self._quiet:
            self.layer_field.options = options
            self.layer_field.value = self.layer if self.layer in layers else ""
        self.layer_field.layout.display = None if len(layers) > 1 else "none"

    def _kind_set(self, change: Change[str]) -> None:
        self.kind_field.value = change["new"]
        self._offer_layers()
        with self._quiet:
            self.layer = self.layer_field.value or ""
        self._show_all()
        self.follower.ask()

    def _layer_set(self, change: Change[str]) -> None:
        if self._quiet:
            return
        layer = change["new"]
        known = [value for _, value in self.layer_field.options]
        with self._quiet:
            self.layer_field.value = layer if layer in known else ""
        self._show_all()

    def _layer_chosen(self, change: Change[str]) -> None:
        if not self._quiet:
            self.layer = change["new"] or ""

    def _step_chosen(self, step: int) -> None:
        """Go to a step that was selected in the plot, with all views of the run."""
        if self._moment is None or self._own_at != SHARED:
            self.plot.moment = step
        else:
            self._moment.go(None if step < 0 else step)
