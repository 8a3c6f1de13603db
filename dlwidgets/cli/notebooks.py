"""Finding notebooks, and their cards in the gallery."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from dlwidgets._messages import tr
from dlwidgets.cli.errors import CommandError
from dlwidgets.course.path import host_of, is_translation, lesson_of
from dlwidgets.course.places import notebooks_folder

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from dlwidgets.course.path import Lesson

# If the folder is the home directory by mistake, the gallery must not search forever.
_MAX_NOTEBOOKS = 300

_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_MARKS = re.compile(r"(\*\*|__|`|(?<!\w)[*_](?=\S)|(?<=\S)[*_](?!\w))")
_UNORDERED = 1000.0

PICTURES = "pictures"
"""The folder beside notebooks with their pictures, each of which has the name of its notebook."""


@dataclass(frozen=True)
class Card:
    """The card of a notebook in the gallery.

    Attributes:
        path: The notebook, relative to the folder served, with forward slashes.
        title: Its title, as plain text.
        description: One or two sentences, as plain text. May be `""`.
        order: Cards are sorted by this number, then by title.
        group: The heading above cards of its kind, in plain text. `""` for none.
        minutes: How long a first visit takes, 0 if unknown.
        picture: The file of its picture, relative to the folder served. `""` for none.
        problem: Why the notebook can't be opened. `""` if it can.
        host: `"jupyterlab"` if it runs in JupyterLab only, `""` if it is a page as well.
        lesson: Its place in the course; `None` if it isn't a tutorial of it.
    """

    path: str
    title: str
    description: str
    order: float
    group: str = ""
    minutes: int = 0
    picture: str = ""
    problem: str = ""
    host: str = ""
    lesson: Lesson | None = None

    @property
    def folder(self) -> str:
        """The folder of the notebook, relative to the folder served, `""` for the latter."""
        return self.path.rpartition("/")[0]


def notebooks_root() -> Path:
    """Return the folder of the notebooks that come with dlwidgets.

    Returns:
        The folder in the source tree if the package runs from there, or the installed one.

    Raises:
        CommandError: Neither exists.
    """
    folder = notebooks_folder()
    if folder is not None:
        return folder
    message = (
        "the notebooks of dlwidgets are not installed. Specify the PATH of a notebook or a folder."
    )
    raise CommandError(message)


def find_notebooks(folder: Path) -> list[Path]:
    """Return the notebooks in a folder and its subfolders, except hidden ones and translations.

    Args:
        folder: The folder.

    Returns:
        Paths relative to `folder`, sorted. At most 300.
    """
    found = []
    for path in sorted(folder.rglob("*.ipynb")):
        relative = path.relative_to(folder)
        hidden = any(part.startswith(".") for part in relative.parts)
        if path.is_file() and not hidden and not is_translation(path):
            found.append(relative)
        if len(found) == _MAX_NOTEBOOKS:
            break
    return found


def resolve(path: Path | None, default: str) -> Path:
    """Return the notebook or folder that a command works on.

    Args:
        path: The PATH of the command. `None` for the notebooks that come with dlwidgets.
        default: The subfolder of those notebooks that is used then. `""` for all of them.

    Returns:
        The absolute path of a notebook, or of a folder with at least one notebook.

    Raises:
        CommandError: The path does not exist, or contains no notebook.
    """
    chosen = (notebooks_root() / default) if path is None else path.expanduser()
    if not chosen.exists():
        message = f"{chosen} does not exist. Specify a notebook or a folder of notebooks."
        raise CommandError(message)
    chosen = chosen.resolve()
    if chosen.is_file():
        if chosen.suffix != ".ipynb":
            message = f"{chosen} is not a notebook. Expected a file that ends in .ipynb."
            raise CommandError(message)
        return chosen
    if not find_notebooks(chosen):
        message = f"{chosen} contains no notebooks. Expected at least one file that ends in .ipynb."
        raise CommandError(message)
    return chosen


def _plain(markdown: str) -> str:
    return " ".join(_MARKS.sub("", _LINK.sub(r"\1", markdown)).split())


def _first_heading_and_paragraph(cells: list[Any]) -> tuple[str, str]:
    heading, paragraph = "", ""
    for cell in cells:
        if not isinstance(cell, dict) or cell.get("cell_type") != "markdown":
            continue
        source = cell.get("source", "")
        text = source if isinstance(source, str) else "".join(map(str, source))
        for block in re.split(r"\n\s*\n", text):
            lines = block.strip().splitlines()
            while lines and lines[0].startswith("#"):
                first = _plain(lines.pop(0).lstrip("#"))
                heading = heading or first
            if lines and not paragraph and lines[0][:1] not in ("|", "-", "*", ">", "`", "<"):
                paragraph = _plain(" ".join(lines))
        if heading and paragraph:
            break
    return heading, paragraph


def _as_text(value: object, otherwise: str) -> str:
    return " ".join(value.split()) if isinstance(value, str) and value.strip() else otherwise


@lru_cache(maxsize=2 * _MAX_NOTEBOOKS)
def _read_card(folder: Path, relative: Path, _changed: int, _size: int) -> Card:
    name = relative.as_posix()
    stem = relative.stem.replace("_", " ").replace("-", " ")
    try:
        notebook = json.loads((folder / relative).read_text(encoding="utf-8"))
        cells, metadata = notebook["cells"], notebook["metadata"]
        own = metadata.get("dlwidgets", {})
        heading, paragraph = _first_heading_and_paragraph(cells)
        title = _as_text(own.get("title"), "") or heading or stem[:1].upper() + stem[1:]
        description = _as_text(own.get("description"), "") or paragraph
        order, minutes = own.get("order"), own.get("minutes")
        group = _as_text(own.get("group"), "")
        host, lesson = host_of(own), lesson_of(own, relative.name)
    except OSError:
        problem = tr("This file can't be read. Check its permissions.")
        return Card(name, stem, "", _UNORDERED, problem=problem)
    except (ValueError, KeyError, AttributeError, TypeError):
        problem = tr("This file is damaged or not a notebook.")
        return Card(name, stem, "", _UNORDERED, problem=problem)
    if not isinstance(order, int | float) or isinstance(order, bool) or order != order:  # noqa: PLR0124
        order = 0.0 if relative.stem == "train" else _UNORDERED
    if type(minutes) is not int or not 0 < minutes < 1000:
        minutes = 0
    picture = relative.parent / PICTURES / f"{relative.stem}.webp"
    shown = picture.as_posix() if (folder / picture).is_file() else ""
    return Card(
        name, title, description, float(order), group, minutes, shown, host=host, lesson=lesson
    )


def grouped(made: Sequence[Card]) -> list[tuple[str, list[Card]]]:
    """Return cards under the headings of their groups.

    Args:
        made: The cards, in the order of the gallery.

    Returns:
        Heading and cards of each group, a group where its first card is.
    """
    groups: dict[str, list[Card]] = {}
    for card in made:
        groups.setdefault(card.group, []).append(card)
    return list(groups.items())


MOVED_FROM = "dashboards"
"""The folder whose notebooks had addresses without a folder, when only it was served."""


def moved(path: str, made: Sequence[Card]) -> str:
    """Return where the notebook of an old address is today.

    Args:
        path: The path in the address, relative to the folder served.
        made: The cards of the folder served.

    Returns:
        The path of a card; `""` if the notebook is where the address says, or unknown.

    Example:
        >>> from dlwidgets.cli.notebooks import cards, moved, notebooks_root
        >>> moved("train.ipynb", cards(notebooks_root()))
        'dashboards/train.ipynb'
    """
    paths = {card.path for card in made}
    today = f"{MOVED_FROM}/{path}"
    return today if path not in paths and today in paths else ""


def cards(folder: Path, notebooks: list[Path] | None = None) -> list[Card]:
    """Return the cards of the notebooks in a folder, in the order of the gallery.

    Title, description, order, group and minutes come from the notebook's metadata
    ``{"dlwidgets": {"title": …, "description": …, "order": …}}``. If they are missing, the first
    heading, the first paragraph and the alphabet are used, with ``train.ipynb`` first.

    Args:
        folder: The folder served.
        notebooks: Paths relative to it. `None` for all notebooks.

    Returns:
        One card per notebook.
    """
    made = []
    for relative in find_notebooks(folder) if notebooks is None else notebooks:
        try:
            status = (folder / relative).stat()
        except OSError:  # deleted in the meantime
            continue
        made.append(_read_card(folder, relative, status.st_mtime_ns, status.st_size))
    return sorted(made, key=lambda card: (card.order, card.title.casefold(), card.path))
