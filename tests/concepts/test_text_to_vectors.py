"""The cases that the page is tested with, Keras's layers, and the code of the book."""

from __future__ import annotations

import json
import string
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dlwidgets._tensorflow import load, load_keras
from dlwidgets.concepts import _text_to_vectors as engine
from dlwidgets.concepts._fields import read_state

CASES = json.loads((Path(__file__).parent / "cases" / "text-to-vectors.json").read_text("utf-8"))
USUAL = {name: field.value for name, field in engine.FIELDS.items()}
TEXTS = engine.lines(USUAL["text"])
CORPUS = engine.lines(USUAL["corpus"])


@pytest.mark.parametrize("case", CASES["vectors"], ids=lambda case: case["state"][:40])
def test_the_vectors_of_the_page(case: dict[str, Any]) -> None:
    found = engine.vectors(read_state(case["state"], engine.FIELDS))
    assert found.tokens == case["tokens"]
    assert found.numbers == case["numbers"]
    assert found.vocabulary == case["vocabulary"]
    assert found.sequences.tolist() == case["sequences"]
    assert list(found.output.shape) == case["shape"]
    assert found.output.sum() == case["total"]


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"ngrams": 3, "max_tokens": 12, "length": 6},
        {"standardize": "lower", "split": "characters"},
        {"standardize": "none", "output": "count"},
        {"standardize": "strip_punctuation", "output": "multi_hot"},
    ],
    ids=str,
)
def test_the_vectors_of_a_keras_layer(values: dict[str, Any]) -> None:
    state = USUAL | values
    layer = load_keras().layers.TextVectorization(
        max_tokens=state["max_tokens"] or None,
        standardize=None if state["standardize"] == "none" else state["standardize"],
        split="character" if state["split"] == "characters" else "whitespace",
        ngrams=state["ngrams"],
        output_mode=state["output"],
        output_sequence_length=state["length"] or None,
    )
    layer.adapt(CORPUS)
    expected = layer(TEXTS).numpy()
    np.testing.assert_array_equal(engine.vectors(state).output, expected)
    # And as the user's own layer.
    settings = engine.settings_of(layer)
    own = engine.vectors(USUAL | {**settings}, settings["words"])
    np.testing.assert_array_equal(own.output, expected)


@pytest.mark.parametrize("output", ["int", "multi_hot", "count"])
@pytest.mark.parametrize("most", [3, 5, 11, 50])
def test_the_vocabulary_size_of_a_keras_layer(output: str, most: int) -> None:
    state = USUAL | {"output": output, "max_tokens": most}
    layer = load_keras().layers.TextVectorization(max_tokens=most, output_mode=output)
    layer.adapt(CORPUS)
    found = engine.vectors(state)
    # `get_vocabulary` names padding in the mode that has it.
    assert found.vocabulary[output != "int" :] == layer.get_vocabulary()
    np.testing.assert_array_equal(found.output, layer(TEXTS).numpy())
    if output == "int":
        one_hot = engine.vectors(state | {"output": "one_hot"})
        assert one_hot.vocabulary == found.vocabulary
        np.testing.assert_array_equal(one_hot.output.argmax(-1), found.output)


def test_one_hot_hashing_and_padding_are_those_of_keras() -> None:
    keras = load_keras()
    found = engine.vectors(USUAL | {"output": "one_hot"})
    lookup = keras.layers.StringLookup(vocabulary=found.vocabulary[2:], mask_token="")
    assert [lookup(row).numpy().tolist() for row in found.tokens] == found.numbers
    for output, row in zip(found.output, found.sequences, strict=True):
        layer = keras.layers.CategoryEncoding(num_tokens=found.width, output_mode="one_hot")
        np.testing.assert_array_equal(output, layer(row[:, None]).numpy())
    hashed = USUAL | {"encoder": "hashing", "num_bins": 37, "output": "count"}
    for output, tokens in zip(
        engine.vectors(hashed).output, engine.vectors(hashed).tokens, strict=True
    ):
        layer = keras.layers.Hashing(37, output_mode="count")
        np.testing.assert_array_equal(output, layer(tokens).numpy())
    for padding in engine.ENDS:
        for truncating in engine.ENDS:
            state = USUAL | {"length": 6, "padding": padding, "truncating": truncating}
            expected = keras.utils.pad_sequences(
                found.numbers, 6, padding=padding, truncating=truncating
            )
            np.testing.assert_array_equal(engine.vectors(state).output, expected)


