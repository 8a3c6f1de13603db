"""The cards of the gallery: groups, pictures and minutes, and nothing about the server."""

from __future__ import annotations

import io
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from dlwidgets.cli.notebooks import cards, grouped
from tests.helpers.servers import Served, notebook, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

OWN = Path(__file__).parents[2] / "notebooks" / "dashboards"


def picture(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (48, 27), "red").save(path, "webp")
    return path


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("cards") / "of a user"
    about = {"order": 1, "group": "Begin & <b>here</b>", "minutes": 10}
    notebook(folder / "first.ipynb", "# First", dlwidgets=about)
    notebook(folder / "second.ipynb", "# Second", dlwidgets={"order": 2, "minutes": "many"})
    picture(folder / "pictures" / "first.webp")
    picture(folder / "pictures" / "secret.webp")
    with serving(folder, "--no-preheat") as server:
        yield server


def test_a_card_has_what_its_metadata_says(tmp_path: Path) -> None:
    about = {"group": "  Look \n inside ", "minutes": 15}
    notebook(tmp_path / "deep" / "a.ipynb", "# A", dlwidgets=about)
    picture(tmp_path / "deep" / "pictures" / "a.webp")
    notebook(tmp_path / "b.ipynb", "# B", dlwidgets={"group": 5, "minutes": True})
    a, b = (card for card in cards(tmp_path))
    assert (a.group, a.minutes, a.picture) == ("Look inside", 15, "deep/pictures/a.webp")
    assert (b.group, b.minutes, b.picture) == ("", 0, "")


def test_groups_are_in_the_order_of_their_first_cards() -> None:
    groups = grouped(cards(OWN))
    headings = ["Start here", "Look inside", "What layers detect", "Generate"]
    assert [group for group, _ in groups] == headings
    assert [len(members) for _, members in groups] == [3, 3, 3, 3]
    assert all(card.minutes for _, members in groups for card in members)


def test_the_own_cards_have_small_pictures() -> None:
    found = cards(OWN)
    assert all(card.picture for card in found), "make pictures"
    sizes = [(OWN / card.picture).stat().st_size for card in found]
    assert sum(sizes) < 1_000_000
    assert max(sizes) < 60_000


def test_the_gallery_shows_groups_minutes_and_pictures(served: Served) -> None:
    _, html = served.get()
    assert "Begin &amp; &lt;b&gt;here&lt;/b&gt;" in html
    assert "10 min" in html
    assert html.count("<img") == 1
    assert html.count("picture blank") == 1
    assert "A notebook of this folder" in html
    with urllib.request.urlopen(served.url + "dlwidgets/picture/first.ipynb") as answer:
        assert answer.headers["Content-Type"] == "image/webp"
        assert Image.open(io.BytesIO(answer.read())).size == (48, 27)


@pytest.mark.parametrize(
    "path", ["second.ipynb", "secret.ipynb", "secret.webp", "../x", "pictures/first.webp", "%00"]
)
def test_only_pictures_of_cards_are_served(served: Served, path: str) -> None:
    assert served.get(f"dlwidgets/picture/{path}")[0] in (400, 404)


def test_the_gallery_does_not_show_the_server_s_folders(served: Served) -> None:
    _, html = served.get()
    assert "of a user" not in html


def test_a_picture_can_be_opened() -> None:
    for card in cards(OWN):
        image = Image.open(io.BytesIO((OWN / card.picture).read_bytes()))
        assert image.size == (480, 270)
