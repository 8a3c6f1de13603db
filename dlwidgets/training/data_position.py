"""Where training stands in the data of an epoch, and how another process gets there again.

Most pipelines of `tf.data`, among them those that Keras makes of arrays, can write down their
position with all that is drawn and buffered. A `PyDataset` can't, but it repeats its order where
the random generators begin as they did. A Python generator can neither: only the beginning of an
epoch can be found again, and the batches that follow are those of the new generator.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._messages import tr
from dlwidgets._tensorflow import load, load_keras
from dlwidgets.training.callback_states import state_said_by

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from dlwidgets._keras_types import Nested
    from dlwidgets._messages import Message

_IGNORE = 1  # TensorFlow's policy for state that a pipeline holds outside of itself
_STATELESS = frozenset({"RandomIndexShuffle"})
"""Operations whose names begin as those of random numbers with a state, which they don't have."""
_MAX_DESCRIBED = 2**28  # bytes of data that are looked through for what is in their pipeline


class Way(enum.StrEnum):
    """How a position in an epoch is found again."""

    WRITTEN = "written"
    """The iterator's state is written down."""
    SKIPPED = "skipped"
    """As many batches are taken from a new iterator and dropped."""
    REPLAYED = "replayed"
    """As skipped, from the random states with which the iterator began."""
    BEGUN = "begun"
    """Not at all: the epoch begins anew."""


def way_of(x: Nested) -> Way:
    """Return how positions in this data are found again, as far as its kind tells.

    Args:
        x: What `fit` is given as ``x``.

    Example:
        >>> str(way_of(np.zeros((3, 2))))
        'written'
    """
    tf, keras = load()
    if isinstance(x, keras.utils.PyDataset):
        return Way.REPLAYED
    leaves = [leaf for leaf in keras.tree.flatten(x) if leaf is not None]
    if isinstance(x, tf.data.Dataset) or all(hasattr(leaf, "shape") for leaf in leaves):
        return Way.WRITTEN
    return Way.BEGUN


def written(iterator: Iterator[Nested]) -> NDArray[np.uint8] | None:
    """Return an iterator's position; None if its pipeline can't tell it.

    Args:
        iterator: A `tf.data.Iterator`, from which nothing takes at this moment.

    Example:
        >>> import tensorflow as tf
        >>> numbers = tf.data.Dataset.range(9).shuffle(9)
        >>> first, second = iter(numbers), iter(numbers)
        >>> set_position(second, written(first))
        >>> [int(n) for n in first] == [int(n) for n in second]
        True
    """
    tf, _ = load()
    try:
        state = tf.raw_ops.SerializeIterator(
            resource_handle=_handle(iterator), external_state_policy=_IGNORE
        )
        return np.frombuffer(tf.io.serialize_tensor(state).numpy(), np.uint8)
    except (tf.errors.OpError, ValueError, TypeError):
        return None


def set_position(iterator: Iterator[Nested], position: NDArray[np.uint8]) -> bool:
    """Let an iterator go on from a position that was `written`; False if it can't.

    Args:
        iterator: An iterator of the same pipeline.
        position: The position.
    """
    tf, _ = load()
    try:
        state = tf.io.parse_tensor(position.tobytes(), tf.variant)
        tf.raw_ops.DeserializeIterator(resource_handle=_handle(iterator), serialized=state)
    except (tf.errors.OpError, ValueError, TypeError):
        return False
    return True


def skip(iterator: Iterator[Nested], batches: int) -> None:
    """Take batches from an iterator and drop them; fewer if it ends."""
    tf, _ = load()
    for _ in range(batches):
        try:
            next(iterator)
        except (StopIteration, tf.errors.OutOfRangeError):
            return


def _handle(iterator: Iterator[Nested]) -> Any:
    tf, _ = load()
    return tf.nest.flatten(iterator, expand_composites=True)[0]


# -- what can't be found again -----------------------------------------------------------------


def limits(x: Nested) -> list[Message]:
    """Return what of this data can't be found again exactly, in sentences.

    Args:
        x: What `fit` is given as ``x``.
    """
    tf, keras = load()
    if isinstance(x, tf.data.Dataset):
        return _limits_of_dataset(x)
    if isinstance(x, keras.utils.PyDataset):
        own = type(x).on_epoch_end is not keras.utils.PyDataset.on_epoch_end
        if own and not _keeps_state(x):
            return [
                tr(
                    "{name} changes at the end of each epoch, and a resumed run can't repeat "
                    "these changes. Give it `get_state()` and `set_state(state)` so that the run "
                    "resumes exactly.",
                    name=type(x).__name__,
                )
            ]
        return []
    if way_of(x) is Way.BEGUN:
        return [
            tr(
                "A generator can't be rewound, so a resumed run starts the epoch again with the "
                "batches that its new generator yields."
            )
        ]
    return []


