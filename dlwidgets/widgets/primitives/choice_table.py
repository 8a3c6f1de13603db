"""A table whose rows can be chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from traitlets import Dict, Int, List, Unicode, validate

from dlwidgets.widgets._core.view import View

if TYPE_CHECKING:
    from collections.abc import Sequence


class ChoiceTable(View):
    """Rows of text of which one can be chosen, by a click or the keys; long tables can be searched.

    Args:
        title: Shown above the table.
        description: What the table shows, for screen readers.
        max_height: Pixels; a table that is higher scrolls.

    Attributes:
        selected: Index of the chosen row, -1 for none.

    Example:
        >>> table = dl.widgets.ChoiceTable()
        >>> table.show([{"name": "Layer"}, {"name": "Parameters"}], [["conv", "490"]])
        >>> table.rows
        [['conv', '490']]
    """

    _model_name = Unicode("ChoiceTableModel").tag(sync=True)
    _view_name = Unicode("ChoiceTableView").tag(sync=True)
    _controls: ClassVar[frozenset[str]] = frozenset({"selected"})

    columns = List(Dict()).tag(sync=True)
    rows = List(List(Unicode())).tag(sync=True)
    depths = List(Int()).tag(sync=True)
    selected = Int(-1).tag(sync=True)
    title = Unicode("").tag(sync=True)
    description = Unicode("").tag(sync=True)
    empty_text = Unicode("Nothing to show yet.").tag(sync=True)
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
        """Show these rows instead of the present ones; the choice stays where its index still is.

        Args:
            columns: Of each its ``name``, and if wanted ``numeric``: True, and a ``hint``.
            rows: One text per column.
            depths: How far each row is indented, 0 for not.

        Raises:
            ValueError: A row with another number of cells than there are columns.
        """
        wrong = next((row for row in rows if len(row) != len(columns)), None)
        if wrong is not None:
            message = f"a row must have {len(columns)} cells. Received: {len(wrong)}"
            raise ValueError(message)
        with self.hold_sync():
            self.columns, self.depths = list(columns), list(depths)
            self.rows = [list(row) for row in rows]
            if self.selected >= len(rows):
                self.selected = -1
