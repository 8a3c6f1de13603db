"""Base class of all widgets that the dlwidgets front end draws."""

from __future__ import annotations

import contextlib
import logging
import math
import threading
import weakref
from typing import TYPE_CHECKING, Any, ClassVar

import ipywidgets
from traitlets import TraitError, Unicode

from dlwidgets._messages import chosen_language, on_language_change
from dlwidgets._version import __version__
from dlwidgets.widgets._core.closing import ClosesChildren
from dlwidgets.widgets._core.priority import PRIORITY
from dlwidgets.widgets._core.text import to_page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MODULE = "dlwidgets"
MODULE_VERSION = __version__

log = logging.getLogger("dlwidgets")

_views: weakref.WeakSet[View] = weakref.WeakSet()


class View(ClosesChildren, ipywidgets.DOMWidget):
    """A widget that the dlwidgets front end draws.

    Attributes:
        query: What follows the question mark in the address of the page that shows the widget, as
            the page sent it; `""` for nothing.
    """

    _model_module = Unicode(MODULE).tag(sync=True)
    _view_module = Unicode(MODULE).tag(sync=True)
    _model_module_version = Unicode(MODULE_VERSION).tag(sync=True)
    _view_module_version = Unicode(MODULE_VERSION).tag(sync=True)
    _language = Unicode("").tag(sync=True)

    def __init__(self, **kwargs: Any) -> None:
        self._sync_lock = threading.RLock()
        self._greeted = False
        self.query = ""
        self._when_seen: list[Callable[[], None]] = []
        super().__init__(**{"_language": chosen_language(), **kwargs})
        self.on_msg(self._receive)
        _views.add(self)

    @contextlib.contextmanager
    def hold_sync(self) -> Iterator[None]:
        """Send the traits that are set inside in one message, at the end.

        Other threads that set traits wait for the end: ipywidgets keeps one list of held traits,
        and would lose what they add to it while it is being sent.
        """
        with self._sync_lock, super().hold_sync():
            yield

    def _should_send_property(self, key: str, value: Any) -> bool:
        with self._sync_lock:
            return bool(super()._should_send_property(key, value))

    def send_state(self, key: Any = None) -> None:
        """Send traits to the page.

        Args:
            key: A trait's name, several names, or `None` for all.
        """
        with self._sync_lock:
            super().send_state(key)
        PRIORITY.adapt()

    def send(self, content: Any, buffers: Any = None) -> None:
        """Send a message to the page, which translates the texts in it."""
        super().send(to_page(content), buffers)

    def _receive(self, _widget: Any, content: Any, _buffers: Any) -> None:
        """Dispatch a message from the page to `_on_<type>`, and ignore any other.

        Messages may come from a stranger: only the types in `_messages` are dispatched, and each
        handler checks the content.
        """
        PRIORITY.adapt()
        kind = content.get("type") if isinstance(content, dict) else None
        if kind == "hello":
            self._greet(content)
            return
        known = isinstance(kind, str) and kind in self._messages
        handler = getattr(self, f"_on_{kind}", None) if known else None
        if handler is not None:
            handler(content)
        else:
            log.warning("%s: message of unknown type ignored: %.80r", type(self).__name__, kind)

    def _greet(self, content: dict[str, Any]) -> None:
        """Send everything to a page that has just connected (see the front end's Model)."""
        PRIORITY.begin()
        query = content.get("query")
        with self._sync_lock:
            self._greeted = True
            self.query = query if isinstance(query, str) else ""
            waiting, self._when_seen = self._when_seen, []
        for action in waiting:
            action()
        self.send_state(self._unknown_to(content))
        self.layout.send_state()

    def when_seen(self, action: Callable[[], None]) -> None:
        """Run an action once a page shows this widget; at once if one does already.

        A server keeps kernels ready whose notebooks have run but that no page shows. Long
        computations wait until a page shows the widget.

        Args:
            action: Must return soon.
        """
        with self._sync_lock:
            if not self._greeted:
                self._when_seen.append(action)
                return
        action()

    def _unknown_to(self, _hello: dict[str, Any]) -> list[str] | None:
        """Return the traits to send to a page that has just connected; `None` for all."""
        return None

    _messages: ClassVar[frozenset[str]] = frozenset()
    """The message types that this widget accepts."""

    _controls: ClassVar[frozenset[str]] = frozenset()
    """The traits that the page may set."""

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Accept what the page has set, if it may set it and the values are valid."""
        allowed = {k: v for k, v in sync_data.items() if k in self._controls}
        if len(allowed) < len(sync_data):
            refused = ", ".join(sorted(set(sync_data) - set(allowed)))
            log.warning("%s: the page may not set %.200s", type(self).__name__, refused)
        try:
            with self._sync_lock:
                super().set_state(allowed)
        except TraitError as error:
            log.warning("%s: %.200s", type(self).__name__, error)
            for name in allowed:  # the page shows the valid value again
                self.send_state(name)


def finite_number(content: dict[str, Any], key: str) -> float | None:
    """Return a finite number from a message; `None` if there is none."""
    value = content.get(key)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        result = float(value)
    except OverflowError:  # JSON has integers of any length
        return None
    return result if math.isfinite(result) else None


def _show_in(language: str) -> None:
    for view in list(_views):
        view._language = language


on_language_change(_show_in)
