"""Find notebooks, and make of each the card that the gallery shows."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from dlwidgets.cli.errors import CommandError

_PACKAGE = Path(__file__).resolve().parent.parent

# A folder given by mistake, such as the home directory, must not make the gallery read for ever.
_MAX_NOTEBOOKS = 300

_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_MARKS = re.compile(r"(\*\*|__|`|(?<!\w)[*_](?=\S)|(?<=\S)[*_](?!\w))")
_UNORDERED = 1000.0


@dataclass(frozen=True)
class Card:
    """What the gallery shows of one notebook.

    Attributes:
        path: The notebook, relative to the folder served, with forward slashes.
        title: Its title, as plain text.
        description: One or two sentences, as plain text; may be "".
        order: Cards are sorted by this number, then by title.
        problem: Why the notebook cannot be opened; "" if it can.
    """

    path: str
    title: str
    description: str
    order: float
    problem: str = ""

    @property
    def folder(self) -> str:
        """The folder below the one served that it lies in; "" if it lies right there."""
        return self.path.rpartition("/")[0]


def notebooks_root() -> Path:
    """Return the folder of the notebooks that come with dlwidgets.

    Returns:
        The one in the source tree if this package runs from there, else the installed one.

    Raises:
        CommandError: There is neither.
    """
    for folder in (_PACKAGE.parent / "notebooks", _PACKAGE / "notebooks"):
        if (folder / "dashboards").is_dir():
            return folder
    message = "the notebooks of dlwidgets are not installed; give the PATH of a notebook or folder."
    raise CommandError(message)


def find_notebooks(folder: Path) -> list[Path]:
    """List the notebooks in a folder and below it, leaving out hidden folders.

    Args:
        folder: Where to look.

    Returns:
        Paths relative to `folder`, sorted; at most 300.
    """
    found = []
    for path in sorted(folder.rglob("*.ipynb")):
        relative = path.relative_to(folder)
        if path.is_file() and not any(part.startswith(".") for part in relative.parts):
            found.append(relative)
        if len(found) == _MAX_NOTEBOOKS:
            break
    return found


def resolve(path: Path | None, default: str) -> Path:
    """Check the PATH of a command.

    Args:
        path: As given; None for the notebooks that come with dlwidgets.
        default: Folder below those notebooks to use then; "" for all of them.

    Returns:
        An absolute path of a notebook, or of a folder with at least one notebook.

    Raises:
        CommandError: It does not exist, is no notebook, or holds none.
    """
    chosen = (notebooks_root() / default) if path is None else path.expanduser()
    if not chosen.exists():
        message = f"{chosen} does not exist; give a notebook or a folder of notebooks."
        raise CommandError(message)
    chosen = chosen.resolve()
    if chosen.is_file():
        if chosen.suffix != ".ipynb":
            message = f"{chosen} is not a notebook; expected a file that ends in .ipynb."
            raise CommandError(message)
        return chosen
    if not find_notebooks(chosen):
        message = f"{chosen} holds no notebooks; expected at least one file that ends in .ipynb."
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
        order = own.get("order")
    except OSError as error:
        return Card(name, stem, "", _UNORDERED, f"It cannot be read: {error.strerror}.")
    except (ValueError, KeyError, AttributeError, TypeError):
        return Card(name, stem, "", _UNORDERED, "This file is damaged: it is not a notebook.")
    if not isinstance(order, int | float) or isinstance(order, bool) or order != order:  # noqa: PLR0124
        order = 0.0 if relative.stem == "train" else _UNORDERED
    return Card(name, title, description, float(order))


def cards(folder: Path, notebooks: list[Path] | None = None) -> list[Card]:
    """Make the cards of a folder's notebooks, in the order of the gallery.

    Title, description and order come from the notebook's metadata
    ``{"dlwidgets": {"title": …, "description": …, "order": …}}``; where they are missing, from its
    first heading, its first paragraph, and the alphabet, with ``train.ipynb`` first.

    Args:
        folder: The folder served.
        notebooks: Paths relative to it; None for all of them.

    Returns:
        One card per notebook.
    """
    made = []
    for relative in find_notebooks(folder) if notebooks is None else notebooks:
        try:
            status = (folder / relative).stat()
        except OSError:  # deleted since it was listed
            continue
        made.append(_read_card(folder, relative, status.st_mtime_ns, status.st_size))
    return sorted(made, key=lambda card: (card.order, card.title.casefold(), card.path))
