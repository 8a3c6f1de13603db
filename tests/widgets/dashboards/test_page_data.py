"""The pages that look inside, with each data set that they offer and this machine has."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import pytest

from dlwidgets import data
from dlwidgets.vision import demo_networks
from dlwidgets.vision.networks import DEMO_NETWORKS
from dlwidgets.widgets import (
    FilterDashboard,
    LookInsideDashboard,
    MistakesDashboard,
    WhereItLooksDashboard,
)
from tests.helpers.page import is_error, seen
from tests.helpers.slow import slow
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable

    from dlwidgets.data import Dataset

DATASETS = tuple(data.available(kind="image", task="classification"))
FIRST = [name if name == "digits28" else slow(name) for name in DATASETS]
"""For pages that take their data as *Look inside* does."""
FIRST_AND_COLOR = [n if n in ("digits28", "cifar10") else slow(n) for n in DATASETS]
FEW = 200


@pytest.fixture(autouse=True)
def little_data(monkeypatch: pytest.MonkeyPatch) -> None:
    """The data as they are, but only so many that an epoch takes no time."""
    load: Callable[..., Dataset] = data.load

    def some(name: str, **options: Any) -> Dataset:
        whole = load(name, **{**options, "download_missing": False})
        parts = ("x_train", "y_train", "x_test", "y_test")
        return dataclasses.replace(whole, **{part: getattr(whole, part)[:FEW] for part in parts})

    monkeypatch.setattr(data, "load", some)


def need(name: str) -> None:
    if not data.available()[name].local:
        pytest.skip(f"{name} is not on this machine")


def begun(page: Any, name: str) -> None:
    need(name)
    page.dataset.value = name
    page.epochs.value = 1
    seen(page.panel.bar)
    until(lambda: page.run is not None and page.run.step_count > 0, "a training", 120)
    page.run.wait(120)
    assert page.panel.bar.message == ""


def well(remark: Any) -> None:
    assert not is_error(remark), remark.value


@pytest.mark.parametrize("name", FIRST_AND_COLOR)
def test_look_inside(name: str) -> None:
    page = LookInsideDashboard()
    try:
        begun(page, name)
        until(lambda: page.graph.graph, "the graph", 60)
        until(lambda: page.activations.result is not None, "feature maps", 60)
        well(page.activations.message_line)
        page.upper.selected_index, page.lower.selected_index = 1, 1
        until(lambda: page.heatmap.overlay.maps, "a heat map", 60)
        well(page.heatmap.message_line)
        until(lambda: page.confusion.plot.matrix, "a confusion matrix", 60)
        assert page.browser.cards.total == FEW
        page.upper.selected_index, page.lower.selected_index = 2, 2
        until(lambda: page.inspector.table.rows, "the layers", 60)
        until(lambda: page.embedding.plane.points, "an embedding", 60)
        assert page.embedding.plane.notice == ""
        page.lower.selected_index = 3
        until(lambda: page.draw.surface.seen or not page.draw.busy, "the pad", 60)
        well(page.draw.message_line)
    finally:
        page.close()


@pytest.mark.parametrize("name", FIRST)
def test_where_it_looks(name: str) -> None:
    page = WhereItLooksDashboard()
    page.viewer.methods = ["grad_cam", "saliency"]
    try:
        begun(page, name)
        until(lambda: page.viewer.overlay.maps, "heat maps", 60)
        until(lambda: not page.viewer.busy, "rest", 60)
        well(page.viewer.message_line)
        assert page.viewer.bars.values
        well(page.pad.message_line)
    finally:
        page.close()


@pytest.mark.parametrize("name", FIRST)
def test_mistakes(name: str) -> None:
    page = MistakesDashboard()
    try:
        begun(page, name)
        last = f"after step {page.run.step_count:,}"
        for view in (page.browser.cards, page.confusion.plot, page.embedding.plane):
            until(lambda view=view: last in view.summary, f"the last step in {view}", 60)
        assert page.browser.cards.cards["images"]["count"] == 24
    finally:
        page.close()


@pytest.mark.parametrize(
    "network",
    [n if n.name == "patch_net" else slow(n) for n in DEMO_NETWORKS],
    ids=lambda network: network.name,
)
def test_filters(network: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    if network.trained_on != "photographs":
        need(network.trained_on)
    monkeypatch.setattr(demo_networks, "SAMPLES", FEW)
    monkeypatch.setattr(demo_networks, "EPOCHS", 1)
    page = FilterDashboard()
    assert network.name in [name for _, name in page.network.options]
    form = page.filters.form
    form.count.value, form.steps.value = 2, 1
    page.network.value = network.name
    seen(page.filters.grid)
    run = None
    try:
        until(lambda: page.run is not None, "a training", 120)
        run = page.run
        until(lambda: page.filters.result is not None, "filters as pictures", 120)
        well(page.filters.message_line)
        until(lambda: page.activations.result is not None, "feature maps", 60)
        well(page.activations.message_line)
        assert page.activations.field.count > 0
    finally:
        page.close()
        if run is not None:
            run.stop()  # pages to come begin another
            until(lambda: run.state.ended, "its end", 60)
