"""The plot of histograms over steps, as a page gets it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from traitlets import TraitError

import dlwidgets as dl
from dlwidgets.inspect import histogram, series_of
from dlwidgets.inspect.histogram_history import MAX_KEPT
from dlwidgets.widgets._core.ticker import TICKER
from tests.helpers.page import from_page, messages, seen, set_on_page

if TYPE_CHECKING:
    from dlwidgets.inspect.histograms import HistogramSeries
    from dlwidgets.widgets.primitives.histogram_plot import HistogramPlot

RANDOM = np.random.default_rng(5)


def series(steps: Any) -> HistogramSeries:
    """Histograms of 50 values, all above the step."""
    at = np.asarray(steps)
    made = [histogram(step + RANDOM.random(50)) for step in at]
    return series_of(at, made, epoch=at / 10, time=at / 100)


class Page:
    """What a browser has of a plot: rows by name, made from messages alone, by the protocol."""

    def __init__(self, plot: HistogramPlot) -> None:
        self.plot, self.read_to = plot, 0
        self.rows: dict[str, np.ndarray] = {}

    def read(self) -> Page:
        """Take in what was sent since the last time."""
        sent = messages(self.plot, "rows")
        for content, buffers in sent[self.read_to :]:
            if content["generation"] != self.plot.generation:
                continue
            for part, raw in zip(content["parts"], buffers, strict=True):
                rows = np.frombuffer(raw, "<f4").reshape(part["count"], 5 + content["bins"])
                known = self.rows.get(part["id"], rows[:0])
                assert part["start"] <= len(known), "rows are missing in between"
                self.rows[part["id"]] = np.concatenate([known[: part["start"]], rows])
        self.read_to = len(sent)
        return self


@pytest.fixture
def plot() -> Any:
    """A plot that nothing else sends for."""
    one = dl.HistogramPlot(title="Weights")
    yield one
    TICKER.remove(one)
    one.close()


def quietly(plot: HistogramPlot, name: str, news: HistogramSeries) -> None:
    plot.append(name, news)
    TICKER.remove(plot)


def test_each_histogram_is_sent_once_and_whole(plot: HistogramPlot) -> None:
    page = Page(plot)
    first, later = series([0, 10]), series([20])
    quietly(plot, "dense/kernel", first)
    plot.flush()
    quietly(plot, "dense/kernel", later)
    assert plot.flush() == 1
    assert plot.flush() == 0
    rows = page.read().rows["dense/kernel"]
    assert rows[:, 0].tolist() == [0, 10, 20]
    assert rows[:, 1].tolist() == pytest.approx([0, 1, 2])
    assert rows[2, 3:5] == pytest.approx([later.low[0], later.high[0]])
    assert rows[2, 5:].tolist() == later.counts[0].tolist()
    assert [name["label"] for name in plot.names] == ["dense/kernel"]


def test_many_steps_are_merged_and_the_page_keeps_up(plot: HistogramPlot) -> None:
    page = Page(plot)
    names = [f"layer_{i}" for i in range(50)]
    for begin in range(0, 1200, 40):
        news = series(np.arange(begin, begin + 40))
        for name in names:
            quietly(plot, name, news)
        plot.flush()
        page.read()
    assert len(plot.series(names[0])) == 1200
    sizes = [len(rows) for rows in page.rows.values()]
    assert len(sizes) == 50
    assert max(sizes) <= 80
    assert min(sizes) >= 40
    for rows in page.rows.values():
        assert rows[-1, 0] == 1199
        assert np.all(np.diff(rows[:, 0]) > 0)
        assert rows[:, 5:].sum(axis=1) == pytest.approx(50, rel=1e-3)
    # Enlarged, more of it is seen.
    set_on_page(plot, focus="layer_7")
    TICKER.remove(plot)
    plot.flush()
    assert len(page.read().rows["layer_7"]) > 300
    assert plot.focus == "layer_7"


def test_memory_is_bounded_by_merging(plot: HistogramPlot) -> None:
    for begin in range(0, 3 * MAX_KEPT, 500):
        quietly(plot, "w", series(np.arange(begin, begin + 500)))
    kept = plot.series("w")
    assert MAX_KEPT // 2 <= len(kept) <= MAX_KEPT
    assert (kept.step[0], kept.step[-1]) == (0, 3 * MAX_KEPT - 1)


def test_a_page_that_comes_late_gets_everything(plot: HistogramPlot) -> None:
    plot.show({"a": series(range(300)), "b": series(range(5))}, unit="weight")
    seen(plot)
    rows = Page(plot).read().rows
    assert {name: len(one) for name, one in rows.items()} == {"a": 300, "b": 5}


def test_a_saved_notebook_is_small_and_has_a_part_of_each(plot: HistogramPlot) -> None:
    plot.show({f"layer {i}": series(range(100)) for i in range(50)})
    kept = plot._snapshot["series"]
    assert set(kept) == {f"layer {i}" for i in range(50)}
    assert sum(len(one["data"]) for one in kept.values()) <= 36_000
    names = len(json.dumps(plot.names))
    assert names < 5_000
    for one in kept.values():
        steps = np.frombuffer(one["data"], "<f4").reshape(one["count"], 35)[:, 0]
        assert (steps[0], steps[-1]) == (0, 99)


def test_other_names_replace_all_in_one_go(plot: HistogramPlot) -> None:
    plot.show({"a": series([1, 2]), "b": series([1])})
    set_on_page(plot, focus="b", value_range=[0.0, 1.0])
    plot.show({"b": series([1, 2]), "c": series([3])}, labels={"c": "predictions of cats"})
    assert [name["label"] for name in plot.names] == ["b", "predictions of cats"]
    assert plot.focus == "b"
    page = Page(plot)
    seen(plot)
    assert set(page.read().rows) == {"b", "c"}
    plot.show({"c": series([3])})
    assert (plot.focus, plot.value_range) == ("", [])
    plot.clear()
    assert plot.names == []


def test_the_page_selects_a_step(plot: HistogramPlot) -> None:
    steps: list[int] = []
    plot.on_moment(steps.append)
    from_page(plot, {"type": "moment", "step": 1200})
    from_page(plot, {"type": "moment", "step": -1})
    for strange in (None, "9", float("1e400"), True):
        from_page(plot, {"type": "moment", "step": strange})
    assert steps == [1200, -1]


def test_nothing_strange_comes_from_the_page(plot: HistogramPlot) -> None:
    plot.show({"a": series([1])})
    set_on_page(plot, focus="not there", value_range=[2.0, 1.0], form="pie", names=[], moment=7)
    assert (plot.focus, plot.value_range, plot.form) == ("", [], "ridge")
    assert len(plot.names) == 1
    assert plot.moment == -1


def test_mistakes_are_named(plot: HistogramPlot) -> None:
    quietly(plot, "w", series([5, 6]))
    with pytest.raises(ValueError, match=r"steps after 6\. Received: step 6"):
        plot.append("w", series([6]))
    with pytest.raises(ValueError, match=r"with 30 bins\. Received: 8 bins"):
        plot.append("w", series_of([9], [histogram([1.0], 8)]))
    with pytest.raises(ValueError, match="already has"):
        plot.add("w")
    with pytest.raises(TraitError, match="low < high"):
        plot.value_range = [1.0, 1.0]


def test_what_float32_cannot_say_does_no_harm(plot: HistogramPlot) -> None:
    with np.errstate(all="raise"):
        plot.show({"wild": series_of([1], [histogram([-1e300, 1e300])])})
    seen(plot)
    rows = Page(plot).read().rows["wild"]
    assert np.isinf(rows[0, 3:5]).all()
