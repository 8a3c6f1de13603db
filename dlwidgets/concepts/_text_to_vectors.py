"""From texts to vectors: the reference for what the page computes, and checks of arguments.

Source: Chollet, *Deep Learning with Python*, section 6.1 with listings 6-1 to 6-4, and Keras's
`TextVectorization`, `Hashing` and `pad_sequences`.
"""

from __future__ import annotations

import re
import string
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets.concepts._fields import Choice, Field, Number, Numbers, Text
from dlwidgets.concepts._text_hashes import keras_hash, python_hash

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

ENCODERS = ("layer", "hashing", "tokenizer", "listing", "hash", "own")
"""Keras's `TextVectorization` and `Hashing`; the book's `Tokenizer`, its one-hot code and its
hashing as printed; and the user's own layer."""
SPLITS = ("words", "characters")
STANDARDS = ("lower_and_strip_punctuation", "lower", "strip_punctuation", "none")
OUTPUTS = ("int", "one_hot", "multi_hot", "count")
ENDS = ("post", "pre")
MOST_NGRAMS, MOST_LENGTH, MOST_TOKENS, MOST_BINS = 3, 50, 10_000, 1000
MOST_WORDS = 20_000
"""Words of the user's own layer that travel to the page."""

FIELDS: dict[str, Field] = {
    "text": Text("The cat ate my homework.\nThe dog sat on my new hat.", 400, 6),
    "corpus": Text("The cat sat on the mat.\nThe dog ate my homework.", 800, 12),
    "encoder": Choice("layer", ENCODERS),
    "split": Choice("words", SPLITS),
    "ngrams": Number(1, 1, MOST_NGRAMS),
    "standardize": Choice("lower_and_strip_punctuation", STANDARDS),
    "output": Choice("int", OUTPUTS),
    "max_tokens": Number(0, 0, MOST_TOKENS),
    "num_bins": Number(10, 1, MOST_BINS),
    "length": Number(0, 0, MOST_LENGTH),
    "padding": Choice("post", ENDS),
    "truncating": Choice("post", ENDS),
    "seed": Number(0, 0, 999),
    "at": Numbers((), 0, 999, 0, 0, 2),
}

UNKNOWN = "[UNK]"
BOOK_LENGTHS = {"words": 10, "characters": 50}
"""`max_length` of listings 6-1 and 6-2."""
BOOK_CHARACTERS = 100  # of `string.printable`

_ASCII_SPACE = re.compile(r"[ \t\n\v\f\r]+")
_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_NO_PUNCTUATION = str.maketrans("", "", string.punctuation)
# The Tokenizer leaves apostrophes.
_FILTERED = re.compile(r"[ !\"#$%&()*+,\-./:;<=>?@\[\\\]^_`{|}~\t\n]+")


@dataclass(frozen=True)
class Vectors:
    """Texts as numbers.

    Attributes:
        tokens: The tokens of each text.
        numbers: The integer of each token; -1 for one that gets none.
        vocabulary: What each integer stands for; a text for each. Empty for hashing.
        width: How many integers there are, so columns of a one-hot vector.
        sequences: The integers, padded and truncated, of shape (texts, length).
        output: The result, as `output` says.
    """

    tokens: list[list[str]]
    numbers: list[list[int]]
    vocabulary: list[str]
    width: int
    sequences: NDArray[np.int64]
    output: NDArray[np.int64]


