"""A Keras model that continues text: what it takes, what it gives, and its loop as one graph."""

from __future__ import annotations

import functools
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._tensorflow import load
from dlwidgets.generate.recurrent import CarryStateError, Stepper

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dlwidgets.generate.tokenizer import CharTokenizer

ALTERNATIVES = 5
"""How many of the most probable characters are kept for each position."""

_LONGEST_WINDOW = 100  # of a model that takes windows of any length


@dataclass
class Position:
    """Where a text has got to.

    Attributes:
        p: Probabilities of the next character, float32 (batch, vocabulary), of the model itself.
        state: The window, int32 (batch, window), or the recurrent states.
    """

    p: Any
    state: Any


class TextModel:
    """A model and its tokenizer, ready to sample from.

    The loop over characters is one TensorFlow graph, built at the first use; keep the object to use
    it again. It always has the model's present weights.

    Args:
        model: Takes one-hot characters, float (batch, window, vocabulary), or numbers, int
            (batch, window); gives one distribution (batch, vocabulary), or one per position
            (batch, window, vocabulary), of which the last counts.
        tokenizer: Made for the same vocabulary.
        window: Characters that the model sees at once; needed where the model does not say.
        one_hot: Whether it takes one-hot characters; needed where the model does not say.
        from_logits: Whether it gives logits; None finds out by looking at an output.

    Attributes:
        window: Characters of a window; None where any number will do.

    Raises:
        ValueError: The model's vocabulary is not the tokenizer's, or its shapes are no text
            model's; the message names both.

    Example:
        >>> tokenizer = dl.generate.CharTokenizer().fit("to be or not to be")
        >>> model = dl.models.char_gru(tokenizer.size)
        >>> text = dl.generate.TextModel(model, tokenizer)
        >>> text.next_probabilities("to b").shape
        (7,)
    """

    def __init__(
        self,
        model: Any,
        tokenizer: CharTokenizer,
        *,
        window: int | None = None,
        one_hot: bool | None = None,
        from_logits: bool | None = None,
    ) -> None:
        if not tokenizer.size:
            message = "the tokenizer knows no characters yet: call fit(text) first"
            raise ValueError(message)
        self.model, self.tokenizer = model, tokenizer
        self._from_logits = from_logits
        self._lock = threading.RLock()
        self._stepper: Stepper | None = None
        self._graphs: dict[tuple[Any, ...], Any] = {}
        shape = _input_shape(model)
        if shape is not None and (len(shape) not in (2, 3) or None in shape[2:]):
            message = (
                "a text model takes (batch, window) or (batch, window, vocabulary). "
                f"Received: a model that takes {shape}"
            )
            raise ValueError(message)
        self._one_hot = len(shape) == 3 if shape is not None else one_hot
        fixed = shape[1] if shape is not None else None
        if self._one_hot is None or (shape is None and window is None):
            message = (
                "the model does not say what it takes: give one_hot=True or False, and window=…"
            )
            raise ValueError(message)
        if window is not None and fixed is not None and window != fixed:
            message = f"the model's window is {fixed} characters. Received: window={window}"
            raise ValueError(message)
        self.window: int | None = fixed if fixed is not None else window
        if shape is not None and len(shape) == 3:
            self._check_vocabulary(shape[2], "takes")
        else:
            for layer in getattr(model, "layers", ()):
                if type(layer).__name__ == "Embedding":
                    self._check_vocabulary(layer.input_dim, "takes")
        output = getattr(model, "output_shape", None) if shape is not None else None
        if isinstance(output, tuple):
            if len(output) not in (2, 3):
                message = (
                    "a text model gives (batch, vocabulary) or (batch, window, vocabulary). "
                    f"Received: a model that gives {output}"
                )
                raise ValueError(message)
            self._check_vocabulary(output[-1], "gives")

    def begin(self, seed_text: str, *, batch: int = 1, carry_state: bool = False) -> Position:
        """Read the seed text.

        Args:
            seed_text: What the text begins with; with a sliding window its last characters are
                the first window.
            batch: How many texts begin with it.
            carry_state: Whether to carry the recurrent state instead of sliding a window.

        Returns:
            The position after it.

        Raises:
            ValueError: It is empty, shorter than the window, or holds no known character; or the
                model's output is no distribution over the vocabulary.
            CarryStateError: The state of this model cannot be carried.
        """
        ids = self.encode_seed(seed_text, carry_state=carry_state)
        if carry_state:
            self._take_apart()
        tf = load()[0]
        if self._from_logits is None:
            self._look(ids)
        tiled = tf.constant(np.tile(ids, (batch, 1)))
        with self._lock:
            p, state = self._graph("begin", batch, carry_state)(tiled)
        return Position(p, state)

    def can_carry(self) -> bool:
        """Whether the recurrent state of this model can be carried."""
        try:
            self._take_apart()
        except CarryStateError:
            return False
        return True

    def _take_apart(self) -> None:
        if self._stepper is None:
            self._stepper = Stepper(self.model)

    def encode_seed(self, seed_text: str, *, carry_state: bool = False) -> NDArray[np.int32]:
        """The numbers of the seed text that the model begins with.

        Args:
            seed_text: Any text.
            carry_state: As in `begin`.

        Returns:
            int32, shape (n,): with a sliding window as many as it is long.

        Raises:
            ValueError: It is empty, shorter than the window, or holds no known character.
        """
        if not seed_text:
            message = "the seed text is empty: type at least one character"
            raise ValueError(message)
        ids = self.tokenizer.encode(seed_text)
        strange = self.tokenizer.unknown_in(seed_text)
        if not len(ids):
            message = f"the model knows none of the seed text's characters: {strange[:20]!r}"
            raise ValueError(message)
        if carry_state:
            return ids
        if self.window is None:
            return ids[-_LONGEST_WINDOW:]
        if len(ids) < self.window:
            left_out = f", less {strange[:20]!r}, which it does not know" if strange else ""
            message = (
                f"the seed text must fill the model's window of {self.window} characters. "
                f"Received: {len(ids)}{left_out}. Add {self.window - len(ids)}, or carry the state"
            )
            raise ValueError(message)
        return ids[-self.window :]

    def next_probabilities(
        self, seed_text: str, *, carry_state: bool = False
    ) -> NDArray[np.float64]:
        """The model's distribution of the character after a text, at temperature 1.

        Args:
            seed_text: As in `begin`.
            carry_state: As in `begin`.

        Returns:
            float64, shape (vocabulary,).

        Raises:
            ValueError: As `begin` does.
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
        """Sample some characters, all in one graph.

        Args:
            position: Where to go on.
            uniform: One random number in [0, 1) for each character, shape (n, batch).
            temperature: One for each text, shape (batch,).
            top_k: As in `generate.top_k`, 0 for all.
            top_p: As in `generate.top_p`, 1 for all.
            carry_state: As in `begin`.

        Returns:
            The new position, and "ids" (n, batch), "p" (n, batch), "best" and "best_p"
            (n, batch, alternatives).

        Raises:
            ValueError: The model's output is not a number.
        """
        tf = load()[0]
        filtered = bool(0 < top_k < self.tokenizer.size or top_p < 1)
        size = self.tokenizer.size
        with self._lock:
            greedy = bool((temperature == 0).any())
            graph = self._graph(
                "advance", uniform.shape[1], carry_state, filtered=filtered, greedy=greedy
            )
            p, state, ids, chance, best, best_p = graph(
                position.p,
                position.state,
                tf.constant(uniform, tf.float64),
                tf.constant(temperature, tf.float64),
                tf.constant(top_k if 0 < top_k < size else size, tf.int32),
                tf.constant(top_p, tf.float64),
            )
        chance_array = chance.numpy()
        if not np.isfinite(chance_array).all():
            message = "the model's output is not a number: its weights are spoilt"
            raise ValueError(message)
        news = {
            "ids": ids.numpy(),
            "p": chance_array,
            "best": best.numpy(),
            "best_p": best_p.numpy(),
        }
        return Position(p, state), news

    def _check_vocabulary(self, size: int | None, does: str) -> None:
        if size is not None and size != self.tokenizer.size:
            message = (
                f"the model {does} {size} characters, the tokenizer knows {self.tokenizer.size}: "
                "they must be made for the same text"
            )
            raise ValueError(message)

    def _look(self, ids: NDArray[np.int32]) -> None:
        """Find out from an output whether the model gives probabilities or logits."""
        tf = load()[0]
        output = np.asarray(self._forward(tf.constant(ids[np.newaxis])), dtype=np.float64)
        if output.ndim != 2:
            message = (
                "a text model gives (batch, vocabulary) or (batch, window, vocabulary). "
                f"Received: an output of {output.ndim} dimensions"
            )
            raise ValueError(message)
        self._check_vocabulary(output.shape[-1], "gives")
        if not np.isfinite(output).all():
            message = "the model's output is not a number: its weights are spoilt"
            raise ValueError(message)
        # Half precision sums to 1 within 1 %.
        self._from_logits = bool((output < 0).any() or abs(output.sum() - 1) > 0.02)

    def _input(self, ids: Any) -> Any:
        tf = load()[0]
        return tf.one_hot(ids, self.tokenizer.size) if self._one_hot else ids

    def _forward(self, window: Any) -> Any:
        output = self.model(self._input(window), training=False)
        if isinstance(output, dict):
            output = next(iter(output.values()))
        elif isinstance(output, (list, tuple)):
            output = output[0]
        return output[:, -1] if len(output.shape) == 3 else output

    def _probabilities(self, output: Any) -> Any:
        tf = load()[0]
        output = tf.cast(output, tf.float32)
        return tf.nn.softmax(output) if self._from_logits else output

    def _slide(self, ids: Any, window: Any) -> tuple[Any, Any]:
        tf = load()[0]
        moved = tf.concat([window[:, 1:], ids[:, tf.newaxis]], axis=1)
        moved.set_shape(window.shape)
        return self._probabilities(self._forward(moved)), moved

    def _carry(self, ids: Any, states: Any) -> tuple[Any, Any]:
        assert self._stepper is not None
        output, states = self._stepper(self._input(ids[:, None]), states)
        return self._probabilities(output), states

    def _graph(
        self,
        kind: str,
        batch: int,
        carry_state: bool,
        *,
        filtered: bool = False,
        greedy: bool = False,
    ) -> Any:
        key = (kind, batch, carry_state, filtered, greedy)
        if key not in self._graphs:
            tf = load()[0]
            if kind == "begin":
                length = None if carry_state else self.window
                spec = [tf.TensorSpec([batch, length], tf.int32)]
                body = self._begin_carried if carry_state else self._begin_window
                self._graphs[key] = tf.function(body, input_signature=spec)
            else:
                step = self._carry if carry_state else self._slide
                loop = functools.partial(_loop, step, filtered, greedy, ALTERNATIVES)
                self._graphs[key] = tf.function(loop, reduce_retracing=True)
        return self._graphs[key]

    def _begin_window(self, window: Any) -> tuple[Any, Any]:
        return self._probabilities(self._forward(window)), window

    def _begin_carried(self, ids: Any) -> tuple[Any, Any]:
        tf = load()[0]
        assert self._stepper is not None
        p, states = self._carry(ids[:, 0], self._stepper.initial(ids.shape[0]))

        def body(i: Any, _p: Any, now: Any) -> tuple[Any, Any, Any]:
            after, then = self._carry(ids[:, i], now)
            return i + 1, after, then

        _, p, states = tf.while_loop(
            lambda i, _p, _s: i < tf.shape(ids)[1], body, (tf.constant(1), p, states)
        )
        return p, states


def _input_shape(model: Any) -> tuple[Any, ...] | None:
    inputs = getattr(model, "inputs", None)
    if inputs:
        if len(inputs) > 1:
            message = f"a text model has one input. Received: a model with {len(inputs)}"
            raise ValueError(message)
        return tuple(inputs[0].shape)
    return None


def _loop(  # noqa: PLR0917 - a graph's function takes its tensors by position
    step: Any,
    filtered: bool,
    greedy: bool,
    alternatives: int,
    p: Any,
    state: Any,
    uniform: Any,
    temperature: Any,
    top_k: Any,
    top_p: Any,
) -> tuple[Any, ...]:
    """Sample ``len(uniform)`` characters; `step` takes each in."""
    tf = load()[0]
    count, (batch, size) = tf.shape(uniform)[0], p.shape
    # What each character's alternatives were is looked up after the loop, all at once.
    written = tf.TensorArray(tf.int32, count, element_shape=[batch])
    given = tf.TensorArray(tf.float32, count, element_shape=[batch, size])

    def body(i: Any, p: Any, state: Any, written: Any, given: Any) -> tuple[Any, ...]:
        q = _reshaped(tf, p, temperature, top_k if filtered else None, top_p, greedy=greedy)
        cumulative = tf.cumsum(q, axis=1)
        reached = cumulative <= uniform[i][:, tf.newaxis] * cumulative[:, -1:]
        # A model whose output is NaN reaches nothing; the caller sees it in what was given.
        ids = tf.minimum(tf.math.count_nonzero(reached, axis=1, dtype=tf.int32), size - 1)
        written, given = written.write(i, ids), given.write(i, p)
        p, state = step(ids, state)
        return i + 1, p, state, written, given

    _, p, state, written, given = tf.while_loop(
        lambda i, *_: i < count, body, (tf.constant(0), p, state, written, given)
    )
    ids, everything = written.stack(), given.stack()
    best_p, best = tf.math.top_k(everything, min(alternatives, size))
    return p, state, ids, tf.gather(everything, ids, batch_dims=2), best, best_p


def _reshaped(tf: Any, p: Any, temperature: Any, top_k: Any, top_p: Any, *, greedy: bool) -> Any:
    """As `generate.sampling_distribution`, in the graph, not normalised."""
    logs = tf.math.log(tf.cast(p, tf.float64))
    t = temperature[:, tf.newaxis]
    centred = logs - tf.reduce_max(logs, axis=1, keepdims=True)
    if greedy:
        first = tf.one_hot(tf.argmax(logs, axis=1), p.shape[1], dtype=tf.float64)
        q = tf.where(t > 0, tf.exp(centred / tf.where(t > 0, t, 1.0)), first)
    else:
        q = tf.exp(centred / t)
    if top_k is None:
        return q
    values, order = tf.math.top_k(q, p.shape[1])  # of equal ones the first come first
    values = tf.where(tf.range(p.shape[1])[tf.newaxis] < top_k, values, 0.0)
    values /= tf.reduce_sum(values, axis=1, keepdims=True)
    values = tf.where(tf.cumsum(values, axis=1, exclusive=True) < top_p, values, 0.0)
    return tf.gather(values, tf.argsort(order, axis=1), batch_dims=1)
