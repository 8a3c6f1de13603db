"""Text sampled from a model in chunks, with a sliding window or a carried state."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from dlwidgets.generate.reweight import check_temperature, check_top_k, check_top_p
from dlwidgets.generate.text_model import TextModel

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from dlwidgets._keras_types import KerasModel
    from dlwidgets.generate.tokenizer import CharTokenizer

_CHUNK_SECONDS = 0.1  # of work per chunk: how long stopping may take
_FIRST_CHUNK, _LARGEST_CHUNK = 4, 4096


@dataclass(frozen=True, eq=False)
class TextChunk:
    """Some characters of a sampled text.

    Attributes:
        start: Number of characters before the chunk, without the seed text.
        text: The characters.
        ids: Their numbers, int32 (n,).
        probability: The model's probability of each at temperature 1, float32 (n,).
        alternatives: Numbers of the most probable characters at each position, the most probable
            first, int32 (n, k).
        alternative_probability: Their probabilities, float32 (n, k).
        next_probability: The model's distribution of the character after the chunk, float32
            (vocabulary,).
    """

    start: int
    text: str
    ids: NDArray[np.int32] = field(repr=False)
    probability: NDArray[np.float32] = field(repr=False)
    alternatives: NDArray[np.int32] = field(repr=False)
    alternative_probability: NDArray[np.float32] = field(repr=False)
    next_probability: NDArray[np.float32] = field(repr=False)


def sample_text(  # noqa: PLR0917 - in the order of the book's own loop
    model: KerasModel | TextModel,
    tokenizer: CharTokenizer,
    seed_text: str,
    length: int = 400,
    temperature: float = 0.5,
    top_k: int | None = None,
    top_p: float | None = None,
    seed: int | None = None,
    carry_state: bool = False,
) -> Iterator[TextChunk]:
    """Continue a text, character by character, and yield it in chunks.

    The first call for a model compiles a graph, which takes about a second. Later calls reuse it.

    Character i is chosen by the i-th number of ``numpy.random.default_rng(seed).random()`` and
    inverse transform sampling, so the same seed gives the same text.

    Args:
        model: A Keras model, as in `TextModel`; or a `TextModel`, if the model has no input shape.
        tokenizer: A tokenizer of the same vocabulary.
        seed_text: The start of the text. It must fill a sliding window.
        length: Characters to sample, at least 1.
        temperature: At least 0. 0 always chooses the most probable character, 1 samples from the
            model's own distribution.
        top_k: Sample from the k most probable characters; None or 0 for all.
        top_p: Sample from the fewest characters that together have this probability, greater than 0
            and at most 1; None for all.
        seed: Makes the random choices reproducible; it isn't the seed text. None for different
            choices each time.
        carry_state: False slides the window by one character and evaluates all of it again, as the
            book does and as the model was trained. True carries the recurrent state from character
            to character. The result is the same within the first window, and sampling is much
            faster.

    Returns:
        An iterator of `TextChunk`. Stop iterating at any time to cancel.

    Raises:
        TypeError: `model` isn't a Keras model.
        ValueError: An argument is out of range. Raised by the call, before the first chunk.

    Source:
        Chollet, *Deep Learning with Python*, listings 8-6 and 8-7.

    Example:
        >>> tokenizer = dl.generate.CharTokenizer().fit("to be or not to be")
        >>> model = dl.models.char_gru(tokenizer.size)
        >>> chunks = dl.generate.sample_text(model, tokenizer, "to be", length=20)
        >>> len("".join(chunk.text for chunk in chunks))
        20
    """
    rows = sample_texts(
        model, tokenizer, seed_text, length, (temperature,), top_k, top_p, seed, carry_state
    )
    return (chunk for (chunk,) in rows)


def sample_texts(  # noqa: PLR0917 - as `sample_text`
    model: KerasModel | TextModel,
    tokenizer: CharTokenizer,
    seed_text: str,
    length: int = 400,
    temperatures: Sequence[float] = (0.2, 0.5, 1.0, 1.2),
    top_k: int | None = None,
    top_p: float | None = None,
    seed: int | None = None,
    carry_state: bool = False,
) -> Iterator[tuple[TextChunk, ...]]:
    """Continue a text at several temperatures at once, as one batch.

    All texts use the same random numbers as `sample_text` with the same seed.

    Args:
        model: As in `sample_text`.
        tokenizer: As in `sample_text`.
        seed_text: As in `sample_text`.
        length: As in `sample_text`.
        temperatures: One for each text; the default is the book's four.
        top_k: As in `sample_text`.
        top_p: As in `sample_text`.
        seed: As in `sample_text`.
        carry_state: As in `sample_text`.

    Returns:
        An iterator of tuples, one `TextChunk` for each temperature.

    Raises:
        TypeError: As in `sample_text`.
        ValueError: As in `sample_text`.

    Example:
        >>> tokenizer = dl.generate.CharTokenizer().fit("to be or not to be")
        >>> model = dl.models.char_gru(tokenizer.size)
        >>> pairs = dl.generate.sample_texts(model, tokenizer, "to be", 20, temperatures=(0.2, 1.0))
        >>> cold, warm = zip(*pairs)
        >>> len("".join(chunk.text for chunk in cold))
        20
    """
    if isinstance(length, bool) or not isinstance(length, (int, np.integer)) or length < 1:
        message = f"Expected `length` to be an integer, at least 1. Received: {length!r}"
        raise ValueError(message)
    if not temperatures:
        message = "Expected `temperatures` to have at least one number. Received: none"
        raise ValueError(message)
    warmth = np.array([check_temperature(t) for t in temperatures])
    count, share = check_top_k(top_k), check_top_p(top_p)
    if seed is not None and (isinstance(seed, bool) or not isinstance(seed, int) or seed < 0):
        message = f"Expected `seed` to be an integer, at least 0, or None. Received: {seed!r}"
        raise ValueError(message)
    text_model = model if isinstance(model, TextModel) else TextModel(model, tokenizer)
    if text_model.tokenizer.characters != tokenizer.characters:
        message = "Expected the tokenizer of the `TextModel`. Received: one with other characters."
        raise ValueError(message)
    text_model.encode_seed(seed_text, carry_state=carry_state)
    return _stream(
        text_model,
        seed_text,
        int(length),
        warmth,
        top_k=count,
        top_p=share,
        seed=seed,
        carry_state=carry_state,
    )


def _stream(
    model: TextModel,
    seed_text: str,
    length: int,
    temperatures: NDArray[np.float64],
    *,
    top_k: int,
    top_p: float,
    seed: int | None,
    carry_state: bool,
) -> Iterator[tuple[TextChunk, ...]]:
    batch = len(temperatures)
    random = np.random.default_rng(seed)
    position = model.begin(seed_text, batch=batch, carry_state=carry_state)
    done, size = 0, _FIRST_CHUNK
    while done < length:
        n = min(size, length - done)
        uniform = np.repeat(random.random(n)[:, np.newaxis], batch, axis=1)
        begun = time.perf_counter()
        position, news = model.advance(
            position, uniform, temperatures, top_k, top_p, carry_state=carry_state
        )
        seconds = time.perf_counter() - begun
        after = np.asarray(position.p)
        yield tuple(
            TextChunk(
                start=done,
                text=model.tokenizer.decode(news["ids"][:, i]),
                ids=news["ids"][:, i],
                probability=news["p"][:, i],
                alternatives=news["best"][:, i],
                alternative_probability=news["best_p"][:, i],
                next_probability=after[i],
            )
            for i in range(batch)
        )
        done += n
        # The first call may build the graph: the next ones are faster.
        wanted = n * _CHUNK_SECONDS / max(seconds, 1e-6)
        size = int(min(max(wanted, n if done == n else 1, 1), 4 * n, _LARGEST_CHUNK))
