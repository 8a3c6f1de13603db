"""The model of a page: its code, saving, loading, and opening it on another page."""

from __future__ import annotations

import dataclasses
import json
import threading
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import dlwidgets as dl
from dlwidgets.models import saved
from dlwidgets.widgets.dashboards import _settings
from tests.helpers.page import css_classes, from_page, messages, press_start, seen
from tests.helpers.slow import slow
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(saved.ENVIRONMENT_VARIABLE, str(tmp_path))
    return tmp_path


@pytest.fixture
def pages() -> Iterator[list[Any]]:
    """Pages that are closed in the end, with their runs."""
    made: list[Any] = []
    yield made
    for page in made:
        run = getattr(page, "run", None)
        page.close()
        if run is not None:
            run.stop()
            until(lambda run=run: run.state.ended, "the end of the run", 60)


def trained(kind: Any, pages: list[Any], **settings: object) -> Any:
    """A page whose run has ended, by default after one epoch."""
    page = kind(start=False)
    pages.append(page)
    for name in _settings.in_order(settings):
        assert _settings.put(page.controls()[name], settings[name])
    seen(page.panel.bar)
    press_start(page)
    until(lambda: page.run is not None and page.run.state.ended, "the end of a run", 120)
    until(lambda: page.tools.can_save, "the last step in the panel")
    assert page.run.error is None
    return page


def code_of(page: Any) -> str:
    from_page(page.tools, {"type": "code", "request": 1})
    return str(messages(page.tools, "code")[-1][0]["text"])


def executed(code: str) -> dict[str, Any]:
    names: dict[str, Any] = {}
    exec(code, names)
    for value in names.values():
        if isinstance(value, dl.Run):
            value.wait(120)
    return names


def weights(model: Any) -> list[np.ndarray]:
    return list(model.get_weights())


@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        (dl.LookInsideDashboard, {"dataset": "digits", "epochs": 1, "seed": 5}),
        slow(dl.WhereItLooksDashboard, {"dataset": "digits", "model": "mlp", "epochs": 1}),
        slow(dl.MistakesDashboard, {"question": 8, "epochs": 2, "batch_size": 128}),
    ],
)
def test_the_code_trains_the_very_model_that_the_page_shows(
    kind: Any, settings: dict[str, object], pages: list[Any]
) -> None:
    page = trained(kind, pages, **settings)
    page.epochs.value = 77  # for the next run; the code is that of the model that is shown
    made = executed(code_of(page))
    assert made["run"].epochs == page.run.epochs
    assert made["run"].batch_size == page.run.batch_size
    for ours, theirs in zip(weights(made["model"]), weights(page.run.model), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-5)


def test_the_code_of_the_train_page_has_its_settings(pages: list[Any]) -> None:
    page = trained(
        dl.TrainDashboard, pages, model="small_cnn", learning_rate=0.02, l2=1e-3, epochs=1
    )
    made = executed(code_of(page))
    ours, theirs = made["run"].model, page.run.model
    assert ours.get_config()["layers"][1:] != []
    assert [w.shape for w in weights(ours)] == [w.shape for w in weights(theirs)]
    assert float(ours.optimizer.learning_rate) == pytest.approx(0.02)
    assert len(ours.losses) == len(theirs.losses) > 0
    assert (made["run"].epochs, made["run"].batch_size) == (1, 32)


