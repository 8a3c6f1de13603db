"""Presets of dreams, and images for styles."""

from __future__ import annotations

import numpy as np
import pytest

from dlwidgets.vision.dream_presets import DREAM_PRESETS
from dlwidgets.vision.style_images import STYLE_TITLES, style_images
from dlwidgets.widgets.vision.dream_studio import thumbnail

LAYERS = ["a", "b", "c", "d"]


@pytest.mark.parametrize("name", DREAM_PRESETS)
def test_a_preset_has_layers_of_any_network_and_a_thumbnail(name: str) -> None:
    preset = DREAM_PRESETS[name]
    for count in (1, 2, 4, 8):
        layers = [f"layer{i}" for i in range(count)]
        weights = preset.weights(layers)
        assert list(weights) == layers
        assert any(weights.values())
    assert thumbnail(name).shape == (96, 96, 3)
    # On the slider's grid, so that a page that rounds it changes nothing.
    assert np.log10(preset.step_size) * 20 == pytest.approx(round(np.log10(preset.step_size) * 20))


def test_presets_differ() -> None:
    settings = {
        name: (tuple(p.weights(LAYERS).values()), p.octaves, p.steps, p.step_size)
        for name, p in DREAM_PRESETS.items()
    }
    assert len(set(settings.values())) == len(settings)
    thumbnails = [thumbnail(name).astype(float) for name in DREAM_PRESETS]
    for i, one in enumerate(thumbnails):
        for other in thumbnails[:i]:
            assert np.abs(one - other).mean() > 5


def test_styles_have_textures() -> None:
    images = style_images()
    assert list(images) == list(STYLE_TITLES)
    for image in images.values():
        gray = image.pixels.mean(-1)
        assert np.abs(np.diff(gray, axis=0)).mean() > 2, image.name
        assert image.pixels.std((0, 1)).min() > 15, image.name
    assert style_images()["brush"] is images["brush"]
