"""The cases that the page is tested with, computed anew with NumPy and Keras."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from dlwidgets.concepts import _clock as engine

CASES = json.loads((Path(__file__).parent / "cases" / "clock.json").read_text())


def test_faces_are_those_of_the_page() -> None:
    for case in CASES["faces"]:
        time = case["time"]
        np.testing.assert_allclose(engine.coordinates(time)[0], case["coordinates"], atol=1e-8)
        np.testing.assert_allclose(engine.turns(time)[0], case["turns"], atol=1e-8)
        np.testing.assert_allclose(engine.pixels(time)[0], case["pixels"], atol=1e-6)
        for answer in engine.ANSWERS:
            found = engine.targets(time, answer)
            np.testing.assert_allclose(found[0], case[answer], atol=1e-8)
            # What is to be answered is read as the time.
            assert engine.minutes_off(engine.read(found, answer), time)[0] < 1e-6
    for case in CASES["read"]:
        assert engine.read([case["outputs"]], case["answer"])[0] == pytest.approx(case["time"])
    times = engine.sample_times(CASES["times"]["seed"], 5)
    np.testing.assert_allclose(times, CASES["times"]["first"])


def test_the_books_clock() -> None:
    # From 3 o'clock on, counterclockwise: 45° for the long hand, about 0° for the short one.
    np.testing.assert_allclose(engine.coordinates(187.5)[0], [0.7, 0.7, 0.5, 0], atol=0.04)
    np.testing.assert_allclose(90 - 360 * engine.turns(187.5)[0], [45, -3.75])


def test_the_image_shows_both_hands() -> None:
    image = engine.pixels(540)[0].reshape(engine.SIDE, engine.SIDE)  # 9 o'clock
    half = engine.SIDE // 2
    assert image[:half, half - 1 : half + 1].mean() > 0.6
    assert image[half - 1 : half + 1, 3:half].mean() > 0.6
    assert image[half + 2 :].sum() == image[:, half + 2 :].sum() == 0


def test_the_difference_goes_around_the_clock() -> None:
    off = engine.minutes_off([1, 719, 360, 200.5], [719, 1, 0, 200])
    np.testing.assert_allclose(off, [2, 2, 360, 0.5])


@pytest.mark.parametrize("case", CASES["training"], ids=lambda case: case["representation"])
def test_the_networks_learn_as_in_the_page(case: dict[str, Any]) -> None:
    name, answer, samples = case["representation"], case["answer"], case["samples"]
    times = engine.sample_times(case["seed"], samples)
    x = engine.inputs(times, name).astype("float32")
    y = engine.targets(times, answer).astype("float32")
    model = engine.keras_model(case, name)
    for batch in engine.step_batches(samples, case["seed"], case["steps"]):
        model.train_on_batch(x[batch], y[batch])
    found = np.asarray(model(engine.inputs(case["times"], name)))
    np.testing.assert_allclose(found, case["outputs"], atol=2e-4)


def test_a_model_reads_every_half_minute() -> None:
    class Right:
        input_shape = (None, 2)

        def predict(self, x: Any, verbose: int) -> Any:
            return x

    name, answer, times = engine.answers_of(Right())
    assert (name, answer) == ("angles", "number")
    assert engine.minutes_off(times, engine.OWN_TIMES).max() < 0.01
    with pytest.raises(TypeError, match="to be a Keras model"):
        engine.answers_of(3)
    wide = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    with pytest.raises(ValueError, match=r"Received: an input of shape \(None, 3\)"):
        engine.answers_of(wide)
    pair = [keras.Input((2,)), keras.Input((2,))]
    with pytest.raises(ValueError, match="Received: an input of shape"):
        engine.answers_of(keras.Model(pair, keras.layers.Add()(pair)))
    odd = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])
    with pytest.raises(ValueError, match=r"Received: an output of shape \(1440, 3\)"):
        engine.answers_of(odd)