@pytest.mark.parametrize(
    ("kind", "settings", "name"),
    [
        slow(dl.LatentDashboard, {"epochs": 1, "beta": 1.0, "latent_dim": 3}, "vae"),
        slow(dl.GanDashboard, {"epochs": 1, "label_noise": 0.2, "output": "sigmoid"}, "gan"),
        (dl.TextDashboard, {"epochs": 1, "steps": 2}, "model"),
    ],
)
@pytest.mark.slow
def test_generators_have_code_and_come_back(
    kind: Any, settings: dict[str, object], name: str, pages: list[Any]
) -> None:
    page = trained(kind, pages, **settings)
    if name == "model":
        assert targets(page) == {}, "a text model stays on its page"
        assert page.tools.keeps
    made = executed(code_of(page))
    theirs = page.run.model
    assert [w.shape for w in weights(made[name])] == [w.shape for w in weights(theirs)]
    if name == "vae":
        assert made[name].beta == theirs.beta == 1.0
    if name == "gan":
        assert made[name].label_noise == pytest.approx(0.2)
    from_page(page.tools, {"type": "save", "name": "mine"})
    until(lambda: not page.tools.saving, "the file")
    assert page.tools.notice == "Saved as “mine”."
    again = kind(start=False)
    pages.append(again)
    seen(again.panel.bar)
    assert [entry["name"] for entry in again.tools.saved] == ["mine"]
    from_page(again.tools, {"type": "load", "name": "mine"})
    until(lambda: again.tools.can_save or "dlw-error" in again.message, "the model", 60)
    shown = again.shown_model()
    assert shown is not None, again.message
    assert again.tools.notice == ""  # the panel says that it is shown
    for ours, saved_ones in zip(weights(shown.source), weights(theirs), strict=True):
        np.testing.assert_array_equal(ours, saved_ones)


@pytest.mark.slow
def test_a_model_is_opened_on_other_pages(pages: list[Any]) -> None:
    page = trained(dl.TrainDashboard, pages, model="small_cnn", epochs=1)
    assert [target["page"] for target in page.tools.targets] == [
        "look-inside",
        "filters",
        "mistakes",
        "where-it-looks",
        "dream",
        "style",
    ]
    from_page(page.tools, {"type": "open", "page": "mistakes", "request": 7})
    until(lambda: not page.tools.saving, "the file")
    answer = messages(page.tools, "go")[-1][0]
    assert (answer["page"], answer["request"]) == ("mistakes", 7)
    for kind in (dl.MistakesDashboard, dl.LookInsideDashboard, dl.WhereItLooksDashboard):
        other = kind()
        pages.append(other)
        from_page(other.opener, {"type": "hello", "query": answer["query"]})
        until(lambda other=other: other.shown_model() is not None, "the model", 90)
        assert other.run is None, "it isn't trained again"
        assert "is shown" in other.message
        for ours, theirs in zip(
            weights(other.shown_model().source), weights(page.run.model), strict=True
        ):
            np.testing.assert_array_equal(ours, theirs)
    mistakes = pages[1]
    until(lambda: mistakes.browser.cards.total == 359, "its predictions", 60)
    filters = dl.FilterDashboard()
    pages.append(filters)
    from_page(filters.opener, {"type": "hello", "query": answer["query"]})
    until(lambda: "is shown" in filters.message, "the model's filters", 90)


def test_a_link_whose_model_is_gone_says_so(pages: list[Any]) -> None:
    page = dl.MistakesDashboard()
    pages.append(page)
    from_page(page.opener, {"type": "hello", "query": "saved=" + "x" * 22})
    until(lambda: "no longer there" in page.message, "what is wrong", 60)
    assert page.run is None


def test_a_running_model_is_saved_between_two_steps(pages: list[Any], folder: Path) -> None:
    page = dl.MistakesDashboard()
    pages.append(page)
    assert not page.tools.active
    seen(page.panel.bar)
    until(lambda: page.tools.can_save, "a step", 120)
    assert page.tools.active, "leaving the page would lose the run"
    from_page(page.tools, {"type": "save", "name": "while it trains"})
    until(lambda: not page.tools.saving, "the file")
    stored = json.loads((folder / "while it trains.json").read_text())
    assert stored["settings"]["dataset"] == "digits"
    assert stored["step"] > 0
    page.run.stop()
    until(lambda: not page.tools.active, "the end", 60)


