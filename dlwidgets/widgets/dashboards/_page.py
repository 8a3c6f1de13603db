"""Base classes of dashboards."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import ipywidgets
import traitlets

from dlwidgets._messages import tr
from dlwidgets._tensorflow import warm_up
from dlwidgets.models.saved import SavedAbout, take_over
from dlwidgets.widgets._core.closing import ClosesChildren
from dlwidgets.widgets.dashboards import _settings
from dlwidgets.widgets.dashboards._desk import Desk, Shown
from dlwidgets.widgets.dashboards._tries import TryRunner
from dlwidgets.widgets.primitives.page_tools import PageTools

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from dlwidgets._keras_types import KerasModel
    from dlwidgets.widgets._core.change import Change
    from dlwidgets.widgets._core.view import View
    from dlwidgets.widgets.dashboards._tries import Try


class Page(ClosesChildren, ipywidgets.VBox):
    """Base class of dashboards: fields, views, and the work that begins when a user looks.

    A page defines `fields`, `views` and `arrange`. The widgets that `fields` and `views` return
    become attributes of the page, under these names, and are closed with it.

    Args:
        start: Whether to start the work of the page as soon as it is visible.

    Attributes:
        opener: The view that reports when the page is visible. Each page sets it.
        tools: The buttons for the page's code and models.
        in_link: What else the page's address says, by name.
        try_list: The list of things to try.
    """

    css_class: ClassVar[str] = "dlw-page"
    tries: ClassVar[Sequence[Try]] = ()
    """Things to try, from top to bottom."""
    page_name: ClassVar[str] = ""
    """The name of the page's notebook."""
    model_kind: ClassVar[str] = ""
    """The kind of model that the page can save, as in `dl.models.saved`. `""` for none."""
    can_open: ClassVar[bool] = False
    """Whether the page can show a saved model, with `show_model`."""
    tools_in_form: ClassVar[bool] = False
    """Whether `arrange` puts the tools into the form, so that they take no room above it."""
    warms_up: ClassVar[bool] = True
    """Whether the page needs TensorFlow, which is loaded before it is used."""
    opener: View

    def __init__(self, *, start: bool = True) -> None:
        self._fields = dict(self.fields())
        self._own = list(self._fields.values())
        self._links: list[traitlets.link] = []
        self.in_link: dict[str, str] = {}
        self._adopt(self._fields)
        self._views = dict(self.views())
        self._own += self._views.values()
        self._adopt(self._views)
        self.desk = Desk(self)
        self.tools = PageTools(self.desk, has_code=self.has_code)
        self._tries = TryRunner(self)
        self.try_list = self._tries.view
        self._own += [self.tools, self.try_list]
        above = [] if self.tools_in_form else [self.tools]
        super().__init__([*self.above(), *above, *self.arrange(), *self.foot(), self.try_list])
        self.add_class(self.css_class)
        self.connect()
        self._follow_settings()
        if self.warms_up:
            warm_up()
        self.opener.when_seen(lambda: self._visible(start=start))

    def _adopt(self, widgets: Mapping[str, ipywidgets.Widget]) -> None:
        for name, widget in widgets.items():
            setattr(self, name, widget)

    # -- what a page defines -------------------------------------------------------------------

    def fields(self) -> Mapping[str, ipywidgets.Widget]:
        """Return the fields of the form, by attribute name."""
        return {}

    def views(self) -> Mapping[str, ipywidgets.Widget]:
        """Return the views, by attribute name. Called after `fields`."""
        return {}

    def arrange(self) -> Sequence[ipywidgets.Widget]:
        """Return the children of the page, from top to bottom."""
        return [*self._fields.values(), *self._views.values()]

    def foot(self) -> Sequence[ipywidgets.Widget]:
        """Return what stays at the lower edge of the window, below all views."""
        return ()

    def above(self) -> Sequence[ipywidgets.Widget]:
        """Return what stands above all else."""
        return ()

    def connect(self) -> None:
        """Observe fields and link views. Called once, when all widgets exist."""

    def start(self) -> None:
        """Start the work of the page with the current settings."""

    def restart(self) -> None:
        """Start the work of the page again, in place of work in progress."""
        self.start()

    def controls(self) -> Mapping[str, ipywidgets.Widget]:
        """Return the fields whose values a link holds, by name."""
        return {name: field for name, field in self._fields.items() if hasattr(field, "value")}

    has_code: ClassVar[bool] = False
    """Whether the page defines `code`."""

    def code(self) -> str:
        """Return the notebook code of what the page shows."""
        return ""

    def shown_model(self) -> Shown | None:
        """Return the model that the page shows, `None` if there is none to save."""
        return None

    def link_to_model(self) -> str:
        """Return the query of a page that knows the model by name, "" if none does."""
        return ""

    def keep_run(self) -> str:
        """Keep the recorded run of the page, and return a message."""
        return ""

    def open_model(self, load: Callable[[], tuple[KerasModel, SavedAbout]]) -> None:
        """Show a model in place of what the page shows.

        Args:
            load: Loads the model. Called on another thread.
        """

    # -- settings ------------------------------------------------------------------------------

    def _follow_settings(self) -> None:
        """Keep the settings in the page's address."""
        controls = self.controls()
        self._first = _settings.values(controls)
        for control in controls.values():
            control.observe(self._show_link, "value")

    def _show_link(self, _change: Change[object] | None = None) -> None:
        settings = _settings.link(_settings.values(self.controls()), self._first)
        self.tools.link = {**settings, **self.in_link}

    def _visible(self, *, start: bool) -> None:
        """Take the settings from the page's address, and begin."""
        controls, query = self.controls(), self.opener.query
        wanted = _settings.read_query(query, controls)
        bad = [
            name
            for name, value in wanted.items()
            if not (self.takes_from_link(name, value) and _settings.put(controls[name], value))
        ]
        if bad:
            text = tr("The link has values that can't be used here: {names}.", names=", ".join(bad))
            self.tools.say(text, bad=True)
        self.desk.refresh()
        token = _settings.read_query(query, {"saved": None}).get("saved")
        if token and self.can_open:
            self.open_model(lambda: take_over(token))
        elif not self.goes_on(query) and start and self.may_start():
            self.start()

    def goes_on(self, _query: str) -> bool:
        """Go on with a run that the address names, and return whether it names one."""
        return False

    def takes_from_link(self, _name: str, _value: str) -> bool:
        """Return whether a setting may come from a link."""
        return True

    def may_start(self) -> bool:
        """Return whether the page may start by itself, which must not download anything."""
        return True

    # -- for pages -----------------------------------------------------------------------------

    def link(self, *traits: tuple[ipywidgets.Widget, str]) -> None:
        """Keep two traits equal until the page is closed."""
        self._links.append(traitlets.link(*traits))

    def close(self) -> None:
        """Close the page and all of its widgets."""
        for link in self._links:
            link.unlink()
        super().close()
        # A page may show only some of its views, or show them in another place.
        for widget in self._own:
            widget.close()
