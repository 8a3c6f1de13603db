"""A recorded run for the site: trained while the site is built, and saved as one file.

``live/digits.html`` in the site's static files is what ``rec.save_html`` writes; a guide shows it.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx

NAME = "live/digits.html"


def save(target: Path) -> None:
    """Train a small network on the digits for some seconds, and save its recording.

    Args:
        target: The file.
    """
    # What TensorFlow logs as it starts is no warning about the site.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import dlwidgets as dl

    digits = dl.data.load("digits").normalized()
    model = dl.models.compiled("small_cnn", input_shape=(8, 8, 1), classes=10)
    with tempfile.TemporaryDirectory() as folder:
        probe = (digits.x_test[:32], digits.y_test[:32])
        run = dl.fit(
            model,
            digits.x_train,
            digits.y_train,
            epochs=15,
            validation_data=(digits.x_test, digits.y_test),
            record=dl.record(folder, name="digits", tags=["example"], probe=probe),
        )
        run.wait()
        assert run.recording is not None
        target.parent.mkdir(parents=True, exist_ok=True)
        dl.open_run(run.recording.path).save_html(target)


def _finished(app: Sphinx, error: Exception | None) -> None:
    if error is None and app.builder.format == "html":
        save(Path(app.outdir) / "_static" / NAME)


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect to Sphinx."""
    app.connect("build-finished", _finished)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
