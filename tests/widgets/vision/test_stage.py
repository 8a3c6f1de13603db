"""Which part of a computation is in progress, and for how long."""

from __future__ import annotations

import pytest

from dlwidgets.widgets.vision import _stage
from dlwidgets.widgets.vision._stage import Stage


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr(_stage.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(_stage.TICKER, "add", lambda _stage: None)
    return now


def test_a_stage_says_its_duration_until_it_ends(clock: list[float]) -> None:
    said: list[str] = []
    stage = Stage(said.append)
    stage.begin("Building the graph…")
    for seconds in (0.5, 1.5, 2.1, 2.5, 3.2):
        clock[0] = 100 + seconds
        assert stage.tick()
    assert said == [
        "Building the graph…",
        "Building the graph… 2\u00a0s",
        "Building the graph… 3\u00a0s",
    ]
    stage.end()
    clock[0] = 110
    assert not stage.tick()
    assert len(said) == 3


def test_what_ends_soon_is_not_said(clock: list[float]) -> None:
    said: list[str] = []
    stage = Stage(said.append, after=0.4)
    stage.begin("Saliency, 1 of 2…")
    clock[0] += 0.3
    assert stage.tick()
    stage.begin("Occlusion, 2 of 2…")
    clock[0] += 0.5
    assert stage.tick()
    assert said == ["Occlusion, 2 of 2…"]
