"""Studios that are closed after each test, and the jobs that they start."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from dlwidgets.vision.demo_networks import Trainings
from dlwidgets.widgets.dashboards import filters
from dlwidgets.widgets.vision import _studio, _studio_network
from dlwidgets.widgets.vision._studio_job import Job
from tests.helpers.page import seen
from tests.helpers.studios import finished, learned, net

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture
def studio(still: None) -> Iterator[Callable[..., Any]]:
    """Makes a studio whose images are small, after its first one."""
    made: list[Any] = []

    def make(kind: Any, model: Any = None, **values: Any) -> Any:
        one = kind(net() if model is None else model)
        made.append(one)
        seen(one.compare)
        one.restart.value = False
        one.longest.value, one.steps.value = 64, 2
        if model is None:
            one.start_button.click()  # in place of the first image, which is larger
        finished(one)
        if model is not None:
            learned(one)
        for name, value in values.items():
            getattr(one, name).value = value
        return one

    yield make
    for one in made:
        one.close()


@dataclass
class LateTraining:
    """A network's run that isn't created before `go_on` is set."""

    reached: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)
    runs: list[Any] = field(default_factory=list)


@pytest.fixture
def trainings(monkeypatch: pytest.MonkeyPatch) -> Trainings:
    """The networks that pages train themselves: none that an earlier test uses or has finished."""
    fresh = Trainings()
    for module in (filters, _studio_network):
        monkeypatch.setattr(module, "TRAININGS", fresh)
    return fresh


@pytest.fixture
def late_training(monkeypatch: pytest.MonkeyPatch, trainings: Trainings) -> LateTraining:
    """What pages wait for that train a network themselves."""
    late, take = LateTraining(), trainings.take

    def slow(*args: Any, **options: Any) -> Any:
        late.reached.set()
        assert late.go_on.wait(60)
        late.runs.append(take(*args, **options))
        return late.runs[-1]

    monkeypatch.setattr(trainings, "take", slow)
    return late


@pytest.fixture
def jobs(monkeypatch: pytest.MonkeyPatch) -> list[Job]:
    """All jobs of all studios, oldest first."""
    started: list[Job] = []

    class Recorded(Job):
        def __init__(self, settings: dict[str, Any]) -> None:
            super().__init__(settings)
            started.append(self)

    monkeypatch.setattr(_studio, "Job", Recorded)
    return started