def _keeps_state(x: Any) -> bool:
    return callable(getattr(x, "get_state", None)) and callable(getattr(x, "set_state", None))


def state_of(x: Any) -> Any:
    """Return what a `PyDataset` of the user's own keeps, as JSON; None if it doesn't say."""
    own = isinstance(x, load_keras().utils.PyDataset) and _keeps_state(x)
    return state_said_by(x) if own else None


def set_state_of(x: Any, state: Any) -> None:
    """Give a `PyDataset` back what `state_of` returned."""
    if state is not None and _keeps_state(x):
        x.set_state(state)


def _limits_of_dataset(x: Any) -> list[Message]:
    tf, _ = load()
    if _estimated_bytes(x) > _MAX_DESCRIBED:
        return []
    found: list[Message] = []
    described = _graph(x)
    if described is None:
        return []
    try:
        graph = tf.compat.v1.GraphDef.FromString(described)
    except (ValueError, TypeError):
        return []
    functions = [node for one in graph.library.function for node in one.node_def]
    ops = {node.op for node in (*graph.node, *functions)}
    if "GeneratorDataset" in ops:
        found.append(
            tr(
                "This `tf.data` pipeline reads from a Python generator, so its position can't be "
                "saved. A resumed run skips the batches that were done. It resumes exactly only "
                "if the generator yields the same batches again."
            )
        )
    elif ops & {"PyFunc", "EagerPyFunc"}:
        found.append(
            tr(
                "This `tf.data` pipeline calls Python code. A run resumes exactly only if this "
                "code returns the same for the same sample."
            )
        )
    drawn = any(op.startswith("Random") and "Dataset" not in op for op in ops - _STATELESS)
    if drawn or ops & {"AssignVariableOp", "AssignAddVariableOp"}:
        found.append(
            tr(
                "This `tf.data` pipeline draws random numbers in a function whose state can't be "
                "saved, so a resumed run draws others. Draw them in layers of the model, or with "
                "`tf.random.stateless_…`, seeded with the sample's index."
            )
        )
    if _unseeded(graph, "Shuffle", 2):
        found.append(
            tr(
                "`shuffle` has no seed. A resumed run repeats the batches of this epoch exactly, "
                "but shuffles later epochs in another order. Use `shuffle(…, seed=1)` to repeat "
                "all epochs."
            )
        )
    elif _unseeded(graph, "RandomDataset", 0):
        found.append(
            tr(
                "The order of these data is drawn without a seed. A resumed run repeats the "
                "batches of this epoch exactly, but draws another order for later epochs. Pass "
                "`seed=1` to repeat all epochs."
            )
        )
    return found


def _unseeded(graph: Any, kind: str, first: int) -> bool:
    """Whether data sets of a kind have seeds that TensorFlow draws where none is given.

    Args:
        graph: The pipeline.
        kind: What the names of their operations begin with.
        first: Which of their inputs is the first of both seeds.
    """
    nodes = {node.name: node for node in graph.node}

    def value(name: str) -> int:
        node = nodes.get(name.split(":", maxsplit=1)[0])
        if node is None or node.op != "Const":
            return -1
        tensor = node.attr["value"].tensor
        content = np.frombuffer(tensor.tensor_content, np.int64)
        return int(content[0]) if len(content) else int(next(iter(tensor.int64_val), 0))

    second = first + 1
    found = [n for n in graph.node if n.op.startswith(kind) and len(n.input) > second]
    return any(value(n.input[first]) == value(n.input[second]) == 0 for n in found)


def _graph(x: Any) -> bytes | None:
    tf, _ = load()
    try:
        variant = tf.data.experimental.to_variant(x)
        graph: bytes = tf.raw_ops.DatasetToGraphV2(
            input_dataset=variant, external_state_policy=_IGNORE, strip_device_assignment=True
        ).numpy()
    except (tf.errors.OpError, ValueError, TypeError):
        return None
    return graph


def _estimated_bytes(x: Any) -> float:
    """The bytes of all batches of a data set, as its element's shapes tell; unknown sizes are 1."""
    tf, _ = load()
    specs = tf.nest.flatten(x.element_spec, expand_composites=True)
    shapes = [(s.shape, s.dtype.size) for s in specs if isinstance(s, tf.TensorSpec)]
    one = sum(
        size * np.prod([n or 32 for n in shape] if shape.rank is not None else [1], dtype=float)
        for shape, size in shapes
    )
    return float(one) * max(1, int(x.cardinality().numpy()))
