"""The states of all random generators that a training may draw from, to be set again later."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._tensorflow import load

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray


@dataclass(frozen=True)
class RandomStates:
    """What the global generators of Python and NumPy give next.

    Args:
        python: As `random.getstate` returns it.
        numpy: As `numpy.random.get_state` returns it.

    Example:
        >>> import random
        >>> from dlwidgets.training.random_states import RandomStates
        >>> states = RandomStates.now()
        >>> number = random.random()
        >>> states.set()
        >>> random.random() == number
        True
    """

    python: tuple[Any, ...]
    numpy: tuple[Any, ...]

    @classmethod
    def now(cls) -> RandomStates:
        """Return the states of this moment."""
        return cls(random.getstate(), np.random.get_state())  # type: ignore[arg-type]

    def set(self) -> None:
        """Let the generators go on from these states."""
        random.setstate(self.python)
        np.random.set_state(self.numpy)

    def packed(self, name: str) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
        """Return the states as arrays, and as JSON what isn't an array.

        Args:
            name: What the arrays' names begin with.
        """
        version, words, gauss = self.python
        kind, keys, *rest = self.numpy
        arrays = {
            f"{name}/python": np.array(words, np.uint32),
            f"{name}/numpy": np.array(keys, np.uint32),
        }
        return arrays, {"python": [version, gauss], "numpy": [kind, *rest]}

    @classmethod
    def unpacked(
        cls, name: str, arrays: Mapping[str, NDArray[Any]], rest: Mapping[str, Any]
    ) -> RandomStates:
        """Return states that were `packed`.

        Args:
            name: What the arrays' names begin with.
            arrays: The arrays by name.
            rest: The JSON.
        """
        version, gauss = rest["python"]
        kind, *numbers = rest["numpy"]
        words = tuple(int(word) for word in arrays[f"{name}/python"])
        return cls((version, words, gauss), (kind, arrays[f"{name}/numpy"], *numbers))


def global_seed() -> int | None:
    """Return the seed that `tf.random.set_seed` has set; None for none."""
    tf, _ = load()
    found: list[int | None] = []

    def look() -> Any:  # outside of a graph TensorFlow would draw from its generator of seeds
        found.append(tf.compat.v1.get_seed(None)[0])
        return tf.zeros(())

    tf.function(look, autograph=False).get_concrete_function()
    return found[-1]


def set_global_seed(seed: int | None) -> None:
    """Set TensorFlow's seed, unless it is that already; None changes nothing."""
    if seed is not None and global_seed() != seed:
        load()[0].random.set_seed(seed)


def tensorflow_generator() -> Any | None:
    """Return the variable with the state of TensorFlow's global generator; None if it has none."""
    tf, _ = load()
    try:
        return tf.random.get_global_generator().state
    except RuntimeError:  # deterministic operations are asked for, and nobody has set one
        return None


_DRAWING = re.compile(r"Random|Multinomial|TruncatedNormal|ParameterizedTruncated")


def drawing_operations(graph: Any) -> list[str]:
    """Return the operations of a graph that draw from a state which TensorFlow doesn't tell.

    Args:
        graph: A concrete function.

    Example:
        >>> import tensorflow as tf
        >>> from dlwidgets.training.random_states import drawing_operations
        >>> draw = tf.function(lambda: tf.random.normal(()))
        >>> drawing_operations(draw.get_concrete_function())
        ['RandomStandardNormal']
    """
    described = graph.graph.as_graph_def()
    functions = [node for one in described.library.function for node in one.node_def]
    ops = {node.op for node in (*described.node, *functions)}
    return sorted(
        op for op in ops if _DRAWING.search(op) and "Stateless" not in op and "Dataset" not in op
    )
