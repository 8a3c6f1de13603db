"""The chart: what travels to the page, what stays in a saved notebook, what the page may ask."""

from __future__ import annotations

import csv
import io
import json
import time
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlwidgets.training.table import Points
from dlwidgets.widgets import Chart
from dlwidgets.widgets._core.wire import decimate, pack, window
from tests.helpers.page import (
    ChartPage,
    from_page,
    messages,
    read_columns,
    state_of,
)

pytestmark = pytest.mark.usefixtures("still")


def points(value: Any, start: int = 1) -> Points:
    values = np.asarray(value, np.float64)
    step = np.arange(start, start + len(values))
    return Points(step, step / 10, step / 100, values)


def append(chart: Chart, key: str, value: Any) -> None:
    made = points(value, start=len(chart.points(key)) + 1)
    chart.append(key, step=made.step, epoch=made.epoch, time=made.time, value=made.value)


def chart_with(*keys: str, **traits: Any) -> Chart:
    chart = Chart(**traits)
    for key in keys:
        chart.add_series(key, name=f"{key} name")
    return chart


# -- appending ---------------------------------------------------------------------------------


def test_points_travel_once_in_little_endian_columns() -> None:
    chart = chart_with("loss")
    chart.append("loss", step=[1, 2], epoch=[0.5, 1.0], time=[0.25, 0.5], value=[3.0, -1.5])
    assert chart.flush() == 2
    ((content, (raw,)),) = messages(chart, "append")
    assert content["series"] == [{"id": "loss", "start": 0, "count": 2}]
    assert content["generation"] == 0
    assert abs(content["sent"] - time.time() * 1000) < 60_000
    assert raw == (
        b"\x01\0\0\0\x02\0\0\0"  # steps
        b"\0\0\0\x3f\0\0\x80\x3f"  # 0.5, 1
        b"\0\0\x80\x3e\0\0\0\x3f"  # 0.25, 0.5
        b"\0\0\x40\x40\0\0\xc0\xbf"  # 3, -1.5
    )
    assert chart.flush() == 0
    assert len(messages(chart, "append")) == 1


def test_many_appends_are_one_message_with_all_series() -> None:
    chart = chart_with("a", "b")
    for i in range(30):
        append(chart, "a", [i])
    append(chart, "b", [7.0, 8.0])
    chart.flush()
    append(chart, "a", [30.0])
    chart.flush()
    sent = messages(chart, "append")
    assert [m["series"] for m, _ in sent] == [
        [{"id": "a", "start": 0, "count": 30}, {"id": "b", "start": 0, "count": 2}],
        [{"id": "a", "start": 30, "count": 1}],
    ]
    seen = ChartPage().read(chart).series
    assert seen["a"].tolist() == list(range(31))
    assert seen["b"].tolist() == [7.0, 8.0]


def test_values_beyond_float32_and_nan_travel() -> None:
    chart = chart_with("loss")
    append(chart, "loss", [1e300, float("nan"), float("-inf"), 1e-300])
    chart.flush()
    ((_, (raw,)),) = messages(chart, "append")
    np.testing.assert_array_equal(read_columns(raw)["value"], [np.inf, np.nan, -np.inf, 0])
    json.dumps(chart.get_state(["series"]))


def test_a_backlog_travels_as_a_snapshot_and_not_as_one_huge_message() -> None:
    chart = chart_with("loss")
    append(chart, "loss", np.sin(np.arange(100_000)))
    assert chart.flush() == 100_000
    assert messages(chart, "append") == []
    assert state_of(chart, "_snapshot")["series"]["loss"]["total"] == 100_000
    append(chart, "loss", [5.0])
    chart.flush()
    ((content, _),) = messages(chart, "append")
    assert content["series"] == [{"id": "loss", "start": 100_000, "count": 1}]


