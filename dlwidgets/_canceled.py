"""The one exception that says a computation was canceled."""

from __future__ import annotations


class CanceledError(RuntimeError):
    """A computation was canceled, as its caller asked; there is no result."""
