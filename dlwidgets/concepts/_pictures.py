"""Pictures of the concept widgets: ten digits and a photograph, small enough for a page.

The page has them in ``labextension/src/shared/concept/pictures.ts``, which this module writes::

    python -m dlwidgets.concepts._pictures
"""

from __future__ import annotations

import base64
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

PHOTO_SIDE = 96
_TARGET = Path(__file__).parents[2] / "labextension" / "src" / "shared" / "concept" / "pictures.ts"
_TEXT = """\
/** Pictures of concept widgets; written by `python -m dlwidgets.concepts._pictures`. */

/** One digit of each class, uint8 of 28×28 in base64. */
export const DIGITS =
  '{digits}';

/** A photograph, uint8 of {side}×{side} in base64: a temple by Zubaida Zemouri (CC BY 2.0). */
export const PHOTO =
  '{photo}';
"""


def digits() -> NDArray[np.uint8]:
    """Return one digit of each class, uint8 of shape (10, 28, 28), 0 is the background."""
    from dlwidgets.data import packaged

    with np.load(Path(packaged.__file__).with_name("digits28.npz")) as file:
        x, y = file["x_train"], file["y_train"]
    return np.stack([x[np.flatnonzero(y == label)[0]] for label in range(10)]).astype(np.uint8)


def photo() -> NDArray[np.uint8]:
    """Return a photograph in gray, uint8 of shape (96, 96)."""
    from PIL import Image
    from sklearn.datasets import load_sample_images

    bunch = load_sample_images()
    names = [Path(name).stem for name in bunch.filenames]
    whole = Image.fromarray(bunch.images[names.index("china")]).convert("L")
    side = 384  # of the part that shows the temple
    part = whole.crop((128, 20, 128 + side, 20 + side))
    return np.asarray(part.resize((PHOTO_SIDE, PHOTO_SIDE), Image.Resampling.BOX), np.uint8)


def _encoded(pixels: NDArray[np.uint8]) -> str:
    return base64.b64encode(pixels.tobytes()).decode()


def script() -> str:
    """Return the text of the page's pictures."""
    text = _TEXT.replace("{digits}", _encoded(digits())).replace("{photo}", _encoded(photo()))
    return text.replace("{side}", str(PHOTO_SIDE))


if __name__ == "__main__":
    _TARGET.write_text(script())
