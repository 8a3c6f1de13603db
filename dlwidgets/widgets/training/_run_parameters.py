"""The parameters of several runs side by side, with only what differs."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import ipywidgets

from dlwidgets._messages import tr
from dlwidgets.recording.parameters import SECTIONS, parameters
from dlwidgets.widgets._core.closing import ClosesChildren
from dlwidgets.widgets.primitives.choice_table import ChoiceTable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_FEW = 1
_ONE = tr("Draw the curves of a second run to see what differs.")
_SAME = tr("These runs have the same parameters.")
_NONE = tr("Draw the curves of runs to compare their parameters.")


class RunParameters(ClosesChildren, ipywidgets.VBox):
    """A table of the parameters of runs, a column each.

    Attributes:
        table: The `ChoiceTable`.
        differing: The toggle for only what differs.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._runs: tuple[tuple[str, Mapping[str, Any]], ...] = ()
        self.differing = ipywidgets.Checkbox(
            value=True,
            description=tr("Only differences"),
            indent=False,
            tooltip=tr("Show only the parameters that differ between the runs."),
            layout={"width": "auto"},
        )
        self.table = ChoiceTable(
            title=tr("Parameters"),
            description=tr("Parameters of the runs whose curves are drawn"),
            empty_text=_NONE,
            max_height=420,
        )
        self.table.add_class("notranslate")  # names and values as they are in code
        super().__init__([self.differing, self.table])
        self.add_class("dlw-run-parameters")
        self.differing.observe(lambda _: self._fill(), "value")

    def show(self, runs: Sequence[tuple[str, Mapping[str, Any]]]) -> None:
        """Show the parameters of runs in place of the current ones. From any thread.

        Args:
            runs: The name of each run, and what its run.json says.
        """
        with self._lock:
            self._runs = tuple(runs)
            self._fill()

    def _fill(self) -> None:
        with self._lock:
            found = parameters([info for _, info in self._runs])
            only = bool(self.differing.value)
            shown = [one for one in found if one.differs or not only]
            columns: list[dict[str, Any]] = [{"name": ""}, {"name": tr("Parameter")}]
            columns += [{"name": name} for name, _ in self._runs]
            rows, before = [], ""
            for one in shown:
                section = SECTIONS[one.section] if one.section != before else ""
                before = one.section
                rows.append([section, one.name, *(value or "–" for value in one.values)])
            few = len(self._runs) <= _FEW
            self.table.empty_text = _NONE if not self._runs else _ONE if few else _SAME
            self.table.show(columns if rows else [], rows)
            self.differing.layout.visibility = "visible" if self._runs else "hidden"
