"""Images in folders, one folder per class."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._messages import join_messages, tr
from dlwidgets.data._tf_data import augmented, balanced_weights
from dlwidgets.data.dataset import Dataset
from dlwidgets.data.errors import CorruptDataError, DataError, DataNotFoundError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

# What keras.utils.image_dataset_from_directory reads: by the name, and by what is inside.
ENDINGS = (".bmp", ".gif", ".jpeg", ".jpg", ".png")
_FORMATS = ("BMP", "GIF", "JPEG", "MPO", "PNG")
_NO_DATA = ("thumbs.db", "desktop.ini")
_TRAIN = ("train", "training", "train_set")
_HELD_OUT = ("validation", "valid", "val", "test", "testing", "test_set")
_SHOWN = 5


@dataclass(frozen=True, eq=False)
class ImageFolder:
    """Images in class folders, read from the disk batch by batch.

    Attributes:
        name: The name for `load`, or that of the folder.
        title: The name in menus.
        path: The folder.
        class_names: The names of the class folders, in the order of the labels.
        counts: Training images per class, in that order.
        held_out: Validation images per class.
        size: Height and width to which images are resized, in pixels.
        batch_size: Images per batch.
        seed: The seed of the split and of the order.
        origin: Where it was found.

    Example:
        >>> pets = dl.data.from_directory("pets/", size=(96, 96))  # doctest: +SKIP
        >>> images, labels = next(iter(pets.train))  # doctest: +SKIP
    """

    name: str
    title: str
    path: Path
    class_names: tuple[str, ...]
    counts: tuple[int, ...]
    held_out: tuple[int, ...]
    size: tuple[int, int]
    batch_size: int
    seed: int
    origin: str = ""
    _folders: tuple[Path, Path] = field(default=(Path(), Path()), repr=False)
    _validation: float = field(default=0.2, repr=False)

    @property
    def input_shape(self) -> tuple[int, int, int]:
        """The shape of one image: height, width and three colors."""
        return (*self.size, 3)

    @property
    def num_classes(self) -> int:
        """The number of classes."""
        return len(self.class_names)

    @cached_property
    def train(self) -> Any:
        """Shuffled batches of images, float32 `(n, height, width, 3)` from 0 to 1, and labels."""
        return self.batches()

    @cached_property
    def validation(self) -> Any:
        """The same of the images that are held out, in a fixed order."""
        return self._read(train=False)

    def batches(self, *, augment: Sequence[Any] = ()) -> Any:
        """Return the training images as a `tf.data.Dataset`.

        Args:
            augment: Keras layers that change the images at random, each time they are read, such
                as `keras.layers.RandomFlip("horizontal")`.
        """
        return augmented(self._read(train=True), augment)

    def class_weights(self) -> dict[int, float]:
        """Return weights of the classes for `class_weight` of `fit`, so that all count the same."""
        return balanced_weights(np.repeat(np.arange(self.num_classes), self.counts))

    def load(self, limit: int | None = 2000) -> Dataset:
        """Return images in memory, for views and for models that take arrays.

        Args:
            limit: The most training images, drawn at random, and a quarter as many held-out ones.
                `None` for all: mind the memory.

        Returns:
            A `Dataset` of uint8 images `(n, height, width, 3)`.
        """
        train = _in_memory(self._read(train=True, batched=False), limit)
        held_out = None if limit is None else max(1, limit // 4)
        test = _in_memory(self._read(train=False, batched=False, shuffle=True), held_out)
        return Dataset(
            name=self.name,
            title=self.title,
            x_train=train[0],
            y_train=train[1],
            x_test=test[0],
            y_test=test[1],
            class_names=self.class_names,
            task="classification",
            kind="image",
            value_range=(0.0, 255.0),
            origin=self.origin,
            source=self.path,
        )

    def _read(self, *, train: bool, batched: bool = True, shuffle: bool | None = None) -> Any:
        from dlwidgets._tensorflow import load_keras

        folder = self._folders[0 if train else 1]
        split: dict[str, Any] = {}
        if self._folders[0] == self._folders[1]:
            subset = "training" if train else "validation"
            split = {"validation_split": self._validation, "subset": subset}
        dataset = load_keras().utils.image_dataset_from_directory(
            folder,
            class_names=list(self.class_names),
            image_size=self.size,
            batch_size=self.batch_size if batched else None,
            shuffle=train if shuffle is None and not split else True,
            seed=self.seed,
            verbose=False,
            **split,
        )
        if not batched:
            return dataset
        return dataset.map(lambda x, y: (x / 255.0, y))


def _in_memory(
    dataset: Any, limit: int | None
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    pairs = list((dataset if limit is None else dataset.take(limit)).as_numpy_iterator())
    x = np.stack([np.clip(np.rint(image), 0, 255).astype(np.uint8) for image, _ in pairs])
    return x, np.array([label for _, label in pairs], np.int64)


def from_directory(
    path: str | Path,
    *,
    size: tuple[int, int] = (150, 150),
    batch_size: int = 32,
    validation: float = 0.2,
    seed: int = 0,
    check: bool = True,
    name: str = "",
    title: str = "",
    origin: str = "",
) -> ImageFolder:
    """Return the images of a folder that has one folder per class.

    Or of a folder with two such folders, as `train` and `validation` (or `test`), which then are
    the split. Images are read by `keras.utils.image_dataset_from_directory`.

    Args:
        path: The folder.
        size: Height and width to which images are resized, in pixels.
        batch_size: Images per batch.
        validation: The fraction that is held out, above 0 and below 1, where the folder has no
            split.
        seed: The seed of the split and of the order.
        check: Whether each file is opened to see that it can be read, in about a millisecond each.
        name: A name. "" for that of the folder.
        title: A name in menus. "" for that of the folder.
        origin: Where it was found.

    Returns:
        The `ImageFolder`, with `train` and `validation`.

    Raises:
        DataNotFoundError: The folder doesn't exist, or has no class folders or no images.
        DataError: There is one class only, or another file among the images.
        CorruptDataError: An image can't be read. The message names the files.
        ValueError: An argument is out of range.

    Example:
        >>> pets = dl.data.from_directory("pets/", size=(96, 96))  # doctest: +SKIP
        >>> pets.class_names, pets.counts  # doctest: +SKIP
        (('cat', 'dog'), (800, 800))
    """
    if not 0 < validation < 1:
        message = tr(
            "Expected `validation` above 0 and below 1. Received: {value}", value=str(validation)
        )
        raise ValueError(message)
    folder = Path(path).expanduser()
    if not folder.is_dir():
        raise DataNotFoundError(tr("There is no folder {path}.", path=folder))
    train, held_out = _split_of(folder)
    files = _files_of(train)
    test_files = files if held_out == train else _files_of(held_out)
    if set(files) != set(test_files):
        odd = ", ".join(sorted(set(files) ^ set(test_files))[:_SHOWN])
        message = tr(
            "{first} and {second} must have the same class folders. In only one of them: {names}",
            first=train,
            second=held_out,
            names=odd,
        )
        raise DataError(message)
    if check:
        checked = [one for group in (files, test_files) for some in group.values() for one in some]
        _check(list(dict.fromkeys(checked)))
    counts = tuple(len(some) for some in files.values())
    if held_out == train:
        share = _shares(files, validation, seed)
        counts, held = tuple(a - b for a, b in zip(counts, share, strict=True)), share
    else:
        held = tuple(len(some) for some in test_files.values())
    return ImageFolder(
        name or folder.name,
        title or folder.name,
        folder,
        tuple(files),
        counts,
        held,
        size,
        batch_size,
        seed,
        origin,
        (train, held_out),
        validation,
    )


def _shares(files: dict[str, list[Path]], validation: float, seed: int) -> tuple[int, ...]:
    """How many images of each class Keras holds out: it shuffles all, and takes the last ones."""
    labels = np.repeat(np.arange(len(files)), [len(some) for some in files.values()])
    np.random.RandomState(seed).shuffle(labels)
    last = labels[len(labels) - int(validation * len(labels)) :]
    return tuple(int(n) for n in np.bincount(last, minlength=len(files)))


def _split_of(folder: Path) -> tuple[Path, Path]:
    """The folders of training and held-out images; the folder itself twice if it isn't split."""
    names = {one.name.lower(): one for one in _folders_in(folder)}
    train = next((names[name] for name in _TRAIN if name in names), None)
    held_out = next((names[name] for name in _HELD_OUT if name in names), None)
    return (train, held_out) if train is not None and held_out is not None else (folder, folder)


