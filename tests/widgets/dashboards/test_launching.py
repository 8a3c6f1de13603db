"""What a page says while it prepares a run, and what is left of the run before."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

import dlwidgets as dl
from dlwidgets.widgets._live.budget import Budget
from dlwidgets.widgets.dashboards._run_launcher import RunLauncher
from dlwidgets.widgets.primitives.run_bar import RunBar
from tests.helpers.page import press_start, seen
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def page() -> Iterator[Any]:
    made = dl.TrainDashboard(start=False)
    yield made
    run = made.run
    made.close()
    if run is not None:
        until(lambda: run.state.ended, "the end of the run", 60)


def start(page: Any) -> None:
    before = page.run
    seen(page.panel.bar)
    press_start(page)
    until(lambda: page.run is not before and page.run is not None, "a run", 90)


def test_a_page_that_starts_by_itself_says_so() -> None:
    page = dl.MistakesDashboard()
    assert page.message == "Training starts by itself once the page is ready."
    page.close()
    page = dl.TrainDashboard(start=False)
    assert page.message == ""
    page.close()


def test_a_run_that_is_started_by_hand_while_its_views_are_prepared(
    page: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.form.epochs.value = 1
    said: list[tuple[str, bool]] = []

    def pressed(_budget: Budget, _seconds: float) -> None:
        said.append((page.message, page.panel.bar.can_start))
        page.panel.run.start()

    monkeypatch.setattr(Budget, "wait_for_views", pressed)
    start(page)
    assert said == [("Showing the untrained model…", False)]
    assert page.run is page.panel.run
    until(lambda: page.panel.bar.state == "finished", "the end", 60)
    assert page.message == ""


def test_the_model_has_one_name_before_and_during_the_run(page: Any) -> None:
    assert page.panel.bar.model_name == "MLP 200-150"
    page.form.epochs.value = 1
    start(page)
    assert page.panel.bar.model_name == "MLP 200-150"


def test_data_that_is_missing_is_not_said_in_the_panel_of_the_run_before(
    page: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.form.dataset.value = "line"
    page.form.learning_rate.value = 0.4
    start(page)
    until(lambda: page.panel.bar.state == "failed", "a loss that is not finite", 60)
    assert page.panel.bar.step > 0
    monkeypatch.setenv("DLWIDGETS_DATA", str(tmp_path))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    # The package has a function of the name of this module.
    monkeypatch.setattr(import_module("dlwidgets.data.load"), "download", _no_network)
    page.form.dataset.value = "mnist"
    press_start(page)
    until(lambda: "MNIST was not found" in page.message, "what is missing", 60)
    bar = page.panel.bar
    assert (bar.state, bar.step, bar.epochs) == ("ready", 0, 0)
    assert (bar.can_start, bar.can_restart) == (True, False)
    assert not any(chart.series for chart in page.panel.charts)


def _no_network(title: str, *_: Any) -> None:
    from dlwidgets.data.download import DownloadFailedError

    message = f"{title} is elsewhere"
    raise DownloadFailedError(message)


def test_the_kept_weights_can_be_loaded_after_a_loss_that_is_not_finite(page: Any) -> None:
    assert page.restore.layout.display == "none"
    page.form.dataset.value = "line"
    page.form.learning_rate.value = 0.4
    start(page)
    until(lambda: page.restore.layout.display is None, "the button", 60)
    # It is named, and not the call that a notebook has.
    until(lambda: f"Press “{page.restore.description}” to load them." in page.message, "it named")
    assert "`" not in page.message
    assert page.run.markers[-1].text == f"Failed: {page.run.error.fact}"
    page.restore.click()
    assert "are loaded" in page.message
    assert all(abs(w).max() < 1e30 for w in page.run.model.get_weights())


def test_a_model_that_cannot_be_regularized_says_why(page: Any) -> None:
    about = page.form.children[page.form.children.index(page.form.l2) + 1]
    assert about.layout.display == "none"
    page.form.dataset.value = "line"
    assert about.layout.display is None
    assert about.value == "This model has no hidden layers to regularize."


def test_a_long_stage_says_how_long_it_has_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [100.0]
    monkeypatch.setattr(
        "dlwidgets.widgets.dashboards._run_launcher.time.monotonic", lambda: clock[0]
    )
    bar = RunBar()
    launcher = RunLauncher(bar, "test")
    monkeypatch.setattr(RunLauncher, "busy", True)
    launcher.say("Building the model…")
    clock[0] += 1
    assert launcher.tick()
    assert bar.message == "Building the model…"
    clock[0] += 4
    launcher.tick()
    assert bar.message == "Building the model… 5\u00a0s"
    clock[0] += 1
    launcher.tick()
    assert bar.message == "Building the model… 6\u00a0s"
    bar.say("It failed.")
    clock[0] += 1
    launcher.tick()
    assert bar.message == "It failed."
    launcher.close()


def test_restarting_replaces_an_active_run(page: Any) -> None:
    page.form.epochs.value = 5000
    start(page)
    first = page.run
    page.form.epochs.value = 1
    page.restart()
    until(lambda: page.run is not first, "the second run", 90)
    assert first.state.ended
    until(lambda: page.run.state.ended, "its end", 60)
    assert page.run.epochs == 1
