"""The question whether the run goes on that was on a page before it was loaded again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ipywidgets

from dlwidgets._messages import tr
from dlwidgets.widgets._core.closing import ClosesChildren
from dlwidgets.widgets.primitives.text_line import TextLine

if TYPE_CHECKING:
    from collections.abc import Callable

    from dlwidgets.widgets.dashboards._recording import Going


class GoOnQuestion(ClosesChildren, ipywidgets.Box):
    """A question with two buttons, hidden until it is asked.

    Args:
        on_yes: Called with the run that goes on.
        on_no: Called for a new run.

    Attributes:
        yes: The button that goes on.
        no: The button that starts a new run.
    """

    def __init__(self, on_yes: Callable[[Going], None], on_no: Callable[[], None]) -> None:
        self._on_yes, self._on_no = on_yes, on_no
        self._going: Going | None = None
        self.text = TextLine()
        self.text.add_class("dlw-go-on-text")
        self.yes = ipywidgets.Button(
            description=tr("Resume"),
            tooltip=tr("Continue from the last saved state, as if nothing had happened."),
            layout={"width": "auto"},
        )
        self.yes.add_class("dlw-primary")
        self.no = ipywidgets.Button(
            description=tr("Start a new run"),
            tooltip=tr("The run that was here stays on the Runs page."),
            layout={"width": "auto"},
        )
        super().__init__([self.text, self.yes, self.no], layout={"display": "none"})
        self.add_class("dlw-go-on")
        self.add_class("dlw-actions")
        self.yes.on_click(lambda _: self._answer(yes=True))
        self.no.on_click(lambda _: self._answer(yes=False))

    def ask(self, going: Going) -> None:
        """Ask whether a run goes on.

        Args:
            going: The run.
        """
        self._going = going
        info = going.run.info
        self.text.say(
            tr(
                "Resume the run that was here? {run}: epoch {epoch} of {epochs}, {step} steps.",
                run=going.run.name,
                epoch=int(info.get("epochs_done", 0)) + 1,
                epochs=int(info.get("epochs", 0)),
                step=int(info.get("step", 0)),
            )
        )
        self.layout.display = None

    @property
    def asks(self) -> bool:
        """Whether the question is shown."""
        return self.layout.display is None

    def hide(self) -> None:
        """Ask no longer."""
        self.layout.display = "none"

    def _answer(self, *, yes: bool) -> None:
        going = self._going
        self.hide()
        if yes and going is not None:
            self._on_yes(going)
        elif not yes:
            self._on_no()
