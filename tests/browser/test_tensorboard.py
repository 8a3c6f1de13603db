"""TensorBoard's own page shows exported recordings."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from dlwidgets.recording.exporting import export
from tests.helpers.recordings import recording

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

pytest.importorskip("tensorboard", reason="TensorBoard isn't installed: its page isn't tested")


@contextlib.contextmanager
def tensorboard(folder: Path) -> Iterator[str]:
    """Serve a folder with TensorBoard; yields its address."""
    command = [sys.executable, "-m", "tensorboard.main", "--logdir", str(folder)]
    process = subprocess.Popen(
        [*command, "--host", "127.0.0.1", "--port", "0"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"},
    )
    assert process.stderr is not None
    try:
        said = ""
        for line in process.stderr:
            said += line
            if found := re.search(r"TensorBoard \S+ at (http://\S+)", line):
                break
        else:
            raise AssertionError(said)
        # A pipe that is full would stop the server.
        threading.Thread(target=process.stderr.read, daemon=True).start()
        yield found[1]
    finally:
        process.terminate()
        process.wait(20)


def test_curves_histograms_and_images_are_shown(page: Page, tmp_path: Path) -> None:
    export(recording(), "tensorboard", tmp_path / "mlp")
    with tensorboard(tmp_path) as address:
        page.goto(f"{address}#timeseries")
        tags = page.locator("metrics-tag-filter input")
        tags.fill("^(train/loss|epoch/val_loss|weights/.*|samples/digits)$")
        tags.press("Escape")
        shown = page.locator("metrics-filtered-view")
        curves = shown.locator("scalar-card")
        expect(curves).to_have_count(2)
        # The table below a curve has the value, the step and the time of its last point.
        expect(curves.filter(has_text="/val_loss")).to_contain_text("0.1702")
        loss = curves.filter(has_text="train/loss")
        for text in ("0.1199", "500", "1.083 min"):
            expect(loss.locator("scalar-card-data-table")).to_contain_text(text)
        expect(shown.locator("histogram-card g.histogram")).to_have_count(5)
        expect(shown.locator("image-card")).to_contain_text("Step 500")
        page.wait_for_function(
            "document.querySelector('metrics-filtered-view image-card img')?.naturalWidth === 8"
        )
        page.get_by_role("tab", name="HParams").click()
        expect(page.get_by_text("compile.optimizer.name").first).to_be_visible()
        page.get_by_role("tab", name="Text").click()
        expect(page.get_by_text("# two <b>").first).to_be_visible()
