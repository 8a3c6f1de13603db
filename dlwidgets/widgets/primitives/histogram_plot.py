"""Histograms over the steps of a run, as ridges or as heat maps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from traitlets import Bool, Enum, Float, Int, List, TraitError, Unicode, validate

from dlwidgets._messages import tr
from dlwidgets.inspect.histogram_history import MAX_KEPT
from dlwidgets.inspect.histograms import BINS, HistogramSeries, no_histograms
from dlwidgets.widgets._core.growing import SNAPSHOT_BYTES, GrowingView, checked_range
from dlwidgets.widgets._core.text import Records, Text
from dlwidgets.widgets._core.ticker import TICKER
from dlwidgets.widgets._core.view import finite_number
from dlwidgets.widgets._core.wire import AXES, raw_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

FORMS = ("ridge", "heat")
"""How a plot draws: a curve per step, or a heat map of values over steps."""

_COLUMNS = 5  # step, epoch, time, low, high; the counts follow
_MAX_ROWS = 4000  # in the page, of all names together
_MOST, _LEAST = 500, 48  # of one name


class HistogramPlot(GrowingView):
    """Histograms of one or several arrays over steps: as ridges, newest in front, or as heat maps.

    Several names are drawn as small plots, of which the user can enlarge one. The page gets each
    histogram once, in binary form, at most ten times a second. All methods may be called from any
    thread.

    Args:
        title: Shown above the plot.
        form: `"ridge"` or `"heat"`. The user can change it.
        x_axis: Where steps lie: by `"step"`, `"epoch"` or `"time"`. The user can change it.
        log_counts: Whether heights or colors show the logarithm of counts. The user can change it.
        height: Of the large plot, in pixels.
        empty_text: Shown while there are no histograms.

    Attributes:
        names: One dict per name, in the order of the page, with id, label and unit.
        focus: The name that is enlarged; `""` for none. Settable.
        value_range: The values that the large plot shows, [low, high]; empty for all. Settable.
        moment: The step that is marked, that of the timeline; -1 for none. Settable.

    Example:
        >>> plot = dl.HistogramPlot(title="Weights")
        >>> first, second = (dl.inspect.histogram(np.arange(5.0) * k) for k in (1, 2))
        >>> plot.append("dense/kernel", dl.inspect.series_of([0, 100], [first, second]))
        >>> len(plot.series("dense/kernel"))
        2
    """

    _model_name = Unicode("HistogramPlotModel").tag(sync=True)
    _view_name = Unicode("HistogramPlotView").tag(sync=True)
    _messages: ClassVar[frozenset[str]] = frozenset({"moment", "resync"})
    _controls: ClassVar[frozenset[str]] = frozenset(
        {"form", "x_axis", "log_counts", "value_range", "focus"}
    )

    title = Text()
    names = Records()
    form = Enum(list(FORMS), default_value="ridge").tag(sync=True)
    x_axis = Enum(list(AXES), default_value="step").tag(sync=True)
    log_counts = Bool(False).tag(sync=True)
    focus = Unicode("").tag(sync=True)
    value_range: List[float] = List(Float()).tag(sync=True)
    moment = Int(-1).tag(sync=True)
    height = Int(320, min=120, max=2000).tag(sync=True)
    empty_text = Text(tr("No histograms yet."))

    def __init__(self, **kwargs: Any) -> None:
        self._kept: dict[str, HistogramSeries] = {}
        self._drawn: dict[str, HistogramSeries] = {}  # as the page has them, or is to have them
        self._sent: dict[str, int] = {}  # of these, how many the page has
        self._moment_listeners: list[Callable[[int], None]] = []
        super().__init__(**kwargs)
        self.observe(lambda _change: self._focus_set(), "focus")

    @validate("value_range")
    def _check_range(self, proposal: Any) -> list[float]:
        return checked_range("value_range", proposal["value"])

    @validate("focus")
    def _check_focus(self, proposal: Any) -> str:
        value: str = proposal["value"]
        if value and value not in self._kept:
            message = f"Expected `focus` to be a name of the plot, or ''. Received: {value!r}"
            raise TraitError(message)
        return value

    # -- data ----------------------------------------------------------------------------------

    def on_moment(self, listener: Callable[[int], None]) -> None:
        """Call `listener(step)` when the user selects a step; -1 for none."""
        self._moment_listeners.append(listener)

    def add(self, name: str, *, label: str = "", unit: str = "") -> None:
        """Add a name before it has histograms.

        Args:
            name: Identifies it in this plot.
            label: What the page calls it. Default: the name.
            unit: What the values are, such as "weight".

        Raises:
            ValueError: The plot already has this name.
        """
        with self._lock:
            if name in self._kept:
                message = f"Expected a new name. Received: {name!r}, which the plot already has."
                raise ValueError(message)
            self._kept[name] = self._drawn[name] = no_histograms()
            self._sent[name] = 0
            self.names = [*self.names, {"id": name, "label": label or name, "unit": unit}]

    def append(self, name: str, news: HistogramSeries) -> None:
        """Append histograms of later steps to a name, which is added if it is new.

        Args:
            name: Of the array.
            news: With as many bins as those before.

        Raises:
            ValueError: The steps aren't later than those before, or there are other bins.
        """
        with self._lock:
            if name not in self._kept:
                self.add(name)
            kept = self._kept[name]
            if not len(news):
                return
            if len(kept):
                _check_later(name, kept, news)
                kept = kept.then(news)
            else:
                kept = news
            self._kept[name] = kept if len(kept) <= MAX_KEPT else kept.thinned(MAX_KEPT // 2)
            self._draw(name, news)
        TICKER.add(self)

    def show(
        self,
        series: Mapping[str, HistogramSeries],
        *,
        labels: Mapping[str, str] | None = None,
        unit: str = "",
    ) -> None:
        """Show other names in place of all.

        Args:
            series: Histograms by name, in the order of the page.
            labels: What the page calls names, where it isn't the name.
            unit: What the values are.
        """
        with self._lock:
            focus, called = self.focus, labels or {}
            with self.hold_sync():
                self.clear()
                self.names = [{"id": n, "label": called.get(n) or n, "unit": unit} for n in series]
                self._kept = {
                    name: one if len(one) <= MAX_KEPT else one.thinned(MAX_KEPT)
                    for name, one in series.items()
                }
                self._drawn = {n: one.thinned(self._most(n)) for n, one in self._kept.items()}
                self._sent = dict.fromkeys(series, 0)
                if focus in self._kept:
                    self.focus = focus
                self._take_snapshot()
            # After the traits: the page takes nothing of a generation that it doesn't know.
            self.flush()

    def series(self, name: str) -> HistogramSeries:
        """Return the histograms that are kept of a name.

        Args:
            name: Of the array.

        Raises:
            KeyError: The plot has no such name.
        """
        return self._kept[name]

    def clear(self) -> None:
        """Remove all names."""
        with self._lock, self.hold_sync():
            self._kept, self._drawn, self._sent = {}, {}, {}
            self.generation += 1
            self.names, self.focus, self.value_range = [], "", []
            self._take_snapshot()

    def _most(self, name: str) -> int:
        """Return how many histograms of a name the page gets."""
        if name == self.focus:
            return _MOST
        return max(_LEAST, min(_MOST, _MAX_ROWS // max(1, len(self._kept))))

    def _draw(self, name: str, news: HistogramSeries | None = None) -> None:
        """Prepare what is to be sent of a name; without news all of it."""
        most, drawn = self._most(name), self._drawn[name]
        if news is not None and len(drawn) + len(news) <= most:
            self._drawn[name] = drawn.then(news) if len(drawn) else news
            return
        # So few that it takes a while until there are too many again.
        kept = self._kept[name]
        self._drawn[name] = kept if len(kept) <= most else kept.thinned(max(_LEAST, most // 2))
        self._sent[name] = 0

    def _focus_set(self) -> None:
        with self._lock:
            self.value_range = []
            name = self.focus
            if name in self._kept and len(self._drawn[name]) < len(self._kept[name]):
                self._drawn[name], self._sent[name] = self._kept[name].thinned(_MOST), 0
        TICKER.add(self)

    # -- to the page ---------------------------------------------------------------------------

    def flush(self) -> int:
        """Send the histograms that the page doesn't have yet, in one message.

        Returns:
            How many.
        """
        with self._lock:
            parts, buffers, total = [], [], 0
            for name, drawn in self._drawn.items():
                start = self._sent[name]
                if start == len(drawn):
                    continue
                news = drawn[start:]
                parts.append({"id": name, "start": start, "count": len(news)})
                buffers.append(pack_histograms(news))
                self._sent[name] = len(drawn)
                total += len(news)
            if parts:
                content = {"type": "rows", "generation": self.generation, "parts": parts}
                self.send({**content, "bins": self._bins()}, buffers)
                self._plan_snapshot()
            return total

    def _bins(self) -> int:
        counted = (one.counts.shape[1] for one in self._drawn.values() if len(one))
        return next(counted, BINS)

    def _take_snapshot(self) -> None:
        bins = self._bins()
        rows = SNAPSHOT_BYTES // (4 * (_COLUMNS + bins))
        shown = {name: one for name, one in self._drawn.items() if len(one)}
        entries: dict[str, Any] = {}
        for i, (name, one) in enumerate(shown.items()):
            share = rows // (len(shown) - i)
            if share >= 2:
                part = one.thinned(share)
                rows -= len(part)
                entries[name] = {"count": len(part), "data": pack_histograms(part)}
        self._put_snapshot({"bins": bins, "series": entries})

    # -- from the page -------------------------------------------------------------------------

    def _greet(self, content: dict[str, Any]) -> None:
        super()._greet(content)
        self._on_resync(content)

    def _on_resync(self, _content: dict[str, Any]) -> None:
        with self._lock:
            self._sent = dict.fromkeys(self._sent, 0)
            self.flush()

    def _on_moment(self, content: dict[str, Any]) -> None:
        step = finite_number(content, "step")
        if step is None:
            return
        for listener in self._moment_listeners:
            listener(int(max(-1.0, min(float(2**53), step))))


def _check_later(name: str, kept: HistogramSeries, news: HistogramSeries) -> None:
    """Raise an error where histograms can't follow others."""
    if news.step[0] <= kept.step[-1]:
        message = (
            f"Expected histograms of {name!r} for steps after {kept.step[-1]}. "
            f"Received: step {news.step[0]}. Call `clear` for another run."
        )
        raise ValueError(message)
    if news.counts.shape[1] != kept.counts.shape[1]:
        message = (
            f"Expected histograms of {name!r} with {kept.counts.shape[1]} bins. "
            f"Received: {news.counts.shape[1]} bins."
        )
        raise ValueError(message)


def pack_histograms(series: HistogramSeries) -> memoryview:
    """Return histograms as bytes: of each step, epoch, time, low and high, then the counts.

    Args:
        series: Any number of histograms.
    """
    rows = np.empty((len(series), _COLUMNS + series.counts.shape[1]), "<f4")
    with np.errstate(over="ignore"):  # what is beyond float32 becomes infinite: the page skips it
        for i, name in enumerate(("step", "epoch", "time", "low", "high")):
            rows[:, i] = getattr(series, name)
        rows[:, _COLUMNS:] = series.counts
    return raw_bytes(rows)
