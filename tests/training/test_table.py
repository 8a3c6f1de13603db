"""Tables of steps, the pace of executions, and the recorder: without any training."""

from __future__ import annotations

import dataclasses
import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlwidgets.training.events import Event, Events
from dlwidgets.training.execution_size import MAX_EXECUTION_SECONDS, ExecutionSize
from dlwidgets.training.executor import Execution
from dlwidgets.training.recorder import Recorder
from dlwidgets.training.table import Series, Table

BLOCKS = st.lists(
    st.tuples(
        st.integers(0, 700), st.sets(st.sampled_from(["loss", "accuracy", "auc"]), max_size=3)
    ),
    max_size=12,
)


@given(BLOCKS)
def test_a_table_holds_what_was_written(blocks: list[tuple[int, set[str]]]) -> None:
    table, rows = Table(), 0
    expected: dict[str, list[float]] = {}
    for n, names in blocks:
        steps = np.arange(rows + 1, rows + n + 1)
        table.extend(
            step=steps, epoch=steps / 10, time=steps / 7, values=dict.fromkeys(names, steps)
        )
        for name in names:
            expected.setdefault(name, [np.nan] * rows)
        for name in expected:
            expected[name] += steps.astype(float).tolist() if name in names else [np.nan] * n
        rows += n
    assert len(table) == rows
    assert set(table.names) == set(expected)
    for name, values in expected.items():
        points = table.points(name)
        np.testing.assert_array_equal(points.value, values)
        np.testing.assert_array_equal(points.step, np.arange(1, rows + 1))
        np.testing.assert_array_equal(points.epoch, np.arange(1, rows + 1) / 10)
        assert len(table.points(name, start=rows // 2)) == rows - rows // 2


def test_views_stay_what_they_were_while_the_table_grows() -> None:
    table = Table()
    table.extend(step=[1, 2], epoch=[0.1, 0.2], time=[1, 2], values={"loss": [5.0, 4.0]})
    points = table.points("loss")
    for i in range(3, 5000):
        table.extend(step=[i], epoch=[i], time=[i], values={"loss": [0.0]})
    assert points.value.tolist() == [5.0, 4.0]
    with pytest.raises(ValueError, match="read-only"):
        points.value[0] = 1.0


def test_a_metric_that_is_not_there() -> None:
    table = Table()
    with pytest.raises(KeyError, match="No metric is recorded yet"):
        table.points("loss")
    table.extend(step=[1], epoch=[1], time=[1], values={"loss": [1.0]})
    with pytest.raises(KeyError, match=r"one of the metrics loss\. Received: 'acc'"):
        table.points("acc")


def test_readers_never_see_half_a_row() -> None:
    table, failures = Table(), []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            for name in table.names:
                points = table.points(name)
                if not (points.step == points.value).all() or len(points.step) != len(points):
                    failures.append(name)

    reader = threading.Thread(target=read)
    reader.start()
    for start in range(1, 60_000, 37):
        steps = np.arange(start, start + 37)
        table.extend(step=steps, epoch=steps, time=steps, values={"loss": steps})
    done.set()
    reader.join(60)
    assert failures == []


def test_a_series_names_its_last_value() -> None:
    table = Table()
    series = Series(table, "loss")
    table.extend(step=[1, 2], epoch=[0.5, 1], time=[1, 2], values={"loss": [2.0, 1.5]})
    assert series.last == 1.5
    assert len(series) == 2
    assert repr(series) == "<Series 'loss': 2 steps, last 1.5>"


@given(st.lists(st.floats(1e-6, 2.0), min_size=1, max_size=60), st.integers(1, 512))
def test_an_execution_is_never_much_longer_than_the_limit(seconds: list[float], most: int) -> None:
    """As long as steps take as long as they took, one execution stays under the limit."""
    size = ExecutionSize(most)
    assert size.steps == 1
    for per_step in seconds:
        before = size.steps
        size.record(before, before * per_step)
        assert 1 <= size.steps <= min(most, 2 * before)
    steady = seconds[-1]
    for _ in range(30):
        size.record(size.steps, size.steps * steady)
    assert size.steps == 1 or size.steps * steady <= MAX_EXECUTION_SECONDS


def test_fast_steps_get_long_executions() -> None:
    size = ExecutionSize(512)
    for _ in range(15):
        size.record(size.steps, size.steps * 1e-5)
    assert size.steps == 512


def execution(losses: list[float], batch: int = 32) -> Execution:
    values = np.array(losses)
    samples = np.full(len(losses), batch)
    return Execution(len(losses), 0.01, samples, {"loss": values}, {"loss": float(values[-1])})


def test_a_recorder_numbers_steps_through_all_epochs() -> None:
    recorder = Recorder(Events())
    recorder.clock.start()
    for epoch in range(3):
        recorder.begin_epoch(epoch)
        for _ in range(2):
            recorder.record(execution([3.0, 2.0]), recorder.clock.seconds)
        recorder.end_epoch({"loss": 2.5, "learning_rate": 0.1})
    loss = recorder.metrics["loss"]
    assert loss.step.tolist() == list(range(1, 13))
    np.testing.assert_allclose(loss.epoch, np.arange(1, 13) / 4)
    assert recorder.steps_per_epoch == 4
    assert recorder.epoch_fraction == 3.0
    assert recorder.history == {"loss": [2.5] * 3, "learning_rate": [0.1] * 3}
    assert recorder.epochs.points("loss").epoch.tolist() == [1, 2, 3]
    rate = recorder.rate()
    assert rate.samples == pytest.approx(32 * rate.steps)


def test_building_graphs_does_not_count_for_the_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("time.perf_counter", lambda: now[0])
    recorder = Recorder(Events())
    recorder.clock.start()
    recorder.begin_epoch(0)

    def run(steps: int, seconds: float, *, traced: bool = False) -> None:
        began = recorder.clock.seconds
        now[0] += seconds
        recorder.record(dataclasses.replace(execution([1.0] * steps), traced=traced), began)

    run(1, 45.0, traced=True)
    assert recorder.rate().steps == 0
    run(10, 0.5)
    assert recorder.rate().steps == pytest.approx(20)
    now[0] += 3.0
    recorder.leave_out(3.0)  # a validation was compiled
    run(10, 0.5)
    run(1, 20.0, traced=True)  # batches of another shape
    run(10, 0.5)
    assert recorder.rate().steps == pytest.approx(20)
    assert recorder.rate().samples == pytest.approx(640)


def test_the_epoch_grows_steadily_while_its_length_is_unknown() -> None:
    recorder = Recorder(Events())
    recorder.begin_epoch(0)
    recorder.record(execution([1.0] * 50), 0.0)
    epochs = recorder.metrics["loss"].epoch
    assert (np.diff(epochs) > 0).all()
    assert 0 < epochs[-1] < 1


def test_markers_and_events_reach_subscribers_until_they_leave() -> None:
    events = Events()
    recorder = Recorder(events)
    seen: list[Event] = []
    leave = events.subscribe(seen.append)
    recorder.mark("note", "first")
    leave()
    leave()
    recorder.mark("note", "second")
    assert [event.kind for event in seen] == ["marker"]
    assert [marker.text for marker in recorder.markers] == ["first", "second"]


def test_rows_have_all_columns_of_one_length() -> None:
    table = Table()
    table.extend(step=[1, 2], epoch=[0.5, 1.0], time=[0.1, 0.2], values={"a": [1.0, 2.0]})
    table.extend(step=[3], epoch=[1.5], time=[0.3], values={"b": [4.0]})
    rows = table.rows(1)
    assert len(rows) == 2
    assert rows.step.tolist() == [2, 3]
    assert rows.epoch.tolist() == [1.0, 1.5]
    assert rows.values["a"][0] == 2.0
    assert np.isnan(rows.values["a"][1])
    assert np.isnan(rows.values["b"][0])
    with pytest.raises(ValueError, match="read-only"):
        rows.values["b"][1] = 3.0
    table.extend(step=[4], epoch=[2.0], time=[0.4], values={})
    assert len(rows) == 2
    assert len(table.rows(9)) == 0
