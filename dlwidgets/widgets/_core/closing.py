"""Closing a widget together with everything that it owns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ipywidgets

if TYPE_CHECKING:
    from collections.abc import Iterable


class ClosesChildren:
    """Mixin that closes a widget's children with it. List it before the widget class.

    ipywidgets keeps a list of all open widgets and closes none by itself: neither the children of a
    box nor the layout and style of each widget. Left open, they would keep each other, and whatever
    observes them, for as long as the kernel lives.

    A class with threads, subscriptions or widgets that it doesn't show overrides `_release` and
    `_owned`, not `close`.
    """

    def close(self) -> None:
        """Close the widget with everything that it shows."""
        self._release()
        closing = descendants(self, *self._owned())
        super().close()  # type: ignore[misc]
        for part in closing:
            part.close()

    def _release(self) -> None:
        """End threads and subscriptions. A second call must do nothing."""

    def _owned(self) -> Iterable[ipywidgets.Widget]:
        """Return widgets that close with this one although it may not show them."""
        return ()

    def __repr__(self) -> str:
        """The class alone, for a notebook that shows neither the widget nor an image of it."""
        return f"<{type(self).__name__}>"

    def __del__(self) -> None:
        """Do nothing for a closed widget: garbage collection may run while a lock is held."""
        if getattr(self, "comm", None) is not None:
            super().__del__()  # type: ignore[misc]


def descendants(widget: object, *others: ipywidgets.Widget) -> list[ipywidgets.Widget]:
    """Return all widgets that a widget is made of: children, their children, layouts, styles.

    Args:
        widget: A widget, which is left out.
        *others: More widgets to include, with theirs.
    """
    found: dict[int, ipywidgets.Widget] = {id(other): other for other in others}
    waiting: list[object] = [widget, *others]
    while waiting:
        current = waiting.pop()
        for name in current.keys:  # type: ignore[attr-defined]
            if not current.trait_has_value(name):  # type: ignore[attr-defined]
                continue  # a default value that nothing has used doesn't exist yet
            value = getattr(current, name)
            for part in value if isinstance(value, (list, tuple)) else (value,):
                if isinstance(part, ipywidgets.Widget) and id(part) not in found:
                    found[id(part)] = part
                    waiting.append(part)
    found.pop(id(widget), None)
    return list(found.values())
