"""Windows of a text as training data, made batch by batch: never all of them at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from dlwidgets._tensorflow import load

if TYPE_CHECKING:
    from dlwidgets.generate.tokenizer import CharTokenizer


def count_windows(length: int, window: int, step: int) -> int:
    """How many windows a text gives, each followed by one more character.

    Args:
        length: Characters of the text.
        window: Characters per window.
        step: Characters from one window's beginning to the next one's.

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
) -> Any:
    """Windows of a text with the characters that follow, as a `tf.data.Dataset`.

    The book builds the one-hot cube of all windows, hundreds of megabytes; here the text is kept
    as one byte or two per character, and a batch is cut out and made one-hot when it is needed.
    Windows are shuffled anew in each epoch by a computed permutation, which takes no memory.

    Args:
        text: The corpus.
        tokenizer: Knows its characters.
        window: Characters per window.
        step: Characters from one window's beginning to the next one's, at least 1.
        batch_size: Windows per batch.
        one_hot: Inputs as float32 (batch, window, vocabulary), or as int32 (batch, window).
        targets: "last": the character after the window, int32 (batch,). "all": after each
            character of the window its successor, int32 (batch, window). Both are for
            `sparse_categorical_crossentropy`.
        shuffle: Whether to shuffle.
        seed: Makes the order reproducible; it still differs from epoch to epoch.

    Returns:
        A dataset of pairs (inputs, targets), with a known number of batches.

    Raises:
        ValueError: The text is not longer than the window, or a number is out of its range.

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
            message = f"{name} must be a whole number of at least 1. Received: {value!r}"
            raise ValueError(message)
    if targets not in ("last", "all"):
        message = f"targets must be 'last' or 'all'. Received: {targets!r}"
        raise ValueError(message)
    ids = tokenizer.encode(text)
    count = count_windows(len(ids), window, step)
    if not count:
        message = (
            f"the text has {len(ids):,} known characters: a window of {window:,} and the character "
            "after it do not fit"
        )
        raise ValueError(message)
    size = tokenizer.size
    # TensorFlow gathers from uint8 and uint16 alike.
    corpus = tf.constant(ids.astype(np.uint8 if size <= 256 else np.uint16))
    offsets = tf.range(window + 1, dtype=tf.int64)

    def cut(numbers: Any) -> tuple[Any, Any]:
        both = tf.cast(tf.gather(corpus, numbers[:, tf.newaxis] * step + offsets), tf.int32)
        inputs = tf.one_hot(both[:, :-1], size) if one_hot else both[:, :-1]
        return inputs, both[:, -1] if targets == "last" else both[:, 1:]

    numbers = tf.data.Dataset.range(count)
    if shuffle:
        numbers = _shuffled(tf, numbers, count, seed)
    batches = numbers.batch(batch_size).map(cut, num_parallel_calls=1)
    cardinality = tf.data.experimental.assert_cardinality(-(-count // batch_size))
    return batches.apply(cardinality).prefetch(2)


def _shuffled(tf: Any, numbers: Any, count: int, seed: int | None) -> Any:
    # One random number per epoch chooses the permutation.
    epochs = tf.data.Dataset.random(seed=seed, rerandomize_each_iteration=True).take(1)

    def permuted(epoch: Any) -> Any:
        key = tf.stack([epoch, epoch + 1])

        def place(number: Any) -> Any:
            return tf.random.experimental.index_shuffle(number, key, count - 1)

        return numbers.map(place)

    return epochs.flat_map(permuted)
