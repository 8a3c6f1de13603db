"""What a user can set of a live view, and what it says about its updates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ipywidgets
import traitlets

from dlwidgets._formatting import format_duration
from dlwidgets._messages import tr
from dlwidgets.training.model_source import NOT_CLONED
from dlwidgets.widgets._core.closing import ClosesChildren
from dlwidgets.widgets._live.budget import DEFAULT_SHARE, SHARES
from dlwidgets.widgets.primitives.text_line import TextLine

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dlwidgets.widgets._core.change import Change


class ViewSettings(ClosesChildren, ipywidgets.HBox):
    """Hold button and time budget.

    Args:
        tooltip: What the Hold button does.
        *more: What follows them.

    Attributes:
        hold: The Hold button.
        share: The menu of the time budget.
    """

    def __init__(self, tooltip: str, *more: ipywidgets.Widget) -> None:
        self.hold = ipywidgets.ToggleButton(description=tr("Hold"), tooltip=tooltip)
        self.share = ipywidgets.Dropdown(
            options=[(f"{share:g}%", share) for share in SHARES],
            value=DEFAULT_SHARE,
            description=tr("Time budget"),
            tooltip=tr("The share of the time that all live views of this run may use together."),
            style={"description_width": "initial"},
            layout={"width": "auto"},
        )
        super().__init__([self.hold, self.share, *more])
        self.add_class("dlw-follow")
        self.hold.observe(self._name_hold, "value")

    def _name_hold(self, change: Change[bool]) -> None:
        self.hold.description = tr("Held") if change["new"] else tr("Hold")


class FollowerControls(ViewSettings):
    """Hold button and time budget of a view, and what the last update showed and cost.

    Attributes:
        caption: The step and the cost of the last update.
        warning: Why updates pause the run, for a model that can't be cloned.
    """

    def __init__(self) -> None:
        self.caption, self.warning = TextLine(), TextLine()
        self._common = False  # whether others set both
        for label in (self.caption, self.warning):
            label.add_class("dlw-message")
        super().__init__(
            tr("Freeze this view while the run continues."), self.caption, self.warning
        )
        self.layout.display = "none"

    def leave_to(self, common: ViewSettings) -> None:
        """Leave both settings to others that several views have in common.

        The Hold button stays away while it says what the common one says.

        Args:
            common: The others.
        """

        def hold(change: Change[bool]) -> None:
            self.hold.value = change["new"]
            compare()

        def compare(_change: object = None) -> None:
            same = self.hold.value == common.hold.value
            self.hold.layout.display = "none" if same else None

        self._common = True
        self.share.layout.display = "none"
        traitlets.link((common.share, "value"), (self.share, "value"))
        common.hold.observe(hold, "value")
        self.hold.observe(compare, "value")
        compare()

    def show_update(
        self, step: int, cost: float | None, interval: float | None, *, pauses: bool
    ) -> None:
        """Show what an update was about.

        Args:
            step: Steps that its weights were trained for.
            cost: Processor time of an update in seconds, None if unknown.
            interval: Seconds between the last updates, as measured, None if unknown.
            pauses: Whether it paused the run.
        """
        if cost is None or interval is None:
            self.caption.value = tr("After step {step}.", step=step)
        else:
            self.caption.value = tr(
                "After step {step}. Updated every {interval}. An update takes {cost}.",
                step=step,
                interval=format_duration(interval),
                cost=format_duration(cost),
            )
        self.warning.value = NOT_CLONED if pauses else ""

    def show_recorded(self, step: int) -> None:
        """Show that the view shows a recorded step.

        Args:
            step: Steps that its weights were trained for.
        """
        self.caption.value, self.warning.value = tr("Step {step} (recorded).", step=step), ""

    def offer(self, *, follows: bool) -> None:
        """Offer Hold and the time budget only where there is a Run to follow."""
        if self._common:
            return
        for control in (self.hold, self.share):
            control.layout.display = None if follows else "none"

    def clear(self) -> None:
        """Show nothing of an update."""
        self.caption.value = self.warning.value = ""


class CommonControls(ViewSettings):
    """Hold button and time budget of all views of a page, in place of those of each view.

    Args:
        views: The controls of the views.
    """

    def __init__(self, views: Iterable[FollowerControls]) -> None:
        super().__init__(tr("Freeze all views while the run continues."))
        self.add_class("dlw-follow-all")
        for controls in views:
            controls.leave_to(self)
