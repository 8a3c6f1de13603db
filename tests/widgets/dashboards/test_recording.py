"""Pages record their runs: after a reload a run can go on, and it can be kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import numpy as np
import pytest

import dlwidgets as dl
from dlwidgets.recording import places
from dlwidgets.recording.run_folder import RunFolder
from dlwidgets.vision.demo_networks import Trainings
from dlwidgets.widgets.dashboards import filters
from dlwidgets.widgets.dashboards._desk import pages_for
from dlwidgets.widgets.training._run_data import arguments_for
from dlwidgets.widgets.vision import _studio_network
from tests.helpers.page import displayed, from_page, send_file
from tests.helpers.run_folders import MadeRun
from tests.helpers.slow import slow
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """The folders of recent and of kept runs."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("DLWIDGETS_RUNS", str(tmp_path / "kept"))
    return places.recent_folder(), places.kept_folder()


@pytest.fixture
def opened() -> Iterator[Callable[..., Any]]:
    made: list[Any] = []

    def make(kind: Any, query: str = "", **options: Any) -> Any:
        page = kind(**options)
        made.append(page)
        from_page(page.opener, {"type": "hello", "query": query})
        return page

    yield make
    for page in made:
        if page.comm is not None:
            close(page)


def close(page: Any) -> None:
    run = page.run
    page.close()
    if run is not None:
        until(lambda: run.state.ended, "the end of the run", 60)
        until(lambda: run.recording is None or run.recording.refresh() or True, "its recording")


def trains(page: Any, steps: int = 5) -> None:
    until(lambda: page.run is not None and page.run.step_count >= steps, "some steps", 120)
    until(lambda: page.in_link.get("run"), "the run in the address")


def query_of(page: Any) -> str:
    """The address that a page has put into the browser."""
    return urlencode({name: text for name, text in page.tools.link.items() if text})


def interrupted(page: Any) -> str:
    """End the kernel of a page, as far as its recording is concerned; returns its address."""
    query = query_of(page)
    run = page.run
    close(page)
    until(lambda: run.recording.refresh() or run.recording.state.ended, "the end", 30)
    return query


def test_a_run_goes_on_after_a_reload(
    opened: Callable[..., Any], folders: tuple[Path, Path]
) -> None:
    page = opened(dl.TrainDashboard, "model=mlp&epochs=400&batch_size=64")
    trains(page, 50)
    query = interrupted(page)
    (recorded,) = RunFolder(folders[0])
    before = dl.open_run(recorded.path)
    assert recorded.info["about"]["dataset"] == "digits"
    assert recorded.info["about"]["settings"]["batch_size"] == 64

    again = opened(dl.TrainDashboard, query)
    assert displayed(again, again.go_on_question)
    assert "Resume the run that was here?" in again.go_on_question.text.value
    assert recorded.name in again.go_on_question.text.value
    assert again.run is None
    assert not again.busy
    again.go_on_question.yes.click()
    assert not displayed(again, again.go_on_question)
    until(lambda: again.run is not None and again.run.step_count > before.step_count, "more", 120)
    # The same run, in the same directory, with all of its steps.
    assert len(RunFolder(folders[0])) == 1
    steps = again.run.metrics["loss"]
    assert steps.step[: before.step_count].tolist() == list(range(1, before.step_count + 1))
    kept = before.metrics["loss"].value[:20]
    np.testing.assert_array_equal(steps.value[:20], kept)
    until(lambda: again.in_link.get("run") == recorded.path.name, "the run in the address")


