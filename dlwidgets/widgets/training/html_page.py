"""A recorded run as one HTML file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from dlwidgets._version import __version__
from dlwidgets.widgets.training._page_document import document_of
from dlwidgets.widgets.training._page_parts import page

if TYPE_CHECKING:
    import os

    from dlwidgets.recording import RecordedRun


def save_html(
    rec: RecordedRun,
    path: str | os.PathLike[str],
    *,
    language: str | None = None,
    title: str | None = None,
) -> Path:
    """Write a recorded run as one HTML file that opens from disk, without a kernel or a network.

    It has the curves, a timeline of up to 40 snapshots, what the model made of the probe at each,
    distributions over the run, what views recorded, and what the run was. Long curves are
    decimated without losing a spike, and activations are compressed, so that the file stays below
    3 MB for a small network.

    Args:
        rec: The run.
        path: The file, which is replaced if there is one.
        language: The language that it is shown in at first, such as `"zh"`. Default: the reader's.
        title: What the browser calls it. Default: the name of the run.

    Returns:
        The file.

    Raises:
        OSError: The file can't be written.
        FileNotFoundError: dlwidgets was installed without its front end.

    Example:
        >>> rec = dl.open_run("runs/2026-11-28T22-31-05-mlp")  # doctest: +SKIP
        >>> rec.save_html("run.html")  # doctest: +SKIP
    """
    target = Path(path)
    text = page(
        document_of(rec),
        title=title or f"{rec.name} · dlwidgets",
        language=language,
        version=__version__,
    )
    # As a whole, so that no half a page is left where the disk is full.
    part = target.with_name(f".{target.name}.part")
    try:
        part.write_text(text, "utf-8")
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return target
