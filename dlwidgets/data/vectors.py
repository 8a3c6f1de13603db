"""Word vectors, and the words of text data sets by rank."""

from __future__ import annotations

import difflib
import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._messages import tr

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import numpy.typing as npt


@dataclass(frozen=True, eq=False)
class WordVectors:
    """A vector for each of many words.

    Attributes:
        name: The name for `load`, for example ``"glove"``.
        title: The name in menus.
        words: The words, the most frequent first.
        vectors: float32 `(words, dimensions)`.
        origin: Where they were found.
        source: The file they were read from.

    Example:
        >>> tiny = dl.data.WordVectors(
        ...     "tiny", "Tiny", ("cold", "cool", "hot"),
        ...     np.float32([[1, 0], [0.9, 0.1], [-1, 0]]), "made")
        >>> tiny.nearest("cold", 1)
        [('cool', 0.99)]
        >>> matrix, found = tiny.matrix({"hot": 1, "zebra": 2}, 3)
        >>> matrix.shape, found
        ((3, 2), 1)
    """

    name: str
    title: str
    words: tuple[str, ...] = field(repr=False)
    vectors: npt.NDArray[np.float32] = field(repr=False)
    origin: str
    source: Path | None = None

    @cached_property
    def _places(self) -> dict[str, int]:
        return {word: place for place, word in enumerate(self.words)}

    def __len__(self) -> int:
        return len(self.words)

    def __contains__(self, word: object) -> bool:
        return word in self._places

    def __getitem__(self, word: str) -> npt.NDArray[np.float32]:
        if word not in self._places:
            near = difflib.get_close_matches(word, self.words[:20_000], n=1)
            hint = tr("Did you mean {word}?", word=repr(near[0])) if near else ""
            message = tr(
                "No vector for this word. Received: {word}. {hint}", word=repr(word), hint=hint
            )
            raise KeyError(message.rstrip())
        vector: npt.NDArray[np.float32] = self.vectors[self._places[word]]
        return vector

    @property
    def dimensions(self) -> int:
        """Numbers per word."""
        return int(self.vectors.shape[1])

    def matrix(
        self, word_index: Mapping[str, int], num_words: int
    ) -> tuple[npt.NDArray[np.float32], int]:
        """Return the weights of an `Embedding` layer for the words of a data set.

        Args:
            word_index: The number of each word, from 1, such as `dl.data.word_index("imdb")`.
            num_words: Rows of the matrix: numbers of this size and above are left out.

        Returns:
            float32 `(num_words, dimensions)`, with zeros for words without a vector, and the number
            of words that have one.

        Raises:
            ValueError: `num_words` isn't positive.
        """
        if num_words < 1:
            message = tr("Expected `num_words` of at least 1. Received: {n}", n=str(num_words))
            raise ValueError(message)
        matrix = np.zeros((num_words, self.dimensions), np.float32)
        found = 0
        for word, number in word_index.items():
            if 0 <= number < num_words and word in self._places:
                matrix[number] = self.vectors[self._places[word]]
                found += 1
        return matrix, found

    def nearest(self, word: str | npt.NDArray[Any], n: int = 5) -> list[tuple[str, float]]:
        """Return the words whose vectors point in the most similar direction.

        Args:
            word: A word, which isn't among the results, or a vector.
            n: How many words.

        Returns:
            Words and cosines, from -1 to 1, the most similar first.

        Raises:
            KeyError: The word has no vector.
        """
        vector = self[word] if isinstance(word, str) else np.asarray(word, np.float32)
        lengths = np.linalg.norm(self.vectors, axis=1) * np.linalg.norm(vector)
        cosines = self.vectors @ vector / np.maximum(lengths, 1e-12)
        if isinstance(word, str):
            cosines[self._places[word]] = -np.inf
        order = np.argsort(-cosines, kind="stable")
        return [(self.words[i], round(float(cosines[i]), 2)) for i in order[:n]]


def read_word_index(path: Path) -> dict[str, int]:
    """Return the ranks of words from a JSON file.

    Args:
        path: The file.

    Raises:
        CorruptDataError: It is truncated, or something else.
    """
    from dlwidgets.data.files import corrupt

    try:
        index = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise corrupt(path, tr("it is truncated or not JSON ({error})", error=error)) from error
    if not isinstance(index, dict) or not all(type(rank) is int for rank in index.values()):
        raise corrupt(path, tr("it is not a list of words with their ranks"))
    return index
