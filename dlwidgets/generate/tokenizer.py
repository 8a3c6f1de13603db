"""Characters as whole numbers, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LISTED = 8


class UnknownCharacterError(ValueError):
    """A text holds characters that the tokenizer was not fitted on."""


class CharTokenizer:
    """Numbers the characters of a text in sorted order, as the book does.

    An unknown character whose lower or upper case is known becomes that. Of the others, the rule
    `unknown` says what happens.

    Args:
        unknown: "skip" leaves unknown characters out, "error" raises, and a single character
            stands for all of them; it must be known itself.

    Attributes:
        characters: All known characters, the index is the number.

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
            message = f"unknown must be 'skip', 'error' or one character. Received: {unknown!r}"
            raise ValueError(message)
        self.unknown = unknown
        self.characters = ""
        self._numbers: dict[str, int] = {}

    @property
    def size(self) -> int:
        """How many characters it knows: the size of the vocabulary."""
        return len(self.characters)

    def fit(self, text: str) -> CharTokenizer:
        """Learn the characters of a text.

        Args:
            text: Any text of at least one character.

        Returns:
            The tokenizer itself.

        Raises:
            ValueError: The text is empty, or lacks the character that stands for unknown ones.
        """
        if not text:
            message = "the text is empty: there are no characters to learn"
            raise ValueError(message)
        characters = "".join(sorted(set(text)))
        if self.unknown not in ("skip", "error") and self.unknown not in characters:
            message = (
                f"unknown characters are to become {self.unknown!r}, which must occur in the text"
            )
            raise ValueError(message)
        self.characters = characters
        self._numbers = {c: i for i, c in enumerate(characters)}
        return self

    def unknown_in(self, text: str) -> str:
        """The characters of `text` that are unknown in either case, each once, sorted."""
        return "".join(sorted({c for c in set(text) if self._number(c) < 0}))

    def encode(self, text: str) -> NDArray[np.int32]:
        """The numbers of a text's characters.

        Args:
            text: Any text.

        Returns:
            int32, shape (n,), with n the length of the text less what was skipped.

        Raises:
            UnknownCharacterError: The rule is "error" and a character is unknown.
            RuntimeError: It was not fitted.
        """
        if not self.characters:
            message = "the tokenizer knows no characters yet: call fit(text) first"
            raise RuntimeError(message)
        numbers = {c: self._number(c) for c in set(text)}
        strange = "".join(sorted(c for c, i in numbers.items() if i < 0))
        if strange and self.unknown == "error":
            shown = strange[:_LISTED] + ("…" if len(strange) > _LISTED else "")
            message = f"the tokenizer does not know {shown!r}"
            raise UnknownCharacterError(message)
        if strange:
            stand_in = self._numbers[self.unknown] if self.unknown != "skip" else -1
            numbers.update(dict.fromkeys(strange, stand_in))
        ids = np.fromiter((numbers[c] for c in text), np.int32, len(text))
        return ids[ids >= 0]

    def decode(self, ids: NDArray[np.integer] | list[int]) -> str:
        """The text of numbers.

        Args:
            ids: ClosesChildren numbers from 0 to below `size`, shape (n,).

        Raises:
            ValueError: A number is none of the vocabulary's.
        """
        numbers = np.asarray(ids, dtype=np.int64)
        if numbers.size and not 0 <= numbers.min() <= numbers.max() < self.size:
            message = (
                f"ids must be 0 to {self.size - 1}. "
                f"Received: {int(numbers.min())} to {int(numbers.max())}"
            )
            raise ValueError(message)
        return "".join(self.characters[i] for i in numbers)

    def frequencies(self, text: str) -> NDArray[np.float64]:
        """How often each character occurs: what a model knows that looks at no context.

        Args:
            text: A text with at least one known character.

        Returns:
            float64, shape (size,), summing to 1. Its entropy is what a trained model's loss must
            be below.

        Raises:
            ValueError: No character of the text is known.

        Example:
            >>> dl.generate.CharTokenizer().fit("abc").frequencies("aabc").tolist()
            [0.5, 0.25, 0.25]
        """
        counts = np.bincount(self.encode(text), minlength=self.size)
        if not counts.any():
            message = "the text has no character that the tokenizer knows"
            raise ValueError(message)
        shares: NDArray[np.float64] = counts / counts.sum()
        return shares

    def _number(self, character: str) -> int:
        for same in (character, character.lower(), character.upper()):
            if same in self._numbers:
                return self._numbers[same]
        return -1