def test_the_tokenizer_of_the_book() -> None:
    text = getattr(load()[0].keras.preprocessing, "text", None)
    if text is None:
        pytest.skip("this TensorFlow has no Tokenizer")
    for characters in (False, True):
        for most in (None, 4):
            tokenizer = text.Tokenizer(num_words=most, char_level=characters)
            tokenizer.fit_on_texts(CORPUS)
            split = "characters" if characters else "words"
            state = USUAL | {"encoder": "tokenizer", "split": split, "max_tokens": most or 0}
            found = engine.vectors(state)
            expected = load_keras().utils.pad_sequences(
                tokenizer.texts_to_sequences(TEXTS), padding="post"
            )
            np.testing.assert_array_equal(found.output, expected)
            counts = engine.vectors(state | {"output": "count"}).output
            np.testing.assert_array_equal(counts, tokenizer.texts_to_matrix(TEXTS, mode="count"))


def test_the_one_hot_code_of_the_book() -> None:
    # Listing 6-1, with the texts of the page beside the samples.
    token_index: dict[str, int] = {}
    for sample in CORPUS:
        for word in sample.split():
            if word not in token_index:
                token_index[word] = len(token_index) + 1
    results = np.zeros((len(TEXTS), 10, max(token_index.values()) + 1))
    for i, sample in enumerate(TEXTS):
        for j, word in list(enumerate(sample.split()))[:10]:
            results[i, j, token_index.get(word)] = 1.0  # type: ignore[call-overload]
    found = engine.vectors(USUAL | {"encoder": "listing"}).output
    assert found.shape == (2, 10, 11)
    np.testing.assert_array_equal(found, results)
    # Listing 6-2, as printed.
    printed = dict(zip(range(1, len(string.printable) + 1), string.printable, strict=True))
    results = np.zeros((len(TEXTS), 50, max(printed) + 1))
    for i, sample in enumerate(TEXTS):
        for j, character in enumerate(sample):
            results[i, j, printed.get(character)] = 1.0  # type: ignore[call-overload]
    found = engine.vectors(USUAL | {"encoder": "listing", "split": "characters"}).output
    np.testing.assert_array_equal(found, results)


def test_collisions_are_as_probable_as_they_are_frequent() -> None:
    for tokens, bins, expected in CASES["chances"]:
        assert engine.collision_probability(tokens, bins) == pytest.approx(expected)
    random = np.random.default_rng(1)
    drawn = random.integers(0, 40, (4000, 8))
    share = np.mean([len(set(row)) < 8 for row in drawn.tolist()])
    assert engine.collision_probability(8, 40) == pytest.approx(share, abs=0.03)


def test_layers_that_can_not_be_shown_are_refused() -> None:
    keras = load_keras()
    with pytest.raises(TypeError, match="TextVectorization"):
        engine.settings_of(keras.layers.Dense(2))
    with pytest.raises(ValueError, match=r"adapt.*Received"):
        engine.settings_of(keras.layers.TextVectorization())
    with pytest.raises(ValueError, match="`output_mode` is one of"):
        engine.settings_of(keras.layers.TextVectorization(output_mode="tf_idf"))
    with pytest.raises(ValueError, match="`standardize` is one of"):
        engine.settings_of(keras.layers.TextVectorization(standardize=lambda text: text))