def tokens_of(text: str, values: Mapping[str, Any]) -> list[str]:
    """Return the tokens of one text.

    Args:
        text: The text.
        values: The values of a state.

    Example:
        >>> from dlwidgets.concepts import _text_to_vectors as engine
        >>> usual = {name: field.value for name, field in engine.FIELDS.items()}
        >>> engine.tokens_of("The cat sat.", usual | {"ngrams": 2})
        ['the', 'cat', 'sat', 'the cat', 'cat sat']
    """
    encoder, words = values["encoder"], values["split"] == "words"
    if encoder in ("listing", "hash"):
        return text.split() if words else list(text)
    if encoder == "tokenizer":
        lower = text.lower()
        return [one for one in _FILTERED.split(lower) if one] if words else list(lower)
    if values["standardize"] in ("lower_and_strip_punctuation", "lower"):
        text = text.translate(_LOWER)  # as TensorFlow does: only A to Z
    if values["standardize"] in ("lower_and_strip_punctuation", "strip_punctuation"):
        text = text.translate(_NO_PUNCTUATION)
    single = [one for one in _ASCII_SPACE.split(text) if one] if words else list(text)
    return [
        " ".join(single[i : i + size])
        for size in range(1, values["ngrams"] + 1)
        for i in range(len(single) - size + 1)
    ]


def vocabulary_of(texts: Iterable[str], values: Mapping[str, Any]) -> list[str]:
    """Return what each integer stands for, as Keras or the book would learn it from texts.

    Args:
        texts: The texts.
        values: The values of a state.
    """
    encoder = values["encoder"]
    tokens = [token for text in texts for token in tokens_of(text, values)]
    if encoder == "listing":
        return ["", *dict.fromkeys(tokens)]
    counts = Counter(tokens)
    if encoder == "tokenizer":
        found = ["", *sorted(counts, key=counts.__getitem__, reverse=True)]
    else:  # among equally frequent ones, from z to a
        found = ["", UNKNOWN, *sorted(counts, key=lambda one: (counts[one], one), reverse=True)]
    most = values["max_tokens"]
    if most and encoder == "layer" and values["output"] in ("multi_hot", "count"):
        most += 1  # padding takes no place of the vocabulary there
    return found[: max(most, 2)] if most else found


def hash_of(token: str, values: Mapping[str, Any]) -> int:
    """Return the hash of a token, before it is taken modulo the number of bins.

    Args:
        token: The token.
        values: The values of a state.
    """
    if values["encoder"] == "hash":
        return abs(python_hash(token, values["seed"]))
    return keras_hash(token)


def vectors(values: Mapping[str, Any], own: Sequence[str] | None = None) -> Vectors:
    """Return the texts of a state as numbers.

    Args:
        values: The values of a state.
        own: The vocabulary of the user's own layer.
    """
    encoder = values["encoder"]
    tokens = [tokens_of(text, values) for text in lines(values["text"])]
    if encoder in ("hashing", "hash"):
        vocabulary: list[str] = []
        width = values["num_bins"]
        numbers = [[hash_of(one, values) % width for one in row] for row in tokens]
    else:
        if encoder == "own" and own is not None:
            vocabulary = list(own)
        else:
            vocabulary = vocabulary_of(lines(values["corpus"]), values)
        width = len(vocabulary)
        index = {token: i for i, token in enumerate(vocabulary) if i > 0}
        missing = -1 if encoder in ("tokenizer", "listing") else 1
        numbers = [[index.get(one, missing) for one in row] for row in tokens]
        if encoder == "listing" and values["split"] == "characters":
            # As printed, the dictionary leads from numbers to characters: none is found in it.
            width, numbers = BOOK_CHARACTERS + 1, [[-1] * len(row) for row in numbers]
    kept = numbers
    if encoder == "tokenizer":  # what is unknown is left out, without a word
        kept = [[one for one in row if one >= 0] for row in numbers]
    sequences = padded(kept, values)
    return Vectors(
        tokens, numbers, vocabulary, width, sequences, _output(kept, sequences, width, values)
    )


def lines(text: str) -> list[str]:
    """Return the lines of a text that aren't blank; at least one."""
    return [line for line in text.split("\n") if line.strip()] or [""]


def length_of(rows: Sequence[Sequence[int]], values: Mapping[str, Any]) -> int:
    """Return how long each sequence becomes."""
    if values["length"]:
        return int(values["length"])
    if values["encoder"] in ("listing", "hash"):
        return BOOK_LENGTHS[values["split"]]
    return max(map(len, rows))


