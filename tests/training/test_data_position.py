"""Where training stands in its data, and what of it can't be found again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from dlwidgets.generate import CharTokenizer, windows
from dlwidgets.training.data_position import (
    Way,
    limits,
    set_position,
    set_state_of,
    skip,
    state_of,
    way_of,
    written,
)

if TYPE_CHECKING:
    from collections.abc import Callable

NUMBERS = tf.data.Dataset.range(40)
SCALAR = tf.TensorSpec((), tf.int64)


def _in_python(number: Any) -> Any:
    return tf.numpy_function(lambda value: value + 1, [number], tf.int64)


def _from_python() -> Any:
    return tf.data.Dataset.from_generator(lambda: iter(range(40)), output_signature=SCALAR)


def _windows(seed: int | None, *, repeat: bool = False) -> Any:
    """Windows of a text, in an order that a computed permutation gives."""
    text = "to be or not to be" * 3
    tokenizer = CharTokenizer().fit(text)
    made = windows(text, tokenizer, window=9, batch_size=2, seed=seed, repeat=repeat)
    return made.map(lambda x, _: tf.argmax(x, -1)).take(60)


def _normal() -> Any:
    return tf.random.normal(())


class Batches(keras.utils.PyDataset):
    def __len__(self) -> int:
        return 3

    def __getitem__(self, index: int) -> Any:
        return np.full((2, 2), index)


class Reshuffled(Batches):
    """Shuffles its own indices at the end of each epoch, as many do."""

    def on_epoch_end(self) -> None:
        pass


class Stateful(Reshuffled):
    place = 3

    def get_state(self) -> int:
        return self.place

    def set_state(self, state: int) -> None:
        self.place = state


def rest(iterator: Any) -> list[list[int]]:
    return [batch.numpy().tolist() for batch in iterator]


@pytest.mark.parametrize(
    "make",
    [
        lambda: NUMBERS.shuffle(7).batch(3),
        lambda: NUMBERS.shuffle(40).map(lambda n: n + 1).batch(3).prefetch(2),
        lambda: _windows(seed=1),
        lambda: _windows(seed=1, repeat=True),
        lambda: NUMBERS.cache().repeat(2).shuffle(9).batch(4),
        lambda: NUMBERS.map(_in_python).shuffle(5).batch(3),
        lambda: NUMBERS.interleave(tf.data.Dataset.range, cycle_length=3).batch(5),
    ],
)
def test_another_iterator_goes_on_with_the_very_batches(make: Callable[[], Any]) -> None:
    first = iter(make())
    skip(first, 4)
    position = written(first)
    assert position is not None
    second = iter(make())
    assert set_position(second, position)
    assert rest(first) == rest(second)


def test_what_cannot_tell_its_position() -> None:
    begun = iter(_from_python())
    skip(begun, 3)
    assert written(begun) is None
    position = written(iter(NUMBERS.batch(2)))
    assert position is not None
    assert not set_position(iter(_from_python()), position)


def test_skipping_more_than_there_is() -> None:
    iterator = iter(NUMBERS.batch(30))
    skip(iterator, 5)
    assert rest(iterator) == []


def test_ways() -> None:
    x = np.zeros((4, 2))
    assert way_of(x) is way_of({"a": x, "b": tf.zeros((4, 1))}) is Way.WRITTEN
    assert way_of(NUMBERS) is Way.WRITTEN
    assert way_of(Batches()) is Way.REPLAYED
    assert way_of(iter([x])) is Way.BEGUN


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (np.zeros((4, 2)), ""),
        (NUMBERS.shuffle(9, seed=1).batch(2), ""),
        (NUMBERS.shuffle(9).batch(2), "`shuffle` has no seed"),
        (NUMBERS.map(lambda n: tf.cast(n, "float32") + _normal()), "draws random numbers"),
        (NUMBERS.map(lambda n: n + tf.random.stateless_uniform((), (1, n), 0, 9, "int64")), ""),
        (_windows(seed=1, repeat=True), ""),
        (_windows(seed=None), "drawn without a seed"),
        (NUMBERS.map(_in_python), "calls Python"),
        (_from_python(), "reads from a Python generator, so its position can't be saved"),
        (Batches(), ""),
        (Reshuffled(), "Reshuffled changes at the end of each epoch"),
        (Stateful(), ""),
        (iter([np.zeros((4, 2))]), "A generator can't be rewound"),
    ],
)
def test_what_is_said_before_it_matters(data: Any, told: str) -> None:
    found = limits(data)
    assert len(found) == bool(told)
    assert told in " ".join(found)


def test_augmenting_layers_in_a_pipeline_are_named() -> None:
    flip = keras.layers.RandomFlip()
    images = tf.data.Dataset.from_tensor_slices(np.ones((8, 4, 4, 1), "float32")).batch(2)
    assert (
        "Draw them in layers of the model"
        in limits(images.map(lambda i: flip(i, training=True)))[0]
    )


def test_a_data_set_of_the_users_own_says_where_it_is() -> None:
    data, other = Stateful(), Stateful()
    data.place = 8
    set_state_of(other, state_of(data))
    assert other.place == 8
    assert state_of(Batches()) is None
