"""Settings in a link: read, checked, clamped, and written so that the page comes back."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import ipywidgets
import pytest

import dlwidgets as dl
from dlwidgets.widgets import GanDashboard, TextDashboard, TrainDashboard
from dlwidgets.widgets.dashboards import _settings
from tests.helpers.page import from_page


def opened(kind: Any, query: str) -> Any:
    page = kind(start=False)
    from_page(page.opener, {"type": "hello", "query": query})
    return page


@pytest.mark.parametrize(
    ("control", "wanted", "value"),
    [
        (ipywidgets.BoundedIntText(value=5, min=1, max=100), "20", 20),
        (ipywidgets.BoundedIntText(value=5, min=1, max=100), "1e9", 100),
        (ipywidgets.BoundedIntText(value=5, min=1, max=100), "-3", 1),
        (ipywidgets.BoundedIntText(value=5, min=1, max=100), "3.7", 4),
        (ipywidgets.FloatSlider(value=0.1, min=0, max=0.9), 7, 0.9),
        (ipywidgets.FloatLogSlider(value=1e-3, min=-5, max=0), "0.02", 0.02),
        (ipywidgets.FloatLogSlider(value=1e-3, min=-5, max=0), "100", 1.0),
        (ipywidgets.FloatLogSlider(value=1e-3, min=-5, max=0), "0", 1e-5),
        (ipywidgets.Dropdown(options=[("A", "a"), ("B", "b")]), "b", "b"),
        (ipywidgets.SelectionSlider(options=[("0", 0.0), ("0.01", 0.01)]), "0.01", 0.01),
        (ipywidgets.Checkbox(value=False), "1", True),
    ],
)
def test_a_field_takes_what_it_can(control: Any, wanted: object, value: object) -> None:
    assert _settings.put(control, wanted)
    assert control.value == pytest.approx(value) if isinstance(value, float) else value


@pytest.mark.parametrize(
    ("control", "wanted"),
    [
        (ipywidgets.BoundedIntText(value=5, min=1, max=100), "many"),
        (ipywidgets.BoundedIntText(value=5, min=1, max=100), "nan"),
        (ipywidgets.BoundedIntText(value=5, min=1, max=100), "inf"),
        (ipywidgets.Dropdown(options=[("A", "a"), ("B", "b")]), "../../etc/passwd"),
        (ipywidgets.Checkbox(value=False), "perhaps"),
    ],
)
def test_a_field_leaves_what_it_cannot_take(control: Any, wanted: str) -> None:
    before = control.value
    assert not _settings.put(control, wanted)
    assert control.value == before


def test_a_link_sets_a_page_up_and_clamps() -> None:
    page = opened(TrainDashboard, "epochs=99999999&learning_rate=0.1&dataset=digits28&x=1&xla=1")
    settings = page.form.settings
    assert (settings.dataset, settings.epochs, settings.xla) == ("digits28", 10_000, True)
    assert settings.learning_rate == pytest.approx(0.1)
    page.close()


def test_what_cannot_be_used_is_said() -> None:
    page = opened(TrainDashboard, "dataset=nothing&epochs=3&optimizer=<b>")
    assert page.form.dataset.value == "digits"
    assert page.form.epochs.value == 3
    assert page.tools.notice == "The link has values that can't be used here: dataset, optimizer."
    assert page.tools.notice_bad
    page.close()


def test_no_link_downloads_a_text() -> None:
    page = opened(TextDashboard, "corpus=tinyshakespeare")
    info = dl.generate.available_corpora()["tinyshakespeare"]
    assert page.corpus.value == ("tinyshakespeare" if info.local else "pydoc")
    page.close()


@pytest.mark.parametrize(
    "settings",
    [
        {"epochs": 3},
        {"dataset": "mnist", "model": "small_cnn", "epochs": 20},
        {"learning_rate": 0.05, "l2": 1e-4, "dropout": 0.3},
        {"model": "batch_norm_cnn", "dropout": 0.0, "batch_size": 512},
        {"dataset": "line"},
    ],
)
def test_the_link_of_a_page_makes_the_same_page(settings: dict[str, Any]) -> None:
    page = TrainDashboard(start=False)
    for name in _settings.in_order(settings):
        assert _settings.put(page.form.controls[name], settings[name])
    query = urlencode({name: text for name, text in page.tools.link.items() if text})
    again = opened(TrainDashboard, query)
    assert again.form.settings == page.form.settings
    page.close()
    again.close()


def test_what_is_as_at_first_is_not_in_the_link() -> None:
    page = GanDashboard(start=False)
    page.form.epochs.value = 20
    assert {name for name, text in page.tools.link.items() if text} == {"epochs"}
    page.form.epochs.value = 500
    assert not any(page.tools.link.values())
    page.close()


def test_a_link_to_data_that_is_not_here_downloads_nothing(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DLWIDGETS_DATA", str(tmp_path))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    page = dl.MistakesDashboard()
    from_page(page.opener, {"type": "hello", "query": "dataset=mnist"})
    assert page.dataset.value == "mnist"
    assert not page.busy
    assert page.run is None
    assert page.message.startswith("Press Start to download MNIST")
    page.close()
