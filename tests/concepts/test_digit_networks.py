"""The small networks that come with the page."""

from __future__ import annotations

import numpy as np

from dlwidgets.concepts import _digit_networks as engine
from dlwidgets.concepts._pictures import digits
from dlwidgets.data import load


def test_the_page_has_the_same_weights() -> None:
    for path, text in engine.scripts().items():
        assert path.read_text() == text, f"run `python -m {engine.__name__}`"


def test_they_know_handwritten_digits_that_they_have_not_seen() -> None:
    found = load("digits28")
    x = found.x_test.reshape(-1, 784) / 255
    for name, least in (("linear", 0.87), ("network", 0.94)):
        logits = engine.forward(engine.network(name), x)[-1]
        assert np.mean(logits.argmax(1) == found.y_test.ravel()) > least


def test_pixels_that_are_never_bright_have_no_weights() -> None:
    corner = digits()[:, :3, :3]
    assert corner.max() == 0
    for name in ("linear", "network"):
        kernel = engine.network(name)[0].kernel.reshape(28, 28, -1)
        assert np.abs(kernel[:2, :2]).max() == 0
