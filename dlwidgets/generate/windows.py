"""Windows of a text as training data, created batch by batch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from dlwidgets._messages import tr
from dlwidgets._tensorflow import load

if TYPE_CHECKING:
    from dlwidgets._keras_types import Module, Tensor
    from dlwidgets.generate.tokenizer import CharTokenizer


def count_windows(length: int, window: int, step: int) -> int:
    """Return the number of windows of a text that are followed by another character.

    Args:
        length: Characters of the text.
        window: Characters per window.
        step: Characters between the starts of two windows.

    Example:
        >>> count_windows(10, 4, 3)
        2
    """
    return max(0, -(-(length - window) // step))


def windows(
    text: str,
    tokenizer: CharTokenizer,
    *,
    window: int = 60,
    step: int = 3,
    batch_size: int = 128,
    one_hot: bool = True,
    targets: Literal["last", "all"] = "last",
    shuffle: bool = True,
    seed: int | None = None,
    repeat: bool = False,
) -> Any:
    """Return windows of a text and the characters that follow them, as a `tf.data.Dataset`.

    The book builds one one-hot array of all windows, which takes hundreds of megabytes. Here the
    text takes one or two bytes per character, and each batch is encoded when it is needed. A
    computed permutation shuffles the windows again in each epoch and takes no memory.

    Args:
        text: The corpus.
        tokenizer: A tokenizer that knows its characters.
        window: Characters per window, at least 1.
        step: Characters between the starts of two windows, at least 1.
        batch_size: Windows per batch, at least 1.
        one_hot: Whether the inputs are one-hot, float32 (batch, window, vocabulary), or numbers,
            int32 (batch, window).
        targets: "last" for the character after the window, int32 (batch,); "all" for the character
            after each position of the window, int32 (batch, window). Both are for
            `sparse_categorical_crossentropy`.
        shuffle: Whether to shuffle.
        seed: Makes the order reproducible. It still differs from epoch to epoch.
        repeat: Whether to go on without end, each time in another order, for `steps_per_epoch`.
            Other than with `.repeat()`, a run that is resumed goes on in the very same order.

    Returns:
        A `tf.data.Dataset` of pairs (inputs, targets) with a known number of batches, or without
        end.

    Raises:
        ValueError: The text isn't longer than the window, or an argument is out of range.

    Source:
        Chollet, *Deep Learning with Python*, listing 8-3, with window 60 and step 3.

    Example:
        >>> text = "to be or not to be" * 10
        >>> tokenizer = dl.generate.CharTokenizer().fit(text)
        >>> batches = dl.generate.windows(text, tokenizer, window=20, batch_size=8)
        >>> batches.element_spec[0].shape
        TensorShape([None, 20, 7])
    """
    tf, _ = load()
    for name, value in (("window", window), ("step", step), ("batch_size", batch_size)):
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < 1:
            message = f"Expected `{name}` to be an integer, at least 1. Received: {value!r}"
            raise ValueError(message)
    if targets not in ("last", "all"):
        message = f"Expected `targets` to be 'last' or 'all'. Received: {targets!r}"
        raise ValueError(message)
    ids = tokenizer.encode(text)
    count = count_windows(len(ids), window, step)
    if not count:
        message = tr(
            "Expected a text that is longer than the window. Received: {count} known characters "
            "and a window of {window}.",
            count=len(ids),
            window=window,
        )
        raise ValueError(message)
    size = tokenizer.size
    # TensorFlow can gather from both dtypes.
    corpus = tf.constant(ids.astype(np.uint8 if size <= 256 else np.uint16))
    offsets = tf.range(window + 1, dtype=tf.int64)

    def cut(numbers: Tensor) -> tuple[Tensor, Tensor]:
        both = tf.cast(tf.gather(corpus, numbers[:, tf.newaxis] * step + offsets), tf.int32)
        inputs = tf.one_hot(both[:, :-1], size) if one_hot else both[:, :-1]
        return inputs, both[:, -1] if targets == "last" else both[:, 1:]

    numbers = tf.data.Dataset.range(count)
    if shuffle:
        numbers = _shuffled(tf, numbers, count, seed, repeat=repeat)
    elif repeat:
        numbers = numbers.repeat()
    batches = numbers.batch(batch_size).map(cut, num_parallel_calls=1)
    known = tf.data.INFINITE_CARDINALITY if repeat else -(-count // batch_size)
    cardinality = tf.data.experimental.assert_cardinality(known)
    return batches.apply(cardinality).prefetch(2)


def _shuffled(tf: Module, numbers: Any, count: int, seed: int | None, *, repeat: bool) -> Any:
    # One random number per epoch chooses the permutation. Without end, they come from one iterator,
    # whose position can be saved.
    epochs = tf.data.Dataset.random(seed=seed, rerandomize_each_iteration=not repeat)
    if not repeat:
        epochs = epochs.take(1)

    def permuted(epoch: Any) -> Any:
        key = tf.stack([epoch, epoch + 1])

        def place(number: Tensor) -> Any:
            return tf.random.experimental.index_shuffle(number, key, count - 1)

        return numbers.map(place)

    return epochs.flat_map(permuted)
