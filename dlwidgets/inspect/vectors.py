"""Vectors inside a model: outputs of its last hidden layer, and embeddings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._messages import tr
from dlwidgets._tensorflow import compiled_by_shape, load, load_keras
from dlwidgets.data.samples import is_stream, take
from dlwidgets.inspect.evaluation import in_batches
from dlwidgets.inspect.layers import LayerError, find_named, layers_of
from dlwidgets.inspect.model_cache import cached_per_model
from dlwidgets.inspect.model_outputs import choose_output
from dlwidgets.inspect.tracing import TracingError, trace

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from dlwidgets._keras_types import KerasModel, Nested
    from dlwidgets.inspect.model_outputs import ModelOutput
    from dlwidgets.inspect.traced_model import TracedModel

_BATCH = 256
_MAX_STREAMED = 10_000


def predict(
    model: KerasModel, x: Nested, *, output: str | int | None = None, batch_size: int = _BATCH
) -> NDArray[Any]:
    """Return a model's output for many samples.

    Args:
        model: A built Keras model.
        x: Samples, shape (n, …), n at least 1; for several inputs a list or dict of such arrays. Or
            a data set or generator, of which the first 10,000 samples are used.
        output: Which of several outputs: its name or index; `None` for the first that ends like a
            classifier, or the first.
        batch_size: Samples at a time.

    Returns:
        The output, shape (n, …), as float32 or float64.

    Raises:
        ValueError: There is no sample, or no such output.

    Example:
        >>> dl.inspect.predict(dl.models.mlp((8, 8, 1), 10), np.zeros((3, 8, 8, 1))).shape
        (3, 10)
    """
    which = choose_output(model, output).index
    return _batches(model, model.predict_on_batch, x, batch_size)[which]


def predict_places(
    model: KerasModel, x: Nested, output: ModelOutput, *, batch_size: int = _BATCH
) -> tuple[NDArray[Any], NDArray[np.bool_] | None]:
    """Return an output with a prediction per time step or pixel, and which of them count.

    Args:
        model: A built Keras model.
        x: Samples, as for `predict`.
        output: One of its outputs, from `outputs_of`.
        batch_size: Samples at a time.

    Returns:
        The output, shape (n, …, units), and its mask, shape (n, …): false for padding, by a Masking
        layer or an Embedding with ``mask_zero``; `None` where nothing is masked.
    """
    masked = _masked(model, output.index)
    if masked is None:
        return _batches(model, model.predict_on_batch, x, batch_size)[output.index], None
    values, mask = _batches(model, masked, x, batch_size)
    return values, mask.astype(bool) if mask.ndim > 1 else None


@cached_per_model
def _masked(model: KerasModel, index: int) -> Callable[[Nested], Any] | None:
    """A function that gives an output and its mask; `None` if the model can't be traced."""
    tf, keras = load()
    try:
        traced = trace(model)
    except TracingError:
        return None

    class Mask(keras.layers.Layer):  # type: ignore[misc, name-defined]
        """Gives the mask of what it is given; a single number if there is none."""

        def __init__(self) -> None:
            super().__init__()
            self.supports_masking = True

        def call(self, values: Any, mask: Any = None) -> Any:
            return tf.ones(tf.shape(values)[:1]) if mask is None else mask

    return _graph_of(traced, [traced.output_tensors[index]], Mask())


def hidden_vectors(
    model: KerasModel, x: Nested, *, output: str | int | None = None, batch_size: int = _BATCH
) -> tuple[NDArray[Any], NDArray[Any], str]:
    """Return the output of the last hidden layer for each sample.

    Args:
        model: A built Keras model: Sequential, functional, or subclassed if its `call` can be
            traced.
        x: As for `predict`.
        output: The output whose last hidden layer is meant, as for `predict`.
        batch_size: Samples at a time.

    Returns:
        Vectors, shape (n, units), feature maps flattened; the output, shape (n, …); and the name of
        the layer that the vectors come from.

    Raises:
        LayerError: The output layer is the first of the model, so there is no hidden layer.
        ValueError: The model can't be traced.

    Example:
        >>> net = dl.models.mlp((8, 8, 1), 10, hidden=(32, 16))
        >>> vectors, output, name = dl.inspect.hidden_vectors(net, np.zeros((3, 8, 8, 1)))
        >>> vectors.shape, output.shape
        ((3, 16), (3, 10))
    """
    both, name = _hidden_and_output(model, choose_output(model, output).index)
    vectors, values = _batches(model, both, x, batch_size)
    return vectors.reshape(len(vectors), -1), values, name


