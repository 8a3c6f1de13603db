"""What all dlwidgets views share: the front-end module they are drawn by."""

from __future__ import annotations

import logging
from typing import Any, ClassVar

import ipywidgets
from traitlets import Unicode

MODULE = "dlwidgets"
MODULE_VERSION = "0.1.0"

log = logging.getLogger("dlwidgets")


class View(ipywidgets.DOMWidget):
    """A widget drawn by the dlwidgets front end."""

    _model_module = Unicode(MODULE).tag(sync=True)
    _view_module = Unicode(MODULE).tag(sync=True)
    _model_module_version = Unicode(MODULE_VERSION).tag(sync=True)
    _view_module_version = Unicode(MODULE_VERSION).tag(sync=True)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.on_msg(self._receive)

    def _receive(self, _widget: Any, content: Any, _buffers: Any) -> None:
        """Dispatch a message from the page to ``_on_<type>``; anything else is ignored.

        Messages come from strangers: only names of handlers that exist here are followed, and each
        handler checks what it takes.
        """
        kind = content.get("type") if isinstance(content, dict) else None
        handler = getattr(self, f"_on_{kind}", None) if isinstance(kind, str) else None
        if kind in self._messages and handler is not None:
            handler(content)
        else:
            log.warning("%s: message of unknown type ignored: %.80r", type(self).__name__, kind)

    _messages: ClassVar[frozenset[str]] = frozenset()
    """The message types that this widget takes."""


def number(content: dict[str, Any], key: str) -> float | None:
    """A finite number out of a message, None if there is none."""
    value = content.get(key)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value) if abs(value) < float("inf") else None
