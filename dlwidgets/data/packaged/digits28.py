"""Make ``digits28.npz``, a part of MNIST that is small enough to come with the package.

    python -m dlwidgets.data.packaged.digits28

It is drawn from MNIST, as `dlwidgets.data.load` finds or downloads it: 100 images of each class
from its training images, and 20 of each class from its test images. The seed is fixed, so the
arrays are always the same.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets.data.load import load

if TYPE_CHECKING:
    import numpy.typing as npt

    from dlwidgets.data.files import Arrays

FILE = Path(__file__).with_name("digits28.npz")
TRAIN, TEST = 100, 20  # images of each class
_SEED = 28


def chosen(
    labels: npt.NDArray[Any], per_class: int, random: np.random.Generator
) -> npt.NDArray[np.int64]:
    """Choose the same number of samples of each class.

    Args:
        labels: The labels of all samples.
        per_class: The number of samples of each class.
        random: The source of randomness.

    Returns:
        The indices of the samples, sorted, so that they keep their order.
    """
    members = [
        random.permutation(np.flatnonzero(labels == label))[:per_class]
        for label in np.unique(labels)
    ]
    return np.sort(np.concatenate(members))


def subset() -> Arrays:
    """Return the four arrays, uint8."""
    mnist = load("mnist")
    random = np.random.default_rng(_SEED)
    train = chosen(mnist.y_train, TRAIN, random)
    test = chosen(mnist.y_test, TEST, random)
    return {
        "x_train": mnist.x_train[train],
        "y_train": mnist.y_train[train].astype(np.uint8),
        "x_test": mnist.x_test[test],
        "y_test": mnist.y_test[test].astype(np.uint8),
    }


def write(path: Path, arrays: Arrays) -> None:
    """Write an .npz file, compressed more than `numpy.savez_compressed` does."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, array in arrays.items():
            stream = io.BytesIO()
            np.lib.format.write_array(stream, array, allow_pickle=False)
            # Its time is fixed, so that the file is always the same.
            member = zipfile.ZipInfo(f"{name}.npy")
            archive.writestr(member, stream.getvalue(), zipfile.ZIP_DEFLATED, compresslevel=9)


if __name__ == "__main__":
    write(FILE, subset())