@cached_per_model
def _hidden_and_output(model: KerasModel, index: int) -> tuple[Callable[[Nested], Any], str]:
    """A function that gives the last hidden layer and an output, and the layer's name.

    Its first call traces it, which takes longer than all later ones.
    """
    traced = trace(model)
    tensor, name = _last_hidden(traced, index)
    return _graph_of(traced, [tensor, traced.output_tensors[index]]), name


def _graph_of(
    traced: TracedModel, outputs: list[Any], more: Callable[[Any], Any] | None = None
) -> Callable[[Nested], Any]:
    """A function that calls a part of a model in one graph.

    Args:
        traced: The model.
        outputs: The tensors that the function gives.
        more: What it gives in addition, of what it gives.
    """
    tf, keras = load()
    graph = traced.submodel(outputs)

    def compute(*inputs: Any) -> Any:
        found = keras.tree.flatten(graph(traced.packed(list(inputs)), training=False))
        return found if more is None else [*found, more(found[0])]

    call = compiled_by_shape(compute, autograph=False, reduce_retracing=True)
    return lambda x: call(*(tf.convert_to_tensor(part) for part in traced.in_order(x)))


def embedding_vectors(model: KerasModel, layer: str | None = None) -> tuple[NDArray[Any], str]:
    """Return the vectors of an Embedding layer, one per word of its vocabulary.

    Args:
        model: A built Keras model.
        layer: Path name of an Embedding layer, as `layers_of` gives it; the first by default.

    Returns:
        Floats, shape (vocabulary, dimensions), and the layer's path name.

    Raises:
        LayerError: The model has no Embedding layer, or `layer` isn't one.

    Example:
        >>> import keras
        >>> net = keras.Sequential([keras.Input((4,)), keras.layers.Embedding(7, 3, name="words")])
        >>> vectors, name = dl.inspect.embedding_vectors(net)
        >>> vectors.shape, name
        ((7, 3), 'words')
    """
    kind = load_keras().layers.Embedding
    names = embedding_layers(model)
    if layer is None:
        if not names:
            message = tr(
                "The model {name} has no Embedding layer.",
                name=repr(model.name),
            )
            raise LayerError(message)
        layer = names[0]
    path, found = find_named(model, layer)
    if not isinstance(found, kind):
        message = tr(
            "Layer {name} isn't an Embedding layer, but {type}. Embedding layers: {names}.",
            name=repr(path),
            type=type(found).__name__,
            names=", ".join(map(repr, names)) or tr("none"),
        )
        raise LayerError(message)
    if not found.built:
        message = tr(
            "The Embedding layer {name} has no weights yet.",
            name=repr(path),
        )
        raise LayerError(message)
    return np.asarray(found.embeddings), path


def embedding_layers(model: KerasModel) -> list[str]:
    """Return the path names of a model's Embedding layers, from input to output."""
    kind = load_keras().layers.Embedding
    return [path for path, layer in layers_of(model) if isinstance(layer, kind)]


def _last_hidden(traced: TracedModel, index: int) -> tuple[Any, str]:
    """The tensor that goes into the layer that makes an output, and the layer it comes from.

    Layers without weights at the end, such as a separate softmax, belong to the output.
    """
    call = traced.heads[index]
    while call is not None:
        if call.merges:  # such as a residual connection at the end of a block
            call = traced.block_around(call)
        if call is None or call.merges:
            break
        weights: Any = getattr(call.layer, "weights", ())  # an operation has none
        if weights:
            break
        call = traced.inner_call_before(call)
    if call is None or call.merges or call.input is None:
        message = tr(
            "The model {name} has no single hidden layer before its output.",
            name=repr(traced.name),
        )
        raise LayerError(message)
    below = traced.call_before(call)
    if below is None:
        message = tr(
            "The model {name} has no hidden layer. {layer} is its first layer.",
            name=repr(traced.name),
            layer=repr(call.name),
        )
        raise LayerError(message)
    return call.input, below.name


def _batches(
    model: KerasModel, function: Callable[[Nested], Any], x: Nested, batch_size: int
) -> list[NDArray[Any]]:
    keras = load_keras()
    if is_stream(x):
        x = take(x, limit=_MAX_STREAMED, model=model).x
    if len(next(iter(keras.tree.flatten(x)))) == 0:
        message = tr(
            "Expected at least one sample. Received: none",
        )
        raise ValueError(message)
    arrays = keras.tree.map_structure(np.asarray, x)
    found = in_batches(model, function, arrays, batch_size)
    return [a if a.dtype in (np.float32, np.float64) else a.astype(np.float32) for a in found]
