"""Temperature, top-k and top-p against computations of their own."""

from __future__ import annotations

from decimal import Decimal, localcontext

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlwidgets.generate import (
    entropy,
    reweight,
    reweight_logits,
    sampling_distribution,
    top_k,
    top_p,
)
from dlwidgets.generate.reweight import choose

TEMPERATURES = (1e-9, 0.01, 0.2, 0.5, 1.0, 1.2, 2.0, 50.0, 1e6)


def precise(p: list[float], temperature: float) -> list[float]:
    """p ** (1/T), normalized, with 60 digits."""
    with localcontext() as context:
        context.prec = 60
        context.Emin, context.Emax = -(10**17), 10**17
        t = Decimal(temperature)
        powers = [(Decimal(x).ln() / t).exp() if x else Decimal(0) for x in p]
        return [float(x / sum(powers)) for x in powers]


@pytest.mark.parametrize("temperature", TEMPERATURES)
def test_it_is_the_books_formula_with_sixty_digits(temperature: float) -> None:
    random = np.random.default_rng(0)
    for p in ([0.5, 0.3, 0.2], [1e-300, 0.4, 0.6, 0.0], [1.0, 0.0], random.dirichlet([0.1] * 60)):
        values = np.asarray(p, float).tolist()
        result = reweight(values, temperature)
        np.testing.assert_allclose(result, precise(values, temperature), rtol=1e-11, atol=1e-290)
        logs = np.log(
            np.maximum(values, 1e-320),
            where=np.array(values) > 0,
            out=np.full(len(values), -np.inf),
        )
        np.testing.assert_allclose(reweight_logits(logs + 700, temperature), result, rtol=1e-6)


@given(
    st.lists(st.floats(0, 1), min_size=1, max_size=30).filter(lambda p: max(p) > 1e-6),
    st.one_of(st.just(0.0), st.floats(5e-324, 1e308)),
)
def test_any_temperature_gives_a_distribution(p: list[float], temperature: float) -> None:
    q = reweight(p, temperature)
    assert np.isfinite(q).all()
    assert q.sum() == pytest.approx(1)
    assert q[int(np.argmax(p))] == q.max()
    assert (q[np.array(p) == 0] == 0).all()


def test_zero_is_the_first_of_the_most_probable() -> None:
    assert reweight([0.4, 0.4, 0.2], 0).tolist() == [1, 0, 0]
    assert reweight([[0.1, 0.9], [0.8, 0.2]], 0).tolist() == [[0, 1], [1, 0]]


def test_logits_of_any_size_do_not_overflow() -> None:
    q = reweight_logits([1e300, -1e300, -np.inf], 1e-300)
    assert q.tolist() == [1, 0, 0]
    assert reweight_logits([1e4, 1e4 + np.log(3)], 1.0) == pytest.approx([0.25, 0.75])


def test_top_k_and_top_p_by_hand() -> None:
    p = [0.05, 0.4, 0.3, 0.25]
    assert top_k(p, 2) == pytest.approx([0, 4 / 7, 3 / 7, 0])
    assert top_k([0.25] * 4, 2).tolist() == [0.5, 0.5, 0, 0], "of equal ones the first"
    assert top_k(p, 0) == pytest.approx(p)
    assert top_k(p, 99) == pytest.approx(p)
    assert top_p(p, 0.4) == pytest.approx([0, 1, 0, 0])
    assert top_p(p, 0.41) == pytest.approx([0, 4 / 7, 3 / 7, 0])
    assert top_p(p, 1e-9) == pytest.approx([0, 1, 0, 0]), "never nothing"
    assert top_p(p, 1.0) == pytest.approx(p)
    # Temperature first: it changes what the nucleus holds.
    q = sampling_distribution(p, temperature=0.1, top_k=3, top_p=0.9)
    assert q == pytest.approx(top_p(top_k(reweight(p, 0.1), 3), 0.9))
    assert entropy(q) < entropy(p) < 2


@pytest.mark.parametrize("temperature", [-0.1, float("nan"), float("inf"), "1", None, True])
def test_a_temperature_that_is_none_is_refused(temperature: object) -> None:
    with pytest.raises(ValueError, match="`temperature` to be a finite number, at least 0"):
        reweight([0.5, 0.5], temperature)  # type: ignore[arg-type]


def test_other_bad_input_is_refused() -> None:
    for share in (0, 0.0, -1, 1.5, float("nan")):
        with pytest.raises(ValueError, match="`top_p` to be greater than 0"):
            top_p([0.5, 0.5], share)
    for k in (-1, 1.5, True):
        with pytest.raises(ValueError, match="`top_k` to be an integer"):
            top_k([0.5, 0.5], k)  # type: ignore[arg-type]
    for p in ([0.0, 0.0], [-0.1, 1.1], [np.nan, 1.0], [], 0.5):
        with pytest.raises(ValueError, match=r"probabilit|distribution|value"):
            reweight(p, 1.0)
    with pytest.raises(ValueError, match="logits"):
        reweight_logits([-np.inf, -np.inf], 1.0)


@given(st.integers(0, 2**32), st.floats(0, 1, exclude_max=True))
def test_a_character_of_probability_zero_is_never_chosen(seed: int, u: float) -> None:
    p = np.random.default_rng(seed).dirichlet([0.2] * 12)
    p[::3] = 0
    p[-1] = 0
    if p.sum() > 0:
        assert p[choose(p, u)] > 0
