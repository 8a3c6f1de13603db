"""Widgets without a kernel, as for the tests of widgets."""

from tests.widgets.conftest import page

__all__ = ["page"]
