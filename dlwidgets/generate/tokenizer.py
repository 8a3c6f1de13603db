"""Conversion of characters to integers and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dlwidgets._messages import tr

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MAX_LISTED = 8


class UnknownCharacterError(ValueError):
    """A text contains characters that the tokenizer wasn't fitted on."""


class CharTokenizer:
    """Tokenizer that numbers the characters of a text in sorted order, as the book does.

    An unknown character is replaced by its lower or upper case if that is known. `unknown` says
    what happens to the others.

    Args:
        unknown: "skip" leaves unknown characters out, "error" raises an error, and a single
            character, which must be known, replaces all of them.

    Attributes:
        characters: All known characters; the index of a character is its number.

    Source:
        Chollet, *Deep Learning with Python*, section 8.1.4 (listing 8-3).

    Example:
        >>> tokenizer = dl.generate.CharTokenizer().fit("hello")
        >>> tokenizer.encode("hole").tolist()
        [1, 3, 2, 0]
        >>> tokenizer.decode([1, 0])
        'he'
    """

    def __init__(self, unknown: str = "skip") -> None:
        if unknown not in ("skip", "error") and len(unknown) != 1:
            message = (
                f"Expected `unknown` to be 'skip', 'error' or one character. Received: {unknown!r}"
            )
            raise ValueError(message)
        self.unknown = unknown
        self.characters = ""
        self._numbers: dict[str, int] = {}

    @property
    def size(self) -> int:
        """The size of the vocabulary: the number of known characters."""
        return len(self.characters)

    def fit(self, text: str) -> CharTokenizer:
        """Learn the characters of a text.

        Args:
            text: A text of at least one character.

        Returns:
            The tokenizer itself.

        Raises:
            ValueError: The text is empty, or doesn't contain the character that replaces unknown
                ones.
        """
        if not text:
            raise ValueError(tr("The text is empty. A tokenizer needs at least one character."))
        characters = "".join(sorted(set(text)))
        if self.unknown not in ("skip", "error") and self.unknown not in characters:
            message = (
                f"Expected a text that contains {self.unknown!r}, which replaces unknown "
                "characters."
            )
            raise ValueError(message)
        self.characters = characters
        self._numbers = {c: i for i, c in enumerate(characters)}
        return self

    def unknown_in(self, text: str) -> str:
        """Return the characters of a text that are unknown in either case, each once, sorted."""
        return "".join(sorted({c for c in set(text) if self._number(c) < 0}))

    def encode(self, text: str) -> NDArray[np.int32]:
        """Return the numbers of a text's characters.

        Args:
            text: Any text.

        Returns:
            int32, shape (n,), where n is the length of the text without skipped characters.

        Raises:
            UnknownCharacterError: `unknown` is "error" and a character is unknown.
            RuntimeError: `fit` wasn't called.
        """
        if not self.characters:
            message = "The tokenizer has no vocabulary. Call `fit(text)` first."
            raise RuntimeError(message)
        numbers = {c: self._number(c) for c in set(text)}
        strange = "".join(sorted(c for c, i in numbers.items() if i < 0))
        if strange and self.unknown == "error":
            shown = strange[:_MAX_LISTED] + ("…" if len(strange) > _MAX_LISTED else "")
            message = tr("The tokenizer doesn't know {characters}.", characters=repr(shown))
            raise UnknownCharacterError(message)
        if strange:
            stand_in = self._numbers[self.unknown] if self.unknown != "skip" else -1
            numbers.update(dict.fromkeys(strange, stand_in))
        ids = np.fromiter((numbers[c] for c in text), np.int32, len(text))
        return ids[ids >= 0]

    def decode(self, ids: NDArray[np.integer] | list[int]) -> str:
        """Return the text of characters' numbers.

        Args:
            ids: Integers from 0 to below `size`, shape (n,).

        Raises:
            ValueError: A number is outside the vocabulary.
        """
        numbers = np.asarray(ids, dtype=np.int64)
        if numbers.size and not 0 <= numbers.min() <= numbers.max() < self.size:
            message = (
                f"Expected `ids` from 0 to {self.size - 1}. "
                f"Received: numbers from {int(numbers.min())} to {int(numbers.max())}"
            )
            raise ValueError(message)
        return "".join(self.characters[i] for i in numbers)

    def frequencies(self, text: str) -> NDArray[np.float64]:
        """Return the relative frequency of each character in a text.

        This is the best prediction without context. The loss of a trained model should be below
        its entropy.

        Args:
            text: A text with at least one known character.

        Returns:
            float64, shape (size,), summing to 1.

        Raises:
            ValueError: No character of the text is known.

        Example:
            >>> dl.generate.CharTokenizer().fit("abc").frequencies("aabc").tolist()
            [0.5, 0.25, 0.25]
        """
        counts = np.bincount(self.encode(text), minlength=self.size)
        if not counts.any():
            message = tr("The tokenizer knows none of the text's characters.")
            raise ValueError(message)
        shares: NDArray[np.float64] = counts / counts.sum()
        return shares

    def _number(self, character: str) -> int:
        for same in (character, character.lower(), character.upper()):
            if same in self._numbers:
                return self._numbers[same]
        return -1
