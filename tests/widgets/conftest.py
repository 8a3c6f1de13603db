"""Widgets without a kernel: their messages are kept, and no thread interferes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import comm
import ipywidgets
import pytest

from dlwidgets import models
from tests.helpers.page import Comm

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np

    from dlwidgets.data import Dataset


@pytest.fixture(autouse=True)
def page(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(comm, "create_comm", Comm)
    yield
    ipywidgets.Widget.close_all()


@pytest.fixture
def views() -> Iterator[list[Any]]:
    """A list for widgets that are closed after the test."""
    opened: list[Any] = []
    yield opened
    for view in opened:
        view.close()


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pump does nothing: tests call `tick` themselves."""
    from dlwidgets.widgets._core.ticker import TICKER

    monkeypatch.setattr(TICKER, "add", lambda _member: None)


@pytest.fixture(scope="session")
def model(digits: Dataset) -> Any:
    """A small network that has learned the digits for two epochs."""
    import keras

    keras.utils.set_random_seed(2)
    net = models.compiled("mlp", input_shape=(8, 8, 1), classes=10)
    net.fit(digits.x_train, digits.y_train, epochs=2, batch_size=64, verbose=0)
    return net


@pytest.fixture(scope="session")
def truth_and_output(digits: Dataset, model: Any) -> tuple[np.ndarray, np.ndarray]:
    return digits.y_test, model.predict(digits.x_test, verbose=0)
