"""The Mistakes page without a browser: what it asks, and that all its views are of one Run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from dlwidgets.widgets.dashboards.mistakes import MistakesDashboard
from tests.helpers.page import from_page, press_start, seen
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def page() -> Iterator[MistakesDashboard]:
    made = MistakesDashboard()
    made.epochs.value = 2
    yield made
    run = made.run
    made.close()
    if run is not None:
        until(lambda: run.state.ended, "the end of the run", 60)


def ended(page: MistakesDashboard, before: Any = None) -> Any:
    until(lambda: page.run is not before and page.run is not None, "a run", 90)
    run: Any = page.run
    until(lambda: run.state.ended, "its end", 60)
    return run


def test_it_begins_when_somebody_looks_and_all_views_show_its_end(page: MistakesDashboard) -> None:
    assert page.run is None
    seen(page.panel.bar)
    run = ended(page)
    last = f"after step {run.step_count:,}"
    for view in (page.browser.cards, page.confusion.plot, page.embedding.plane):
        until(lambda view=view: last in view.summary, f"the last step in {view}", 60)
    assert page.confusion.plot.matrix["k"] == 10
    assert page.browser.cards.total == 359
    from_page(page.embedding.plane, {"type": "pick", "row": 12})
    assert page.browser.cards.detail["index"] == [12]
    from_page(page.try_list, {"type": "try", "index": 0})
    truth, predicted = page.confusion.cell
    counts = np.frombuffer(page.confusion.plot.matrix["counts"], "<i4").reshape(10, 10)
    wrong = counts - np.diag(np.diag(counts))
    assert counts[truth, predicted] == wrong.max() > 0
    assert page.browser.cards.total == counts[truth, predicted]


def test_a_rare_class_as_a_question(page: MistakesDashboard) -> None:
    page.question.value = 8
    page.panel.bar.when_seen(lambda: None)
    press_start(page)
    run = ended(page)
    last = f"after step {run.step_count:,}"
    until(lambda: last in page.confusion.plot.summary, "the last step", 60)
    plot = page.confusion.plot
    assert plot.class_names == ["not 8", "8"]
    assert plot.scores["support"] == [324, 35]
    assert plot.curves["share"] == pytest.approx(35 / 359)
    assert plot.curves["roc_auc"] > 0.9
    before = np.frombuffer(plot.matrix["counts"], "<i4").copy()
    from_page(plot, {"type": "threshold", "value": 0.0, "asked": 1})
    assert np.frombuffer(plot.matrix["counts"], "<i4").tolist() == [0, 324, 0, 35]
    from_page(plot, {"type": "threshold", "value": 0.5, "asked": 2})
    np.testing.assert_array_equal(np.frombuffer(plot.matrix["counts"], "<i4"), before)


def test_questions_belong_to_the_data(page: MistakesDashboard) -> None:
    page.question.value = 8
    page.dataset.value = "fashion_mnist"
    assert page.question.value == -1
    assert "Is it “Ankle boot”?" in [text for text, _ in page.question.options]
    assert page.epochs.value == 5
