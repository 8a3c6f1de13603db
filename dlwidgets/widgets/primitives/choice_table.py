"""A table with a row to select."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from traitlets import Int, List, Unicode, validate

from dlwidgets._messages import tr
from dlwidgets.widgets._core.text import Records, Text
from dlwidgets.widgets._core.view import View

if TYPE_CHECKING:
    from collections.abc import Sequence


class ChoiceTable(View):
    """A table of texts with one row selected, by a click or the keyboard. Long ones have a search.

    Args:
        title: Shown above the table.
        description: What the table shows, for screen readers.
        empty_text: Shown while there are no rows.
        max_height: Pixels. A taller table scrolls.

    Attributes:
        rows: The rows, one text per column.
        selected: Index of the selected row; -1 for none.

    Example:
        >>> table = dl.widgets.ChoiceTable()
        >>> table.show([{"name": "Layer"}, {"name": "Parameters"}], [["conv", "490"]])
        >>> table.rows
        [['conv', '490']]
    """

    _model_name = Unicode("ChoiceTableModel").tag(sync=True)
    _view_name = Unicode("ChoiceTableView").tag(sync=True)
    _controls: ClassVar[frozenset[str]] = frozenset({"selected"})

    columns = Records()
    rows = Records()
    depths = List(Int()).tag(sync=True)
    selected = Int(-1).tag(sync=True)
    title = Text()
    description = Text()
    empty_text = Text(tr("Nothing to show yet."))
    max_height = Int(480, min=80, max=10_000).tag(sync=True)

    @validate("selected")
    def _check_selected(self, proposal: Any) -> int:
        index = int(proposal["value"])
        return index if -1 <= index < len(self.rows) else -1

    def show(
        self,
        columns: Sequence[dict[str, Any]],
        rows: Sequence[Sequence[str]],
        *,
        depths: Sequence[int] = (),
    ) -> None:
        """Show rows in place of the current ones. The selection keeps its index if it can.

        Args:
            columns: One dict per column: `"name"`, and optionally `"numeric": True` and a tooltip
                as `"hint"`.
            rows: One text per column.
            depths: Indentation of each row, in levels.

        Raises:
            ValueError: A row doesn't have one cell per column.
        """
        wrong = next((row for row in rows if len(row) != len(columns)), None)
        if wrong is not None:
            message = f"Expected rows of {len(columns)} cells. Received: a row of {len(wrong)}"
            raise ValueError(message)
        with self.hold_sync():
            self.columns, self.depths = list(columns), list(depths)
            self.rows = [list(row) for row in rows]
            if self.selected >= len(rows):
                self.selected = -1
