"""Fields that pages share: whole numbers that are typed with a point."""

from __future__ import annotations

import pytest

from dlwidgets.widgets.dashboards._page_fields import WholeNumber, epochs_field
from tests.helpers.page import set_on_page


@pytest.mark.parametrize(
    ("typed", "value"), [(3.7, 4), (3, 3), (0.2, 1), (1e12, 10_000), (-5, 1), (2.0, 2)]
)
def test_a_number_is_rounded_and_stays_within_its_bounds(typed: float, value: int) -> None:
    field = epochs_field(20, 10_000)
    set_on_page(field, value=typed)
    assert field.value == value
    assert type(field.value) is int


@pytest.mark.parametrize("typed", [None, "3", float("nan"), float("inf")])
def test_what_is_no_number_changes_nothing(typed: object) -> None:
    field = WholeNumber(value=5, min=1, max=9)
    with pytest.raises(Exception, match=r"trait|finite|convert|number"):
        field.value = typed
    assert field.value == 5
