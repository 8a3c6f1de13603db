"""The Concepts page: one idea at a time, under the user's hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar
from urllib.parse import parse_qsl

import ipywidgets

from dlwidgets._messages import tr
from dlwidgets.widgets.concepts._pages import PAGES
from dlwidgets.widgets.dashboards._page import Page

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dlwidgets.widgets._core.change import Change
    from dlwidgets.widgets.concepts._concept import Concept

_MAX_QUERY = 4_000  # characters of a link that are read


class ConceptsDashboard(Page):
    """Dashboard of the concept widgets: a list, and one of them at a time.

    The page's address has the concept and its state. It needs no TensorFlow.

    Args:
        start: Accepted as of all pages; nothing is trained here.

    Attributes:
        concept: The menu of concepts.
        widget: The widget that is shown.

    Example:
        >>> dl.ConceptsDashboard().widget.concept
        'convolution'
    """

    page_name = "concepts"
    has_code = True
    warms_up: ClassVar[bool] = False
    concept: ipywidgets.ToggleButtons
    place: ipywidgets.VBox
    widget: Concept

    def fields(self) -> Mapping[str, ipywidgets.Widget]:
        """Return the menu of concepts."""
        options = [(page.title, name) for name, page in PAGES.items()]
        menu = ipywidgets.ToggleButtons(options=options)
        menu.add_class("dlw-concepts-menu")
        return {"concept": menu}

    def views(self) -> Mapping[str, ipywidgets.Widget]:
        """Return the place of the widget."""
        return {"place": ipywidgets.VBox()}

    def arrange(self) -> Sequence[ipywidgets.Widget]:
        """Return the menu, and the widget below."""
        return [self.concept, self.place]

    def connect(self) -> None:
        """Show the first concept."""
        self.opener = self.tools
        self._show(self.concept.value, "")
        self.concept.observe(self._on_concept, "value")

    def start(self) -> None:
        """Show the state that the page's address names."""
        state = dict(parse_qsl(self.opener.query[:_MAX_QUERY])).get("state", "")
        if not state:
            return
        try:
            self.widget.set(**self.widget.read(state))
        except ValueError as error:
            text = tr("The link has values that can't be used here: {names}.", names="state")
            self.tools.say(f"{text} {error}", bad=True)

    def code(self) -> str:
        """Return the code that displays the widget."""
        return self.widget.code()

    def close(self) -> None:
        """Close the page and the widget that it shows."""
        super().close()
        self.widget.close()

    def _on_concept(self, change: Change[str]) -> None:
        old = self.widget
        self._show(change["new"], "")
        old.close()

    def _show(self, name: str, state: str) -> None:
        self.widget = PAGES[name].make(state=state)
        self.widget.explained = True
        self.widget.observe(self._on_state, "state")
        self.place.children = [self.widget]
        self.in_link = {"state": state}

    def _on_state(self, change: Change[str]) -> None:
        self.in_link = {"state": change["new"]}
        self._show_link()
