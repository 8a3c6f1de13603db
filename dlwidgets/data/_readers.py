"""Functions that read or make the arrays of each data set."""

from __future__ import annotations

import gzip
import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from dlwidgets._messages import tr
from dlwidgets.data.files import (
    SPLIT_KEYS,
    Arrays,
    corrupt,
    npz_headers,
    read_cifar_batch,
    read_idx,
    read_npz,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

# The seed with which Keras shuffles IMDB and Boston housing, so that splits agree with it.
_KERAS_SEED = 113

_PACKAGED = Path(__file__).with_name("packaged")

RING_MODES, RING_DEVIATION = 8, 0.06
RING_TRAIN, RING_TEST = 2_000, 400


def make_line() -> Arrays:
    """Make the samples of the line y = 2x − 1."""
    x = np.array([-1, 0, 1, 2, 3, 4], np.float32)[:, np.newaxis]
    x_test = np.array([-2, 0.5, 5, 10], np.float32)[:, np.newaxis]
    y, y_test = (2 * a[:, 0] - 1 for a in (x, x_test))
    return {"x_train": x, "y_train": y, "x_test": x_test, "y_test": y_test}


def make_ring() -> Arrays:
    """Make points of eight normal distributions in a ring, in the order of a fixed seed."""
    random = np.random.default_rng(0)
    arrays: Arrays = {}
    for part, count in (("train", RING_TRAIN), ("test", RING_TEST)):
        mode = random.permutation(np.arange(count) % RING_MODES)
        angle = 2 * np.pi * mode / RING_MODES
        centers = np.column_stack([np.cos(angle), np.sin(angle)])
        points = centers + RING_DEVIATION * random.standard_normal((count, 2))
        arrays[f"x_{part}"], arrays[f"y_{part}"] = points.astype(np.float32), mode
    return arrays


def _digits_table() -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    # sklearn.datasets takes 2.4 s to import where the table itself takes 0.2 s to read, and a
    # dashboard has 3 s until its first widget shows. Another layout of scikit-learn's files
    # falls back to its own loader.
    package = importlib.util.find_spec("sklearn")
    for folder in (package and package.submodule_search_locations) or ():
        path = Path(folder, "datasets", "data", "digits.csv.gz")
        if path.is_file():
            with gzip.open(path, "rt", encoding="ascii") as stream:
                return np.loadtxt(stream, delimiter=",", dtype=np.uint8)
    from sklearn.datasets import load_digits

    digits = load_digits()
    return np.column_stack([digits.data, digits.target]).astype(np.uint8)


def make_digits() -> Arrays:
    """Make the split of scikit-learn's digits."""
    table = _digits_table()
    x, y = table[:, :-1].reshape(-1, 8, 8), table[:, -1].astype(np.int64)
    # A fifth of each class is for testing, drawn once and for all by this seed.
    order = np.random.default_rng(0).permutation(len(y))
    test = np.zeros(len(y), bool)
    for digit in range(10):
        members = order[y[order] == digit]
        test[members[: round(len(members) / 5)]] = True
    train_order, test_order = order[~test[order]], order[test[order]]
    return {
        "x_train": x[train_order],
        "y_train": y[train_order],
        "x_test": x[test_order],
        "y_test": y[test_order],
    }


def make_digits28() -> Arrays:
    """Read the part of MNIST that comes with the package."""
    return read_npz(_PACKAGED / "digits28.npz")


def read_one_npz(paths: Sequence[Path]) -> Arrays:
    """Read the four arrays from an .npz file."""
    return read_npz(paths[0])


def peek_one_npz(paths: Sequence[Path]) -> object:
    """Check the headers of the four arrays in an .npz file."""
    return npz_headers(paths[0], SPLIT_KEYS)


def read_fashion(paths: Sequence[Path]) -> Arrays:
    """Read Fashion-MNIST from its four IDX files."""
    dimensions = (3, 1, 3, 1)
    arrays = [read_idx(path, d) for path, d in zip(paths, dimensions, strict=True)]
    return dict(zip(SPLIT_KEYS, arrays, strict=True))


def read_cifar10(paths: Sequence[Path]) -> Arrays:
    """Read CIFAR-10 from its six batch files."""
    batches = [read_cifar_batch(path) for path in paths]
    train, test = batches[:-1], batches[-1]
    return {
        "x_train": np.concatenate([images for images, _ in train]),
        "y_train": np.concatenate([labels for _, labels in train]),
        "x_test": test[0],
        "y_test": test[1],
    }


def _shuffle_as_keras(
    path: Path, random: np.random.RandomState, arrays: Arrays, *pair: str
) -> None:
    x, y = (arrays[key] for key in pair)
    if len(x) != len(y):
        problem = tr("it has {inputs} inputs but {targets} targets", inputs=len(x), targets=len(y))
        raise corrupt(path, problem)
    order = np.arange(len(x))
    random.shuffle(order)
    for key in pair:
        arrays[key] = arrays[key][order]


def read_shuffled(paths: Sequence[Path]) -> Arrays:
    """Read Boston housing or Reuters, shuffled and split as Keras does."""
    arrays = read_npz(paths[0], ("x", "y"))
    _shuffle_as_keras(paths[0], np.random.RandomState(_KERAS_SEED), arrays, "x", "y")
    x, y = arrays["x"], arrays["y"]
    cut = int(len(x) * 0.8)
    return {"x_train": x[:cut], "y_train": y[:cut], "x_test": x[cut:], "y_test": y[cut:]}


def peek_shuffled(paths: Sequence[Path]) -> object:
    """Check the headers of the arrays of Boston housing or Reuters."""
    return npz_headers(paths[0], ("x", "y"))


def read_imdb(paths: Sequence[Path]) -> Arrays:
    """Read IMDB, shuffled as Keras shuffles it."""
    arrays = read_npz(paths[0])
    # The file holds all reviews of one class after all of the other.
    random = np.random.RandomState(_KERAS_SEED)
    for part in ("train", "test"):
        _shuffle_as_keras(paths[0], random, arrays, f"x_{part}", f"y_{part}")
    return arrays
