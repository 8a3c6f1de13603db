"""Links in Markdown lead somewhere: between notebooks, in the documentation, in the README."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import nbformat
from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.token import Token

REPOSITORY = Path(__file__).resolve().parents[1]
COPIES = ("docs", "tutorials")
"""Where the documentation's build puts copies of all notebooks, beside each other."""
KEPT = ("_build", ".ipynb_checkpoints", "_static")
DOCUMENTS = sorted(
    path
    for path in (
        *REPOSITORY.glob("*.md"),
        *(REPOSITORY / "docs").rglob("*.md"),
        *(REPOSITORY / "notebooks").rglob("*.ipynb"),
    )
    if not set(KEPT) & set(path.parts)
    and path.relative_to(REPOSITORY).parts[:2] != COPIES
    and ".zh" not in path.suffixes
)
_PARSER = MarkdownIt("commonmark").enable("table")
_HTML = re.compile(r"""\b(?:href|src|id|name)=["']([^"']+)["']""")
_TARGET = re.compile(r"^\((\S+)\)=$", re.MULTILINE)  # MyST's own anchors


def markdown(path: Path) -> list[str]:
    """The Markdown of a document, or that of each cell of a notebook."""
    if path.suffix != ".ipynb":
        return [path.read_text()]
    cells = nbformat.read(path, as_version=4).cells
    return [cell.source for cell in cells if cell.cell_type == "markdown"]


def tokens(text: str) -> Iterator[Token]:
    for token in _PARSER.parse(text):
        yield token
        yield from token.children or ()


def links(text: str) -> Iterator[str]:
    """Where links and pictures lead, those of HTML included."""
    for token in tokens(text):
        for name in ("href", "src"):
            if name in token.attrs:
                yield str(token.attrs[name])
        if token.type in ("html_block", "html_inline"):
            yield from re.findall(r"""\b(?:href|src)=["']([^"']+)["']""", token.content)


def anchors(path: Path) -> set[str]:
    """The anchors of a document's headings: as MyST and GitHub make them, or as Jupyter does."""
    found: set[str] = set()
    for text in markdown(path):
        found.update(_TARGET.findall(text), _HTML.findall(text))
        parsed = _PARSER.parse(text)
        for opening, inline in pairwise(parsed):
            if opening.type != "heading_open":
                continue
            heading = "".join(child.content for child in inline.children or ())
            if path.suffix == ".ipynb":
                found.add(heading.replace(" ", "-"))
            else:
                plain = re.sub(r"[^\w\- ]", "", heading.strip().lower())
                found.add(plain.replace(" ", "-"))
    return found


def where(path: Path, link: str, root: Path = REPOSITORY) -> Path:
    """The file that a relative link leads to. In the documentation, a copy's notebook."""
    target = (path.parent / unquote(link)).resolve()
    if target.is_relative_to(root / "docs" / "tutorials"):
        for folder in ("dashboards", "tutorials"):
            notebook = root / "notebooks" / folder / target.name
            if notebook.exists():
                return notebook
    return target


def broken(path: Path, root: Path = REPOSITORY) -> list[str]:
    """The links of a document that lead nowhere."""
    found = []
    for text in markdown(path):
        for link in links(text):
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = where(path, parts.path, root) if parts.path else path
            if not target.exists() or not target.is_relative_to(root):
                found.append(f"{link}: no such file")
            elif (
                parts.fragment
                and target.suffix in (".md", ".ipynb")
                and unquote(parts.fragment) not in anchors(target)
            ):
                found.append(f"{link}: no such heading")
    return found


def test_every_link_leads_to_a_file_and_a_heading() -> None:
    assert len(DOCUMENTS) > 100
    found = {str(path.relative_to(REPOSITORY)): broken(path) for path in DOCUMENTS}
    assert {path: links for path, links in found.items() if links} == {}


def test_broken_links_are_found(tmp_path: Path) -> None:
    cell = nbformat.v4.new_markdown_cell("# Down the slope\n\n<img src='no.png'>")
    book = nbformat.v4.new_notebook(cells=[cell])
    nbformat.write(book, tmp_path / "04.ipynb")
    document = tmp_path / "a.md"
    document.write_text(
        "# One & two\n\n[a](04.ipynb#Down-the-slope) [b](04.ipynb#down) [c](#one--two) [d](b.md)\n"
        "[e](../e.md) [f](https://example.org/x) ![g](g.png)\n\n```\n[h](h.md)\n```\n"
    )
    assert broken(document, tmp_path) == [
        "04.ipynb#down: no such heading",
        "b.md: no such file",
        "../e.md: no such file",
        "g.png: no such file",
    ]
    assert broken(tmp_path / "04.ipynb", tmp_path) == ["no.png: no such file"]
