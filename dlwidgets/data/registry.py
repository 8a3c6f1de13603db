"""Which data sets there are: what each holds, in which files it comes, and where from."""

from __future__ import annotations

import gzip
import importlib.util
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

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
    from collections.abc import Callable, Sequence

    from dlwidgets.data.dataset import Kind, Task

_KERAS_URL = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"
_DIGITS = tuple(str(digit) for digit in range(10))

# The seed with which Keras shuffles IMDB and Boston housing, so that splits agree with it.
_KERAS_SEED = 113


@dataclass(frozen=True)
class Layout:
    """One way in which a data set lies on disk.

    Attributes:
        files: Paths below the data folder; all of them are needed.
        read: Makes the four arrays of the files, given in the same order.
        peek: Finds damage without reading everything, and raises `CorruptDataError`; or None.
        show_as: What people are told to put there, when it is not simply the files.
    """

    files: tuple[str, ...]
    read: Callable[[Sequence[Path]], Arrays]
    peek: Callable[[Sequence[Path]], object] | None = None
    show_as: str = ""

    @property
    def label(self) -> str:
        """The files in words, for messages."""
        return self.show_as or " and ".join(self.files)


@dataclass(frozen=True)
class RemoteFile:
    """A file to download.

    Attributes:
        name: Its name, or for an archive the folder that it is unpacked to.
        url: Where it is.
        sha256: What it must hash to.
        nbytes: Its size, for the progress display.
        folder: Folder below the data folder that it goes to; "" for the data folder itself.
        extract: Whether it is an archive to unpack.
    """

    name: str
    url: str
    sha256: str
    nbytes: int
    folder: str = ""
    extract: bool = False


@dataclass(frozen=True)
class Spec:
    """What is known about a data set before it is loaded.

    Attributes:
        name: For `load`.
        title: For people.
        task: ``"classification"`` or ``"regression"``.
        kind: ``"image"``, ``"table"`` or ``"text"``.
        class_names: One name per class; empty in regression.
        sample_shape: Shape of one input as stored; ``()`` for text.
        train: Number of training examples in the published version.
        test: Number of test examples in the published version.
        value_range: Smallest and largest input value; (0, 0) where it means nothing.
        make: Makes the arrays of a data set that needs no file of its own; else None.
        comes_with: Where such a data set comes from, in words.
        layouts: How it lies on disk, the preferred one first.
        remote: What to download where it is missing.
    """

    name: str
    title: str
    task: Task
    kind: Kind
    class_names: tuple[str, ...]
    sample_shape: tuple[int, ...]
    train: int
    test: int
    value_range: tuple[float, float] = (0.0, 255.0)
    make: Callable[[], Arrays] | None = None
    comes_with: str = ""
    layouts: tuple[Layout, ...] = ()
    remote: tuple[RemoteFile, ...] = ()


def _make_line() -> Arrays:
    x = np.array([-1, 0, 1, 2, 3, 4], np.float32)[:, np.newaxis]
    x_test = np.array([-2, 0.5, 5, 10], np.float32)[:, np.newaxis]
    y, y_test = (2 * a[:, 0] - 1 for a in (x, x_test))
    return {"x_train": x, "y_train": y, "x_test": x_test, "y_test": y_test}


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


def _make_digits() -> Arrays:
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


def _read_one_npz(paths: Sequence[Path]) -> Arrays:
    return read_npz(paths[0])


def _peek_one_npz(paths: Sequence[Path]) -> object:
    return npz_headers(paths[0], SPLIT_KEYS)


def _read_fashion(paths: Sequence[Path]) -> Arrays:
    dimensions = (3, 1, 3, 1)
    arrays = [read_idx(path, d) for path, d in zip(paths, dimensions, strict=True)]
    return dict(zip(SPLIT_KEYS, arrays, strict=True))


def _read_cifar10(paths: Sequence[Path]) -> Arrays:
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
        raise corrupt(path, f"it has {len(x)} inputs but {len(y)} targets")
    order = np.arange(len(x))
    random.shuffle(order)
    for key in pair:
        arrays[key] = arrays[key][order]


def _read_boston(paths: Sequence[Path]) -> Arrays:
    arrays = read_npz(paths[0], ("x", "y"))
    _shuffle_as_keras(paths[0], np.random.RandomState(_KERAS_SEED), arrays, "x", "y")
    x, y = arrays["x"], arrays["y"]
    cut = int(len(x) * 0.8)
    return {"x_train": x[:cut], "y_train": y[:cut], "x_test": x[cut:], "y_test": y[cut:]}


def _peek_boston(paths: Sequence[Path]) -> object:
    return npz_headers(paths[0], ("x", "y"))


def _read_imdb(paths: Sequence[Path]) -> Arrays:
    arrays = read_npz(paths[0])
    # The file holds all reviews of one class after all of the other.
    random = np.random.RandomState(_KERAS_SEED)
    for part in ("train", "test"):
        _shuffle_as_keras(paths[0], random, arrays, f"x_{part}", f"y_{part}")
    return arrays


