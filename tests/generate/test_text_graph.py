"""The compiled loop: built once per model, current weights, gone with the model."""

from __future__ import annotations

import weakref
from typing import Any

import keras
import numpy as np
import pytest

from dlwidgets.generate import CharTokenizer, TextModel, sample_text
from dlwidgets.models import char_gru
from tests.helpers.waiting import until_collected

TEXT = "to be or not to be, that is the question"


class Counting(keras.layers.Layer):
    """A layer that counts how often it is traced."""

    traced = 0

    def call(self, x: Any) -> Any:
        type(self).traced += 1
        return x


@pytest.fixture
def tokenizer() -> CharTokenizer:
    return CharTokenizer().fit(TEXT)


def counting(tokenizer: CharTokenizer) -> Any:
    keras.utils.set_random_seed(0)
    layers = [keras.layers.GRU(8), Counting(), keras.layers.Dense(tokenizer.size)]
    return keras.Sequential([keras.Input((10, tokenizer.size)), *layers])


def sampled(model: Any, tokenizer: CharTokenizer, **arguments: Any) -> str:
    chunks = sample_text(model, tokenizer, TEXT[:10], 40, 1.0, seed=3, **arguments)
    return "".join(chunk.text for chunk in chunks)


def test_a_second_call_for_a_model_traces_nothing(tokenizer: CharTokenizer) -> None:
    model = counting(tokenizer)
    first = sampled(model, tokenizer)
    Counting.traced = 0
    assert sampled(model, tokenizer) == first
    assert sampled(TextModel(model, tokenizer), tokenizer) == first
    other = CharTokenizer().fit(TEXT[::-1])  # of the same characters
    assert sampled(model, other) == first
    assert Counting.traced == 0
    sampled(model, tokenizer, top_k=3)  # another graph
    assert Counting.traced > 0


def test_a_second_call_has_the_weights_of_now(tokenizer: CharTokenizer) -> None:
    model = counting(tokenizer)
    first = sampled(model, tokenizer)
    model.set_weights([np.sin(np.arange(w.size)).reshape(w.shape) for w in model.get_weights()])
    assert sampled(model, tokenizer) != first


def test_another_layer_is_part_of_the_next_text(tokenizer: CharTokenizer) -> None:
    model = counting(tokenizer)
    first = sampled(model, tokenizer)
    model.add(keras.layers.Rescaling(-1.0))
    assert sampled(model, tokenizer) != first


@pytest.mark.parametrize("carry_state", [False, True])
def test_graphs_are_freed_with_their_model(tokenizer: CharTokenizer, carry_state: bool) -> None:
    model = char_gru(tokenizer.size, units=(8,), embedding=4)
    sampled(model, tokenizer, carry_state=carry_state)
    known = weakref.ref(model), weakref.ref(model.layers[-1].kernel)
    del model
    until_collected(*known)
