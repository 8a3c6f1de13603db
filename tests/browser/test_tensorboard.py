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


def test_curves_histograms_images_and_settings_are_shown(page: Page, tmp_path: Path) -> None:
    rec = recording()
    for card in ("weights/dense/kernel", "activations/relu"):
        assert card in rec.series
    export(rec, "tensorboard", tmp_path / "mlp")
    with tensorboard(tmp_path) as address:
        page.goto(f"{address}?darkMode=false#timeseries")
        cards = page.locator("card-view")
        expect(cards.filter(has_text="train/loss").first).to_be_visible()
        for name in ("train/accuracy", "epoch/val_loss", "weights/dense/kernel"):
            expect(page.get_by_text(name, exact=False).first).to_be_attached()
        # The curve itself: a line from the first step to the last.
        expect(cards.filter(has_text="train/loss").first.locator("line-chart")).to_be_visible()
        page.goto(f"{address}?darkMode=false#histograms")
        page.reload()
        expect(page.get_by_text("weights/dense/kernel").first).to_be_visible()
        page.goto(f"{address}?darkMode=false#images")
        page.reload()
        expect(page.locator("tf-image-loader img, img").first).to_be_visible()
        page.screenshot(path="/tmp/h/tb-images.png")
