"""The text page: texts to train on."""

from __future__ import annotations

import dlwidgets as dl
from tests.helpers.page import from_page, send_file
from tests.helpers.waiting import until


def test_a_text_of_ones_own_and_one_that_is_too_large() -> None:
    page = dl.TextDashboard(start=False)
    try:
        from_page(page.upload, {"type": "file", "name": "all.txt", "size": 100_000_000})
        assert page.about_corpus.value.startswith("The file 'all.txt' is too large (100")
        assert page.corpus.value == "pydoc"
        send_file(page.upload, "bad.txt", b"\xff\xfe\x00")
        assert "bad.txt" in page.about_corpus.value
        send_file(page.upload, "mine.txt", b"to be or not to be, " * 50)
        assert page.corpus.value == "own"
        until(lambda: "1,000 characters" in page.about_corpus.value, "what it is")
    finally:
        page.close()
