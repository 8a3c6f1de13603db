"""The graph of one training step, which TensorFlow optimizes by itself although a loop calls it.

TensorFlow fuses operations, such as a product with its bias and activation, by the graph that they
stand in, and a fused kernel may round the last bit in another way. A step that is inlined into a
loop is fused otherwise than in the graph of `keras.Model.fit`, which has no loop. So it is left a
function of its own, with all that TensorFlow knows when it optimizes the graph of `fit`.
"""

from __future__ import annotations

import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from dlwidgets._tensorflow import compiled, load

if TYPE_CHECKING:
    from collections.abc import Callable


def separate(step: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return a function of `step` that stays apart from the graph that calls it.

    Args:
        step: A training step on one batch.

    Returns:
        A `tf.function`, whose results have the bits of a `tf.function` of `step` that is called
        from Python.

    Example:
        >>> square = separate(lambda x: x * x)  # doctest: +SKIP
    """
    tf, _ = load()

    def with_shapes(data: Any) -> Any:
        results = step(data)
        _note_shapes(tf)
        return results

    return compiled(
        with_shapes,
        reduce_retracing=True,
        autograph=False,
        experimental_attributes={"_noinline": True},
    )


def apart(make: Callable[[], Any]) -> Any:
    """Return what `make` returns, called on a thread that builds no graph.

    TensorFlow builds a graph again if it has seen a variable being made meanwhile, also one that
    was made by `tf.init_scope`. It doesn't see those of other threads.

    Args:
        make: Makes a variable that outlasts the graph.

    Raises:
        BaseException: What `make` raises.
    """
    made: Future[Any] = Future()

    def work() -> None:
        try:
            made.set_result(make())
        except BaseException as error:  # noqa: BLE001 - for the thread that waits
            made.set_exception(error)

    other = threading.Thread(target=work, name="dlwidgets-variable", daemon=True)
    try:
        other.start()
    except RuntimeError:  # Python ends, and begins no more threads; a run may still come to its end
        with load()[0].init_scope():
            return make()
    return made.result()


def _note_shapes(tf: Any) -> None:
    """Write the shapes of the variables that the graph uses beside their handles.

    TensorFlow takes them from the variables when Python calls a graph, not when another graph does.
    Python's interface has no public name for this: where a version of TensorFlow lacks one of these
    private names, the shapes stay unknown, and last bits may differ.
    """
    for outside, placeholder in tf.compat.v1.get_default_graph().captures:
        data = getattr(outside, "_handle_data", None)
        write = getattr(placeholder.op, "_set_attr", None)
        if placeholder.dtype != tf.resource or write is None or data is None or not data.is_set:
            continue
        lists = tf.compat.v1.AttrValue.ListValue
        variables = data.shape_and_type
        types, shapes = [v.dtype for v in variables], [v.shape for v in variables]
        write("_handle_dtypes", tf.compat.v1.AttrValue(list=lists(type=types)))
        write("_handle_shapes", tf.compat.v1.AttrValue(list=lists(shape=shapes)))
