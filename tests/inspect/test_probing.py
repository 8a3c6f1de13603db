"""What a model makes of a few samples, against finite differences and hand-computed values."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from numpy.testing import assert_allclose

import dlwidgets as dl
from dlwidgets.inspect import GradientProbe, Probing, histograms_of
from dlwidgets.inspect.activations import activations
from dlwidgets.inspect.probing import prediction_histograms
from dlwidgets.inspect.tracking import weight_paths
from tests.helpers.models import small_cnn

L = keras.layers
RANDOM = np.random.default_rng(0)


@pytest.fixture(scope="module")
def digits() -> dl.data.Dataset:
    """Real digits."""
    return dl.data.load("digits").normalized()


def test_gradients_are_those_of_finite_differences() -> None:
    keras.utils.set_random_seed(2)
    model = keras.Sequential([L.Input((3,)), L.Dense(4, "tanh"), L.Dense(2)])
    model.compile("sgd", "mse")
    x, y = RANDOM.normal(size=(5, 3)).astype("f4"), RANDOM.normal(size=(5, 2)).astype("f4")
    found = GradientProbe(x, y, "mse").values(model)
    assert list(found) == weight_paths(model)
    weights = model.get_weights()
    for which, name in enumerate(weight_paths(model)):
        numeric = np.zeros_like(weights[which])
        for place in np.ndindex(numeric.shape):
            losses = []
            for sign in (1, -1):
                moved = [w.copy() for w in weights]
                moved[which][place] += sign * 1e-2
                model.set_weights(moved)
                losses.append(float(np.mean((model.predict_on_batch(x) - y) ** 2)))
            numeric[place] = (losses[0] - losses[1]) / 2e-2
        assert_allclose(found[name], numeric, atol=2e-4)
        model.set_weights(weights)


def test_norms_are_those_of_the_values() -> None:
    model = small_cnn()
    x, y = RANDOM.random((6, *model.input_shape[1:])), np.zeros(6, int)
    probe = GradientProbe(x, y, "sparse_categorical_crossentropy")
    norms, values = probe.norms(model), probe.values(model)
    for path, norm in norms.items():
        squares = [np.square(v).sum() for name, v in values.items() if f"{path}/" in name]
        assert norm == pytest.approx(np.sqrt(np.sum(squares)), rel=1e-4)


def test_everything_of_a_classifier(digits: dl.data.Dataset) -> None:
    model = dl.models.compiled("mlp", input_shape=(8, 8, 1), classes=10)
    x, y = digits.x_test[:40], digits.y_test[:40]
    probing = Probing(x, y, model.loss)
    answers = probing.ask(model)
    assert probing.problems == {}
    assert_allclose(answers.predictions, model.predict(x, verbose=0), atol=1e-5)
    exact = activations(model, x)
    assert list(answers.activations) == list(exact)
    found = answers.histograms()
    assert {name.partition("/")[0] for name in found} == {
        "gradients",
        "activations",
        "predictions",
    }
    assert [n for n in found if n.startswith("predictions")] == [
        f"predictions/{i}" for i in range(10)
    ]
    layer = list(exact)[1]
    counts, _ = np.histogram(exact[layer], 30)
    assert found[f"activations/{layer}"].counts.tolist() == counts.tolist()
    assert found["predictions/3"].high == pytest.approx(answers.predictions[:, 3].max())
    only = probing.ask(model, ["predictions"])
    assert (len(only.activations), len(only.gradients)) == (0, 0)


def test_logits_become_probabilities(digits: dl.data.Dataset) -> None:
    model = keras.Sequential([L.Input((8, 8, 1)), L.Flatten(), L.Dense(10)])
    model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    answers = Probing(digits.x_test[:9], digits.y_test[:9]).ask(model, ["predictions"])
    assert answers.predictions is not None
    assert_allclose(answers.predictions.sum(axis=1), 1, atol=1e-5)


def test_a_yes_or_no_question_and_a_regression() -> None:
    x = RANDOM.random((7, 3))
    yes_no = keras.Sequential([L.Input((3,)), L.Dense(1, "sigmoid")])
    answers = Probing(x).ask(yes_no, ["predictions"])
    assert answers.classes == 2
    assert set(answers.histograms()) == {"predictions/0", "predictions/1"}
    regression = keras.Sequential([L.Input((3,)), L.Dense(2)])
    regression.compile("sgd", "mse")
    answers = Probing(x).ask(regression, ["predictions"])
    assert answers.classes == 0
    assert_allclose(answers.predictions, regression.predict(x, verbose=0), atol=1e-5)


def test_many_classes_have_one_histogram_of_the_confidence() -> None:
    rows = RANDOM.dirichlet(np.ones(100), 50)
    found = prediction_histograms(rows, 100)
    assert list(found) == ["predictions/confidence"]
    assert found["predictions/confidence"].total == 50
    assert found["predictions/confidence"].high == rows.max()


def test_what_is_not_possible_is_said_once() -> None:
    class Odd(keras.Model):
        """A model that can't be traced."""

        def __init__(self) -> None:
            super().__init__()
            self.dense = L.Dense(3, "softmax")

        def call(self, x: object) -> object:
            """Ask for numbers, which symbolic tensors haven't."""
            if float(np.asarray(x).sum()) > 1e9:
                return x
            return self.dense(x)

    model = Odd()
    model.compile(run_eagerly=True)
    x = RANDOM.random((4, 2)).astype("f4")
    model(x)
    probing = Probing(x)
    answers = probing.ask(model)
    assert not answers.activations
    assert probing.problems["activations"]
    assert "no targets" in probing.problems["gradients"]
    assert answers.predictions is not None
    assert answers.predictions.shape == (4, 3)


def test_whole_numbers_and_empty_arrays_have_no_histogram() -> None:
    arrays = {"seed": np.array([1, 2], "uint32"), "none": np.zeros(0), "w": np.ones(2)}
    assert list(histograms_of("weights", arrays)) == ["weights/w"]
