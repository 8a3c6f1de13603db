"""What all dlwidgets views share: the front-end module they are drawn by."""

from __future__ import annotations

import contextlib
import logging
import math
import threading
from typing import TYPE_CHECKING, Any, ClassVar

import ipywidgets
from traitlets import TraitError, Unicode

from dlwidgets.widgets._core.closing import ClosesChildren
from dlwidgets.widgets._core.priority import give_way

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MODULE = "dlwidgets"
MODULE_VERSION = "0.1.0"

log = logging.getLogger("dlwidgets")


class View(ClosesChildren, ipywidgets.DOMWidget):
    """A widget drawn by the dlwidgets front end."""

    _model_module = Unicode(MODULE).tag(sync=True)
    _view_module = Unicode(MODULE).tag(sync=True)
    _model_module_version = Unicode(MODULE_VERSION).tag(sync=True)
    _view_module_version = Unicode(MODULE_VERSION).tag(sync=True)

    def __init__(self, **kwargs: Any) -> None:
        self._sync_lock = threading.RLock()
        self._greeted = False
        self._when_seen: list[Callable[[], None]] = []
        super().__init__(**kwargs)
        self.on_msg(self._receive)

    @contextlib.contextmanager
    def hold_sync(self) -> Iterator[None]:
        """Send what is set inside in one message, at the end.

        Other threads that set traits wait for the end: ipywidgets keeps one list of what is held,
        and would forget what they add to it while it is being sent.
        """
        with self._sync_lock, super().hold_sync():
            yield

    def _should_send_property(self, key: str, value: Any) -> bool:
        with self._sync_lock:
            return bool(super()._should_send_property(key, value))

    def send_state(self, key: Any = None) -> None:
        """Send traits to the page; what is sent last is what holds.

        Args:
            key: A trait's name, several, or None for all.
        """
        with self._sync_lock:
            super().send_state(key)

    def _receive(self, _widget: Any, content: Any, _buffers: Any) -> None:
        """Dispatch a message from the page to ``_on_<type>``; anything else is ignored.

        Messages come from strangers: only names of handlers that exist here are followed, and each
        handler checks what it takes.
        """
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
        """Tell everything to a page that has just begun to listen (see the front end's Model)."""
        give_way()
        with self._sync_lock:
            self._greeted = True
            waiting, self._when_seen = self._when_seen, []
        for action in waiting:
            action()
        self.send_state(self._unknown_to(content))
        self.layout.send_state()

    def when_seen(self, action: Callable[[], None]) -> None:
        """Do something once a page shows this widget; at once where one does already.

        A server keeps kernels ready whose notebooks have run, but that nobody looks at: what takes
        the processor for long waits for somebody to watch.

        Args:
            action: What to do; it must return soon.
        """
        with self._sync_lock:
            if not self._greeted:
                self._when_seen.append(action)
                return
        action()

    def _unknown_to(self, _hello: dict[str, Any]) -> list[str] | None:
        """The traits to tell a page that greets, None for all."""
        return None

    _messages: ClassVar[frozenset[str]] = frozenset()
    """The message types that this widget takes."""

    _controls: ClassVar[frozenset[str]] = frozenset()
    """The traits that the page has controls for; it may set no other."""

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take over what the page has set, as far as it may and the values are sound."""
        allowed = {k: v for k, v in sync_data.items() if k in self._controls}
        if len(allowed) < len(sync_data):
            refused = ", ".join(sorted(set(sync_data) - set(allowed)))
            log.warning("%s: the page may not set %.200s", type(self).__name__, refused)
        try:
            with self._sync_lock:
                super().set_state(allowed)
        except TraitError as error:
            log.warning("%s: %.200s", type(self).__name__, error)
            for name in allowed:  # the page shows again what holds
                self.send_state(name)


def finite_number(content: dict[str, Any], key: str) -> float | None:
    """A finite number out of a message, None if there is none."""
    value = content.get(key)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        result = float(value)
    except OverflowError:  # JSON has whole numbers of any length
        return None
    return result if math.isfinite(result) else None
