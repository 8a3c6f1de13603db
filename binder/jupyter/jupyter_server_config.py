"""Settings of the Jupyter server on Binder: the pages of dlwidgets, one at a time."""

from dlwidgets.cli.one_page import configure

configure(get_config())  # noqa: F821 - Jupyter gives it to this file