def test_errors_name_what_was_received() -> None:
    chart = chart_with("loss")
    with pytest.raises(ValueError, match="Received: 'loss', which the chart already has"):
        chart.add_series("loss")
    with pytest.raises(ValueError, match=r"Received: lengths \[2, 2, 2, 1\]"):
        chart.append("loss", step=[1, 2], value=[1.0])
    with pytest.raises(ValueError, match=r"same length. Received: lengths \[1, 1, 2, 1\]"):
        chart.append("loss", step=[1], value=[1.0], time=[1.0, 2.0])
    with pytest.raises(KeyError):
        chart.append("other", step=[1], value=[1.0])
    chart.add_series("elsewhere", source=lambda start: points([1.0, 2.0][start:]))
    with pytest.raises(ValueError, match="Received: 'elsewhere', which has one"):
        chart.append("elsewhere", step=[1], value=[1.0])
    assert len(chart.points("loss")) == 0


def test_a_source_is_read_from_where_the_page_is() -> None:
    kept: list[float] = []
    asked: list[int] = []

    def source(start: int) -> Points:
        asked.append(start)
        return points(kept[start:], start + 1)

    chart = Chart()
    chart.add_series("loss", source=source)
    kept += [1.0, 2.0]
    chart.flush()
    kept += [3.0]
    chart.flush()
    assert asked == [0, 2]
    assert ChartPage().read(chart).series["loss"].tolist() == [1.0, 2.0, 3.0]


# -- the snapshot ------------------------------------------------------------------------------


def saved_bytes(chart: Chart) -> int:
    """What a notebook stores for a widget."""
    return len(json.dumps(chart.get_manager_state()["state"][chart.model_id]))


@pytest.mark.parametrize(("series", "markers"), [(1, 0), (4, 30), (12, 100)])
def test_saved_state_stays_below_50_kb(series: int, markers: int) -> None:
    keys = [f"step/some metric with quite a long name {i}" for i in range(series)]
    chart = chart_with(*keys)
    text = "learning rate 0.001 → 0.0005"
    chart.markers = [
        {"id": f"m{i}", "kind": "note", "step": i, "epoch": i, "time": i, "text": text}
        for i in range(markers)
    ]
    for key in keys:
        append(chart, key, np.random.default_rng(1).normal(size=50_000))
    chart.finish()
    chart.keep_reference("MLP 200-150, Adam 0.001, batch 32")
    assert 20_000 < saved_bytes(chart) <= 50_000


def test_short_series_are_whole_in_the_snapshot_and_long_ones_keep_ends_and_spike() -> None:
    chart = chart_with("long", "short")
    noise = np.random.default_rng(1).normal(size=100_000)
    noise[77_777] = 1e6
    noise[33_333] = -1e6
    append(chart, "long", noise)
    append(chart, "short", np.arange(50))
    chart.finish()
    entries = state_of(chart, "_snapshot")["series"]
    assert (entries["short"]["total"], entries["short"]["count"]) == (50, 50)
    kept = read_columns(bytes(entries["long"]["data"]))
    assert entries["long"]["count"] == len(kept["step"]) < 2300
    assert {1, 33_334, 77_778, 100_000} <= set(kept["step"].tolist())
    assert (np.diff(kept["step"].astype(int)) > 0).all()


def test_snapshot_counts_only_what_was_sent() -> None:
    chart = chart_with("loss")
    append(chart, "loss", [1.0, 2.0])
    chart.flush()
    append(chart, "loss", [3.0])
    from_page(chart, {"type": "resync", "generation": 0})
    entry = state_of(chart, "_snapshot")["series"]["loss"]
    assert (entry["total"], entry["count"]) == (2, 2)
    chart.flush()
    assert ChartPage().read(chart).series["loss"].tolist() == [1.0, 2.0, 3.0]


def test_a_page_is_greeted_with_the_snapshot_only_where_it_has_another() -> None:
    chart = chart_with("loss")
    append(chart, "loss", [1.0, 2.0])
    chart.finish()

    def told(hello: dict[str, Any]) -> set[str]:
        del chart.comm.sent[:]
        from_page(chart, {"type": "hello", **hello})
        return set(chart.comm.sent[0][1]["state"])

    number = state_of(chart, "_snapshot")["number"]
    assert "_snapshot" in told({})
    assert "_snapshot" in told({"snapshot": number - 1})
    assert told({"snapshot": number}) == set(chart.keys) - {"_snapshot"}
    append(chart, "loss", [3.0])
    chart.finish()
    assert "_snapshot" in told({"snapshot": number})


