"""Copy the dashboards' notebooks into the site, each with a picture of what its cell shows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import nbformat

if TYPE_CHECKING:
    from pathlib import Path


def kebab(name: str) -> str:
    """Turn the name of a class into that of its page: ``ImageGrid`` into ``image-grid``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).lower()


def copy(source: Path, target: Path, images: Path) -> None:
    """Copy notebooks, and insert below the first widget the picture of it.

    Args:
        source: Folder of the notebooks.
        target: Folder of the site's tutorials; its old notebooks are replaced.
        images: Folder of the pictures of widgets.
    """
    for old in target.glob("*.ipynb"):
        if not (source / old.name).exists():
            old.unlink()
    for path in sorted(source.glob("*.ipynb")):
        book = nbformat.read(path, as_version=4)
        for i, cell in enumerate(book.cells):
            shown = re.search(r"\bdl\.([A-Z]\w+)\(", cell.source)
            if cell.cell_type == "code" and shown:
                picture = images / f"{kebab(shown[1])}.webp"
                text = f"![{shown[1]} as this cell shows it](../{images.name}/{picture.name})"
                book.cells.insert(i + 1, nbformat.v4.new_markdown_cell(text, id="picture"))
                break
        text = nbformat.writes(book)
        copied = target / path.name
        if not copied.exists() or copied.read_text() != text:
            copied.write_text(text)
