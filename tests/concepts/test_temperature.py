"""The cases that the page is tested with, computed anew with the book's listing and SciPy."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.special
import scipy.stats

import dlwidgets as dl
from dlwidgets.concepts import _temperature as engine

CASES = json.loads((Path(__file__).parent / "cases" / "temperature.json").read_text())["cases"]


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"T{c['temperature']}-k{c['top_k']}")
def test_what_is_drawn_from_is_what_generate_samples(case: dict[str, Any]) -> None:
    heat, k, p = case["temperature"], case["top_k"], case["top_p"]
    found = engine.distribution(case["logits"], heat, k, p)
    np.testing.assert_allclose(found, case["probabilities"], atol=1e-11)
    whole = scipy.special.softmax(case["logits"])
    generated = dl.generate.sampling_distribution(whole, heat, k, p)
    np.testing.assert_allclose(found, generated, atol=1e-9)
    assert case["entropy"] == pytest.approx(scipy.stats.entropy(found, base=2), abs=1e-10)
    if heat > 0.1 and k == 0 and p == 1:  # listing 8-1 of the book
        powers = np.exp(np.log(whole) / heat)
        np.testing.assert_allclose(found, powers / powers.sum(), atol=1e-11)
    assert engine.throws(found, len(case["drawn"]), case["seed"]) == case["drawn"]


def test_many_throws_have_the_shares_of_the_distribution() -> None:
    p = engine.distribution(engine.LOGITS, 0.8)
    counts = np.bincount(engine.throws(p, 4000, 5), minlength=len(p))
    assert scipy.stats.chisquare(counts, p * 4000).pvalue > 0.001


def test_the_most_probable_choices_of_the_user_are_shown() -> None:
    logits = np.linspace(-30, 20, 40)
    names = [f"w{i}" for i in range(40)]
    kept = engine.checked_choices(logits, None, names)
    assert kept.names == names[-engine.MOST :]
    assert kept.left_out == 28
    assert max(kept.logits) == pytest.approx(-min(kept.logits))
    # Differences, and so probabilities, stay.
    np.testing.assert_allclose(np.diff(kept.logits), np.diff(logits)[-11:])
    assert kept.share == pytest.approx(scipy.special.softmax(logits)[:28].sum())


def test_probabilities_become_logits_that_give_them_back() -> None:
    p = np.array([0.5, 0.3, 0.2, 0.0])
    kept = engine.checked_choices(None, p * 3, None)
    np.testing.assert_allclose(engine.distribution(kept.logits), p, atol=1e-5)
    assert kept.names == ["0", "1", "2", "3"]
    assert engine.checked_choices([1, 2], None, None).logits == [1, 2]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((None, None, ["a"]), "Received: none of them"),
        (([1, 2], [0.5, 0.5], None), "Received: both of them"),
        (([1], None, None), r"`logits` to be at least 2 numbers.*shape \(1,\)"),
        (([1, np.nan], None, None), "NaN or infinity"),
        ((None, [0.5, -0.5], None), "`probabilities` of at least 0"),
        ((None, [0, 0], None), "not all 0"),
        (([1, 2], None, ["a"]), "`names` to have as many entries as `logits`, 2"),
    ],
)
def test_what_can_not_be_used_is_said(arguments: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        engine.checked_choices(*arguments)