@pytest.mark.parametrize(
    "request_", [slow({"type": "save", "name": "mine"}), {"type": "open", "page": "mistakes"}]
)
def test_saving_waits_for_a_long_step_on_a_thread_of_its_own(
    request_: dict[str, str], pages: list[Any], folder: Path
) -> None:
    page = dl.LookInsideDashboard(start=False)
    pages.append(page)
    seen(page.panel.bar)
    press_start(page)
    until(lambda: page.tools.can_save, "a step", 120)
    step_ends = threading.Event()
    page.run.at_boundary(step_ends.wait)  # as a step that takes minutes
    from_page(page.tools, {**request_, "request": 3})
    assert page.tools.saving, "the page is answered while the step goes on"
    from_page(page.tools, {**request_, "request": 4})  # a second click
    from_page(page.tools, {"type": "code", "request": 5})
    assert messages(page.tools, "code")
    from_page(page.tools, {"type": "cancel"})
    until(lambda: not page.tools.saving, "the end of waiting")
    assert (page.tools.notice, page.tools.notice_bad) == ("Canceled. Nothing was saved.", False)
    step_ends.set()
    page.run.at_boundary(lambda: None).result(60)
    assert not list(folder.rglob("*.keras"))
    if request_["type"] == "open":
        assert [content["request"] for content, _ in messages(page.tools, "failed")] == [3]
    from_page(page.tools, {**request_, "request": 6})
    until(lambda: not page.tools.saving, "the file")
    assert len(list(folder.rglob("*.keras"))) == 1


def opened_from(page: Any, kind: Any, name: str, pages: list[Any]) -> Any:
    """The page that the model of a page has been opened on."""
    from_page(page.tools, {"type": "open", "page": name, "request": 9})
    until(lambda: messages(page.tools, "go"), "the address", 60)
    answer = messages(page.tools, "go")[-1][0]
    other = kind()
    pages.append(other)
    make_small(other)
    from_page(other.opener, {"type": "hello", "query": answer["query"]})
    return other


def make_small(page: Any) -> None:
    """Let a page of dreams or styles make one small image, in one step."""
    studio = getattr(page, "studio", None)
    if studio is not None:
        studio.longest.value, studio.steps.value = 64, 1


def targets(page: Any) -> dict[str, str]:
    """Why each page can't be opened, "" for those that can."""
    return {target["page"]: target["problem"] for target in page.tools.targets}


