"""Closing a widget together with what it is made of."""

from __future__ import annotations

from typing import Any

import ipywidgets


class ClosesChildren:
    """A widget that takes its parts with it when it is closed; named before the widget it is.

    ipywidgets keeps a list of all open widgets, and closes none by itself: neither the children of
    a box nor the layout and style that each widget has. Left open they would keep each other, and
    whoever listens to them, for as long as the kernel lives.
    """

    def close(self) -> None:
        """Take the widget off the page, with all that it shows."""
        parts = descendants(self)
        super().close()  # type: ignore[misc]
        for part in parts:
            part.close()

    def __del__(self) -> None:
        """Do nothing for a closed widget: the collector comes at any time, whatever is locked."""
        if getattr(self, "comm", None) is not None:
            super().__del__()  # type: ignore[misc]


def close_tree(widget: ipywidgets.Widget) -> None:
    """Close a widget of any kind with all that it shows."""
    for part in (*descendants(widget), widget):
        part.close()


def descendants(whole: Any) -> list[ipywidgets.Widget]:
    """All widgets that are drawn as a part of another: children, their children, their layouts."""
    found: dict[int, ipywidgets.Widget] = {}
    waiting: list[Any] = [whole]
    while waiting:
        widget = waiting.pop()
        for name in widget.keys:
            if not widget.trait_has_value(name):
                continue  # a default that nobody has asked for is not there yet
            value = getattr(widget, name)
            for part in value if isinstance(value, (list, tuple)) else (value,):
                if isinstance(part, ipywidgets.Widget) and id(part) not in found:
                    found[id(part)] = part
                    waiting.append(part)
    found.pop(id(whole), None)
    return list(found.values())
