"""Texts to train on: one that ships with Python, two classics, and your own."""

from __future__ import annotations

import importlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dlwidgets._formatting import format_bytes
from dlwidgets._messages import tr, trn
from dlwidgets.data.download import DownloadFailedError, download
from dlwidgets.data.errors import DataNotFoundError, UnknownDatasetError
from dlwidgets.data.search import folders
from dlwidgets.data.spec import RemoteFile

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MAX_TEXT_BYTES = 5_000_000
"""The maximum size of your own text, in bytes."""

_NIETZSCHE_URL = "https://s3.amazonaws.com/text-datasets/nietzsche.txt"
_SHAKESPEARE = RemoteFile(
    name="tinyshakespeare.txt",
    url="https://raw.githubusercontent.com/karpathy/char-rnn/master/data/tinyshakespeare/input.txt",
    sha256="86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed",
    nbytes=1_115_394,
)


class BadTextError(ValueError):
    """A text file can't be used; the message says why."""


@dataclass(frozen=True)
class CorpusInfo:
    """A text that `load_corpus` knows, and where it is.

    Attributes:
        name: The name for `load_corpus`.
        title: The name to show.
        where: "package", "environment", "keras", "download", or "missing".
        path: The file that holds it, None if there isn't one.
    """

    name: str
    title: str
    where: str
    path: Path | None = None

    @property
    def local(self) -> bool:
        """Whether it can be loaded without downloading it."""
        return self.where not in ("download", "missing")


@dataclass(frozen=True)
class Corpus:
    """A text to train on.

    Attributes:
        name: A short name, for file names.
        title: The name to show.
        text: The text.
    """

    name: str
    title: str
    text: str

    def describe(self) -> str:
        """Return the title and size in one line.

        Example:
            >>> dl.generate.Corpus("own", "My text", "to be or not to be").describe()
            'My text: 18 characters, 7 distinct'
        """
        return tr(
            "{title}: {count} characters, {distinct} distinct",
            title=self.title,
            count=len(self.text),
            distinct=len(set(self.text)),
        )


_TITLES = {
    "pydoc": tr("Python reference"),
    "nietzsche": tr("Nietzsche (from the book)"),
    "tinyshakespeare": "Tiny Shakespeare",
}


def available_corpora() -> dict[str, CorpusInfo]:
    """Return the known texts by name, with where each was found.

    `pydoc` is Python's language reference without its tables, which ships with Python. The others
    are searched for as ``nietzsche.txt`` and ``tinyshakespeare.txt`` in ``$DLWIDGETS_DATA`` and in
    Keras's cache.

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
        lower: Whether to convert it to lower case, as the book does.
        progress: Called during a download with a fraction from 0 to 1, or None if it is unknown,
            and a text.

    Returns:
        The corpus.

    Raises:
        UnknownDatasetError: There is no text with this name.
        DataNotFoundError: The text was found nowhere and couldn't be downloaded; the message says
            where to save it.

    Source:
        Chollet, *Deep Learning with Python*, listing 8-2, for Nietzsche.

    Example:
        >>> dl.generate.load_corpus().text.count("assert statement") > 0
        True
    """
    known = available_corpora()
    if name not in known:
        names = ", ".join(map(repr, known))
        message = tr("Expected one of {names}. Received: {name}", names=names, name=repr(name))
        raise UnknownDatasetError(message)
    info = known[name]
    if name == "pydoc":
        text = _pydoc()
    else:
        text = _decoded((info.path or _fetched(name, progress)).read_bytes())
    return Corpus(name, info.title, text.lower() if lower else text)


def read_text(content: bytes, name: str = "text", *, shortest: int = 0) -> Corpus:
    r"""Read your own text from the content of a file.

    Args:
        content: The file's bytes, UTF-8, at most 5 MB.
        name: The file's name.
        shortest: The minimum number of characters.

    Returns:
        The corpus, with ``\n`` as line ends and without a byte order mark.

    Raises:
        BadTextError: The file is too large, isn't UTF-8, is binary, or is too short.

    Example:
        >>> dl.generate.read_text("Füße".encode("latin-1"))
        Traceback (most recent call last):
        dlwidgets.generate.corpora.BadTextError: 'text' isn't UTF-8: byte 1 (0xfc) doesn't start...
    """
    shown = name[:60]
    if len(content) > MAX_TEXT_BYTES:
        message = tr(
            "The file '{name}' is too large ({size}). Choose a file of at most {limit}.",
            name=shown,
            size=format_bytes(len(content)),
            limit=format_bytes(MAX_TEXT_BYTES),
        )
        raise BadTextError(message)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = tr(
            "{name} isn't UTF-8: byte {position} ({byte}) doesn't start a character. "
            "Save the file as UTF-8 and try again.",
            name=repr(shown),
            position=error.start,
            byte=f"0x{content[error.start]:02x}",
        )
        raise BadTextError(message) from error
    if "\0" in text:
        message = tr("{name} contains a null byte, so it isn't a text file.", name=repr(shown))
        raise BadTextError(message)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if len(text) < max(1, shortest):
        message = trn(
            "Expected a text of at least {n} character. Received: {name} with {count}.",
            "Expected a text of at least {n} characters. Received: {name} with {count}.",
            max(1, shortest),
            name=repr(shown),
            count=len(text),
        )
        raise BadTextError(message)
    return Corpus("own", shown, text)


def _pydoc() -> str:
    topics: dict[str, str] = importlib.import_module("pydoc_data.topics").topics
    text = "\n\n".join(topics[name].strip("\n") for name in sorted(topics)) + "\n"
    # Tables are mostly runs of spaces: a model would learn to write those alone.
    return re.sub(r"(?m)^ *[|+].*\n", "", text)


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        # The book's Nietzsche has a few damaged letters in its German quotations.
        return content.decode("utf-8", errors="replace").replace("\r\n", "\n")


def _fetched(name: str, progress: Callable[[float | None, str], None] | None) -> Path:
    places = ", ".join(str(folder.path / f"{name}.txt") for folder in folders())
    if name == "nietzsche":
        message = tr(
            "{title} isn't on this machine. Download it from {url} and save it in one of these "
            "places, or choose another text: {places}",
            title=_TITLES[name],
            url=_NIETZSCHE_URL,
            places=places,
        )
        raise DataNotFoundError(message)
    try:
        download(_TITLES[name], (_SHAKESPEARE,), progress)
    except DownloadFailedError as error:
        message = tr(
            "{title} isn't on this machine and couldn't be downloaded ({reason}). Save it in one "
            "of these places, or choose another text: {places}",
            title=_TITLES[name],
            reason=error,
            places=places,
        )
        raise DataNotFoundError(message) from error
    path = available_corpora()[name].path
    assert path is not None, "the download saved it"
    return path
