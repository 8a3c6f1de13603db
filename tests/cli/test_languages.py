"""The language of a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tornado.httputil import HTTPHeaders, HTTPServerRequest, RequestStartLine
from tornado.web import Application, RequestHandler

from dlwidgets.cli import languages
from dlwidgets.cli.languages import (
    accepted,
    in_all_languages,
    names,
    prose_in_all_languages,
    pseudo,
    requested,
    translate,
)
from tests.helpers.servers import notebook, serving

if TYPE_CHECKING:
    from pathlib import Path


class Connection:
    def set_close_callback(self, callback: object) -> None:
        pass


def handler(uri: str = "/", **headers: str) -> RequestHandler:
    line = RequestStartLine("GET", uri, "HTTP/1.1")
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    request = HTTPServerRequest(
        start_line=line,
        headers=HTTPHeaders({"Host": "localhost", **fields}),
        connection=Connection(),  # type: ignore[arg-type]
    )
    return RequestHandler(Application(), request)


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en-US,en;q=0.9,zh;q=0.8", "en"),
        ("de,zh;q=0.5", "zh"),
        ("en;q=0.1, zh-TW;q=0.9", "zh"),
        ("zh;q=0, de", "en"),
        ("*;q=0.5,;;;,zh;q=nonsense", "zh"),
    ],
)
def test_the_header_names_wishes_in_order(header: str, language: str) -> None:
    assert accepted(header) == language


@pytest.mark.parametrize(
    ("uri", "cookie", "default", "language"),
    [
        ("/", "", "", "zh"),
        ("/", "", "en", "en"),
        ("/", "en", "zh", "en"),
        ("/?lang=zh-CN", "en", "en", "zh"),
        ("/?lang=xx", "", "", "xx"),
        ("/?lang=tlh", "en", "", "en"),
        ("/", "tlh", "", "zh"),
    ],
)
def test_address_then_cookie_then_server_then_browser(
    uri: str, cookie: str, default: str, language: str
) -> None:
    headers = {"Accept_Language": "zh-CN", **({"Cookie": f"dlw_lang={cookie}"} if cookie else {})}
    assert requested(handler(uri, **headers), default) == language


def test_every_language_has_its_own_name() -> None:
    assert names() == {"en": "English", "zh": "简体中文"}


def test_the_pseudo_language_is_longer_and_keeps_fields() -> None:
    text = pseudo("Running cell {cell} of {count}…")
    assert text.startswith("[Ř")
    assert "{cell}" in text
    assert len(text) > 1.3 * len("Running cell {cell} of {count}…")


def test_a_page_gets_its_texts_in_every_language() -> None:
    made = in_all_languages("Reload the page")
    assert made["en"] == "Reload the page"
    assert made["zh"] == translate("Reload the page", "zh")
    assert made["xx"].startswith("[")


def test_prose_comes_in_the_languages_that_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    assert prose_in_all_languages("# My own title") == {"": "# My own title"}
    monkeypatch.setattr(languages, "translate", lambda text, language: f"<{language}> {text}")
    assert prose_in_all_languages("# Title") == {"en": "# Title", "zh": "# <zh> Title"}


def test_the_server_has_a_language_of_its_own(tmp_path: Path) -> None:
    folder = notebook(tmp_path / "nb" / "a.ipynb", "# My own title", "print(1)").parent
    with serving(folder, "--language", "zh", "--no-preheat") as server:
        gallery = server.get(Accept_Language="en")[1]
        assert '<html lang="zh"' in gallery
        assert "My own title" in gallery
        assert "Watch a network learn" not in gallery
        assert '<html lang="en"' in server.get("?lang=en")[1]
        assert '<html lang="en"' in server.get(Cookie="dlw_lang=en")[1]
        assert '<html lang="zh"' in server.get("voila/render/missing.ipynb")[1]
