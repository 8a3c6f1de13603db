"""Where the notebooks and the measured figures are."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent


def notebooks_folder() -> Path | None:
    """Return the folder of the notebooks that come with dlwidgets; `None` if there is none.

    It is the folder in the source tree if the package runs from there, or the installed one.
    """
    for folder in (PACKAGE.parent / "notebooks", PACKAGE / "notebooks"):
        if (folder / "dashboards").is_dir():
            return folder
    return None


def results_file(number: int, folder: Path | None = None) -> Path | None:
    """Return the file of the measured figures of a tutorial, which may not exist yet.

    Args:
        number: The tutorial's number.
        folder: The folder of the notebooks. `None` for `notebooks_folder()`.
    """
    folder = folder or notebooks_folder()
    return None if folder is None else folder / "results" / f"{number:02}.json"