@pytest.mark.slow
def test_a_classifier_dreams_on_the_page_of_dreams(pages: list[Any]) -> None:
    page = trained(dl.TrainDashboard, pages, model="small_cnn", epochs=1)
    assert set(targets(page).values()) == {""}
    dream = opened_from(page, dl.DreamDashboard, "dream", pages)
    until(lambda: dream.studio.chosen.name == "", "the network", 120)
    until(lambda: (dream.studio.result or [None, {}])[1].get("network") == "", "a dream of it", 120)
    assert dream.studio.chosen.scaling == "unit"
    shown = dream.shown_model()
    for ours, theirs in zip(weights(shown.source), weights(page.run.model), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    # From there it goes on to wherever a classifier goes.
    assert list(targets(dream)) == ["look-inside", "filters", "mistakes", "where-it-looks", "style"]


def test_what_a_page_needs_is_said_and_a_stranger_names_no_file_and_no_page(
    pages: list[Any], folder: Path
) -> None:
    page = trained(dl.MistakesDashboard, pages, model="mlp", epochs=1)
    problems = targets(page)
    assert "mistakes" not in problems, "the page itself"
    assert problems["look-inside"] == ""
    assert "convolutional layers" in problems["dream"] == problems["style"]
    from_page(page.tools, {"type": "open", "page": "dream", "request": 1})
    assert not messages(page.tools, "go")
    from_page(page.tools, {"type": "save", "name": "../../outside"})
    until(lambda: not page.tools.saving, "the answer")
    assert page.tools.notice_bad
    assert "Expected a name" in page.tools.notice
    assert not list(folder.rglob("*.keras"))
    for name in ("../mine", 5, None):
        from_page(page.tools, {"type": "load", "name": name})
    for target in ("https://example.org", "../x", None):
        from_page(page.tools, {"type": "open", "page": target, "request": 1})
    assert not messages(page.tools, "go")


def test_a_model_without_images_is_kept_and_goes_where_it_fits(pages: list[Any]) -> None:
    page = trained(dl.TrainDashboard, pages, dataset="line", epochs=1)
    assert page.tools.can_save
    problems = targets(page)
    assert problems["dream"] == problems["style"] == "This page needs a model of images."


@pytest.mark.parametrize(
    ("kind", "settings", "part"),
    [
        (dl.LatentDashboard, {"epochs": 1, "model": "conv_vae"}, "encoder"),
        slow(dl.GanDashboard, {"epochs": 1}, "discriminator"),
    ],
)
@pytest.mark.slow
def test_filters_of_a_generator_s_other_half(
    kind: Any, settings: dict[str, object], part: str, pages: list[Any]
) -> None:
    page = trained(kind, pages, **settings)
    assert list(targets(page)) == ["filters"]
    filters = opened_from(page, dl.FilterDashboard, "filters", pages)
    until(lambda: "is shown" in filters.message, "its filters", 90)
    layer = filters.filters.form.layer
    until(lambda: layer.value, "a layer", 60)
    names = [layer.name for layer in getattr(page.run.model, part).layers]
    assert layer.value.split("/")[0] in names
    assert list(targets(filters)) == [page.page_name]
    # The menu says what is shown, and the code selects nothing else.
    assert filters.network.label == f"Opened: {filters.shown_model().about.title}"
    assert "page.network.value" not in filters.code()
    assert filters.run is None


def test_the_network_that_learns_goes_from_dreams_to_styles(pages: list[Any]) -> None:
    page = dl.DreamDashboard()
    pages.append(page)
    page.studio.network_field.value = "patch_net"
    assert not page.tools.can_save
    seen(page.opener)
    until(lambda: page.tools.can_save, "a step of the network", 120)
    assert targets(page) == {"filters": "", "style": ""}
    assert not page.tools.keeps, "it isn't the page's own model"
    page.studio.scale.value = 1.4000000000000001
    assert "studio.scale.value = 1.4\n" in page.code()
    style = opened_from(page, dl.StyleDashboard, "style", pages)
    until(lambda: style.studio.chosen.name == "", "the network", 120)
    assert style.studio.chosen.scaling == "signed"
    assert style.studio.chosen.title == page.studio.chosen.title


def test_a_model_that_is_opened_in_place_of_a_start_is_not_dimmed(pages: list[Any]) -> None:
    page = trained(dl.MistakesDashboard, pages, dataset="digits", epochs=1)
    model, about, gate = page.run.model, page.shown_model().about, threading.Event()

    def load() -> tuple[Any, Any]:
        assert gate.wait(60)
        return model, about

    page.open_model(load)
    page.restart()
    assert "dlw-waits" in css_classes(page)
    page.open_model(load)  # the start that waits is forgotten
    gate.set()
    until(lambda: not page.busy, "the model", 60)
    assert "is shown" in page.message
    assert "dlw-waits" not in css_classes(page)


def test_a_run_that_is_asked_for_while_a_model_is_opened_has_its_own_name(pages: list[Any]) -> None:
    page = trained(dl.MistakesDashboard, pages, dataset="digits", epochs=1)
    model, about = page.run.model, page.shown_model().about
    loading, gate = threading.Event(), threading.Event()

    def load() -> tuple[Any, Any]:
        loading.set()
        assert gate.wait(60)
        return model, dataclasses.replace(about, title="Saved")

    page.open_model(load)
    assert loading.wait(60)
    page.restart()
    gate.set()
    until(lambda: not page.busy, "another run", 60)
    assert page.panel.bar.model_name == page.shown_name == page.planned_model != "Saved"
