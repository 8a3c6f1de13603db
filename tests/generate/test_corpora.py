"""Where texts come from, and what of one's own is refused."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, NoReturn

import pytest

from dlwidgets.data import DataNotFoundError, UnknownDatasetError
from dlwidgets.generate import BadTextError, available_corpora, load_corpus, read_text
from dlwidgets.generate.corpora import MAX_TEXT_BYTES

if TYPE_CHECKING:
    from pathlib import Path


def test_pythons_reference_is_always_there() -> None:
    corpus = load_corpus()
    assert len(corpus.text) > 300_000
    assert 'the "assert" statement' in corpus.text
    assert corpus.text == corpus.text.lower()
    assert load_corpus(lower=False).text != corpus.text
    assert next(iter(available_corpora().values())).local


def test_the_others_are_found_in_the_data_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DLWIDGETS_DATA", str(tmp_path))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    (tmp_path / "nietzsche.txt").write_bytes(b"PREFACE\r\n\r\nSUPPOSING (werthsch\xe3\xa4tzung)")
    assert available_corpora()["nietzsche"].where == "environment"
    assert available_corpora()["tinyshakespeare"].where == "download"
    assert load_corpus("nietzsche").text.startswith("preface\n\nsupposing (werthsch")
    cached = tmp_path / "keras" / "datasets"
    cached.mkdir(parents=True)
    (cached / "tinyshakespeare.txt").write_text("First Citizen:\nSpeak!")
    assert load_corpus("tinyshakespeare", lower=False).text == "First Citizen:\nSpeak!"


def test_one_that_is_nowhere_says_where_to_put_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def offline(*_: object, **__: object) -> NoReturn:
        raise socket.gaierror("no network in this test")

    monkeypatch.setattr(socket, "getaddrinfo", offline)
    monkeypatch.setenv("DLWIDGETS_DATA", str(tmp_path))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    for name in ("nietzsche", "tinyshakespeare"):
        with pytest.raises(DataNotFoundError) as caught:
            load_corpus(name)
        assert str(tmp_path / f"{name}.txt") in str(caught.value)
    with pytest.raises(UnknownDatasetError, match="'pydoc', 'nietzsche'"):
        load_corpus("bible")


def test_a_text_of_ones_own_is_checked() -> None:
    own = read_text("\ufeffÄpfel\r\nund Birnen".encode(), "obst.txt")
    assert own.text == "Äpfel\nund Birnen"
    assert own.title == "obst.txt"
    for content, message in (
        (
            b"x" * (MAX_TEXT_BYTES + 1),
            "'a.txt' is too large .5\u00a0MB.. Choose a file of at most 5",
        ),
        ("ab Füße".encode("latin-1"), r"isn't UTF-8: byte 4 \(0xfc\)"),
        (b"PK\x00\x03", "null byte"),
        (b"", "at least 1 character. Received: 'a.txt' with 0"),
    ):
        with pytest.raises(BadTextError, match=message):
            read_text(content, "a.txt")
    with pytest.raises(BadTextError, match=r"at least 61 characters\. Received: 'a\.txt' with 5"):
        read_text(b"hello", "a.txt", shortest=61)
