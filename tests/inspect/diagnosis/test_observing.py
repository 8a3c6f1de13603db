"""What a run and its model tell about the setup."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from keras import layers

from dlwidgets.inspect.diagnosis.observing import curves_of, recorded_setup, scales_itself
from dlwidgets.training import Events, Recorder
from dlwidgets.training.rate_history import RatePart
from tests.helpers.doctor.models import Own


def functional(change):
    inputs = layers.Input((4,))
    return keras.Model(inputs, layers.Dense(2)(change(inputs)))


@pytest.mark.parametrize(
    ("make", "scales"),
    [
        (lambda: functional(lambda x: x), False),
        (lambda: functional(lambda x: x / 255.0), None),
        (lambda: functional(layers.Lambda(lambda x: x / 255.0)), None),
        (lambda: functional(layers.Rescaling(1 / 255)), True),
        (lambda: functional(layers.BatchNormalization()), True),
        (lambda: functional(functional(lambda x: x / 255.0)), None),
        (lambda: keras.Sequential([layers.Input((4,)), functional(lambda x: x)]), False),
        (lambda: Own(4, 2), None),
        # What comes behind the first weights doesn't count.
        (lambda: functional(lambda x: layers.Dense(3)(x) / 255.0), False),
    ],
)
def test_code_before_the_first_weights_may_scale(make, scales) -> None:
    assert scales_itself(make())[0] is scales


def test_of_a_recorded_run_it_is_unknown_whether_its_model_scales() -> None:
    setup = recorded_setup({"compile": {"loss": "mse"}, "fit": {}})
    assert (setup.scales, setup.tokens) == (None, None)


def test_the_highest_rate_is_one_that_a_step_had() -> None:
    recorder, steps = Recorder(Events()), np.arange(1, 5)
    recorder.steps.extend(step=steps, epoch=steps, time=steps, values={"loss": np.ones(4)})
    # The first one was changed before the first step; the last one is still to come.
    for step, rate in [(1, 0.5), (1, 1e-6), (3, 1e-3), (5, 1.0)]:
        recorder.learning_rates.note(RatePart("optimizer", np.array([step]), np.array([rate])))
    assert curves_of(recorder).highest_rate == 1e-3
