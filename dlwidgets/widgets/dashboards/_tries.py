"""Things to try on a page: what the buttons of its list set up."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dlwidgets.widgets._core.signal_blocker import SignalBlocker
from dlwidgets.widgets.dashboards import _settings
from dlwidgets.widgets.primitives.try_list import TryList

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import ipywidgets

    from dlwidgets.widgets.dashboards._page import Page


@dataclass(frozen=True, kw_only=True)
class Try:
    """One thing to try.

    Attributes:
        text: What to try, with its name in front: `"**Batch size.** Compare 8 with 512."`.
        settings: The settings that the button sets, by name, in this order.
        act: What else the button does, with the page. Called after the settings are set. Returns a
            sentence about what it has set up, or why it couldn't; `None` where the text says it.
        run: Whether the button starts a new run, in place of an active one.
        watch: Returns the widget of the page that is worth watching. `None` for none.
        part: A CSS selector of a part of that widget, `""` for all of it.
    """

    text: str
    settings: Mapping[str, object] = field(default_factory=dict)
    act: Callable[[Any], str | None] | None = None
    run: bool = False
    watch: Callable[[Any], ipywidgets.Widget] | None = None
    part: str = ""


class TryRunner:
    """Sets a page up for a thing to try, and takes it back.

    Args:
        page: The page.

    Attributes:
        view: The list with the buttons.
        setting: True while it sets fields, which then hold for the next start alone.
    """

    def __init__(self, page: Page) -> None:
        self._page = page
        self.setting = SignalBlocker()
        self._before: dict[str, Any] | None = None
        self._done: dict[str, object] = {}  # what was set for the thing tried last
        self.view = TryList([trial.text for trial in page.tries], self.do, self.take_back)
        if not page.tries:
            self.view.layout.display = "none"

    def do(self, index: int) -> tuple[ipywidgets.Widget | None, str, str]:
        """Set the page up for a thing to try.

        Args:
            index: Its place in the list.

        Returns:
            The widget to watch, `None` for none, a CSS selector of its part, and a sentence about
            what was set up, `""` for none.
        """
        page, trial = self._page, self._page.tries[index]
        controls = page.controls()
        if self._before is None:
            self._before = _settings.values(controls)
        if trial.settings:
            with self.setting:
                self._undo(controls, trial)
                for name, value in trial.settings.items():
                    _settings.put(controls[name], value)
            self._done = {name: controls[name].value for name in trial.settings}
        note = None if trial.act is None else trial.act(page)
        if trial.run:
            page.restart()
        return (None if trial.watch is None else trial.watch(page)), trial.part, note or ""

    def take_back(self) -> None:
        """Give all fields the values that they had before the first thing was tried."""
        before, self._before, self._done = self._before, None, {}
        if before is None:
            return
        controls = self._page.controls()
        with self.setting:
            for name in _settings.in_order(before):
                _settings.put(controls[name], before[name])

    def _undo(self, controls: Mapping[str, Any], trial: Try) -> None:
        """Take back what the thing tried last has set, but for what the user has set since."""
        before, done = self._before or {}, self._done
        names = [n for n in done if n not in trial.settings and controls[n].value == done[n]]
        if set(names) & set(_settings.LEADING):  # it has given the others values, too
            names = list(before)
        for name in _settings.in_order(dict.fromkeys(names)):
            _settings.put(controls[name], before[name])