def padded(rows: Sequence[Sequence[int]], values: Mapping[str, Any]) -> NDArray[np.int64]:
    """Return sequences of one length, as `keras.utils.pad_sequences` does.

    Args:
        rows: The integers of each text.
        values: The values of a state.
    """
    length = length_of(rows, values)
    book = values["encoder"] in ("listing", "hash")
    found = np.zeros((len(rows), length), np.int64)
    for out, row in zip(found, rows, strict=True):
        last = values["truncating"] == "pre" and not book
        kept = row[max(0, len(row) - length) :] if last else row[:length]
        at = length - len(kept) if values["padding"] == "pre" and not book else 0
        out[at : at + len(kept)] = kept
    return found


def _output(
    rows: Sequence[Sequence[int]],
    sequences: NDArray[np.int64],
    width: int,
    values: Mapping[str, Any],
) -> NDArray[np.int64]:
    encoder = values["encoder"]
    kind = "one_hot" if encoder == "listing" else values["output"]
    if kind == "int":
        return sequences
    if kind == "one_hot":
        found: NDArray[np.int64] = (sequences[..., None] == np.arange(width)).astype(np.int64)
        # `results[i, j, None] = 1.` sets the whole row.
        found[sequences < 0] = 1
        if encoder in ("listing", "hash"):  # what is beyond the text stays zero
            for out, row in zip(found, rows, strict=True):
                out[len(row) :] = 0
        return found
    counts = np.array([np.bincount(row, minlength=width) for row in rows], np.int64)
    counts = counts if kind == "count" else (counts > 0).astype(np.int64)
    # TextVectorization has no column for padding there.
    return counts[:, 1:] if encoder in ("layer", "own") else counts


def collision_probability(tokens: int, bins: int) -> float:
    """Return how probable it is that at least two tokens share a bin.

    Args:
        tokens: How many different ones there are.
        bins: How many bins, each equally probable.

    Example:
        >>> from dlwidgets.concepts._text_to_vectors import collision_probability
        >>> round(collision_probability(23, 365), 4)
        0.5073
    """
    if tokens > bins:
        return 1.0
    return float(1 - np.prod(1 - np.arange(tokens) / bins))


def settings_of(layer: Any) -> dict[str, Any]:
    """Return the vocabulary of a `TextVectorization` layer, and its settings as values of a state.

    Args:
        layer: The layer, adapted or with a vocabulary.

    Returns:
        The values, and `words` with the vocabulary.

    Raises:
        TypeError: It is no such layer.
        ValueError: It has no vocabulary, or a setting that the page doesn't have.
    """
    needed = ("get_vocabulary", "get_config", "vocabulary_size")
    if not all(hasattr(layer, name) for name in needed):
        message = "Expected `layer` to be a `keras.layers.TextVectorization`. "
        raise TypeError(message + f"Received: {type(layer).__name__}.")
    config = layer.get_config()
    known = {
        "standardize": (*STANDARDS[:3], None),
        "split": ("whitespace", "character"),
        "ngrams": (None, 1, 2, 3),
        "output_mode": ("int", "multi_hot", "count"),
    }
    for name, choices in known.items():
        value = config.get(name)
        if not any(value is one or value == one for one in choices):
            message = f"Expected a layer whose `{name}` is one of {choices}. "
            raise ValueError(message + f"Received: {value!r}.")
    words = [str(one) for one in layer.get_vocabulary()]
    if len(words) < 2 + (config["output_mode"] == "int"):
        message = "Expected a layer with a vocabulary. Call `layer.adapt(texts)` before. "
        raise ValueError(message + f"Received: {len(words)} tokens.")
    if words[0] != "":
        words = ["", *words]  # which is left out in the modes without padding
    length = config.get("output_sequence_length") or 0
    if length > MOST_LENGTH:
        length = 0  # too long to be shown: as long as the longest text
    return {
        "words": words,
        "encoder": "own",
        "split": "characters" if config["split"] == "character" else "words",
        "ngrams": config["ngrams"] or 1,
        "standardize": config["standardize"] or "none",
        "output": config["output_mode"],
        "length": length,
    }
