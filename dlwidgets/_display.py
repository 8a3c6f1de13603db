"""The way from a Run to its view. Engines don't import views, so this module does, when asked."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import os

    from dlwidgets.recording.recorded_run import RecordedRun
    from dlwidgets.training.run import Run

_VIEWS = "dlwidgets.widgets.training.display"
_PAGE = "dlwidgets.widgets.training.html_page"


def display_bundle(run: Run | RecordedRun) -> dict[str, Any]:
    """Return the MIME bundle that a notebook displays for a Run.

    Args:
        run: The Run, or a recorded run.
    """
    bundle: dict[str, Any] = import_module(_VIEWS).display_bundle(run)
    return bundle


def display_live(run: Run) -> None:
    """Display the panel of a Run that starts in a blocking `fit`. Outside IPython, do nothing.

    Args:
        run: The Run.
    """
    if "IPython" in sys.modules:
        import_module(_VIEWS).display_live(run)


def save_html(run: RecordedRun, path: str | os.PathLike[str], **options: Any) -> Any:
    """Write a recorded run as one HTML file.

    Args:
        run: The recorded run.
        path: The file.
        **options: As the page has them.
    """
    return import_module(_PAGE).save_html(run, path, **options)
