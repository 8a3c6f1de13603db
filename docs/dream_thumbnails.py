"""Make the thumbnails of the DeepDream presets, with the network that the page begins with.

python docs/dream_thumbnails.py               # in about half a minute
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from PIL import Image

from dlwidgets.vision import deep_dream, photographs
from dlwidgets.vision.dream_presets import DREAM_PRESETS
from dlwidgets.vision.features import Features
from dlwidgets.vision.registry import CIFAR10_CNN

FOLDER = Path(__file__).parents[1] / "dlwidgets" / "widgets" / "vision" / "thumbnails"
SIDE = 96
SEEN = 192  # pixels of the side of what is shown, of a dream of the size of the page's
LONGEST = 320


def main(folder: Path) -> None:
    """Write one image per preset.

    Args:
        folder: Where to.
    """
    network = CIFAR10_CNN
    model = network.load()
    original = photographs()["china"].scaled(LONGEST).pixels
    folder.mkdir(exist_ok=True)
    for name, preset in DREAM_PRESETS.items():
        weights = {layer: w for layer, w in preset.weights(network.layers).items() if w}
        features = Features(model, list(weights), scaling=network.scaling)
        image = original
        for state in deep_dream(
            features,
            original,
            weights,
            octaves=preset.octaves,
            octave_scale=preset.octave_scale,
            steps=preset.steps,
            step_size=preset.step_size,
            max_loss=preset.max_loss,
            jitter=preset.jitter,
            color=preset.color,
            detail=preset.detail,
        ):
            image = np.asarray(state.image)
        top, left = 0, (image.shape[1] - SEEN) // 2
        cut = Image.fromarray(image[top : top + SEEN, left : left + SEEN])
        path = folder / f"{name}.jpg"
        cut.resize((SIDE, SIDE), Image.Resampling.LANCZOS).save(path, quality=80)
        print(path.name, path.stat().st_size)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
