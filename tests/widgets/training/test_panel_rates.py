"""The learning rates of a model with several optimizers, in the panel of its run."""

from __future__ import annotations

import keras
import pytest

import dlwidgets as dl
from dlwidgets.widgets.training.panel import TrainingPanel
from tests.helpers.training import digits, mlp


def test_the_run_bar_says_whose_rates_they_are() -> None:
    model = mlp()
    model.d_optimizer = keras.optimizers.Adam(3e-4)
    panel = TrainingPanel(dl.fit(model, *digits(64), start=False))
    assert panel.bar.learning_rate == pytest.approx(1e-3)
    assert panel.bar.learning_rates == (
        "optimizer 0.001, d_optimizer 0.0003. A rate set here applies to all."
    )
    panel.close()
    panel = TrainingPanel(dl.fit(mlp(), *digits(64), start=False))
    assert panel.bar.learning_rates == ""
    panel.close()
