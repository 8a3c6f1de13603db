"""Calling models that take batches of one size, or that remember the batch before."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

import dlwidgets as dl
from dlwidgets.generate import CharTokenizer, sample_text
from dlwidgets.inspect import hidden_vectors, predict
from dlwidgets.inspect.activations import activations
from dlwidgets.inspect.evaluation import fixed_batch_size, in_batches, states_of
from dlwidgets.inspect.sublayers import sublayers
from dlwidgets.training.prediction import predict_batch
from tests.helpers.slow import slow

layers = keras.layers
X = np.random.default_rng(0).standard_normal((40, 7, 3)).astype("float32")


def recurrent(*, stateful: bool, batch: int | None = 16) -> Any:
    keras.utils.set_random_seed(2)
    return keras.Sequential(
        [
            keras.Input(batch_shape=(batch, 7, 3)),
            layers.Bidirectional(layers.GRU(4, stateful=stateful, return_sequences=True)),
            layers.LSTM(5, stateful=stateful, name="lstm"),
            layers.Dense(3, activation="softmax"),
        ]
    )


class Stateful(keras.Model):
    """A recurrent layer that keeps its state, in a block of one's own."""

    def __init__(self) -> None:
        super().__init__()
        self.lstm, self.head = layers.LSTM(4, stateful=True), layers.Dense(2)

    def call(self, x: Any) -> Any:
        return self.head(self.lstm(x))


@pytest.mark.parametrize("samples", [1, slow(16), 18, slow(40)])
def test_answers_are_those_of_the_same_weights_without_state(samples: int) -> None:
    model, plain = recurrent(stateful=True), recurrent(stateful=False, batch=None)
    plain.set_weights(model.get_weights())
    x = X[:samples]
    np.testing.assert_allclose(predict(model, x), predict(plain, x), atol=1e-6)
    np.testing.assert_allclose(predict_batch(model, x), predict(plain, x), atol=1e-6)
    for one, other in zip(hidden_vectors(model, x), hidden_vectors(plain, x), strict=True):
        if isinstance(one, np.ndarray):
            np.testing.assert_allclose(one, other, atol=1e-6)
    seen, expected = activations(model, x), activations(plain, x)
    for one, other in zip(seen.values(), expected.values(), strict=True):
        assert len(one) == samples
        np.testing.assert_allclose(one, other, atol=1e-6)


def test_a_look_leaves_the_states_as_they_were() -> None:
    model = recurrent(stateful=True)
    model.predict(X[:16], batch_size=16, verbose=0)
    states = states_of(sublayers(model))
    before = [np.asarray(v) for v in states]
    assert len(before) == 4
    assert any(v.any() for v in before)
    activations(model, X[:16])
    predict(model, X)
    predict_batch(model, X[:3])
    for state, value in zip(states, before, strict=True):
        np.testing.assert_array_equal(np.asarray(state), value)


def test_the_size_of_a_batch() -> None:
    assert fixed_batch_size(recurrent(stateful=False)) == 16
    assert fixed_batch_size(recurrent(stateful=False, batch=None)) is None
    model = Stateful()
    model(X[:5])
    assert fixed_batch_size(model) == 5
    assert predict(model, X).shape == (40, 2)


def test_several_outputs_and_no_samples() -> None:
    x = keras.Input(batch_shape=(4, 2))
    model = keras.Model(x, {"a": layers.Dense(3)(x), "b": layers.Dense(1)(x)})
    found = in_batches(model, model, np.ones((6, 2), "float32"))
    assert [one.shape for one in found] == [(6, 3), (6, 1)]
    free = dl.models.mlp((2,), 3)
    assert in_batches(free, free, np.ones((0, 2), "float32"))[0].shape == (0, 3)


@pytest.mark.parametrize("samples", [slow(5), slow(16), 18])
@pytest.mark.parametrize("stateful", [False, True])
def test_gradients_are_those_of_any_batch(samples: int, stateful: bool) -> None:
    model, plain = recurrent(stateful=stateful), recurrent(stateful=False, batch=None)
    plain.set_weights(model.get_weights())
    x, y = X[:samples], np.arange(samples) % 3
    model.predict(X[:16], batch_size=16, verbose=0)
    states = states_of(sublayers(model))
    before = [np.asarray(v) for v in states]
    found, wanted = (
        list(dl.inspect.GradientProbe(x, y, "sparse_categorical_crossentropy").norms(net).values())
        for net in (model, plain)
    )
    np.testing.assert_allclose(found, wanted, rtol=1e-4)
    for state, value in zip(states, before, strict=True):
        np.testing.assert_array_equal(np.asarray(state), value)


def test_layers_inside_layers_are_found_once() -> None:
    model = recurrent(stateful=True)
    kinds = [type(layer).__name__ for layer in sublayers(model)]
    assert kinds.count("GRUCell") == 2
    assert kinds.count("LSTM") == 1


TEXT = "to be or not to be, that is the question"


def text_model(tokenizer: CharTokenizer, *, stateful: bool, batch: int | None) -> Any:
    keras.utils.set_random_seed(5)
    return keras.Sequential(
        [
            keras.Input(batch_shape=(batch, 8), dtype="int32"),
            layers.Embedding(tokenizer.size, 12, embeddings_initializer="random_normal"),
            layers.LSTM(24, stateful=stateful),
            layers.Dense(tokenizer.size),
        ]
    )


@pytest.mark.parametrize(
    ("stateful", "batch"), [(True, 1), slow(True, 32), (False, 32), slow(True, 3)]
)
def test_sampled_text_is_that_of_the_same_weights_without_state(stateful: bool, batch: int) -> None:
    tokenizer = CharTokenizer().fit(TEXT)
    model = text_model(tokenizer, stateful=stateful, batch=batch)
    plain = text_model(tokenizer, stateful=False, batch=None)
    plain.set_weights([20 * w for w in model.get_weights()])
    model.set_weights(plain.get_weights())
    for carry_state in (False, True):

        def written(net: Any, carry_state: bool = carry_state) -> str:
            chunks = sample_text(
                net, tokenizer, "to be or", length=30, seed=5, carry_state=carry_state
            )
            return "".join(chunk.text for chunk in chunks)

        first = written(model)
        assert first == written(model)
        assert first == written(plain)
    text = dl.generate.TextModel(model, tokenizer)
    expected = dl.generate.TextModel(plain, tokenizer).next_probabilities("to be or")
    np.testing.assert_allclose(text.next_probabilities("to be or"), expected, atol=1e-6)
    assert text.begin("to be or", batch=5).p.shape == (5, tokenizer.size)
