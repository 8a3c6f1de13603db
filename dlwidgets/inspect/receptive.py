"""How much of the input a unit of a feature map can see."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dlwidgets._tensorflow import load_keras

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dlwidgets.inspect.graph import Graph


@dataclass(frozen=True)
class Field:
    """The part of the input that one unit depends on, per axis of the feature map.

    Attributes:
        size: Pixels, as far as the layers alone would reach; the input may be smaller.
        step: Pixels between the fields of two neighbouring units; below 1 where there are more
            units than pixels.
    """

    size: tuple[int, ...]
    step: tuple[float, ...]


def receptive_fields(graph: Graph, layers: Mapping[str, Any]) -> dict[str, Field]:
    """The receptive field of every layer that has a feature map.

    Through branches the largest counts. A layer that mixes all positions, such as Flatten or a
    global pooling, has no field, nor has what follows it.

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
    return {path: field for path, field in fields.items() if path in layers}


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
        if not sources or any(source is None for source in sources):
            continue
        known = [source for source in sources if source is not None]
        if node.kind == "model":
            inner = dict(zip(node.inputs, known, strict=False))
            _propagate(graph, layers, node.path, inner, fields)
            if node.outputs and node.outputs[0] in fields:
                fields[node.path] = fields[node.outputs[0]]
            continue
        shapes = (*node.input_shapes, *node.output_shapes)
        if len({len(one.size) for one in known}) > 1 or not shapes:
            continue
        joined = _widest(known)
        if any(len(shape) != len(joined.size) + 2 for shape in shapes):
            continue  # positions are mixed, dropped or made
        after = _through(layers.get(node.path), joined)
        if after is not None:
            fields[node.path] = after


def _widest(fields: list[Field]) -> Field:
    widest = max(fields, key=lambda field: math.prod(field.size))
    size = tuple(max(sizes) for sizes in zip(*(field.size for field in fields), strict=True))
    return Field(size, widest.step)


def _through(layer: Any, field: Field) -> Field | None:
    """The field after a layer; None where it mixes positions in a way that is not known."""
    keras = load_keras()
    k = keras.layers
    axes = len(field.size)
    if layer is None:  # an operation such as x + y
        return field
    if getattr(layer, "data_format", None) == "channels_first":
        return None
    if isinstance(layer, (k.Conv1DTranspose, k.Conv2DTranspose, k.Conv3DTranspose)):
        steps = tuple(s / n for s, n in zip(field.step, layer.strides, strict=True))
        reach = [math.ceil(n / s) for n, s in zip(layer.kernel_size, layer.strides, strict=True)]
        return Field(_grown(field, reach), steps)
    kernel = getattr(layer, "kernel_size", None) or getattr(layer, "pool_size", None)
    strides = getattr(layer, "strides", None)
    if kernel is not None and strides is not None:
        kernel, strides = _per_axis(kernel, axes), _per_axis(strides, axes)
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
    return field if isinstance(layer, _pointwise()) else None


def _per_axis(value: Any, axes: int) -> tuple[int, ...]:
    return (int(value),) * axes if isinstance(value, int) else tuple(int(n) for n in value)


def _grown(field: Field, reach: list[int]) -> tuple[int, ...]:
    return tuple(
        size + math.ceil((n - 1) * step)
        for size, step, n in zip(field.size, field.step, reach, strict=True)
    )


def _pointwise() -> tuple[type, ...]:
    """Layers that give every position what comes from that position alone."""
    k = load_keras().layers
    return (
        k.Activation, k.ReLU, k.LeakyReLU, k.PReLU, k.ELU, k.Softmax, k.Dense, k.Dropout,
        k.SpatialDropout1D, k.SpatialDropout2D, k.SpatialDropout3D, k.GaussianNoise,
        k.GaussianDropout, k.BatchNormalization, k.Rescaling, k.Normalization,
        k.ZeroPadding1D, k.ZeroPadding2D, k.ZeroPadding3D,
        k.Cropping1D, k.Cropping2D, k.Cropping3D,
        k.Add, k.Average, k.Maximum, k.Minimum, k.Multiply, k.Subtract, k.Concatenate,
    )  # fmt: skip
