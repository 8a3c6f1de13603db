"""The data sets that `load` knows. Adding one takes one `Spec` in this file."""

from __future__ import annotations

from dlwidgets._messages import tr
from dlwidgets.data._readers import (
    RING_MODES,
    RING_TEST,
    RING_TRAIN,
    make_digits,
    make_digits28,
    make_line,
    make_ring,
    peek_one_npz,
    peek_shuffled,
    read_cifar10,
    read_fashion,
    read_imdb,
    read_one_npz,
    read_shuffled,
)
from dlwidgets.data._specs_of_others import OTHERS
from dlwidgets.data.spec import KERAS_URL, Layout, RemoteFile, Spec

_DIGITS = tuple(str(digit) for digit in range(10))


def _npz(name: str) -> Layout:
    return Layout(files=(name,), read=read_one_npz, peek=peek_one_npz)


_FASHION_FILES = (
    RemoteFile(
        name="train-images-idx3-ubyte.gz",
        url=KERAS_URL + "train-images-idx3-ubyte.gz",
        sha256="3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
        nbytes=26_421_880,
        folder="fashion-mnist",
    ),
    RemoteFile(
        name="train-labels-idx1-ubyte.gz",
        url=KERAS_URL + "train-labels-idx1-ubyte.gz",
        sha256="a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
        nbytes=29_515,
        folder="fashion-mnist",
    ),
    RemoteFile(
        name="t10k-images-idx3-ubyte.gz",
        url=KERAS_URL + "t10k-images-idx3-ubyte.gz",
        sha256="346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
        nbytes=4_422_102,
        folder="fashion-mnist",
    ),
    RemoteFile(
        name="t10k-labels-idx1-ubyte.gz",
        url=KERAS_URL + "t10k-labels-idx1-ubyte.gz",
        sha256="67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
        nbytes=5_148,
        folder="fashion-mnist",
    ),
)

_CIFAR_FOLDER = "cifar-10-batches-py"
_CIFAR_BATCHES = (*(f"data_batch_{i}" for i in range(1, 6)), "test_batch")


def _cifar_layout(folder: str) -> Layout:
    files = tuple(f"{folder}/{batch}" for batch in _CIFAR_BATCHES)
    return Layout(files=files, read=read_cifar10, show_as=tr("the folder {folder}", folder=folder))


_REUTERS_TOPICS = (
    "cocoa grain veg-oil earn acq wheat copper housing money-supply coffee sugar trade reserves "
    "ship cotton carcass crude nat-gas cpi money-fx interest gnp meal-feed alum oilseed gold tin "
    "strategic-metal livestock retail ipi iron-steel rubber heat jobs lei bop zinc orange pet-chem "
    "dlr gas silver wpi hog lead"
)

_ALL = (
    Spec(
        name="digits",
        title=tr("Digits (8×8)"),
        task="classification",
        kind="image",
        class_names=_DIGITS,
        drawable=True,
        sample_shape=(8, 8),
        train=1_438,
        test=359,
        value_range=(0.0, 16.0),
        make=make_digits,
        comes_with="scikit-learn",
    ),
    Spec(
        name="digits28",
        title=tr("Digits (28×28, from MNIST)"),
        task="classification",
        kind="image",
        class_names=_DIGITS,
        drawable=True,
        sample_shape=(28, 28),
        train=1_000,
        test=200,
        make=make_digits28,
        comes_with="dlwidgets",
    ),
    Spec(
        name="line",
        title=tr("Line y = 2x − 1"),
        task="regression",
        kind="table",
        sample_shape=(1,),
        train=6,
        test=4,
        value_range=(-2.0, 10.0),
        make=make_line,
        comes_with="dlwidgets",
    ),
    Spec(
        name="ring",
        title=tr("Ring of 8 Gaussians"),
        task="classification",
        kind="table",
        class_names=tuple(str(mode + 1) for mode in range(RING_MODES)),
        sample_shape=(2,),
        train=RING_TRAIN,
        test=RING_TEST,
        value_range=(-1.5, 1.5),
        make=make_ring,
        comes_with="dlwidgets",
    ),
    Spec(
        name="mnist",
        title="MNIST",
        task="classification",
        kind="image",
        class_names=_DIGITS,
        drawable=True,
        sample_shape=(28, 28),
        train=60_000,
        test=10_000,
        layouts=(_npz("mnist.npz"),),
        remote=(
            RemoteFile(
                name="mnist.npz",
                url=KERAS_URL + "mnist.npz",
                sha256="731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1",
                nbytes=11_490_434,
            ),
        ),
    ),
    Spec(
        name="fashion_mnist",
        title="Fashion-MNIST",
        task="classification",
        kind="image",
        class_names=(
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
        sample_shape=(28, 28),
        train=60_000,
        test=10_000,
        layouts=(
            Layout(
                files=tuple(f"{file.folder}/{file.name}" for file in _FASHION_FILES),
                read=read_fashion,
                show_as=tr("the folder fashion-mnist with its four .gz files"),
            ),
            _npz("fashion_mnist.npz"),
        ),
        remote=_FASHION_FILES,
    ),
    Spec(
        name="cifar10",
        title="CIFAR-10",
        task="classification",
        kind="image",
        class_names=(
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
        sample_shape=(32, 32, 3),
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
                name=f"{_CIFAR_FOLDER}-target",
                url="https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz",
                sha256="6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce",
                nbytes=170_498_071,
                extract=True,
            ),
        ),
    ),
    Spec(
        name="boston_housing",
        title="Boston Housing",
        task="regression",
        kind="table",
        sample_shape=(13,),
        train=404,
        test=102,
        value_range=(0.0, 711.0),
        layouts=(Layout(files=("boston_housing.npz",), read=read_shuffled, peek=peek_shuffled),),
        remote=(
            RemoteFile(
                name="boston_housing.npz",
                url=KERAS_URL + "boston_housing.npz",
                sha256="f553886a1f8d56431e820c5b82552d9d95cfcb96d1e678153f8839538947dff5",
                nbytes=57_026,
            ),
        ),
    ),
    Spec(
        name="imdb",
        title="IMDB reviews",
        task="classification",
        kind="text",
        class_names=("negative", "positive"),
        sample_shape=(),
        train=25_000,
        test=25_000,
        value_range=(0.0, 0.0),
        layouts=(Layout(files=("imdb.npz",), read=read_imdb, peek=peek_one_npz),),
        remote=(
            RemoteFile(
                name="imdb.npz",
                url=KERAS_URL + "imdb.npz",
                sha256="69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f",
                nbytes=17_464_789,
            ),
        ),
    ),
    Spec(
        name="reuters",
        title=tr("Reuters newswires"),
        task="classification",
        kind="text",
        class_names=tuple(_REUTERS_TOPICS.split()),
        sample_shape=(),
        train=8_982,
        test=2_246,
        value_range=(0.0, 0.0),
        layouts=(Layout(files=("reuters.npz",), read=read_shuffled, peek=peek_shuffled),),
        remote=(
            RemoteFile(
                name="reuters.npz",
                url=KERAS_URL + "reuters.npz",
                sha256="d6586e694ee56d7a4e65172e12b3e987c03096cb01eab99753921ef915959916",
                nbytes=2_110_848,
            ),
        ),
    ),
)

SPECS: dict[str, Spec] = {spec.name: spec for spec in (*_ALL, *OTHERS)}
