"""The tutorials as a path: their cards, read from the notebooks' metadata."""

from __future__ import annotations

import json
import logging
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlwidgets.course.places import notebooks_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

log = logging.getLogger("dlwidgets")

IN_JUPYTERLAB = "jupyterlab"
"""The host of a notebook that runs in JupyterLab only, as one that ends its own kernel."""

_NUMBERED = "[0-9][0-9]-*.ipynb"
_TRANSLATED = re.compile(r"(?P<source>.+)\.(?P<language>[a-z]{2,3})")


@dataclass(frozen=True)
class Lesson:
    """A tutorial on the path.

    Attributes:
        number: Its number in the course, from 1.
        title: Its title, as plain text.
        description: One or two sentences, as plain text. May be `""`.
        part: The part of the course that it belongs to.
        minutes: How long it takes, 0 if unknown.
        needs: The numbers of the tutorials that it builds on.
        file: The name of its notebook.
        host: `"jupyterlab"` if it runs in JupyterLab only, `""` if it is a page as well.
        translated: The languages in which a copy lies beside it.
    """

    number: int
    title: str
    description: str = ""
    part: str = ""
    minutes: int = 0
    needs: tuple[int, ...] = ()
    file: str = ""
    host: str = ""
    translated: tuple[str, ...] = ()


def is_translation(path: Path) -> bool:
    """Return whether a notebook is the translated copy of the one beside it.

    Args:
        path: Such as `02-a-first-network.zh.ipynb`, of `02-a-first-network.ipynb`.
    """
    named = _TRANSLATED.fullmatch(path.stem)
    return named is not None and path.with_name(f"{named['source']}.ipynb").exists()


def translation_of(path: Path, language: str) -> Path:
    """Return where the translated copy of a notebook lies.

    Args:
        path: The notebook.
        language: Such as `"zh"`.

    Example:
        >>> from pathlib import Path
        >>> from dlwidgets.course.path import translation_of
        >>> translation_of(Path("02-a-first-network.ipynb"), "zh").name
        '02-a-first-network.zh.ipynb'
    """
    return path.with_name(f"{path.stem}.{language}.ipynb")


def host_of(metadata: Mapping[str, Any]) -> str:
    """Return where a notebook runs: `"jupyterlab"` for there only, `""` for on pages as well.

    Args:
        metadata: What the notebook's metadata says under `"dlwidgets"`.
    """
    return IN_JUPYTERLAB if metadata.get("host") == IN_JUPYTERLAB else ""


def lesson_of(metadata: Mapping[str, Any], file: str) -> Lesson | None:
    """Return the lesson that the metadata of a notebook describes.

    Args:
        metadata: What the notebook's metadata says under `"dlwidgets"`: `number`, `title`,
            `description`, `group`, `minutes`, `needs`, `host`.
        file: The name of the notebook.

    Returns:
        `None` if it has no number from 1 to 99, so it isn't on the path.
    """
    number = metadata.get("number")
    if type(number) is not int or not 0 < number < 100:
        return None
    minutes, needs = metadata.get("minutes"), metadata.get("needs")
    return Lesson(
        number=number,
        title=_line(metadata.get("title")) or file.removesuffix(".ipynb"),
        description=_line(metadata.get("description")),
        part=_line(metadata.get("group")),
        minutes=minutes if type(minutes) is int and 0 < minutes < 1000 else 0,
        needs=tuple(sorted({one for one in needs if type(one) is int and one != number}))
        if isinstance(needs, list)
        else (),
        file=file,
        host=host_of(metadata),
    )


def _line(value: object) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""


def lessons(folder: Path) -> list[Lesson]:
    """Return the tutorials in a folder, in the order of their numbers.

    Args:
        folder: Contains notebooks whose names begin with their numbers, `02-a-first-network.ipynb`.

    Returns:
        One lesson per notebook. One that can't be read is logged and left out, and so is a second
        one with the same number.
    """
    found: dict[int, Lesson] = {}
    for path in sorted(folder.glob(_NUMBERED)):
        if is_translation(path):
            continue
        status = path.stat()
        lesson = _read(path, status.st_mtime_ns, status.st_size)
        if lesson is not None:
            found.setdefault(lesson.number, _with_translations(lesson, path))
    return [found[number] for number in sorted(found)]


@lru_cache(maxsize=200)
def _read(path: Path, _changed: int, _size: int) -> Lesson | None:
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        own = notebook["metadata"].get("dlwidgets", {})
        return lesson_of(own, path.name)
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        log.warning("%s isn't shown among the tutorials: %.200s", path.name, error)
        return None


def _with_translations(lesson: Lesson, path: Path) -> Lesson:
    copies = sorted(path.parent.glob(f"{path.stem}.*.ipynb"))
    languages = [copy.stem.rpartition(".")[2] for copy in copies if is_translation(copy)]
    return Lesson(**{**vars(lesson), "translated": tuple(languages)}) if languages else lesson


def _candidates() -> Iterator[Path]:
    here = Path.cwd()
    yield from (here, here.parent / "tutorials", here / "tutorials")
    own = notebooks_folder()
    if own is not None:
        yield own / "tutorials"


def tutorials_folder() -> Path | None:
    """Return the folder of the tutorials: the one of the open notebook, or the package's.

    Returns:
        The first with a tutorial: the current folder, `tutorials` beside or in it, the one that
        comes with dlwidgets. `None` if there is none.
    """
    return next((folder for folder in _candidates() if lessons(folder)), None)
