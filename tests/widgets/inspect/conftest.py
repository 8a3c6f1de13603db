"""What tests of these views share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from dlwidgets.widgets.inspect.prediction_browser import PredictionBrowser
from tests.helpers.predictions import HTML, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dlwidgets.data import Dataset


@pytest.fixture
def browser(digits: Dataset, model: Any) -> Iterator[PredictionBrowser]:
    made = shown(PredictionBrowser(model, digits.x_test, digits.y_test, HTML))
    yield made
    made.close()
