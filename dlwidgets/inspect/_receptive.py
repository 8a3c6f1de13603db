"""Receptive fields: the part of the input that a unit of a feature map depends on."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dlwidgets._tensorflow import load_keras

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dlwidgets._keras_types import AnyLayer
    from dlwidgets.inspect.graph import Graph, Node


@dataclass(frozen=True)
class Field:
    """The part of the input that one unit depends on, per axis of the feature map.

    Attributes:
        size: Pixels, as far as the layers alone would reach; the input may be smaller.
        step: Pixels between the fields of two neighboring units; below 1 where there are more
            units than pixels.
        whole: Whether each unit sees the whole input, as behind a global pooling or a gate made by
            one; size and step are then empty.
    """

    size: tuple[int, ...]
    step: tuple[float, ...]
    whole: bool = False


_WHOLE = Field((), (), whole=True)
_APART = Field((), ())
"""The units of a flattened feature map, each of which has a field of its own."""

_POINTWISE = frozenset(
    {
        "Add",
        "Subtract",
        "Multiply",
        "Divide",
        "TrueDivide",
        "FloorDivide",
        "Power",
        "Maximum",
        "Minimum",
        "Negative",
        "Abs",
        "Absolute",
        "Square",
        "Sqrt",
        "Rsqrt",
        "Reciprocal",
        "Exp",
        "Log",
        "Log1p",
        "Sin",
        "Cos",
        "Tanh",
        "Clip",
        "Cast",
        "Where",
        "Relu",
        "Relu6",
        "LeakyRelu",
        "Elu",
        "Selu",
        "Gelu",
        "Silu",
        "Swish",
        "Sigmoid",
        "HardSigmoid",
        "HardSilu",
        "HardSwish",
        "Softplus",
        "Softsign",
    }
)
"""Operations of `keras.ops` that give every position what comes from that position alone."""

_REDUCING = frozenset({"Mean", "Max", "Min", "Sum", "Amax", "Amin", "Var", "Std", "Moments"})


def receptive_fields(graph: Graph, layers: Mapping[str, Any]) -> dict[str, Field]:
    """Return the receptive field of every layer that has a feature map.

    Through branches the largest counts. Behind a global pooling, or a product with what comes of
    one, each unit sees the whole input. Where positions are mixed in a way that is not known, there
    is no field, nor has what follows one.

    Args:
        graph: Of a model, with edges.
        layers: Its layers by path name.

    Returns:
        Fields by path, for layers on 1, 2 or 3 axes. For a shared layer the field of its first
        call.

    Source: Araujo, Norris and Sim, "Computing Receptive Fields of Convolutional Neural Networks",
        Distill 2019.
    """
    fields: dict[str, Field] = {}
    _propagate(graph, layers, "", {}, fields)
    maps = {n.path for n in graph.nodes if n.output_shapes and len(n.output_shapes[0]) > 2}
    return {
        path: field
        for path, field in fields.items()
        if path in layers and path in maps and field is not _APART
    }


def _propagate(
    graph: Graph,
    layers: Mapping[str, Any],
    parent: str,
    given: Mapping[str, Field],
    fields: dict[str, Field],
) -> None:
    incoming: dict[str, list[tuple[int, str]]] = {}
    for edge in graph.edges:
        if edge.call == 0:
            incoming.setdefault(edge.target, []).append((edge.input, edge.source))
    for node in graph.children(parent):
        if node.kind == "input":
            axes = len(node.output_shapes[0]) - 2 if node.output_shapes else 0
            if node.path in given:
                fields[node.path] = given[node.path]
            elif not parent and 1 <= axes <= 3:
                fields[node.path] = Field((1,) * axes, (1.0,) * axes)
            continue
        sources = [fields.get(source) for _, source in sorted(incoming.get(node.path, []))]
        known = [source for source in sources if source is not None]
        if node.kind == "model":
            complete = len(known) == len(sources)
            inner = dict(zip(node.inputs, known, strict=False)) if complete else {}
            _propagate(graph, layers, node.path, inner, fields)
            if node.outputs and node.outputs[0] in fields:
                fields[node.path] = fields[node.outputs[0]]
            continue
        after = _after(graph, node, layers.get(node.path), sources)
        if after is not None:
            fields[node.path] = after


def _after(
    graph: Graph, node: Node, layer: AnyLayer | None, sources: list[Field | None]
) -> Field | None:
    """The field after a node; `None` if it isn't known."""
    known = [source for source in sources if source is not None]
    if any(source.whole for source in known):
        return _WHOLE
    if not known or len(known) < len(sources) or not node.output_shapes:
        return None
    if _is_global(node, layer):
        return _WHOLE
    if known[0] is _APART or isinstance(layer, _flattening()):
        return _flattened(node, layer)
    return _on_map(graph, node, layer, known)


def _flattened(node: Node, layer: AnyLayer | None) -> Field | None:
    """The field after a layer that flattens a map, or takes a flattened one."""
    if isinstance(layer, load_keras().layers.Dense):
        return _WHOLE if len(node.output_shapes[0]) == 2 else None
    return _APART if isinstance(layer, (*_flattening(), *_pointwise())) else None


