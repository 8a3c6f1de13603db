"""A live line chart: new points are appended in the page, and none is sent twice."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from traitlets import Bool, Dict, Enum, Float, Int, List, TraitError, Unicode, validate

from dlwidgets._messages import tr
from dlwidgets.widgets._core.growing import SNAPSHOT_BYTES, GrowingView, checked_range
from dlwidgets.widgets._core.text import Records, Text, to_page
from dlwidgets.widgets._core.ticker import TICKER
from dlwidgets.widgets._core.view import finite_number
from dlwidgets.widgets._core.wire import AXES, decimate, pack, window
from dlwidgets.widgets.primitives._chart_series import Series, csv_text, snapshot_entries
from dlwidgets.widgets.primitives._references import References

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dlwidgets.training.table import Points
    from dlwidgets.widgets.primitives._references import Reference

_ENTRY_BYTES = 150  # of JSON around the points of a series
_MAX_APPEND = 20_000  # points; more are sent as a snapshot
_MAX_REPLY = 20_000  # points in a reply to a zoom

Kind = Literal["line", "markers", "line+markers"]


class Chart(GrowingView):
    """A line chart that grows while you watch.

    The browser keeps the points, reduces them to what its pixels can show without losing a spike,
    and shows more detail when you zoom in. It has hover values, a legend, a logarithmic axis,
    smoothing, export, and a data table. All methods may be called from any thread.

    Args:
        title: Shown above the chart.
        y_label: The quantity on the vertical axis, with its unit.
        x_axis: `"step"`, `"epoch"` or `"time"`. The user can change it.
        log_y: Whether the vertical axis is logarithmic. The user can change it.
        smoothing: Weight of the past in the exponential moving average that smooths series, from 0
            to 0.999. The user can change it.
        x_range: The part of the horizontal axis that is shown, (low, high) in the unit of `x_axis`;
            empty for all of it. The user can change it.
        height: Pixels.
        empty_text: Shown while there are no points.

    Attributes:
        series: One dict per series, in the order of the legend.
        hidden: Keys of the series that the user has hidden.
        markers: Events, drawn as vertical lines.
        cursor: The moment that other views of the run show, a line over the plot: a dict of
            `"step"`, `"epoch"` and `"time"`; empty for none.

    Example:
        >>> chart = dl.Chart(title="Loss")
        >>> chart.add_series("loss", name="training", smooth=True)
        >>> chart.append("loss", step=[1, 2], value=[2.3, 1.9])
        >>> len(chart.points("loss"))
        2
    """

    _model_name = Unicode("ChartModel").tag(sync=True)
    _view_name = Unicode("ChartView").tag(sync=True)
    _messages: ClassVar[frozenset[str]] = frozenset({"range", "resync", "csv"})

    _controls: ClassVar[frozenset[str]] = frozenset(
        {"x_axis", "log_y", "smoothing", "x_range", "hidden"}
    )

    title = Text()
    y_label = Text()
    height = Int(280, min=120, max=4000).tag(sync=True)
    series = Records()
    x_axis = Enum(list(AXES), default_value="step").tag(sync=True)
    log_y = Bool(False).tag(sync=True)
    smoothing = Float(0.6).tag(sync=True)
    x_range: List[float] = List(Float()).tag(sync=True)
    hidden = List(Unicode()).tag(sync=True)
    markers = Records()
    cursor = Dict().tag(sync=True)
    empty_text = Text(tr("No data yet."))

    def __init__(self, **kwargs: Any) -> None:
        self._sources: dict[str, Series] = {}
        self._references = References()
        super().__init__(**kwargs)
        # A window on one axis means nothing on another.
        self.observe(lambda _: setattr(self, "x_range", []), "x_axis")

    @validate("smoothing")
    def _check_smoothing(self, proposal: Any) -> float:
        value = float(proposal["value"])
        if not 0 <= value <= 0.999:
            message = f"`smoothing` must be a number from 0 to 0.999. Received: {value!r}"
            raise TraitError(message)
        return value

    @validate("x_range")
    def _check_range(self, proposal: Any) -> list[float]:
        return checked_range("x_range", proposal["value"])

    # -- data ----------------------------------------------------------------------------------

    def add_series(
        self,
        key: str,
        *,
        name: str = "",
        kind: Kind = "line",
        smooth: bool = False,
        color: str = "",
        place: int | None = None,
        source: Callable[[int], Points] | None = None,
    ) -> None:
        """Add a series.

        Args:
            key: Identifies the series in this chart.
            name: Its name in the legend. Default: the key.
            kind: `"line"`, `"markers"` or `"line+markers"`.
            smooth: Whether to smooth it. The raw curve is drawn pale behind the smoothed one.
            color: A CSS color. Default: the next color of the palette.
            place: The place in the palette, from 0, for a series that has the same color elsewhere.
            source: Returns the points from an index on, for data that is stored elsewhere, such as
                `functools.partial(table.points, "loss")`. `None` for points from `append`.

        Raises:
            ValueError: The chart already has a series with this key.
        """
        with self._lock:
            if key in self._sources:
                message = (
                    f"Expected a new series key. Received: {key!r}, which the chart already has."
                )
                raise ValueError(message)
            self._sources[key] = Series.appended() if source is None else Series(source)
            self.series = [
                *self.series,
                {
                    "id": key,
                    "name": name or key,
                    "kind": kind,
                    "smooth": smooth,
                    "reference": False,
                    "color": color,
                    **({} if place is None else {"place": place}),
                },
            ]

    def remove_series(self, key: str) -> None:
        """Remove a series.

        Args:
            key: The key of the series.

        Raises:
            KeyError: The chart has no such series.
        """
        with self._lock:
            del self._sources[key]
            # In one message: the page would take the points from an older snapshot again.
            with self.hold_sync():
                self.series = [s for s in self.series if s["id"] != key]
                self._take_snapshot()

    def append(
        self,
        key: str,
        *,
        step: Sequence[int],
        value: Sequence[float],
        epoch: Sequence[float] | None = None,
        time: Sequence[float] | None = None,
    ) -> None:
        """Append points to a series that was added without a `source`.

        Args:
            key: The key of the series.
            step: Step numbers in ascending order, shape (n,).
            value: Values, shape (n,).
            epoch: Epochs as fractions, shape (n,). Default: 0.
            time: Seconds, shape (n,). Default: 0.

        Raises:
            KeyError: The chart has no such series.
            ValueError: The columns differ in length, or the series has a `source`.
        """
        with self._lock:
            self._sources[key].append(key, step, value, epoch, time)
        TICKER.add(self)

    def points(self, key: str) -> Points:
        """Return all points of a series.

        Args:
            key: The key of the series.

        Raises:
            KeyError: The chart has no such series.
        """
        return self._sources[key].points(0)

    def clear(self) -> None:
        """Remove every series except the references."""
        with self._lock:
            self._sources = {k: s for k, s in self._sources.items() if s.reference}
            with self.hold_sync():
                self.generation += 1
                self.series = [s for s in self.series if s["reference"]]
                self.markers, self.x_range = [], []
                self._take_snapshot()

    def keep_reference(self, name: str) -> None:
        """Keep the current curves as pale reference curves.

        Args:
            name: Shown before each curve's name in the legend, such as "Run 1".
        """
        with self._lock:
            drawn = [(s, self.points(s["id"])) for s in self.series if not s["reference"]]
            # The points as they are now: the source may be a run that continues.
            self._add_references(self._references.keep(name, [c for c in drawn if len(c[1])]))

    def pin_reference(self, name: str, key: str, points: Points) -> None:
        """Draw a curve of the pinned run, pale, behind the series that it is compared with.

        Args:
            name: The name of the pinned run.
            key: The key of the series.
            points: The points of the pinned run's curve.

        Raises:
            KeyError: The chart has no such series.
        """
        with self._lock:
            spec = next((one for one in self.series if one["id"] == key), None)
            if spec is None:
                raise KeyError(key)
            self._add_references([self._references.pin(name, spec, points)])

    def unpin_reference(self) -> None:
        """Remove the curves of the pinned run."""
        with self._lock:
            for key in self._references.unpin():
                if key in self._sources:
                    self.remove_series(key)

    def compare_within(self, subject: str) -> None:
        """Draw only the reference curves that were kept for a subject; the others wait.

        Args:
            subject: What makes curves comparable, such as the name of the data set. Curves that are
                kept from now on are of this subject.
        """
        with self._lock:
            if subject == self._references.subject:
                return
            self._references.subject = subject
            self._remove_references()
            self._add_references(self._references.drawn())

    def clear_references(self) -> None:
        """Remove the reference curves, of all subjects."""
        with self._lock:
            self._references.clear()
            self._remove_references()

    def _add_references(self, kept: list[Reference]) -> None:
        for one in kept:
            self._sources[one.spec["id"]] = Series(one.points, reference=True)
        self.series = [*self.series, *(one.spec for one in kept)]
        self.flush()
        self._take_snapshot()

    def _remove_references(self) -> None:
        self._sources = {k: s for k, s in self._sources.items() if not s.reference}
        # In one message: the page would take the points from an older snapshot again.
        with self.hold_sync():
            self.series = [s for s in self.series if not s["reference"]]
            self._take_snapshot()

    # -- to the page ---------------------------------------------------------------------------

    def flush(self) -> int:
        """Send the points that the page doesn't have yet, in one message.

        Returns:
            The number of points sent.
        """
        with self._lock:
            parts, buffers, total = [], [], 0
            for key, source in self._sources.items():
                news = source.points(source.sent)
                n = len(news)
                if not n:
                    continue
                if n <= _MAX_APPEND:
                    parts.append({"id": key, "start": source.sent, "count": n})
                    buffers.append(pack(news))
                else:
                    self._next_snapshot = time.monotonic()
                source.sent += n
                total += n
            if parts:
                self.send(
                    {
                        "type": "append",
                        "generation": self.generation,
                        "sent": time.time() * 1000,
                        "series": parts,
                    },
                    buffers,
                )
            if total:
                self._plan_snapshot()
            if self._next_snapshot and self._next_snapshot <= time.monotonic():
                self._take_snapshot()
            return total

    def _take_snapshot(self) -> None:
        entries = snapshot_entries(self._sources, SNAPSHOT_BYTES - self._names_size())
        self._put_snapshot({"series": entries})

    def _names_size(self) -> int:
        """Return the bytes of names, markers and the snapshot's frame in a saved notebook."""
        names = json.dumps(to_page([self.series, self.markers]))
        return len(names) + _ENTRY_BYTES * len(self._sources)

    # -- from the page -------------------------------------------------------------------------

    def _greet(self, content: dict[str, Any]) -> None:
        with self._lock:
            # What was sent before any page was there: it would take the next points for all.
            if not self._snapshot and any(source.sent for source in self._sources.values()):
                self._take_snapshot()
        super()._greet(content)

    def _unknown_to(self, hello: dict[str, Any]) -> list[str] | None:
        # By far the largest part of the state: don't send it to a page that has it.
        has_it = hello.get("snapshot") == self._snapshot.get("number")
        return [key for key in self.keys if key != "_snapshot"] if has_it else None

    def _on_resync(self, _content: dict[str, Any]) -> None:
        with self._lock:
            self._take_snapshot()
            # Even if nothing has changed: the page asks because it missed the last one.
            self.send_state("_snapshot")

    def _on_range(self, content: dict[str, Any]) -> None:
        key, axis = content.get("id"), content.get("axis")
        low, high = finite_number(content, "lo"), finite_number(content, "hi")
        wanted = finite_number(content, "points") or 2000
        if axis not in AXES or low is None or high is None or not isinstance(key, str):
            return
        with self._lock:
            if key not in self._sources or content.get("generation") != self.generation:
                return
            everything = self._sources[key].points(0)
        part = window(everything, axis, min(low, high), max(low, high))
        part = decimate(part, int(min(max(wanted, 4), _MAX_REPLY)))
        self.send(
            {
                "type": "range",
                "request": content.get("request"),
                "id": key,
                "generation": self.generation,
            },
            [pack(part)],
        )

    def _on_csv(self, content: dict[str, Any]) -> None:
        text = self.to_csv()
        name = "".join(c if c.isalnum() else "-" for c in self.title.lower()).strip("-")
        self.send(
            {"type": "csv", "request": content.get("request"), "name": f"{name or 'chart'}.csv"},
            [text.encode()],
        )

    def to_csv(self) -> str:
        """Return all points as CSV with the columns series, step, epoch, time_s and value."""
        with self._lock:
            names = {s["id"]: s["name"] for s in self.series}
            everything = {key: source.points(0) for key, source in self._sources.items()}
        return csv_text(everything, names)
