"""Where data sets lie on this machine, and what is there."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from dlwidgets._formatting import format_bytes
from dlwidgets.data.errors import CorruptDataError
from dlwidgets.data.registry import SPECS, Layout, Spec

if TYPE_CHECKING:
    from collections.abc import Sequence

ENVIRONMENT_VARIABLE = "DLWIDGETS_DATA"

Where = Literal["environment", "keras", "package", "download"]


def keras_home() -> Path:
    """Return the folder that Keras keeps its files in, found as Keras finds it.

    Returns:
        ``$KERAS_HOME``; else ``~/.keras``, or ``.keras`` in the folder for temporary files
        where the home directory cannot be written.
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
    """A folder that is searched.

    Attributes:
        path: The folder; it may be missing.
        where: What it is to the program.
        title: What it is, for people.
    """

    path: Path
    where: Where
    title: str


@dataclass(frozen=True)
class Found:
    """The files of a data set, all there.

    Attributes:
        folder: The folder they are in.
        layout: How they lie there.
        paths: The files, in the layout's order.
    """

    folder: Folder
    layout: Layout
    paths: tuple[Path, ...]

    @property
    def source(self) -> Path:
        """The file itself, or of several files the folder that they share."""
        return self.paths[0] if len(self.paths) == 1 else self.paths[0].parent

    @property
    def nbytes(self) -> int:
        """Size of the files on disk, in bytes."""
        return sum(path.stat().st_size for path in self.paths)


def keras_folder() -> Folder:
    """Return the folder that Keras caches its data sets in."""
    return Folder(keras_home() / "datasets", "keras", "Keras cache")


def folders() -> list[Folder]:
    """Return the folders that are searched, the first one first.

    Returns:
        ``$DLWIDGETS_DATA`` if it is set, then the Keras cache.
    """
    configured = os.environ.get(ENVIRONMENT_VARIABLE)
    if not configured:
        return [keras_folder()]
    return [Folder(Path(configured), "environment", f"${ENVIRONMENT_VARIABLE}"), keras_folder()]


def find(spec: Spec, searched: Sequence[Folder] | None = None) -> Found | None:
    """Look for the files of a data set.

    Args:
        spec: The data set.
        searched: Where to look; None for `folders`.

    Returns:
        The first complete set of files, or None.
    """
    for folder in folders() if searched is None else searched:
        for layout in spec.layouts:
            paths = tuple(folder.path / file for file in layout.files)
            if all(path.is_file() for path in paths):
                return Found(folder, layout, paths)
    return None


@dataclass(frozen=True)
class Availability:
    """Whether and where a data set can be had.

    Attributes:
        name: For `load`.
        title: For people.
        where: ``"environment"`` ($DLWIDGETS_DATA), ``"keras"`` (its cache), ``"package"`` (comes
            with scikit-learn or dlwidgets) or ``"download"``.
        place: The same in words, for example ``"Keras cache"``.
        path: The file or folder it was found in; None if it comes with a package or is missing.
        nbytes: Size on disk in bytes; of a download, what has to be transferred.
        train: Number of training examples in the published version.
        test: Number of test examples in the published version.
        shape: Shape of one input as stored, for example ``(28, 28)``; ``()`` for text.
        task: ``"classification"`` or ``"regression"``.
        kind: ``"image"``, ``"table"`` or ``"text"``.
        problem: Why the file found cannot be used; "" if it looks well.
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
    task: str
    kind: str
    problem: str = ""

    @property
    def local(self) -> bool:
        """Whether it can be loaded without a network."""
        return self.where != "download" and not self.problem

    def describe(self) -> str:
        """Say in one line what it is, how large, and where it comes from.

        Example:
            >>> dl.data.available()["digits"].describe()
            'Digits (8×8): 1,438 + 359 images of 8×8, comes with scikit-learn'
        """
        size = "×".join(str(n) for n in self.shape[:2])
        things = {
            "image": f"{'colour ' if len(self.shape) == 3 else ''}images of {size}",
            "table": "points" if self.shape == (1,) else f"rows of {size} numbers",
            "text": "texts",
        }[self.kind]
        what = f"{self.title}: {self.train:,} + {self.test:,} {things}"
        if self.problem:
            return f"{what}, cannot be used: {self.problem}"
        if self.where == "package":
            return f"{what}, comes with {self.place}"
        if self.where == "download":
            return f"{what}, to be downloaded ({format_bytes(self.nbytes)})"
        place = "the Keras cache" if self.where == "keras" else self.place
        return f"{what}, {format_bytes(self.nbytes)} in {place}"


def availability(spec: Spec) -> Availability:
    """Look where a data set can be had, reading no more than file headers.

    Args:
        spec: The data set.

    Returns:
        What was found.
    """
    where: Where = "download"
    place, path, problem = "download", None, ""
    nbytes = sum(file.nbytes for file in spec.remote)
    found = find(spec)
    if spec.make is not None:
        where, place, nbytes = "package", spec.comes_with, 0
    elif found is not None:
        where, place, path = found.folder.where, found.folder.title, found.source
        nbytes = found.nbytes
        if found.layout.peek is not None:
            try:
                found.layout.peek(found.paths)
            except CorruptDataError as error:
                problem = str(error)
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
        problem=problem,
    )


def available() -> dict[str, Availability]:
    """Look where every data set can be had; takes milliseconds and loads nothing.

    Returns:
        By name, in a fixed order: those that need no file first.

    Example:
        >>> [name for name, found in dl.data.available().items() if found.local][:2]
        ['digits', 'line']
    """
    return {name: availability(spec) for name, spec in SPECS.items()}
