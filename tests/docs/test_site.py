"""The documentation site: built without warnings, complete, and sufficient in itself."""

from __future__ import annotations

import importlib
import inspect
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import pytest
from sphinx.util.inventory import InventoryFile

from tests.docs.conftest import REPOSITORY
from tests.test_examples import MODULES, public

if TYPE_CHECKING:
    from pathlib import Path

    from tests.docs.conftest import Site

# Attributes by which a page loads something or leads somewhere.
LEADS = {"href", "src", "srcset", "action", "formaction", "data", "poster", "background", "cite"}


class Links(HTMLParser):
    """Collects what a page loads and where it leads, and its anchors."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.anchors: set[str] = set()
        self.feed(page.read_text())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in LEADS and value:
                self.found.add(value)
            if name in {"id", "name"} and value:
                self.anchors.add(value)


@pytest.fixture(scope="module")
def pages(site: Site) -> dict[Path, Links]:
    found = site.folder.rglob("*.html")
    return {page: Links(page) for page in found if "_static" not in page.parts}


def test_it_is_built_without_warnings(site: Site) -> None:
    assert site.output == ""
    assert site.status == 0
    assert (site.folder / "index.html").is_file()


def test_no_page_loads_or_links_to_anything_outside(site: Site, pages: dict[Path, Links]) -> None:
    assert len(pages) > 50
    outside = {
        f"{page.relative_to(site.folder)}: {link}"
        for page, links in pages.items()
        for link in links.found
        if urlsplit(link).scheme not in {"", "data"} or link.startswith("//")
    }
    assert outside == set()
    for sheet in site.folder.rglob("*.css"):
        text = sheet.read_text()
        loaded = re.findall(r"""(?:url\(|@import)\s*["']?((?:https?:)?//[^"')\s]+)""", text)
        assert loaded == [], sheet


def test_every_link_leads_to_a_file_and_an_anchor(site: Site, pages: dict[Path, Links]) -> None:
    broken = set()
    for page, links in pages.items():
        for link in links.found:
            parts = urlsplit(link)
            if parts.scheme:
                continue
            target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            anchors = pages[target].anchors if target in pages else None
            known = anchors is None or not parts.fragment or unquote(parts.fragment) in anchors
            if not target.is_file() or not known:
                broken.add(f"{page.relative_to(site.folder)}: {link}")
    assert broken == set()


def test_it_documents_every_public_name(site: Site) -> None:
    with (site.folder / "objects.inv").open("rb") as stream:
        inventory = InventoryFile.load(stream, "", lambda base, path: base + path)
    documented: list[Any] = []
    for path in (p for kind in inventory for p in inventory[kind] if kind.startswith("py:")):
        module, _, name = path.rpartition(".")
        try:
            documented.append(getattr(importlib.import_module(module), name))
        except (ImportError, AttributeError, ValueError):
            continue  # a method, a page, …
    missing = [
        f"{module}.{name}"
        for module in MODULES
        for name, value in public(importlib.import_module(module)).items()
        if not (inspect.ismodule(value) or name.startswith("__"))
        and not any(value is one for one in documented)
    ]
    assert missing == []


@pytest.mark.parametrize("path", sorted((REPOSITORY / "docs" / "images").iterdir()))
def test_pictures_are_small_and_shown(path: Path) -> None:
    assert path.suffix in {".webp", ".svg"}
    assert path.stat().st_size <= 60_000
    texts = [p.read_text() for p in (REPOSITORY / "docs").rglob("*.md")]
    assert any(path.name in text for text in texts), "no page shows it"
