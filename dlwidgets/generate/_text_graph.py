"""The loop over the characters of a text, compiled as one TensorFlow graph."""

from __future__ import annotations

import functools
import threading
import weakref
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from dlwidgets._messages import tr
from dlwidgets._tensorflow import compiled, load
from dlwidgets.generate.recurrent import Stepper
from dlwidgets.inspect.evaluation import fixed_batch_size, forget, without_history
from dlwidgets.inspect.model_cache import cached_per_model

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from dlwidgets._keras_types import Function, KerasModel, Module, Nested, Tensor

    Step: TypeAlias = Callable[[Tensor, Nested], tuple[Tensor, Nested]]

ALTERNATIVES = 5
"""How many of the most probable characters are kept for each position."""


class TextGraphs:
    """Compiled functions that read and sample text with one model.

    Holds the model weakly, so that it can be cached with it: whoever uses it holds the model. The
    functions always use the model's current weights.

    Args:
        model: A Keras model of characters.
        size: Characters of the vocabulary.
        window: Characters that the model sees at once, None for any number.
        one_hot: Whether the model takes one-hot characters.
        from_logits: Whether it returns logits; None finds out from its first output.
    """

    def __init__(
        self,
        model: KerasModel,
        size: int,
        window: int | None,
        one_hot: bool,
        from_logits: bool | None,
    ) -> None:
        self._model = weakref.ref(model)
        self._size, self._window, self._one_hot = size, window, one_hot
        self._from_logits = from_logits
        self._lock = threading.RLock()
        self._stepper: Stepper | None = None
        self._compiled: dict[tuple[str, int, bool, bool, bool], Function] = {}

    def stepper(self) -> Stepper:
        """Return the model as a function of one character and the recurrent state.

        Raises:
            CarryStateError: The model's state can't be carried.
        """
        with self._lock:
            if self._stepper is None:
                self._stepper = Stepper(self._present())
            return self._stepper

    def begin(self, ids: NDArray[np.int32], *, carry_state: bool) -> tuple[Tensor, Nested]:
        """Read the start of some texts.

        Args:
            ids: Numbers of the characters, int32 (batch, n).
            carry_state: Whether to carry the recurrent state instead of sliding a window.

        Returns:
            The probabilities of the next character, float32 (batch, vocabulary), and the window or
            the recurrent state.

        Raises:
            ValueError: The model's output isn't a distribution over the vocabulary.
            CarryStateError: The model's state can't be carried.
        """
        if carry_state:
            self.stepper()
        tf = load()[0]
        with self._lock:
            if self._from_logits is None:
                self._from_logits = self._gives_logits(ids[:1])
            begin = self._function("begin", ids.shape[0], carry_state)
            with without_history(self._present()):
                p, state = begin(tf.constant(ids))
        return p, state

    def advance(  # noqa: PLR0917 - as the compiled function
        self,
        p: Tensor,
        state: Nested,
        uniform: NDArray[np.float64],
        temperature: NDArray[np.float64],
        top_k: int,
        top_p: float,
        *,
        carry_state: bool,
    ) -> tuple[Tensor, Nested, dict[str, NDArray[Any]]]:
        """Sample some characters of each text.

        Args:
            p: Probabilities of the next character.
            state: The window or the recurrent state.
            uniform: A random number from 0 to below 1 for each character, shape (n, batch).
            temperature: One for each text, shape (batch,).
            top_k: As in `generate.top_k`, 0 for all.
            top_p: As in `generate.top_p`, 1 for all.
            carry_state: As in `begin`.

        Returns:
            The new probabilities and state, and the arrays "ids" (n, batch), "p" (n, batch), "best"
            and "best_p" (n, batch, alternatives).
        """
        tf = load()[0]
        limited = 0 < top_k < self._size
        with self._lock:
            advance = self._function(
                "advance",
                uniform.shape[1],
                carry_state,
                filtered=limited or top_p < 1,
                greedy=bool((temperature == 0).any()),
            )
            with without_history(self._present()):
                p, state, *sampled = advance(
                    p,
                    state,
                    tf.constant(uniform, tf.float64),
                    tf.constant(temperature, tf.float64),
                    tf.constant(top_k if limited else self._size, tf.int32),
                    tf.constant(top_p, tf.float64),
                )
        names = ("ids", "p", "best", "best_p")
        return p, state, {name: t.numpy() for name, t in zip(names, sampled, strict=True)}

    def _present(self) -> KerasModel:
        model = self._model()
        assert model is not None, "held by whoever uses the graphs"
        return model

    def _gives_logits(self, ids: NDArray[np.int32]) -> bool:
        """Find out from an output whether the model returns logits or probabilities."""
        tf = load()[0]
        with without_history(self._present()):
            output = np.asarray(self._forward(tf.constant(ids)), dtype=np.float64)
        check_output(output.shape, self._size)
        check_finite(output)
        # Half precision sums to 1 within 1%.
        return bool((output < 0).any() or abs(output.sum() - 1) > 0.02)

    def _input(self, ids: Tensor) -> Tensor:
        given: Tensor = load()[0].one_hot(ids, self._size) if self._one_hot else ids
        return given

    def _forward(self, window: Tensor) -> Tensor:
        """The model's output at the last position, for any number of windows."""
        tf, count, fixed = load()[0], window.shape[0], fixed_batch_size(self._present())
        if fixed is None or fixed == count:
            return self._forward_batch(window)
        parts = []
        for first in range(0, count, fixed):
            rows = np.minimum(np.arange(first, first + fixed), count - 1)
            parts.append(self._forward_batch(tf.gather(window, rows)))
        together: Tensor = tf.concat(parts, axis=0)[:count]
        return together

    def _forward_batch(self, window: Tensor) -> Tensor:
        model = self._present()
        forget(model)  # each window is read from its beginning
        output = model(self._input(window), training=False)
        if isinstance(output, dict):
            output = next(iter(output.values()))
        elif isinstance(output, list | tuple):
            output = output[0]
        last: Tensor = output[:, -1] if len(output.shape) == 3 else output
        return last

    def _probabilities(self, output: Tensor) -> Tensor:
        tf = load()[0]
        p: Tensor = tf.cast(output, tf.float32)
        if self._from_logits:
            p = tf.nn.softmax(p)
        return p

    def _slide(self, ids: Tensor, window: Tensor) -> tuple[Tensor, Tensor]:
        tf = load()[0]
        moved = tf.concat([window[:, 1:], ids[:, tf.newaxis]], axis=1)
        moved.set_shape(window.shape)
        return self._probabilities(self._forward(moved)), moved

    def _carry(self, ids: Tensor, states: Nested) -> tuple[Tensor, Nested]:
        output, states = self.stepper()(self._input(ids[:, None]), states)
        return self._probabilities(output), states

    def _function(
        self,
        kind: str,
        batch: int,
        carry_state: bool,
        *,
        filtered: bool = False,
        greedy: bool = False,
    ) -> Function:
        key = (kind, batch, carry_state, filtered, greedy)
        if key not in self._compiled:
            tf = load()[0]
            if kind == "begin":
                length = None if carry_state else self._window
                signature = [tf.TensorSpec([batch, length], tf.int32)]
                body = self._begin_carried if carry_state else self._begin_window
                graph = compiled(body, input_signature=signature, autograph=False)
            else:
                step = self._carry if carry_state else self._slide
                loop = functools.partial(_loop, step, filtered, greedy)
                graph = compiled(loop, reduce_retracing=True, autograph=False)
            self._compiled[key] = graph
        return self._compiled[key]

    def _begin_window(self, window: Tensor) -> tuple[Tensor, Tensor]:
        return self._probabilities(self._forward(window)), window

    def _begin_carried(self, ids: Tensor) -> tuple[Tensor, Nested]:
        tf = load()[0]
        p, states = self._carry(ids[:, 0], self.stepper().initial(ids.shape[0]))

        def body(i: Any, _p: Tensor, now: Nested) -> tuple[Any, Tensor, Nested]:
            after, then = self._carry(ids[:, i], now)
            return i + 1, after, then

        _, p, states = tf.while_loop(
            lambda i, _p, _s: i < tf.shape(ids)[1], body, (tf.constant(1), p, states)
        )
        return p, states


