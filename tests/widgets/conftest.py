"""Widgets without a kernel: their messages are kept, and no thread interferes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import comm
import ipywidgets
import pytest
from widget_help import Comm

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def page(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(comm, "create_comm", Comm)
    yield
    ipywidgets.Widget.close_all()


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pump does nothing: tests call `tick` themselves."""
    from dlwidgets.widgets._pump import PUMP

    monkeypatch.setattr(PUMP, "add", lambda _member: None)
