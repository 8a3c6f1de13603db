"""A view of a `tf_keras` model says what to do, in the place of what it would show."""

from __future__ import annotations

import dlwidgets as dl
from tests.helpers.page import seen
from tests.helpers.waiting import until


class _Model:
    """As much of a model as is looked at."""

    name, built = "sequential", True
    weights = ()


def test_a_view_says_what_to_do() -> None:
    model = type("Sequential", (_Model,), {"__module__": "tf_keras.src.engine.sequential"})()
    view = dl.ModelGraph(model)
    seen(view)
    until(lambda: "Expected a Keras 3 model. Received: a tf_keras model." in view.empty_text)
    view.close()
