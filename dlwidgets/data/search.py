"""Finding data sets on this machine."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from dlwidgets._formatting import format_bytes
from dlwidgets._messages import error_message, tr
from dlwidgets.data.errors import CorruptDataError
from dlwidgets.data.registry import SPECS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dlwidgets.data.dataset import Kind, Task
    from dlwidgets.data.spec import Layout, Spec

ENVIRONMENT_VARIABLE = "DLWIDGETS_DATA"

Where = Literal["environment", "keras", "package", "download", "missing"]


def keras_home() -> Path:
    """Return the folder that Keras stores its files in, as Keras determines it.

    Returns:
        ``$KERAS_HOME`` if it is set. Otherwise ``~/.keras``, or ``.keras`` in the folder for
        temporary files if the home directory isn't writable.
    """
    configured = os.environ.get("KERAS_HOME")
    if configured:
        return Path(configured)
    home = Path.home()
    if not os.access(home, os.W_OK):
        home = Path(tempfile.gettempdir())
    return home / ".keras"


@dataclass(frozen=True)
class Folder:
    """A folder that is searched for data sets.

    Attributes:
        path: The folder. It may be missing.
        where: Its role.
        title: Its name in messages.
    """

    path: Path
    where: Where
    title: str


@dataclass(frozen=True)
class Found:
    """The complete set of files of a data set.

    Attributes:
        folder: The folder they are in.
        layout: How they are stored there.
        paths: The files, in the order of the layout.
    """

    folder: Folder
    layout: Layout
    paths: tuple[Path, ...]

    @property
    def source(self) -> Path:
        """The file itself, or the common folder of several files."""
        return self.paths[0] if len(self.paths) == 1 else self.paths[0].parent

    @property
    def nbytes(self) -> int:
        """The size of the files on disk in bytes."""
        return sum(path.stat().st_size for path in self.paths)


def keras_folder() -> Folder:
    """Return the folder that Keras stores its data sets in."""
    return Folder(keras_home() / "datasets", "keras", tr("Keras cache"))


def folders() -> list[Folder]:
    """Return the folders that are searched, in that order.

    Returns:
        ``$DLWIDGETS_DATA`` if it is set, then the Keras cache.
    """
    configured = os.environ.get(ENVIRONMENT_VARIABLE)
    if not configured:
        return [keras_folder()]
    return [Folder(Path(configured), "environment", f"${ENVIRONMENT_VARIABLE}"), keras_folder()]


def find(spec: Spec, searched: Sequence[Folder] | None = None) -> Found | None:
    """Find the files of a data set.

    Args:
        spec: The data set.
        searched: The folders to search. `None` for `folders()`.

    Returns:
        The first complete set of files, or `None`.
    """
    for folder in folders() if searched is None else searched:
        for layout in spec.layouts:
            paths = tuple(folder.path / file for file in layout.files)
            if all(path.is_file() for path in paths):
                return Found(folder, layout, paths)
    return None


def find_images(spec: Spec, searched: Sequence[Folder] | None = None) -> tuple[Folder, Path] | None:
    """Find the class folders of a data set of images that the reader has.

    Args:
        spec: The data set.
        searched: The folders to search. `None` for `folders()`.

    Returns:
        Where, and the folder; `None` if there is none.
    """
    for folder in folders() if searched is None else searched:
        for name in spec.class_folders:
            if (folder.path / name).is_dir():
                return folder, folder.path / name
    return None


@dataclass(frozen=True)
class Availability:
    """Description of a data set: what it contains, and where it was found.

    Attributes:
        name: The name for `load`.
        title: The name in menus.
        where: ``"environment"`` ($DLWIDGETS_DATA), ``"keras"`` (Keras's cache), ``"package"``
            (included in scikit-learn or dlwidgets), ``"download"``, or ``"missing"`` if it isn't
            here and can't be downloaded.
        place: The same in words, for example ``"Keras cache"``.
        path: The file or folder it was found in. `None` if it comes with a package or is missing.
        nbytes: Size on disk in bytes. For a download, the number of bytes to transfer.
        train: Number of training samples in the published version.
        test: Number of test samples in the published version.
        shape: Shape of one sample as stored, for example ``(28, 28)``. ``()`` for text.
        task: ``"classification"`` or ``"regression"``.
        kind: ``"image"``, ``"table"`` or ``"text"``; ``"series"`` for measurements in time,
            ``"words"`` for word vectors, ``"folder"`` for images in class folders.
        class_names: One name per class. Empty for regression.
        drawable: Whether a user can draw such an image by hand.
        problem: Why the file that was found can't be used. ``""`` if it can.
    """

    name: str
    title: str
    where: Where
    place: str
    path: Path | None
    nbytes: int
    train: int
    test: int
    shape: tuple[int, ...]
    task: Task
    kind: Kind
    class_names: tuple[str, ...] = ()
    drawable: bool = False
    problem: str = ""

    @property
    def local(self) -> bool:
        """Whether it can be loaded without a network."""
        return self.where not in ("download", "missing") and not self.problem

    @property
    def channels(self) -> int:
        """The number of color channels of an image, 0 if the samples aren't images."""
        if self.kind != "image":
            return 0
        return self.shape[2] if len(self.shape) == 3 else 1

    @property
    def option(self) -> str:
        """The text of a menu entry: the title, and whether it must be downloaded."""
        if self.where == "download":
            return tr("{title} (download)", title=self.title)
        if self.where == "missing":
            return tr("{title} (not here)", title=self.title)
        return self.title

    def describe(self) -> str:
        """Return one line that says what it contains, how large it is, and where it comes from.

        Example:
            >>> dl.data.available()["digits"].describe()
            'Digits (8×8): 1,438 + 359 images, 8×8, included in scikit-learn'
        """
        return tr("{title}: {details}", title=self.title, details=self.details())

    def details(self) -> str:
        """Return `describe` without the title.

        Example:
            >>> dl.data.available()["line"].details()
            '6 + 4 points, included in dlwidgets'
        """
        samples = self._samples()
        if self.problem:
            return tr("{samples}. Not usable: {problem}", samples=samples, problem=self.problem)
        size = format_bytes(self.nbytes)
        if self.where == "package":
            text = tr("{samples}, included in {package}", samples=samples, package=self.place)
        elif self.where == "missing":
            text = tr("{samples}, not on this machine", samples=samples)
        elif self.kind == "folder":
            text = tr("{samples}, in {folder}", samples=samples, folder=self.path)
        elif self.where == "download":
            text = tr("{samples}, download of {size}", samples=samples, size=size)
        elif self.where == "keras":
            text = tr("{samples}, {size} in the Keras cache", samples=samples, size=size)
        else:
            place = self.place
            text = tr("{samples}, {size} in {folder}", samples=samples, size=size, folder=place)
        return text

    def _samples(self) -> str:
        train, test = self.train, self.test
        columns = self.shape[0] if self.shape else 0
        texts = {
            "text": tr("{train} + {test} texts", train=train, test=test),
            "series": tr("{n} rows, {columns} columns", n=train, columns=str(columns)),
            "words": tr("up to {n} words", n=train),
            "folder": tr("{n} images of any size", n=train + test),
            "table": tr("{train} + {test} rows, {n} columns", train=train, test=test, n=columns),
        }
        if self.shape == (1,):
            return tr("{train} + {test} points", train=train, test=test)
        if self.kind != "image":
            return texts[self.kind]
        size = "×".join(str(n) for n in self.shape[:2])
        if self.channels == 3:
            return tr("{train} + {test} color images, {size}", train=train, test=test, size=size)
        return tr("{train} + {test} images, {size}", train=train, test=test, size=size)


def availability(spec: Spec) -> Availability:
    """Find a data set, reading only file headers.

    Args:
        spec: The data set.

    Returns:
        Where it was found.
    """
    where: Where = "download"
    place: str = tr("download")
    path, problem = None, ""
    nbytes = sum(file.nbytes for file in spec.remote)
    found = find(spec)
    if spec.make is not None:
        where, place, nbytes = "package", spec.comes_with, 0
    elif spec.class_folders:
        images = find_images(spec)
        where, place = ("missing", tr("not on this machine"))
        if images is not None:
            where, place, path = images[0].where, images[0].title, images[1]
    elif found is not None:
        where, place, path = found.folder.where, found.folder.title, found.source
        nbytes = found.nbytes
        if found.layout.peek is not None:
            try:
                found.layout.peek(found.paths)
            except CorruptDataError as error:
                problem = error_message(error)
    elif not spec.remote:
        where, place = "missing", tr("not on this machine")
    return Availability(
        name=spec.name,
        title=spec.title,
        where=where,
        place=place,
        path=path,
        nbytes=nbytes,
        train=spec.train,
        test=spec.test,
        shape=spec.sample_shape,
        task=spec.task,
        kind=spec.kind,
        class_names=spec.class_names,
        drawable=spec.drawable,
        problem=problem,
    )


def available(
    *,
    kind: Kind | None = None,
    task: Task | None = None,
    channels: int | None = None,
    max_side: int | None = None,
    local: bool | None = None,
) -> dict[str, Availability]:
    """Find the data sets that have certain properties. Takes milliseconds and loads none of them.

    Args:
        kind: ``"image"``, ``"table"``, ``"text"``, ``"series"``, ``"words"`` or ``"folder"``.
            `None` for all.
        task: ``"classification"`` or ``"regression"``. `None` for both.
        channels: Number of color channels of the images: 1 for grayscale, 3 for color. `None` for
            any number.
        max_side: Largest height and width of the images in pixels. `None` for any size.
        local: `True` for data sets that can be loaded without a network, `False` for those that
            can't. `None` for all.

    Returns:
        The data sets by name, in a fixed order: those that need no file come first.

    Example:
        >>> list(dl.data.available(kind="image", task="classification"))
        ['digits', 'digits28', 'mnist', 'fashion_mnist', 'cifar10']
        >>> list(dl.data.available(kind="table", local=True))[:1]
        ['line']
    """
    found = (availability(spec) for spec in SPECS.values() if kind in (None, spec.kind))
    return {
        data_set.name: data_set
        for data_set in found
        if task in (None, data_set.task)
        and channels in (None, data_set.channels)
        and local in (None, data_set.local)
        and (max_side is None or max(data_set.shape[:2], default=0) <= max_side)
    }
