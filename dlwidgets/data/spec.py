"""Records that describe a data set before it is loaded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from dlwidgets.data.dataset import Kind, Task
    from dlwidgets.data.files import Arrays


KERAS_URL = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"


@dataclass(frozen=True, kw_only=True)
class Layout:
    """One way in which the files of a data set are stored on disk.

    Attributes:
        files: Paths below the data folder. All of them are required.
        read: Reads the four arrays from the files, given in the same order.
        peek: Checks the files without reading all of them, and raises `CorruptDataError`.
            `None` for no check.
        show_as: What error messages call the files. `""` for their names.
    """

    files: tuple[str, ...]
    read: Callable[[Sequence[Path]], Arrays]
    peek: Callable[[Sequence[Path]], object] | None = None
    show_as: str = ""

    @property
    def label(self) -> str:
        """What error messages call the files."""
        return self.show_as or " and ".join(self.files)


@dataclass(frozen=True, kw_only=True)
class RemoteFile:
    """A file that can be downloaded.

    Attributes:
        name: The file name, or the folder that an archive is unpacked to.
        url: The address.
        sha256: The expected checksum, in hexadecimal. `""` if its publisher names none.
        md5: The checksum where its publisher names this one only.
        nbytes: The size in bytes, for the progress display.
        folder: A folder below the data folder. `""` for the data folder itself.
        extract: Whether the file is an archive to unpack.
    """

    name: str
    url: str
    nbytes: int
    sha256: str = ""
    md5: str = ""
    folder: str = ""
    extract: bool = False


@dataclass(frozen=True, kw_only=True)
class Spec:
    """Description of a data set: what it contains, how it is stored, where it comes from.

    Attributes:
        name: The name for `load`.
        title: The name in menus.
        task: `"classification"` or `"regression"`.
        kind: `"image"`, `"table"`, `"text"`, `"series"`, `"words"` or `"folder"`.
        class_names: One name per class. Empty for regression.
        sample_shape: Shape of one sample as stored. `()` for text.
        train: Number of training samples in the published version.
        test: Number of test samples in the published version.
        value_range: Smallest and largest input value. `(0, 0)` for text.
        drawable: Whether a user can draw such an image by hand, as with digits.
        make: Makes the arrays of a data set that needs no file. `None` otherwise.
        comes_with: The package that such a data set comes with.
        layouts: How the files are stored, the preferred layout first.
        remote: The files to download if none are found.
        class_folders: Of images that the reader has: paths below the data folder, of a folder with
            one folder per class. One of them is enough.
        obtain: For data that isn't downloaded: where the reader gets it, as a sentence.
    """

    name: str
    title: str
    task: Task
    kind: Kind
    class_names: tuple[str, ...] = ()
    sample_shape: tuple[int, ...]
    train: int
    test: int
    value_range: tuple[float, float] = (0.0, 255.0)
    drawable: bool = False
    make: Callable[[], Arrays] | None = None
    comes_with: str = ""
    layouts: tuple[Layout, ...] = ()
    remote: tuple[RemoteFile, ...] = ()
    class_folders: tuple[str, ...] = ()
    obtain: str = ""
