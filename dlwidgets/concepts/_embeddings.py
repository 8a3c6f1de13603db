"""Embeddings: the reference for what the page computes, and checks of arguments.

Source: Chollet, *Deep Learning with Python*, section 6.1.2; Mikolov et al., *Efficient
Estimation of Word Representations in Vector Space*, 2013; Pennington et al., *GloVe*, 2014.
"""

from __future__ import annotations

import base64
import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets.concepts._fields import Choice, Field, Numbers, Text

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Sequence

    from numpy.typing import ArrayLike, NDArray

    from dlwidgets.inspect.projection import Projection

    Array = NDArray[np.float64]

SHOWS = ("both", "learned", "glove")
TASKS = ("neighbors", "analogy")
COLORS = ("sentiment", "similarity")
MOST_WORDS, MOST_DIMS, MOST_MOMENTS = 400, 512, 24

FIELDS: dict[str, Field] = {
    "word": Text("excellent", 40),
    "task": Choice("neighbors", TASKS),
    "a": Text("man", 40),
    "b": Text("king", 40),
    "c": Text("woman", 40),
    "color": Choice("sentiment", COLORS),
    "show": Choice("both", SHOWS),
    "moment": Numbers((), 0, 999, 2, 0, 1),
}


@dataclass(frozen=True, eq=False)
class Plane:
    """Two directions of a space.

    Attributes:
        axes: Shape (dimensions, 2).
        explained: The share of the variance that is seen in them.
        projection: What `dl.inspect.project` has found.
    """

    axes: Array
    explained: float
    projection: Projection


@functools.cache
def recording() -> dict[str, Any]:
    """Return the recorded learning: words, steps, and vectors as float64 arrays."""
    found = json.loads(Path(__file__).with_name("embeddings.json").read_text("utf-8"))
    for name in ("learned", "glove"):
        part = found[name]
        values = np.frombuffer(base64.b64decode(part["data"]), np.int8) * part["scale"]
        shape = (-1, len(found["words"]), part["dims"])
        found[name] = values.reshape(shape) if name == "learned" else values.reshape(shape)[0]
        found[f"{name}_axes"] = np.array(part["axes"]).reshape(-1, 2)
    return dict(found)


def unit(vectors: ArrayLike) -> Array:
    """Return vectors of length 1; one of zeros stays as it is.

    Args:
        vectors: Shape (words, dimensions).
    """
    rows = np.asarray(vectors, float)
    lengths = np.linalg.norm(rows, axis=-1, keepdims=True)
    return np.asarray(rows / np.where(lengths > 0, lengths, 1))


def neighbors(
    vectors: ArrayLike, target: ArrayLike, count: int = 8, *, without: Sequence[int] = ()
) -> list[tuple[int, float]]:
    """Return the rows with the largest cosine to a vector, and the cosines.

    Args:
        vectors: Shape (words, dimensions), in the original space.
        target: Shape (dimensions,).
        count: How many.
        without: Rows that are left out, such as the word itself.

    Example:
        >>> from dlwidgets.concepts._embeddings import neighbors
        >>> neighbors([[1, 0], [2, 2], [0, 1]], [1, 0], 1, without=[0])
        [(1, 0.7071067811865475)]
    """
    cosines = unit(vectors) @ unit(target)
    order = np.argsort(-cosines, kind="stable")
    return [(int(i), float(cosines[i])) for i in order if i not in set(without)][:count]


def analogy(vectors: ArrayLike, a: int, b: int, c: int, count: int = 5) -> list[tuple[int, float]]:
    """Return the words that are to `c` what `b` is to `a`: those next to b - a + c.

    Args:
        vectors: Shape (words, dimensions).
        a: The row of a word, such as man.
        b: The row of what it is compared with, such as king.
        c: The row of the other word, such as woman.
        count: How many. The three words themselves are left out.
    """
    rows = unit(vectors)
    return neighbors(rows, rows[b] - rows[a] + rows[c], count, without=(a, b, c))


