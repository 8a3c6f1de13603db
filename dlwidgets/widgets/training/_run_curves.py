"""The curves of several recorded runs in one chart, for a metric that can be chosen."""

from __future__ import annotations

import functools
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ipywidgets

from dlwidgets._messages import tr
from dlwidgets.widgets._core.closing import ClosesChildren
from dlwidgets.widgets._core.signal_blocker import SignalBlocker
from dlwidgets.widgets._core.ticker import TICKER
from dlwidgets.widgets._fields.changing_menu import ChangingMenu
from dlwidgets.widgets.primitives.chart import Chart
from dlwidgets.widgets.training._metric_names import metric_name, metric_title

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dlwidgets.recording import RecordedRun
    from dlwidgets.training.recorder import Recorder

_HEIGHT = 280  # pixels


@dataclass(frozen=True)
class Drawn:
    """A run whose curves are drawn.

    Attributes:
        key: Its id.
        name: Its name.
        run: The run.
        place: Its place in the palette.
        reference: Whether its curve is pale, behind the others.
    """

    key: str
    name: str
    run: RecordedRun
    place: int
    reference: bool = False


class RunCurves(ClosesChildren, ipywidgets.VBox):
    """A chart with a curve of each run, below a menu of their metrics.

    Args:
        favorites: What is shown at first, as ``step/…`` or ``epoch/…``: the first that is there.

    Attributes:
        chart: The `Chart`.
        metric: The menu.
    """

    def __init__(self, favorites: Sequence[str]) -> None:
        self._favorites = tuple(favorites)
        self._lock = threading.RLock()
        self._setting = SignalBlocker()
        self._drawn: tuple[Drawn, ...] = ()
        self._in_chart: dict[str, tuple[Any, ...]] = {}
        self._chosen = False
        self.metric = ChangingMenu(
            description=tr("Metric"), options=[], layout={"width": "auto"}, tooltip=""
        )
        self.metric.add_class("dlw-run-metric")
        self.chart = Chart(
            height=_HEIGHT,
            empty_text=tr("Click the eye next to a run to draw its curves."),
        )
        super().__init__([self.metric, self.chart])
        self.add_class("dlw-run-curves")
        self.metric.observe(self._on_metric, "value")

    def show(self, drawn: Sequence[Drawn]) -> None:
        """Draw the curves of runs in place of the current ones. From any thread.

        Args:
            drawn: The runs, in the order of the legend.
        """
        with self._lock:
            self._drawn = tuple(drawn)
            self._offer()
            self._draw()

    def _offer(self) -> None:
        """Offer the metrics that the runs have."""
        names: dict[str, str] = {}
        for one in self._drawn:
            for key, name in metrics_of(one.run.recorder).items():
                names.setdefault(key, name)
        # Single steps first, then epochs, each in the order in which the runs report them.
        order = sorted(names, key=lambda key: not key.startswith("step/"))
        options = [(names[key], key) for key in order]
        if tuple(options) != tuple(self.metric.options) and options:
            kept = self.metric.value if self._chosen else None
            wanted = next((key for key in (kept, *self._favorites) if key in names), order[0])
            with self._setting:
                self.metric.options = options
                self.metric.value = wanted
        self.metric.layout.visibility = "visible" if names else "hidden"

    def _on_metric(self, _change: object) -> None:
        if not self._setting:
            self._chosen = True
            with self._lock:
                self._draw()

    def _draw(self) -> None:
        """Add and remove the series that the chart lacks or has too many."""
        wanted: dict[str, tuple[Any, ...]] = {}
        metric = str(self.metric.value or "")
        where, _, name = metric.partition("/")
        for one in self._drawn:
            recorder = one.run.recorder
            table = recorder.steps if where == "step" else recorder.epochs
            if name in table.names:
                look = (one.name, one.place, one.reference)
                wanted[one.key] = (metric, id(table), table.revision, table, look)
        for key in [
            key for key, spec in self._in_chart.items() if not _same(wanted.get(key), spec)
        ]:
            self.chart.remove_series(key)
            del self._in_chart[key]
        for key, spec in wanted.items():
            if key in self._in_chart:
                continue
            _, _, _, table, (title, place, reference) = spec
            per_step = where == "step"
            self.chart.add_series(
                key,
                name=title,
                kind="line" if per_step else "line+markers",
                smooth=per_step,
                color=_PALE if reference else "",
                place=None if reference else place,
                source=functools.partial(table.points, name),
            )
            self._in_chart[key] = spec
        TICKER.add(self.chart)


_PALE = "#8b8f98"
"""The reference, between the colors of both themes."""


def _same(wanted: tuple[Any, ...] | None, now: tuple[Any, ...]) -> bool:
    return wanted is not None and wanted[:3] == now[:3] and wanted[4] == now[4]


def metrics_of(recorder: Recorder) -> dict[str, str]:
    """Return the names of the metrics of a run for people, by ``step/…`` or ``epoch/…``.

    Args:
        recorder: What was recorded.
    """
    found: dict[str, str] = {}
    for table, where in ((recorder.steps, "step"), (recorder.epochs, "epoch")):
        for name in table.names:
            if name.startswith("val_"):
                text = tr("Validation {metric}", metric=metric_name(name.removeprefix("val_")))
            elif where == "step":
                text = tr("{metric} per step", metric=metric_title(name))
            else:
                text = tr("{metric} per epoch", metric=metric_title(name))
            found[f"{where}/{name}"] = text
    return found
