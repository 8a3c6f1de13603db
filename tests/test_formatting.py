"""Numbers and units as text."""

import pytest

from dlwidgets._formatting import (
    format_bytes,
    format_count,
    format_duration,
    format_number,
    format_percent,
)


@pytest.mark.parametrize(
    ("share", "digits", "text"), [(0.5, 0, "50%"), (0.1234, 1, "12.3%"), (1.0, 0, "100%")]
)
def test_a_percentage_has_no_space(share: float, digits: int, text: str) -> None:
    assert format_percent(share, digits) == text


@pytest.mark.parametrize(
    ("nbytes", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (999.7, "1 kB"),
        (11_490_434, "11.5 MB"),
        (999_999, "1 MB"),
        (8_000_000, "8 MB"),
        (528e6, "528 MB"),
        (999_960_000, "1 GB"),
        (2.4e9, "2.4 GB"),
    ],
)
def test_bytes_are_decimal_and_keep_their_unit(nbytes: float, text: str) -> None:
    assert format_bytes(nbytes) == text.replace(" ", "\u00a0")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.0042, "4.2 ms"),
        (0.00996, "10 ms"),
        (0.04, "40 ms"),
        (0.9996, "1.0 s"),
        (2.13, "2.1 s"),
        (9.96, "10 s"),
        (59.6, "1 min"),
        (290, "5 min"),
    ],
)
def test_durations_take_the_unit_that_fits(seconds: float, text: str) -> None:
    assert format_duration(seconds) == text.replace(" ", "\u00a0")


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0"), (999, "999"), (118_282, "118k"), (999_950, "1M"), (5.7e9, "5.7B"), (2e12, "2T")],
)
def test_counts_take_a_letter(count: float, text: str) -> None:
    assert format_count(count) == text


def test_numbers_have_significant_digits_and_a_true_minus() -> None:
    assert format_number(-0.56789) == "−0.568"
    assert format_number(1e-7) == "1e−07"