def test_tick_takes_a_snapshot_a_while_after_the_first_points(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [1000.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    chart = chart_with("loss")
    append(chart, "loss", [1.0])
    assert chart.tick() is True, "a snapshot is still to come"
    assert state_of(chart, "_snapshot") == {}
    now[0] += 4.9
    assert chart.tick() is True
    now[0] += 0.2
    assert chart.tick() is False, "nothing is waiting any more"
    assert state_of(chart, "_snapshot")["series"]["loss"]["total"] == 1


# -- clearing and references -------------------------------------------------------------------


def test_clear_begins_a_new_generation_and_keeps_references() -> None:
    chart = chart_with("loss")
    append(chart, "loss", [1.0, 2.0, 3.0])
    chart.markers = [{"id": "m", "step": 1, "text": "x", "kind": "note"}]
    chart.keep_reference("Run 1")
    (kept,) = [s for s in chart.series if s["reference"]]
    assert kept["name"] == "Run 1: loss name"
    chart.clear()
    assert (chart.generation, chart.markers) == (1, [])
    assert chart.series == [kept]
    chart.add_series("loss")
    append(chart, "loss", [9.0])
    chart.flush()
    seen = ChartPage().read(chart)
    assert seen.series["loss"].tolist() == [9.0]
    assert seen.series[kept["id"]].tolist() == [1.0, 2.0, 3.0]


def test_a_reference_does_not_grow_and_two_of_them_differ() -> None:
    chart = chart_with("loss", "empty")
    append(chart, "loss", [1.0])
    chart.keep_reference("one")
    append(chart, "loss", [2.0])
    chart.keep_reference("two")
    chart.flush()
    kept = {s["name"]: s["id"] for s in chart.series if s["reference"]}
    assert set(kept) == {"one: loss name", "two: loss name"}, "a series without points is left out"
    seen = ChartPage().read(chart).series
    assert seen[kept["one: loss name"]].tolist() == [1.0]
    assert seen[kept["two: loss name"]].tolist() == [1.0, 2.0]
    chart.clear_references()
    assert [s["id"] for s in chart.series] == ["loss", "empty"]
    append(chart, "loss", [3.0])
    chart.flush()
    seen = ChartPage().read(chart).series
    assert set(seen) == {"loss"}, "the page has forgotten the references"
    assert seen["loss"].tolist() == [1.0, 2.0, 3.0]


# -- decimation --------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=400),
    st.integers(4, 60),
)
def test_decimation_keeps_ends_and_extremes(values: list[float], most: int) -> None:
    got = decimate(points(values), most)
    assert len(got) <= most
    assert (got.step[0], got.step[-1]) == (1, len(values))
    assert got.value.max() == max(values)
    assert got.value.min() == min(values)
    assert (np.diff(got.step) > 0).all()
    # Rows stay rows: each value is the one of its step.
    assert all(values[s - 1] == v for s, v in zip(got.step, got.value, strict=True))


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_decimation_keeps_extremes_beside_values_that_are_not_finite(bad: float) -> None:
    values = np.zeros(10_000)
    values[1234], values[6789] = 5.0, -5.0
    values[1200:1234] = bad
    values[6790:6800] = bad
    got = decimate(points(values), 400)
    assert {5.0, -5.0} <= set(got.value.tolist())


def test_decimation_of_nothing_but_nan() -> None:
    got = decimate(points(np.full(1000, np.nan)), 50)
    assert 2 <= len(got) <= 50
    assert (got.step[0], got.step[-1]) == (1, 1000)


def test_window_takes_one_neighbour_on_either_side() -> None:
    whole = points(np.arange(100))
    assert window(whole, "step", 10, 12).step.tolist() == [9, 10, 11, 12, 13]
    assert window(whole, "epoch", 0.95, 1.05).step.tolist() == [9, 10, 11]
    assert window(whole, "time", -5, -4).step.tolist() == [1]
    assert window(whole, "step", 500, 600).step.tolist() == [100]


def test_pack_of_nothing() -> None:
    assert pack(points([])) == b""


# -- from the page -----------------------------------------------------------------------------


def ask_range(chart: Chart, **changes: Any) -> list[tuple[dict[str, Any], list[bytes]]]:
    before = len(messages(chart, "range"))
    question = {
        "type": "range",
        "request": 5,
        "id": "loss",
        "generation": 0,
        "axis": "step",
        "lo": 100,
        "hi": 200,
        "points": 50,
    }
    from_page(chart, {**question, **changes})
    return messages(chart, "range")[before:]


@pytest.fixture
def zoomed() -> Chart:
    chart = chart_with("loss")
    values = np.zeros(50_000)
    values[150] = 1.0
    append(chart, "loss", values)
    chart.flush()
    return chart


def test_range_answers_with_detail_of_the_window(zoomed: Chart) -> None:
    ((content, (raw,)),) = ask_range(zoomed)
    assert content == {"type": "range", "request": 5, "id": "loss", "generation": 0}
    got = read_columns(raw)
    assert len(got["step"]) <= 50
    assert (got["step"][0], got["step"][-1]) == (99, 201)
    assert got["value"][got["step"] == 151].tolist() == [1.0]
    ((_, (whole,)),) = ask_range(zoomed, points=1000)
    assert read_columns(whole)["step"].tolist() == list(range(99, 202))
    ((_, (turned,)),) = ask_range(zoomed, points=1000, lo=200, hi=100)
    assert turned == whole
    ((_, (by_time,)),) = ask_range(zoomed, points=1000, axis="time", lo=1.0, hi=2.0)
    assert read_columns(by_time)["step"].tolist() == list(range(99, 202))


def test_range_is_bounded_however_much_is_asked_for(zoomed: Chart) -> None:
    ((_, (raw,)),) = ask_range(zoomed, lo=-1e30, hi=1e30, points=1e300)
    assert len(raw) // 16 <= 20_000
    for few in (-5, 0, 1):
        ((_, (raw,)),) = ask_range(zoomed, lo=-1e30, hi=1e30, points=few)
        assert 2 <= len(raw) // 16 <= 2000


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "other"},
        {"id": None},
        {"id": ["loss"]},
        {"id": {"a": 1}},
        {"generation": 7},
        {"generation": "0"},
        {"axis": "__class__"},
        {"axis": None},
        {"axis": ["step"]},
        {"lo": "0"},
        {"lo": None},
        {"hi": True},
        {"hi": [1]},
        {"lo": float("nan")},
        {"hi": float("inf")},
        {"lo": 10**400},
    ],
)
def test_malformed_range_is_ignored(zoomed: Chart, changes: dict[str, Any]) -> None:
    assert ask_range(zoomed, **changes) == []
    assert len(ask_range(zoomed)) == 1, "the chart still answers"


