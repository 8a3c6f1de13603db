"""What the book's model learns within a minute or two."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from dlwidgets.generate import CharTokenizer, entropy, load_corpus, windows
from dlwidgets.models import char_gru, char_lstm


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["lstm", "gru"])
def test_the_loss_falls_below_the_entropy_of_single_characters(kind: str) -> None:
    keras.utils.set_random_seed(0)
    corpus = load_corpus().text
    tokenizer = CharTokenizer().fit(corpus)
    split = int(0.9 * len(corpus))
    book = kind == "lstm"

    def batches(text: str) -> object:
        if book:
            return windows(text, tokenizer, seed=0)
        return windows(
            text, tokenizer, step=60, one_hot=False, targets="all", batch_size=32, seed=0
        )

    if book:
        model = char_lstm(tokenizer.size)
        model.compile(keras.optimizers.RMSprop(0.01), "sparse_categorical_crossentropy")
    else:
        model = char_gru(tokenizer.size, units=(128,))
        model.compile(keras.optimizers.Adam(0.004), "sparse_categorical_crossentropy")
    model.fit(batches(corpus[:split]).repeat(), epochs=1, steps_per_epoch=300, verbose=0)  # type: ignore[attr-defined]
    loss = model.evaluate(batches(corpus[split:]), steps=30, verbose=0)
    unigram = entropy(tokenizer.frequencies(corpus)) * np.log(2)
    assert loss < 0.9 * unigram, f"loss {loss:.2f} nats, entropy of single characters {unigram:.2f}"