def test_a_run_that_goes_on_in_another_tab_is_not_shown_untrained(
    opened: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(dl.TrainDashboard, "model=mlp&epochs=400&batch_size=64")
    trains(page)
    query = interrupted(page)
    one, other = opened(dl.TrainDashboard, query), opened(dl.TrainDashboard, query)
    one.go_on_question.yes.click()
    until(lambda: one.run is not None and one.run.state == "running", "the run", 120)
    monkeypatch.setattr("dlwidgets.widgets.dashboards._recording._PATIENCE", 0.3)
    other.go_on_question.yes.click()
    until(lambda: other.panel.bar.message_kind == "error", "the message", 60)
    assert "is open in another tab or notebook" in other.panel.bar.message
    assert other.run is None
    assert other.predictions.grid.count == 0
    assert one.run.state == "running"


def test_a_new_run_may_begin_instead(
    opened: Callable[..., Any], folders: tuple[Path, Path]
) -> None:
    page = opened(dl.MistakesDashboard, "epochs=300")
    trains(page)
    again = opened(dl.MistakesDashboard, interrupted(page))
    again.go_on_question.no.click()
    assert not displayed(again, again.go_on_question)
    trains(again)
    assert len(RunFolder(folders[0])) == 2
    assert again.in_link["run"] != page.in_link["run"]


def test_nothing_is_asked_about_what_is_over_or_of_another_page(
    opened: Callable[..., Any], folders: tuple[Path, Path]
) -> None:
    recent, _ = folders
    about = {"page": "train", "settings": {"epochs": 5}}
    finished = MadeRun(recent, "over", about=about).train(5).end()
    other = MadeRun(recent, "other", about={**about, "page": "gan"}).train(2).end("stopped")
    empty = MadeRun(recent, "empty", about=about).end("stopped")
    foreign = MadeRun(recent, "no page").train(2).end("stopped")
    names = [made.path.name for made in (finished, other, empty, foreign)]
    for name in (*names, "gone", "../../x", "..", ".trash", "%00", "a/b"):
        for kind in ("run", "resume", "fork"):
            if (kind, name) in (("resume", names[0]), ("fork", names[0])) or name == names[2]:
                continue
            page = opened(dl.TrainDashboard, urlencode({kind: name}), start=False)
            assert not displayed(page, page.go_on_question), (kind, name)
            assert not page.busy, (kind, name)
            page.close()


def test_the_runs_page_sends_a_run_back_with_more_epochs(
    opened: Callable[..., Any], folders: tuple[Path, Path]
) -> None:
    page = opened(dl.TrainDashboard, "model=mlp&epochs=2")
    until(lambda: page.run is not None and page.run.state == "finished", "the end", 120)
    name = page.run.recording.path.name
    close(page)
    again = opened(dl.TrainDashboard, f"resume={name}&more=1", start=False)
    until(lambda: again.run is not None and again.run.state == "finished", "the end", 120)
    assert len(again.run.history["loss"]) == 3
    assert again.tools.link["more"] == again.tools.link["resume"] == ""
    forked = opened(dl.TrainDashboard, f"fork={name}&step=30", start=False)
    until(lambda: forked.run is not None and forked.run.step_count > 5, "steps", 120)
    assert forked.run.recording.path.name != name
    assert forked.run.recording.info["parent"]["run"] == name


@pytest.mark.parametrize(
    ("kind", "query"),
    [
        slow(dl.LatentDashboard, "epochs=300"),
        slow(dl.GanDashboard, "epochs=300"),
        slow(dl.TextDashboard, "epochs=300&steps=10"),
        (dl.LookInsideDashboard, "epochs=300"),
    ],
)
def test_each_kind_of_run_goes_on(opened: Callable[..., Any], kind: Any, query: str) -> None:
    page = opened(kind, query)
    trains(page, 12)
    again = opened(kind, interrupted(page))
    again.go_on_question.yes.click()
    until(lambda: again.run is not None or again.panel.bar.message_kind == "error", "it", 120)
    assert again.run is not None, again.message
    done = again.run.step_count
    assert done > 0
    until(lambda: again.run.step_count > done, "more steps", 120)


def ends(run: Any, recorded: Any) -> None:
    """Stop a run whose page is closed, and wait for the end of its recording."""
    run.stop()
    run.wait()
    until(lambda: recorded.refresh() and recorded.state.ended, "the end of the recording", 30)


def goes_on(page: Any, folder: Path) -> None:
    """Answer the question of a page: the run goes on in its own directory."""
    page.go_on_question.yes.click()
    until(lambda: page.run is not None, "the run", 60)
    done = page.run.step_count
    assert done >= 12
    until(lambda: page.run.step_count > done, "more steps", 60)
    assert len(RunFolder(folder)) == 1
    page.run.stop()


@pytest.mark.slow
def test_the_network_of_the_filters_page_goes_on_after_a_reload(
    opened: Callable[..., Any], folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fresh() -> None:  # as in a new kernel
        monkeypatch.setattr(filters, "TRAININGS", Trainings())

    fresh()
    page = opened(dl.FilterDashboard, "network=patch_net")
    trains(page, 12)
    assert displayed(page, page.timeline)
    assert displayed(page.maps, page.maps.children[1])
    assert page.tools.can_keep
    (recorded,) = RunFolder(folders[0])
    assert pages_for(str(recorded.info["about"]["kind"])).keys() == {"filters", "dream", "style"}
    assert arguments_for(dl.open_run(recorded.path), None)["x"].shape == (4000, 32, 32, 3)

    query, run = query_of(page), page.run
    page.network.value = "cifar10_cnn"  # one that is trained has no timeline
    until(lambda: page.run is None and not displayed(page, page.timeline), "no timeline", 60)
    assert not page.tools.link.get("run")
    assert not page.tools.can_keep
    page.close()
    ends(run, recorded)
    fresh()
    again = opened(dl.FilterDashboard, query)
    assert displayed(again, again.go_on_question)
    assert again.network.value == "patch_net"
    assert not again.busy
    goes_on(again, folders[0])


@pytest.mark.slow  # the filters page keeps its network in the same way
def test_the_network_of_a_studio_goes_on_after_a_reload(
    opened: Callable[..., Any], folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fresh() -> None:  # as in a new kernel
        monkeypatch.setattr(_studio_network, "TRAININGS", Trainings())

    fresh()
    page = opened(dl.DreamDashboard, "network=patch_net")
    trains(page, 12)
    assert displayed(page, page.timeline)
    (recorded,) = RunFolder(folders[0])
    query, run = query_of(page), page.run
    page.close()
    ends(run, recorded)
    fresh()
    again = opened(dl.DreamDashboard, query)
    assert displayed(again, again.go_on_question)
    until(lambda: not again.busy, "nothing begins", 60)
    assert again.studio.network_field.value == "patch_net"
    assert again.run is None
    goes_on(again, folders[0])


@pytest.mark.slow
def test_a_run_on_a_text_of_the_users_own_goes_on(
    opened: Callable[..., Any], folders: tuple[Path, Path]
) -> None:
    page = opened(dl.TextDashboard, "epochs=300&steps=10", start=False)
    send_file(page.upload, "own.txt", b"Ein Text, der nirgends sonst steht. " * 30)
    until(lambda: not page.busy, "the text", 30)
    page.start()
    trains(page, 5)
    query = interrupted(page)
    assert "corpus=own" in query
    again = opened(dl.TextDashboard, query)
    assert displayed(again, again.go_on_question)
    assert not again.tools.notice
    assert again.corpus.value == "own"
    again.go_on_question.yes.click()
    until(lambda: again.run is not None or again.panel.bar.message_kind == "error", "it", 120)
    assert again.run is not None, again.message
    until(lambda: "own.txt" in str(again.about_corpus.value), "the text", 30)
    assert len(RunFolder(folders[0])) == 1
    close(again)

    (recorded,) = RunFolder(folders[0])
    (recorded.path / "attached" / "text.json").write_bytes(b"[]")
    lost = opened(dl.TextDashboard, query)
    lost.go_on_question.yes.click()
    assert "is no longer there" in str(lost.message)


def test_a_run_is_kept_once_it_has_ended(
    opened: Callable[..., Any], folders: tuple[Path, Path]
) -> None:
    page = opened(dl.TrainDashboard, "model=mlp&epochs=300")
    assert not page.tools.can_keep
    trains(page)
    assert page.tools.can_keep
    from_page(page.tools, {"type": "keep"})
    until(lambda: "is kept" in page.tools.notice, "the message", 30)
    assert len(RunFolder(folders[1])) == 0
    name = page.run.recording.path.name
    page.run.stop()
    until(lambda: [run.path.name for run in RunFolder(folders[1])] == [name], "the kept run", 30)


def test_a_page_trains_where_nothing_can_be_recorded(
    opened: Callable[..., Any], folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    import os

    monkeypatch.setattr(os, "getuid", lambda: -1)
    page = opened(dl.TrainDashboard, "model=mlp&epochs=300")
    until(lambda: page.run is not None and page.run.step_count > 5, "steps", 120)
    assert page.run.recording is None
    assert any("isn't recorded" in note for note in page.run.notes)
    assert not page.tools.can_keep