@pytest.mark.parametrize(
    "content",
    [
        None,
        5,
        "text",
        [],
        [1, 2],
        {},
        {"type": None},
        {"type": 7},
        {"type": ["range"]},
        {"type": {"a": 1}},
        {"type": "close"},
        {"type": "_receive"},
        {"type": "receive"},
        {"type": "__class__"},
        {"type": "append", "series": []},
        {"type": "range"},
    ],
)
def test_messages_that_make_no_sense_do_nothing(zoomed: Chart, content: Any) -> None:
    before = len(zoomed.comm.sent)
    from_page(zoomed, content)
    assert len(zoomed.comm.sent) == before
    assert len(ask_range(zoomed)) == 1


def test_csv_holds_the_numbers_and_names_are_quoted() -> None:
    chart = Chart(title='Loss: "a/b" <i>')
    chart.add_series("k", name='a, "b"\nc')
    append(chart, "k", [0.1, float("nan"), 1e-20])
    from_page(chart, {"type": "csv", "request": 3})
    ((content, (raw,)),) = messages(chart, "csv")
    assert content["request"] == 3
    assert content["name"] == "loss---a-b---i.csv"
    rows = list(csv.DictReader(io.StringIO(raw.decode())))
    assert [row["series"] for row in rows] == ['a, "b"\nc'] * 3
    assert [float(row["value"]) for row in rows[::2]] == [0.1, 1e-20]
    assert [row["step"] for row in rows] == ["1", "2", "3"]
    assert [float(row["time_s"]) for row in rows] == [0.01, 0.02, 0.03]