def _npz(name: str) -> Layout:
    return Layout((name,), _read_one_npz, _peek_one_npz)


_FASHION_FILES = (
    RemoteFile(
        "train-images-idx3-ubyte.gz",
        _KERAS_URL + "train-images-idx3-ubyte.gz",
        "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
        26_421_880,
        folder="fashion-mnist",
    ),
    RemoteFile(
        "train-labels-idx1-ubyte.gz",
        _KERAS_URL + "train-labels-idx1-ubyte.gz",
        "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
        29_515,
        folder="fashion-mnist",
    ),
    RemoteFile(
        "t10k-images-idx3-ubyte.gz",
        _KERAS_URL + "t10k-images-idx3-ubyte.gz",
        "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
        4_422_102,
        folder="fashion-mnist",
    ),
    RemoteFile(
        "t10k-labels-idx1-ubyte.gz",
        _KERAS_URL + "t10k-labels-idx1-ubyte.gz",
        "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
        5_148,
        folder="fashion-mnist",
    ),
)

_CIFAR_FOLDER = "cifar-10-batches-py"
_CIFAR_BATCHES = (*(f"data_batch_{i}" for i in range(1, 6)), "test_batch")


def _cifar_layout(folder: str) -> Layout:
    files = tuple(f"{folder}/{batch}" for batch in _CIFAR_BATCHES)
    return Layout(files, _read_cifar10, show_as=f"the folder {folder}")


_ALL = (
    Spec(
        "digits",
        "Digits (8×8)",
        "classification",
        "image",
        _DIGITS,
        (8, 8),
        train=1_438,
        test=359,
        value_range=(0.0, 16.0),
        make=_make_digits,
        comes_with="scikit-learn",
    ),
    Spec(
        "line",
        "Line y = 2x − 1",
        "regression",
        "table",
        (),
        (1,),
        train=6,
        test=4,
        value_range=(-2.0, 10.0),
        make=_make_line,
        comes_with="dlwidgets",
    ),
    Spec(
        "mnist",
        "MNIST",
        "classification",
        "image",
        _DIGITS,
        (28, 28),
        train=60_000,
        test=10_000,
        layouts=(_npz("mnist.npz"),),
        remote=(
            RemoteFile(
                "mnist.npz",
                _KERAS_URL + "mnist.npz",
                "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1",
                11_490_434,
            ),
        ),
    ),
    Spec(
        "fashion_mnist",
        "Fashion-MNIST",
        "classification",
        "image",
        (
            "T-shirt/top",
            "Trouser",
            "Pullover",
            "Dress",
            "Coat",
            "Sandal",
            "Shirt",
            "Sneaker",
            "Bag",
            "Ankle boot",
        ),
        (28, 28),
        train=60_000,
        test=10_000,
        layouts=(
            Layout(
                tuple(f"{file.folder}/{file.name}" for file in _FASHION_FILES),
                _read_fashion,
                show_as="the folder fashion-mnist with its four .gz files",
            ),
            _npz("fashion_mnist.npz"),
        ),
        remote=_FASHION_FILES,
    ),
    Spec(
        "cifar10",
        "CIFAR-10",
        "classification",
        "image",
        (
            "airplane",
            "automobile",
            "bird",
            "cat",
            "deer",
            "dog",
            "frog",
            "horse",
            "ship",
            "truck",
        ),
        (32, 32, 3),
        train=50_000,
        test=10_000,
        layouts=(
            _npz("cifar10.npz"),
            # Keras up to 3.7 unpacked into the first of these, later ones into the second.
            _cifar_layout(_CIFAR_FOLDER),
            _cifar_layout(f"{_CIFAR_FOLDER}-target/{_CIFAR_FOLDER}"),
        ),
        remote=(
            RemoteFile(
                f"{_CIFAR_FOLDER}-target",
                "https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz",
                "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce",
                170_498_071,
                extract=True,
            ),
        ),
    ),
    Spec(
        "boston_housing",
        "Boston housing",
        "regression",
        "table",
        (),
        (13,),
        train=404,
        test=102,
        value_range=(0.0, 711.0),
        layouts=(Layout(("boston_housing.npz",), _read_boston, _peek_boston),),
        remote=(
            RemoteFile(
                "boston_housing.npz",
                _KERAS_URL + "boston_housing.npz",
                "f553886a1f8d56431e820c5b82552d9d95cfcb96d1e678153f8839538947dff5",
                57_026,
            ),
        ),
    ),
    Spec(
        "imdb",
        "IMDB reviews",
        "classification",
        "text",
        ("negative", "positive"),
        (),
        train=25_000,
        test=25_000,
        value_range=(0.0, 0.0),
        layouts=(Layout(("imdb.npz",), _read_imdb, _peek_one_npz),),
        remote=(
            RemoteFile(
                "imdb.npz",
                _KERAS_URL + "imdb.npz",
                "69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f",
                17_464_789,
            ),
        ),
    ),
)

SPECS: dict[str, Spec] = {spec.name: spec for spec in _ALL}