def _on_map(graph: Graph, node: Node, layer: AnyLayer | None, known: list[Field]) -> Field | None:
    """The field after a node that takes feature maps and gives one."""
    joined = _widest(known) if len({len(one.size) for one in known}) == 1 else None
    shapes = (*node.input_shapes, *node.output_shapes)
    if joined is None or any(len(shape) != len(joined.size) + 2 for shape in shapes):
        return None  # positions are mixed, dropped or made
    if len({shape[1:-1] for shape in node.input_shapes}) == 1:
        return _through(node, layer, joined)
    # What has one position for all others is seen by all of them.
    sides = next(iter(graph.children()), node).output_shapes[0][1:-1]
    covers = len(sides) == len(joined.size) and all(
        side is not None and size >= side for side, size in zip(sides, joined.size, strict=True)
    )
    return _WHOLE if covers else None


def _is_global(node: Node, layer: AnyLayer | None) -> bool:
    """Return whether all positions become one."""
    if layer is not None:
        return isinstance(layer, _pooling_all())
    before, after = node.input_shapes[0], node.output_shapes[0]
    if node.type not in _REDUCING or any(side != 1 for side in after[1:-1]):
        return False
    # Without the axes that are gone, only their lengths tell whether the channels are still there.
    whole = len(after) == len(before)
    return whole or (len(after) > 1 and after[-1] == before[-1] and after[-1] not in before[1:-1])


def _widest(fields: list[Field]) -> Field:
    widest = max(fields, key=lambda field: math.prod(field.size))
    size = tuple(max(sizes) for sizes in zip(*(field.size for field in fields), strict=True))
    return Field(size, widest.step)


def _through(node: Node, layer: AnyLayer | None, field: Field) -> Field | None:
    """The field after a layer; `None` if it mixes positions in an unknown way."""
    keras = load_keras()
    k = keras.layers
    axes = len(field.size)
    if layer is None or getattr(layer, "data_format", None) == "channels_first":
        # Without a layer it is an operation such as x + y.
        return field if layer is None and node.type in _POINTWISE else None
    if isinstance(layer, (k.Conv1DTranspose, k.Conv2DTranspose, k.Conv3DTranspose)):
        steps = tuple(s / n for s, n in zip(field.step, layer.strides, strict=True))
        reach = [math.ceil(n / s) for n, s in zip(layer.kernel_size, layer.strides, strict=True)]
        return Field(_grown(field, reach), steps)
    kernel = getattr(layer, "kernel_size", None) or getattr(layer, "pool_size", None)
    strides = getattr(layer, "strides", None)
    if kernel is not None and strides is not None:
        kernel, strides = _per_axis(kernel, axes), _per_axis(strides, axes)
        if len(kernel) != axes:  # such as ConvLSTM2D, whose steps in time see all before
            return None
        dilation = _per_axis(getattr(layer, "dilation_rate", 1), axes)
        reach = [(n - 1) * d + 1 for n, d in zip(kernel, dilation, strict=True)]
        steps = tuple(s * n for s, n in zip(field.step, strides, strict=True))
        return Field(_grown(field, reach), steps)
    if isinstance(layer, (k.UpSampling1D, k.UpSampling2D, k.UpSampling3D)):
        size = _per_axis(layer.size, axes)
        nearest = getattr(layer, "interpolation", "nearest") == "nearest"
        reach = [1 if nearest or n == 1 else 2 for n in size]
        steps = tuple(s / n for s, n in zip(field.step, size, strict=True))
        return Field(_grown(field, reach), steps)
    return field if isinstance(layer, _pointwise()) or _over_channels(layer, axes) else None


def _over_channels(layer: AnyLayer, axes: int) -> bool:
    """Return whether a layer compares the channels of each position."""
    k = load_keras().layers
    if not isinstance(layer, (k.LayerNormalization, k.Softmax)):
        return False
    axis = layer.axis if isinstance(layer.axis, int) else tuple(layer.axis)
    return axis in (-1, (-1,), axes + 1, (axes + 1,))


def _per_axis(value: Any, axes: int) -> tuple[int, ...]:
    return (int(value),) * axes if isinstance(value, int) else tuple(int(n) for n in value)


def _grown(field: Field, reach: list[int]) -> tuple[int, ...]:
    return tuple(
        size + math.ceil((n - 1) * step)
        for size, step, n in zip(field.size, field.step, reach, strict=True)
    )


def _pooling_all() -> tuple[type, ...]:
    k = load_keras().layers
    return (
        k.GlobalAveragePooling1D,
        k.GlobalAveragePooling2D,
        k.GlobalAveragePooling3D,
        k.GlobalMaxPooling1D,
        k.GlobalMaxPooling2D,
        k.GlobalMaxPooling3D,
    )


def _flattening() -> tuple[type, ...]:
    k = load_keras().layers
    return (k.Flatten, k.Reshape)


def _pointwise() -> tuple[type, ...]:
    """Layers that give every position what comes from that position alone."""
    k = load_keras().layers
    return (
        k.Activation,
        k.ReLU,
        k.LeakyReLU,
        k.PReLU,
        k.ELU,
        k.Dense,
        k.Dropout,
        k.SpatialDropout1D,
        k.SpatialDropout2D,
        k.SpatialDropout3D,
        k.GaussianNoise,
        k.GaussianDropout,
        k.BatchNormalization,
        k.Rescaling,
        k.Normalization,
        k.ZeroPadding1D,
        k.ZeroPadding2D,
        k.ZeroPadding3D,
        k.Cropping1D,
        k.Cropping2D,
        k.Cropping3D,
        k.Add,
        k.Average,
        k.Maximum,
        k.Minimum,
        k.Multiply,
        k.Subtract,
        k.Concatenate,
    )