def plane_of(vectors: ArrayLike, before: Projection | None = None) -> Plane:
    """Return the two directions in which vectors differ most: PCA, as `dl.inspect.project` does.

    Args:
        vectors: Shape (words, dimensions), finite.
        before: The projection of the same words a moment ago, to agree with.
    """
    from dlwidgets.inspect.projection import project

    rows = np.asarray(vectors, float)
    found = project(rows, before=before)
    axes = np.zeros((rows.shape[1], 2))
    if found.axes is not None:
        some = np.asarray(found.axes)[:, :2]
        axes[:, : some.shape[1]] = some
    # The projection may be mirrored.
    signs = np.sign(((rows - rows.mean(axis=0)) @ axes * found.places).sum(axis=0))
    return Plane(axes * np.where(signs == 0, 1, signs), sum(found.explained), found)


def read_vectors(path: str | os.PathLike[str], words: Iterable[str]) -> dict[str, Array]:
    """Return the vectors of some words from a file in GloVe's text format.

    Args:
        path: The file: on each line a word and its numbers, with spaces between them. A first line
            with two numbers, as word2vec writes it, is left out.
        words: The words.

    Returns:
        The vectors of those words that the file has.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: A line has no numbers, or another count of them than the first one.
    """
    found: dict[str, Array] = {}
    wanted, dims = set(words), 0
    with Path(path).open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            word, _, rest = line.rstrip().partition(" ")
            parts = rest.split(" ")
            if number == 1 and len(parts) == 1:
                continue
            dims = dims or len(parts)
            if word not in wanted:
                continue
            # A word may have spaces itself, and its numbers are the last ones.
            try:
                vector = np.array(parts, float)
            except ValueError:
                vector = np.zeros(0)
            if len(vector) != dims or not np.isfinite(vector).all():
                message = f"Expected {dims} numbers after the word on each line of {path!s}. "
                raise ValueError(message + f"Received: {line[:60]!r} on line {number}.")
            found[word] = vector
    return found


def checked_words(words: Sequence[str] | Mapping[str, int], rows: int) -> list[str]:
    """Return the words of the rows of an Embedding layer, by row.

    Args:
        words: The vocabulary: a list, where the place of a word is its integer; or a dict from
            words to integers.
        rows: How many rows the layer has.

    Raises:
        ValueError: They aren't words, or more of them than the layer has rows.
    """
    if isinstance(words, Mapping):
        found = [""] * rows
        for word, row in words.items():
            if not isinstance(word, str) or not 0 <= int(row) < rows:
                continue  # a vocabulary may know more words than the layer
            found[int(row)] = word
        return found
    found = [str(word) for word in words]
    if len(found) > rows or not any(found):
        message = f"Expected at most {rows} words, one for each row of the Embedding layer. "
        raise ValueError(message + f"Received: {len(found)} words.")
    return found


def chosen_rows(
    vocabulary: Sequence[str], words: Sequence[str] | None, most: int = MOST_WORDS
) -> list[int]:
    """Return the rows that are shown: of given words, or the first ones of the vocabulary.

    Args:
        vocabulary: The word of each row; `""` for none.
        words: The words to show; `None` for the first ones.
        most: How many at most.

    Raises:
        ValueError: None of the words is in the vocabulary.
    """
    index = {word: i for i, word in enumerate(vocabulary) if word and word != "[UNK]"}
    rows = list(index.values()) if words is None else [index[one] for one in words if one in index]
    rows = list(dict.fromkeys(rows))[:most]
    if len(rows) < 3:
        message = "Expected at least 3 words that are in the vocabulary. "
        raise ValueError(message + f"Received: {len(rows)}.")
    return rows


def checked_sentiment(sentiment: Mapping[str, float]) -> dict[str, float]:
    """Return the sentiment of words, as the page gets it.

    Args:
        sentiment: A number from 0 to 1 for each word.

    Raises:
        ValueError: They are no such numbers.
    """
    found = {str(word): float(value) for word, value in sentiment.items()}
    if not found or not all(0 <= value <= 1 for value in found.values()):
        message = "Expected `sentiment` to have a number from 0 to 1 for each word. "
        raise ValueError(message + f"Received: {list(found.items())[:3]}.")
    return found