def _folders_in(folder: Path) -> list[Path]:
    inside = sorted(folder.iterdir())
    return [one for one in inside if one.is_dir() and not one.name.startswith((".", "__"))]


def _files_of(folder: Path) -> dict[str, list[Path]]:
    """The image files of each class, by the names of the class folders."""
    classes = _folders_in(folder)
    expected = tr(
        "Expected one folder per class, with images ({endings}).", endings=", ".join(ENDINGS)
    )
    if not classes:
        loose = sum(one.suffix.lower() in ENDINGS for one in folder.iterdir())
        problem = (
            tr("{folder} has {n} images, but no folders in it.", folder=folder, n=loose)
            if loose
            else tr("{folder} is empty.", folder=folder)
        )
        raise DataNotFoundError(join_messages([problem, expected], " "))
    found: dict[str, list[Path]] = {}
    strange: list[Path] = []
    for one in classes:
        inside = sorted(
            file
            for file in one.rglob("*")
            if file.is_file()
            and not file.name.startswith(".")
            and file.name.lower() not in _NO_DATA
        )
        found[one.name] = [file for file in inside if file.suffix.lower() in ENDINGS]
        strange += [file for file in inside if file.suffix.lower() not in ENDINGS]
    empty = [name for name, files in found.items() if not files]
    if strange:
        message = tr(
            "Expected images ({endings}) and nothing else in {folder}. Received also: {names}. "
            "Convert or move them.",
            endings=", ".join(ENDINGS),
            folder=folder,
            names=_named(strange, folder),
        )
        raise DataError(message)
    if empty:
        names = ", ".join(empty[:_SHOWN])
        problem = tr(
            "{folder} has class folders without images: {names}.", folder=folder, names=names
        )
        raise DataNotFoundError(join_messages([problem, expected], " "))
    if len(found) == 1:
        message = tr(
            "Expected two classes or more. Received: {folder} has one class folder, {name}.",
            folder=folder,
            name=next(iter(found)),
        )
        raise DataError(message)
    return found


