"""Characters as numbers: what is learned, what comes back, what happens to strangers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlwidgets.generate import CharTokenizer, UnknownCharacterError


@given(st.text(min_size=1, max_size=200))
def test_what_was_fitted_comes_back(text: str) -> None:
    tokenizer = CharTokenizer().fit(text)
    ids = tokenizer.encode(text)
    assert ids.dtype == np.int32
    assert tokenizer.decode(ids) == text
    assert tokenizer.size == len(set(text))


def test_numbers_follow_the_sorted_characters_as_in_the_book() -> None:
    text = "the spirit of the age"
    chars = sorted(set(text))
    indices = {char: chars.index(char) for char in chars}
    assert CharTokenizer().fit(text).encode(text).tolist() == [indices[c] for c in text]


def test_an_unknown_character_becomes_its_other_case_or_follows_the_rule() -> None:
    corpus = "the end? "
    assert CharTokenizer().fit(corpus).encode("THE").tolist() == [6, 4, 3]
    skipping = CharTokenizer().fit(corpus)
    assert skipping.decode(skipping.encode("thé énd")) == "th nd"
    replacing = CharTokenizer("?").fit(corpus)
    assert replacing.decode(replacing.encode("thé")) == "th?"
    with pytest.raises(UnknownCharacterError, match="'é'"):
        CharTokenizer("error").fit(corpus).encode("thé")
    assert skipping.unknown_in("thé ÉND!") == "!Éé"


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="empty"):
        CharTokenizer().fit("")
    with pytest.raises(ValueError, match="contains '#'"):
        CharTokenizer("#").fit("abc")
    with pytest.raises(ValueError, match="'delete'"):
        CharTokenizer("delete")
    with pytest.raises(RuntimeError, match="fit"):
        CharTokenizer().encode("a")
    with pytest.raises(ValueError, match="0 to 2"):
        CharTokenizer().fit("abc").decode([3])
