"""Copy the dashboards' notebooks into the site, and list them.

Each copy gets a picture of what its cell shows, and a card in the order of the gallery.
"""

from __future__ import annotations

import re
from string import Template
from typing import TYPE_CHECKING

import nbformat

from dlwidgets.course.path import is_translation

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


_INDEX = Template("""# Tutorials

Each lesson is a notebook, which `dlwidgets lab` opens in JupyterLab. `dlwidgets serve` opens them
as pages.

$groups

```{toctree}
:hidden:

$names
```
""")
_OTHER_FOLDER = re.compile(r"\]\(\.\./(?:dashboards|tutorials)/(?=[\w-]+\.ipynb)")
_GROUP = Template("""## $group

::::{grid} 1 2 2 2
:gutter: 3

$cards
::::
""")
_CARD = Template(""":::{grid-item-card} $title
:link: $name
:link-type: doc
$description
:::
""")


def kebab(name: str) -> str:
    """Turn the name of a class into that of its page: ``ImageGrid`` into ``image-grid``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).lower()


def copy(sources: Sequence[Path], target: Path, images: Path) -> None:
    """Copy notebooks, insert below the first widget the picture of it, and write their index.

    Args:
        sources: Folders of the notebooks.
        target: Folder of the site's tutorials; its old notebooks are replaced.
        images: Folder of the pictures of widgets.
    """
    target.mkdir(exist_ok=True)
    for old in target.glob("*.ipynb"):
        if not any((source / old.name).exists() for source in sources):
            old.unlink()
    listed: list[tuple[float, str, dict[str, str]]] = []
    for path in sorted(path for source in sources for path in source.glob("*.ipynb")):
        if path.stem == "index" or is_translation(path):  # the site has an index of its own
            continue
        book = nbformat.read(path, as_version=4)
        for cell in book.cells:
            # All copies are in one folder.
            links = _OTHER_FOLDER.sub("](", cell.source)
            cell.source = links.replace("](index.ipynb)", "](index.md)")
        for i, cell in enumerate(book.cells):
            shown = re.search(r"\bdl\.([A-Z]\w+)\(", cell.source)
            if cell.cell_type != "code" or not shown:
                continue
            picture = images / f"{kebab(shown[1])}.webp"
            if picture.exists():
                text = f"![{shown[1]} as this cell shows it](../{images.name}/{picture.name})"
                book.cells.insert(i + 1, nbformat.v4.new_markdown_cell(text, id="picture"))
                break
        _write(target / path.name, nbformat.writes(book))
        about = book.metadata["dlwidgets"]
        listed.append((about["order"], path.stem, {"name": path.stem, **about}))
    cards: dict[str, str] = {}
    for _, _, about in sorted(listed, key=lambda one: one[:2]):
        cards[about["group"]] = cards.get(about["group"], "") + _CARD.substitute(about)
    groups = "\n".join(_GROUP.substitute(group=name, cards=made) for name, made in cards.items())
    names = "\n".join(name for _, name, _ in sorted(listed, key=lambda one: one[:2]))
    _write(target / "index.md", _INDEX.substitute(groups=groups, names=names))


def _write(path: Path, text: str) -> None:
    # What is written again is built again.
    if not path.exists() or path.read_text() != text:
        path.write_text(text)
