"""What the fields of different pages are called, and which data they begin with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import dlwidgets as dl
from dlwidgets.widgets import GanDashboard, TrainDashboard

if TYPE_CHECKING:
    from dlwidgets.widgets.dashboards._training_page import TrainingPage


def test_the_learning_rates_of_form_and_run_have_different_names() -> None:
    page = TrainDashboard(start=False)
    assert page.form.learning_rate.description == "Learning rate"
    assert page.panel.bar.learning_rate_label == "Learning rate now"
    page.close()


def test_each_learning_rate_of_a_gan_says_whose_it_is() -> None:
    page = GanDashboard(start=False)
    assert page.form.d_learning_rate.description == "Discriminator's learning rate"
    assert page.form.g_learning_rate.description == "Generator's learning rate"
    assert page.panel.bar.learning_rate_label == "Generator's learning rate now"
    page.close()


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (dl.WhereItLooksDashboard, "digits28"),
        (dl.LookInsideDashboard, "digits28"),
        (dl.MistakesDashboard, "digits"),
    ],
)
def test_pages_whose_pictures_need_detail_begin_with_larger_digits(
    kind: type[TrainingPage], name: str
) -> None:
    page = kind(start=False)
    assert page.settings["dataset"] == name
    page.close()


def test_a_network_in_the_menu_leaves_the_first_data_selected(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Found:
        name, title, found = "some_net", "Some network", True

    monkeypatch.setattr(
        "dlwidgets.widgets.dashboards.where_it_looks.classifiers", lambda: [Found()]
    )
    page = dl.WhereItLooksDashboard(start=False)
    assert "imagenet/some_net" in [name for _, name in page.dataset.options]
    assert page.dataset.value == "digits28"
    page.close()
