"""A Keras model that continues text: what it takes, what it gives, and sampling from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._messages import tr, trn
from dlwidgets.generate._text_graph import (
    ALTERNATIVES,
    TextGraphs,
    check_finite,
    check_output,
    text_graphs,
)
from dlwidgets.generate.recurrent import CarryStateError
from dlwidgets.inspect.model_cache import require_model

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dlwidgets._keras_types import KerasModel, Nested, Shape, Tensor
    from dlwidgets.generate.tokenizer import CharTokenizer

__all__ = ["ALTERNATIVES", "Position", "TextModel"]

_LONGEST_WINDOW = 100  # of a model that takes windows of any length
_MAX_LISTED = 20  # unknown characters in a message


@dataclass
class Position:
    """How far some texts have been read or sampled.

    Attributes:
        p: The model's probabilities of the next character, float32 (batch, vocabulary).
        state: The window, int32 (batch, window), or the recurrent states.
    """

    p: Tensor
    state: Nested


class TextModel:
    """A model and its tokenizer, ready to sample from.

    The loop over characters is one TensorFlow graph. It is built at the first use and kept as long
    as the model, also for other `TextModel` objects of it. It always uses the model's current
    weights.

    Args:
        model: A Keras model. It takes one-hot characters, float (batch, window, vocabulary), or
            numbers, int (batch, window). It gives one distribution (batch, vocabulary), or one per
            position (batch, window, vocabulary), of which the last is used.
        tokenizer: A tokenizer of the same vocabulary.
        window: Characters that the model sees at once. Needed if the model has no input shape.
        one_hot: Whether it takes one-hot characters. Needed if the model has no input shape.
        from_logits: Whether it gives logits; None finds out from its first output.

    Attributes:
        window: Characters of a window; None if any number will do.

    Raises:
        TypeError: It isn't a Keras model.
        ValueError: The model has another vocabulary than the tokenizer, or other shapes than a text
            model.

    Example:
        >>> tokenizer = dl.generate.CharTokenizer().fit("to be or not to be")
        >>> model = dl.models.char_gru(tokenizer.size)
        >>> text = dl.generate.TextModel(model, tokenizer)
        >>> text.next_probabilities("to b").shape
        (7,)
    """

    def __init__(
        self,
        model: KerasModel,
        tokenizer: CharTokenizer,
        *,
        window: int | None = None,
        one_hot: bool | None = None,
        from_logits: bool | None = None,
    ) -> None:
        if not tokenizer.size:
            message = "The tokenizer has no vocabulary. Call `fit(text)` first."
            raise ValueError(message)
        self.model, self.tokenizer = require_model(model), tokenizer
        shape = _input_shape(model)
        self._check_input(shape)
        if shape is None:
            if one_hot is None or window is None:
                message = (
                    "Expected `one_hot` and `window`, because the model has no input shape. "
                    f"Received: one_hot={one_hot}, window={window}"
                )
                raise ValueError(message)
            takes_one_hot, fixed = one_hot, None
        else:
            takes_one_hot, fixed = len(shape) == 3, shape[1]
            if isinstance(model.output_shape, tuple):
                check_output(model.output_shape, tokenizer.size)
        if window is not None and fixed is not None and window != fixed:
            message = (
                f"Expected `window` to be {fixed}, as in the model's input. Received: {window}"
            )
            raise ValueError(message)
        self.window: int | None = fixed if fixed is not None else window
        self._graphs: TextGraphs = text_graphs(
            model, tokenizer.size, self.window, takes_one_hot, from_logits
        )

    def begin(self, seed_text: str, *, batch: int = 1, carry_state: bool = False) -> Position:
        """Read the seed text.

        Args:
            seed_text: The start of the text. With a sliding window, its last characters are the
                first window.
            batch: How many texts start with it.
            carry_state: Whether to carry the recurrent state instead of sliding a window.

        Returns:
            The position after it.

        Raises:
            ValueError: The seed text is empty, shorter than the window, or has no known character;
                or the model's output isn't a distribution over the vocabulary.
            CarryStateError: The model's state can't be carried.
        """
        ids = self.encode_seed(seed_text, carry_state=carry_state)
        return Position(*self._graphs.begin(np.tile(ids, (batch, 1)), carry_state=carry_state))

    def can_carry(self) -> bool:
        """Whether the model's recurrent state can be carried."""
        try:
            self._graphs.stepper()
        except CarryStateError:
            return False
        return True

    def encode_seed(self, seed_text: str, *, carry_state: bool = False) -> NDArray[np.int32]:
        """Return the numbers of the characters that the model starts with.

        Args:
            seed_text: Any text.
            carry_state: As in `begin`.

        Returns:
            int32, shape (n,). With a sliding window, n is the length of the window.

        Raises:
            ValueError: The seed text is empty, shorter than the window, or has no known character.
        """
        if not seed_text:
            message = tr("The seed text is empty. Enter at least one character.")
            raise ValueError(message)
        ids = self.tokenizer.encode(seed_text)
        if not len(ids):
            message = tr(
                "The model knows none of the seed text's characters: {characters}",
                characters=self._unknown_in(seed_text),
            )
            raise ValueError(message)
        if carry_state:
            return ids
        if self.window is None:
            return ids[-_LONGEST_WINDOW:]
        if len(ids) < self.window:
            raise ValueError(self._too_short(seed_text, len(ids), self.window))
        return ids[-self.window :]

    def next_probabilities(
        self, seed_text: str, *, carry_state: bool = False
    ) -> NDArray[np.float64]:
        """Return the model's distribution of the character after a text, at temperature 1.

        Args:
            seed_text: As in `begin`.
            carry_state: As in `begin`.

        Returns:
            float64, shape (vocabulary,).

        Raises:
            ValueError: As in `begin`.
        """
        p = self.begin(seed_text, carry_state=carry_state).p
        return np.asarray(p[0], dtype=np.float64)

    def advance(
        self,
        position: Position,
        uniform: NDArray[np.float64],
        temperature: NDArray[np.float64],
        top_k: int = 0,
        top_p: float = 1.0,
        *,
        carry_state: bool = False,
    ) -> tuple[Position, dict[str, NDArray[Any]]]:
        """Sample some characters of each text, all in one graph.

        Args:
            position: The position to continue from.
            uniform: A random number from 0 to below 1 for each character, shape (n, batch).
            temperature: One for each text, shape (batch,).
            top_k: As in `generate.top_k`, 0 for all.
            top_p: As in `generate.top_p`, 1 for all.
            carry_state: As in `begin`.

        Returns:
            The new position, and the arrays "ids" (n, batch), "p" (n, batch), "best" and "best_p"
            (n, batch, alternatives).

        Raises:
            ValueError: The model's output is NaN.
        """
        p, state, sampled = self._graphs.advance(
            position.p, position.state, uniform, temperature, top_k, top_p, carry_state=carry_state
        )
        check_finite(sampled["p"])
        return Position(p, state), sampled

    def _check_input(self, shape: Shape | None) -> None:
        """Raise a ValueError if the model's input isn't text of this vocabulary."""
        if shape is not None and (len(shape) not in (2, 3) or None in shape[2:]):
            message = tr(
                "Expected a text model with input (batch, window) or (batch, window, vocabulary). "
                "Received: a model with input shape {shape}",
                shape=shape,
            )
            raise ValueError(message)
        if shape is not None and len(shape) == 3:
            sizes = [shape[2]]
        else:
            embeddings = [lay for lay in self.model.layers if type(lay).__name__ == "Embedding"]
            sizes = [getattr(layer, "input_dim", None) for layer in embeddings]
        for size in sizes:
            if size != self.tokenizer.size:
                message = tr(
                    "Expected a model and a tokenizer that were made for the same text. Received: "
                    "a model that takes {model_size} characters, and a tokenizer of {size}.",
                    model_size=size,
                    size=self.tokenizer.size,
                )
                raise ValueError(message)

    def _unknown_in(self, text: str) -> str:
        return repr(self.tokenizer.unknown_in(text)[:_MAX_LISTED])

    def _too_short(self, seed_text: str, count: int, window: int) -> str:
        missing = window - count
        if self.tokenizer.unknown_in(seed_text):
            return trn(
                "Expected a seed text that fills the model's window of {window} characters. "
                "Received: {count} known characters; the model doesn't know {unknown}. "
                "Add {n} character, or carry the state.",
                "Expected a seed text that fills the model's window of {window} characters. "
                "Received: {count} known characters; the model doesn't know {unknown}. "
                "Add {n} characters, or carry the state.",
                missing,
                window=window,
                count=count,
                unknown=self._unknown_in(seed_text),
            )
        return trn(
            "Expected a seed text that fills the model's window of {window} characters. "
            "Received: {count}. Add {n} character, or carry the state.",
            "Expected a seed text that fills the model's window of {window} characters. "
            "Received: {count}. Add {n} characters, or carry the state.",
            missing,
            window=window,
            count=count,
        )


def _input_shape(model: KerasModel) -> Shape | None:
    """Return the shape of a model's input, None for a model that doesn't have one."""
    inputs = getattr(model, "inputs", None)
    if not inputs:
        return None
    if len(inputs) > 1:
        message = tr(
            "Expected a text model with one input. Received: a model with {count} inputs.",
            count=len(inputs),
        )
        raise ValueError(message)
    return tuple(inputs[0].shape)
