"""Texts to learn from: one that ships with Python, two classics where they are found, one's own."""

from __future__ import annotations

import importlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dlwidgets._formatting import format_bytes
from dlwidgets.data.download import DownloadFailedError, download
from dlwidgets.data.errors import DataNotFoundError, UnknownDatasetError
from dlwidgets.data.search import folders
from dlwidgets.data.spec import RemoteFile

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LARGEST_UPLOAD = 5_000_000
"""Bytes of a text of one's own at most."""

_NIETZSCHE_URL = "https://s3.amazonaws.com/text-datasets/nietzsche.txt"
_SHAKESPEARE = RemoteFile(
    name="tinyshakespeare.txt",
    url="https://raw.githubusercontent.com/karpathy/char-rnn/master/data/tinyshakespeare/input.txt",
    sha256="86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed",
    nbytes=1_115_394,
)


class BadTextError(ValueError):
    """A text of one's own cannot be used; the message says why."""


@dataclass(frozen=True)
class CorpusInfo:
    """A text that can be had, or could be.

    Attributes:
        name: For `load_corpus`.
        title: For people.
        where: "package", "environment", "keras", "download", or "missing".
        path: The file it was found in; None otherwise.
    """

    name: str
    title: str
    where: str
    path: Path | None = None

    @property
    def local(self) -> bool:
        """Whether it can be loaded without a network."""
        return self.where not in ("download", "missing")


@dataclass(frozen=True)
class Corpus:
    """A text to learn from.

    Attributes:
        name: Short, for file names.
        title: For people.
        text: The text.
    """

    name: str
    title: str
    text: str

    def describe(self) -> str:
        """Its title and size in one line.

        Example:
            >>> dl.generate.Corpus("own", "My text", "to be or not to be").describe()
            'My text: 18 characters, 7 different ones'
        """
        return f"{self.title}: {len(self.text):,} characters, {len(set(self.text))} different ones"


_TITLES = {
    "pydoc": "Python's own reference",
    "nietzsche": "Nietzsche (the book's)",
    "tinyshakespeare": "Tiny Shakespeare",
}


def available_corpora() -> dict[str, CorpusInfo]:
    """The texts by name, the one that is always there first.

    `pydoc` is Python's own reference, which ships with every CPython, less its tables. The
    others are looked for as ``nietzsche.txt`` and ``tinyshakespeare.txt`` in
    ``$DLWIDGETS_DATA`` and in Keras's cache.

    Example:
        >>> dl.generate.available_corpora()["pydoc"].where
        'package'
    """
    found = {"pydoc": CorpusInfo("pydoc", _TITLES["pydoc"], "package")}
    for name in ("nietzsche", "tinyshakespeare"):
        otherwise = "download" if name == "tinyshakespeare" else "missing"
        found[name] = CorpusInfo(name, _TITLES[name], otherwise)
        for folder in folders():
            path = folder.path / f"{name}.txt"
            if path.is_file():
                found[name] = CorpusInfo(name, _TITLES[name], folder.where, path)
                break
    return found


def load_corpus(
    name: str = "pydoc",
    *,
    lower: bool = True,
    progress: Callable[[float | None, str], None] | None = None,
) -> Corpus:
    """Load a text by name.

    Args:
        name: "pydoc", "nietzsche" or "tinyshakespeare".
        lower: Whether to make it lower case, as the book does.
        progress: Told of a download: a fraction in [0, 1], or None, and a sentence.

    Returns:
        The corpus.

    Raises:
        UnknownDatasetError: Another name.
        DataNotFoundError: It is nowhere, and could not be downloaded; the message says where it
            was looked for and where to put it.

    Source:
        Chollet, *Deep Learning with Python*, listing 8-2, for Nietzsche.

    Example:
        >>> dl.generate.load_corpus().text.count("assert statement") > 0
        True
    """
    known = available_corpora()
    if name not in known:
        message = f"the corpus is one of {', '.join(known)}. Received: {name!r}"
        raise UnknownDatasetError(message)
    info = known[name]
    if name == "pydoc":
        text = _pydoc()
    else:
        text = _decoded((info.path or _fetched(name, progress)).read_bytes())
    return Corpus(name, info.title, text.lower() if lower else text)


def read_text(content: bytes, name: str = "text", *, shortest: int = 0) -> Corpus:
    r"""Check a text of one's own.

    Args:
        content: The file's bytes, in UTF-8, at most `LARGEST_UPLOAD`.
        name: The file's name.
        shortest: Characters that it must have at least.

    Returns:
        The corpus, with line ends as ``\n`` and without a byte order mark.

    Raises:
        BadTextError: Too large, not UTF-8, binary, or too short.

    Example:
        >>> dl.generate.read_text("Füße".encode("latin-1"))
        Traceback (most recent call last):
        dlwidgets.generate.corpora.BadTextError: 'text' is not UTF-8: byte 1 (0xfc) begins no...
    """
    shown = name[:60]
    if len(content) > LARGEST_UPLOAD:
        message = (
            f"{shown!r} has {format_bytes(len(content))}: "
            f"a text may have {format_bytes(LARGEST_UPLOAD)} at most"
        )
        raise BadTextError(message)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = (
            f"{shown!r} is not UTF-8: byte {error.start} (0x{content[error.start]:02x}) begins no "
            "character. Save the text as UTF-8 and try again"
        )
        raise BadTextError(message) from error
    if "\0" in text:
        message = f"{shown!r} holds a zero byte: it is no text"
        raise BadTextError(message)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if len(text) < max(1, shortest):
        message = f"{shown!r} has {len(text):,} characters: {max(1, shortest):,} are needed"
        raise BadTextError(message)
    return Corpus("own", shown, text)


def _pydoc() -> str:
    topics: dict[str, str] = importlib.import_module("pydoc_data.topics").topics
    text = "\n\n".join(topics[name].strip("\n") for name in sorted(topics)) + "\n"
    # Tables are mostly runs of spaces, which is all that a model would learn to write.
    return re.sub(r"(?m)^ *[|+].*\n", "", text)


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        # The book's Nietzsche has a few damaged letters in its German quotations.
        return content.decode("utf-8", errors="replace").replace("\r\n", "\n")


def _fetched(name: str, progress: Callable[[float | None, str], None] | None) -> Path:
    searched = ", ".join(str(folder.path / f"{name}.txt") for folder in folders())
    where_to_put = f"Put it there by hand, or choose another text. Looked for: {searched}"
    if name == "nietzsche":
        message = f"{_TITLES[name]} is not on this machine (its home is {_NIETZSCHE_URL}). "
        raise DataNotFoundError(message + where_to_put)
    try:
        download(_TITLES[name], (_SHAKESPEARE,), progress)
    except DownloadFailedError as error:
        message = f"{_TITLES[name]} is not on this machine and could not be downloaded: {error}. "
        raise DataNotFoundError(message + where_to_put) from error
    path = available_corpora()[name].path
    assert path is not None, "the download put it there"
    return path
