"""A menu whose entries change while the page shows it."""

from __future__ import annotations

from typing import Any

import ipywidgets


class ChangingMenu(ipywidgets.Dropdown):
    """A menu in which the page may still choose among entries that are gone.

    Such a choice is dropped, and the page is told what is chosen; a plain `Dropdown` raises an
    error that nobody sees.

    Example:
        >>> menu = ChangingMenu(options=["a", "b", "c"], tooltip="")
        >>> menu.options = ["a", "b"]
        >>> menu.set_state({"index": 2})  # from the page
        >>> menu.value
        'a'
    """

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take over what comes from the page."""
        index = sync_data.get("index")
        if isinstance(index, int) and not 0 <= index < len(self.options):
            sync_data = {name: value for name, value in sync_data.items() if name != "index"}
            self.send_state("index")
        super().set_state(sync_data)
