"""The question whether the run goes on that was on a page before it was loaded again."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import ipywidgets

from dlwidgets._messages import tr
from dlwidgets.recording.resume_files import newest_state
from dlwidgets.widgets._core.closing import ClosesChildren
from dlwidgets.widgets._core.ticker import TICKER
from dlwidgets.widgets.primitives.text_line import TextLine

if TYPE_CHECKING:
    from collections.abc import Callable

    from dlwidgets.widgets.dashboards._recording import Going

_LOOK = 0.5  # seconds between two looks at a run that is ending


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
        self._said_at = time.monotonic()
        self._say(going)
        self.layout.display = None
        if not going.run.state.ended:
            TICKER.add(self)  # the kernel of the page that was reloaded may write one more state

    def tick(self) -> bool:
        """Say it again while the run ends; called by the ticker."""
        going = self._going
        if going is None or not self.asks or self.comm is None:
            return False
        if time.monotonic() >= self._said_at + _LOOK:
            self._said_at = time.monotonic()
            going.run.refresh()
            self._say(going)
        return not going.run.state.ended

    def _say(self, going: Going) -> None:
        """Name the step that the run goes on from, which isn't the last one that it recorded."""
        state, name = newest_state(going.run.path), going.run.name
        if state is None:
            self.text.say(
                tr(
                    "Resume the run that was here? {run}: from the beginning, because none of its "
                    "states was saved.",
                    run=name,
                )
            )
            return
        epochs = int(going.run.info.get("epochs", 0))
        self.text.say(
            tr(
                "Resume the run that was here? {run}: from step {step}, in epoch {epoch} of "
                "{epochs}.",
                run=name,
                step=int(state["step"]),
                epoch=min(int(state["epoch"]) + 1, epochs),
                epochs=epochs,
            )
        )

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
        if yes and going is not None and going.run.state.ended:
            yes = newest_state(going.run.path) is not None  # without a state it begins anew
        if yes and going is not None:
            self._on_yes(going)
        else:
            self._on_no()
