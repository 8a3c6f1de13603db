"""The form of the Train page: what it offers for which data, and what it begins with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dlwidgets import data, models
from dlwidgets.widgets import TrainForm
from tests.helpers.page import set_on_page

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def no_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without any downloaded data."""
    own = tmp_path / "own"
    own.mkdir()
    monkeypatch.setenv("DLWIDGETS_DATA", str(own))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    return own


def offered(form: TrainForm) -> list[str]:
    return [name for _, name in form.model.options]


def test_begins_with_digits_and_a_network_that_learns_them() -> None:
    settings = TrainForm().settings
    assert (settings.dataset, settings.model, settings.optimizer) == ("digits", "mlp", "adam")
    assert settings.learning_rate == pytest.approx(0.001)
    assert (settings.batch_size, settings.precision, settings.xla) == (32, "float32", False)
    assert settings.epochs >= 5


TRAINABLE = [name for name, found in data.available().items() if models.choices(found)]


@pytest.mark.parametrize("name", TRAINABLE)
def test_models_that_fit_the_data_are_offered_and_can_be_built(name: str) -> None:
    form = TrainForm()
    form.dataset.value = name
    images = {"mlp", "small_cnn", "batch_norm_cnn"}
    assert set(offered(form)) == ({"line"} if name == "line" else images)
    shape = {"line": (1,), "digits": (8, 8, 1), "cifar10": (32, 32, 3)}.get(name, (28, 28, 1))
    for model in offered(form):
        form.model.value = model
        s = form.settings
        assert s.learning_rate == pytest.approx(models.choices()[model].learning_rate)
        # An epoch of few images is over in a moment.
        longer = 3 if name.startswith("digits") else 1
        assert s.epochs == longer * models.choices()[model].epochs
        built = models.compiled(
            s.model,
            input_shape=shape,
            classes=10,
            optimizer=s.optimizer,
            learning_rate=s.learning_rate,
            dropout=s.dropout,
            l2=s.l2,
        )
        assert built.count_params() > 0


def test_data_that_is_not_here_says_so_with_its_size() -> None:
    form = TrainForm()
    titles = {name: title for title, name in form.dataset.options}
    assert "(download)" in titles["mnist"]
    assert "(download)" in titles["cifar10"]
    assert "(download)" not in titles["digits"]
    form.dataset.value = "cifar10"
    about = form.children[1].value
    assert "download" in about
    assert "MB" in about
    form.dataset.value = "digits"
    assert "scikit-learn" in form.children[1].value


def test_changing_the_data_keeps_a_model_that_still_fits() -> None:
    form = TrainForm()
    form.model.value = "small_cnn"
    form.dataset.value = "mnist"
    assert form.model.value == "small_cnn"
    form.dataset.value = "line"
    assert (form.model.value, form.optimizer.value) == ("line", "sgd")
    assert form.dropout.disabled
    assert form.l2.disabled
    form.dataset.value = "digits"
    assert form.model.value == "mlp"
    assert not form.dropout.disabled


def test_reset_brings_the_defaults_back() -> None:
    form = TrainForm()
    form.model.value = "batch_norm_cnn"
    before = form.settings
    assert before.dropout == 0.25
    form.learning_rate.value, form.epochs.value, form.batch_size.value = 0.1, 3, 512
    form.l2.value, form.dropout.value, form.xla.value, form.mixed.value = 1e-3, 0.5, True, True
    assert form.settings != before
    form.reset.click()
    assert form.settings == before


def test_half_precision_is_what_the_machine_is_fast_with() -> None:
    for gpus, name, word in ((0, "mixed_bfloat16", "bfloat16"), (2, "mixed_float16", "float16")):
        form = TrainForm(gpus=gpus)
        form.mixed.value = True
        assert form.settings.precision == name
        assert word in form.mixed.description
        assert word in form.settings.label


def test_device_is_a_choice_where_there_are_several() -> None:
    form = TrainForm(gpus=2)
    assert [value for _, value in form.device.options] == [None, "GPU:0", "GPU:1", "CPU"]
    assert form.device.layout.display != "none"
    assert TrainForm().device.layout.display == "none"
    assert TrainForm().settings.device is None


def test_label_names_what_differs_from_the_plain_case() -> None:
    form = TrainForm()
    assert form.settings.label == "MLP 200-150, Adam 0.001, batch 32"
    form.dropout.value, form.l2.value, form.xla.value = 0.3, 1e-3, True
    label = form.settings.label
    assert all(word in label for word in ("dropout 0.3", "L2 0.001", "XLA"))


def test_a_kept_run_is_named_by_what_it_has_that_others_do_not() -> None:
    form = TrainForm()
    first = form.settings
    assert first.unlike(first) == ""
    form.learning_rate.value, form.dropout.value = 0.1, 0.5
    assert form.settings.unlike(first) == "Adam 0.1, dropout 0.5"
    assert first.unlike(form.settings) == "Adam 0.001"


def test_listeners_hear_of_data_and_model() -> None:
    form = TrainForm()
    heard: list[str] = []
    form.on_change(lambda: heard.append(form.model.value))
    form.model.value = "small_cnn"
    assert heard[-1] == "small_cnn"
    form.dataset.value = "line"
    assert heard[-1] == "line"


def test_values_from_the_page_stay_within_their_bounds() -> None:
    form = TrainForm()
    set_on_page(form.epochs, value=10**9)
    assert form.settings.epochs == 10_000
    set_on_page(form.epochs, value=-5)
    assert form.settings.epochs == 1
    set_on_page(form.dropout, value=7.0)
    assert form.settings.dropout == 0.9
    set_on_page(form.learning_rate, value=1e30)
    assert form.settings.learning_rate <= 1
    for index in (-1, 99, "0"):
        before = form.settings
        set_on_page(form.dataset, index=index)
        assert form.settings == before
