"""What the machine does while a run trains."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from dlwidgets.recording.measuring import Measuring
from dlwidgets.training.resources import Gpu, ResourceMeter, Resources

if TYPE_CHECKING:
    import pytest


def test_it_measures_less_often_as_the_run_gets_older(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    measuring, moments = Measuring(), []
    for _ in range(20_000):
        if measuring.values() is not None:
            moments.append(now[0])
        now[0] += 0.5
    assert moments[:3] == [100, 101, 102]
    assert moments[-1] - moments[-2] > 5
    assert 2000 < len(moments) < 5000
    assert measuring.values(now=True) is not None


def test_what_a_gpu_does_not_report_is_nan(monkeypatch: pytest.MonkeyPatch) -> None:
    gpu = Gpu("H200", 50.0, 1e9, 2e9, -1.0)
    monkeypatch.setattr(ResourceMeter, "read", lambda _: Resources(80.0, 2, 1e8, 2e8, (gpu,)))
    values = Measuring().values()
    assert values is not None
    assert values["gpu0_utilization"] == 50.0
    assert values["gpu0_memory_total"] == 2e9
    assert math.isnan(values["gpu0_temperature"])
    assert values["memory_used"] == 1e8
