"""Views whose follower notes what it draws and which errors it is told."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from dlwidgets.widgets._live.follower import Follower

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest


class Watched(Follower[Any]):
    """Notes what it draws and tells, and lets a test wait before it computes."""

    def __init__(self, compute: Any, draw: Any, on_error: Any, **options: Any) -> None:
        self.before: Callable[[Any], None] = lambda _model: None
        self.drawn: list[Any] = []
        self.told: list[Exception] = []

        def held(model: Any, *more: Any) -> Any:
            self.before(model)
            return model, compute(model, *more)

        def note(result: Any) -> None:
            self.drawn.append(result[0])
            draw(result[1])

        def failed(error: Exception) -> None:
            self.told.append(error)
            on_error(error)

        super().__init__(held, note, failed, **options)


def watch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every view that is made from now on follow with a `Watched`."""
    for name, module in list(sys.modules.items()):
        if name.startswith("dlwidgets.widgets.") and getattr(module, "Follower", None) is Follower:
            monkeypatch.setattr(module, "Follower", Watched)
