"""Studios that are closed after each test, and the jobs that they start."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from dlwidgets.widgets.vision import _studio
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