text_graphs = cached_per_model(TextGraphs)
"""Return the `TextGraphs` of a model, the same ones for the same arguments."""


def check_output(shape: tuple[int | None, ...], size: int) -> None:
    """Raise a ValueError if an output's shape doesn't fit a vocabulary.

    Args:
        shape: (batch, vocabulary) or (batch, window, vocabulary).
        size: Characters of the vocabulary.
    """
    if len(shape) not in (2, 3):
        message = tr(
            "Expected a text model with output (batch, vocabulary) or (batch, window, vocabulary). "
            "Received: a model with output shape {shape}",
            shape=shape,
        )
        raise ValueError(message)
    if shape[-1] is not None and shape[-1] != size:
        message = tr(
            "Expected a model and a tokenizer that were made for the same text. "
            "Received: a model that predicts {model_size} characters, and a tokenizer of {size}.",
            model_size=shape[-1],
            size=size,
        )
        raise ValueError(message)


def check_finite(values: NDArray[Any]) -> None:
    """Raise a ValueError if a model's output isn't finite."""
    if not np.isfinite(values).all():
        message = tr(
            "The model's output is NaN, so its weights contain NaN. Restore finite weights, or "
            "train the model again."
        )
        raise ValueError(message)


def _loop(  # noqa: PLR0917 - a graph's function takes its tensors by position
    step: Step,
    filtered: bool,
    greedy: bool,
    p: Tensor,
    state: Nested,
    uniform: Tensor,
    temperature: Tensor,
    top_k: Tensor,
    top_p: Tensor,
) -> tuple[Any, ...]:
    """Sample as many characters as `uniform` has rows; `step` feeds each one to the model."""
    tf = load()[0]
    count, (batch, size) = tf.shape(uniform)[0], p.shape
    # The alternatives of all characters are looked up together after the loop.
    written = tf.TensorArray(tf.int32, count, element_shape=[batch])
    given = tf.TensorArray(tf.float32, count, element_shape=[batch, size])

    def body(i: Any, p: Tensor, state: Nested, written: Any, given: Any) -> tuple[Any, ...]:
        q = _reweighted(tf, p, temperature, top_k if filtered else None, top_p, greedy=greedy)
        cumulative = tf.cumsum(q, axis=1)
        reached = cumulative <= uniform[i][:, tf.newaxis] * cumulative[:, -1:]
        # With NaN nothing is reached; the caller finds the NaN in what the model gave.
        ids = tf.minimum(tf.math.count_nonzero(reached, axis=1, dtype=tf.int32), size - 1)
        written, given = written.write(i, ids), given.write(i, p)
        p, state = step(ids, state)
        return i + 1, p, state, written, given

    _, p, state, written, given = tf.while_loop(
        lambda i, *_: i < count, body, (tf.constant(0), p, state, written, given)
    )
    ids, everything = written.stack(), given.stack()
    best_p, best = tf.math.top_k(everything, min(ALTERNATIVES, size))
    return p, state, ids, tf.gather(everything, ids, batch_dims=2), best, best_p


def _reweighted(
    tf: Module, p: Tensor, temperature: Tensor, top_k: Tensor | None, top_p: Tensor, *, greedy: bool
) -> Any:
    """Compute `generate.sampling_distribution` in the graph, without normalization."""
    logs = tf.math.log(tf.cast(p, tf.float64))
    t = temperature[:, tf.newaxis]
    centered = logs - tf.reduce_max(logs, axis=1, keepdims=True)
    if greedy:
        first = tf.one_hot(tf.argmax(logs, axis=1), p.shape[1], dtype=tf.float64)
        q = tf.where(t > 0, tf.exp(centered / tf.where(t > 0, t, 1.0)), first)
    else:
        q = tf.exp(centered / t)
    if top_k is None:
        return q
    values, order = tf.math.top_k(q, p.shape[1])  # of equal ones the first come first
    values = tf.where(tf.range(p.shape[1])[tf.newaxis] < top_k, values, 0.0)
    values /= tf.reduce_sum(values, axis=1, keepdims=True)
    values = tf.where(tf.cumsum(values, axis=1, exclusive=True) < top_p, values, 0.0)
    return tf.gather(values, tf.argsort(order, axis=1), batch_dims=1)
