"""The public names, for type checkers and editors."""

from dlwidgets.widgets.concepts import *  # noqa: F403