def _named(files: Sequence[Path], folder: Path) -> str:
    names = [str(file.relative_to(folder)) for file in files[:_SHOWN]]
    more = len(files) - len(names)
    return ", ".join(names) + (tr(" and {n} more", n=more) if more else "")


def _check(files: Sequence[Path]) -> None:
    """Read each image in a small size, and name those that can't be read."""
    problems = {file: problem for file in files if (problem := _problem(file))}
    if not problems:
        return
    shown = list(problems.items())[:_SHOWN]
    lines = [join_messages([f"  - {file}: ", problem], "") for file, problem in shown]
    if len(problems) > len(shown):
        lines.append(join_messages(["  - ", tr("{n} more", n=len(problems) - len(shown))], ""))
    kinds = Counter(str(problem) for problem in problems.values())
    message = tr(
        "{n} of {all} images can't be used:\n{files}\nDelete them or replace them with intact "
        "copies. No data was loaded.",
        n=sum(kinds.values()),
        all=len(files),
        files=join_messages(lines, "\n"),
    )
    raise CorruptDataError(message)


def _problem(file: Path) -> str:
    """Why TensorFlow couldn't decode an image; "" if it can."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(file) as image:
            if image.format not in _FORMATS:
                return tr("it is a {format} image under another name", format=str(image.format))
            image.draft("RGB", (32, 32))  # decodes a JPEG in an eighth of its size, but all of it
            image.load()
    except UnidentifiedImageError:
        return tr("it is no image")
    except (OSError, SyntaxError, ValueError) as error:
        return tr("it is truncated or damaged ({error})", error=error)
    return ""
