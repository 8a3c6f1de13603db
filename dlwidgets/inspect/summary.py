"""Summary of a model: a row per layer, with the calculation behind each number."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._messages import join_messages, tr
from dlwidgets._tensorflow import load_keras
from dlwidgets.inspect._arithmetic import multiply_adds
from dlwidgets.inspect._formulas import Formula, formula, times, weight_name
from dlwidgets.inspect._layer_description import describe_layer
from dlwidgets.inspect._receptive import Field, receptive_fields
from dlwidgets.inspect.blocks import is_block, own_weights
from dlwidgets.inspect.graph import Graph, Node, Shape, graph
from dlwidgets.inspect.layers import SEPARATOR, layers_of
from dlwidgets.inspect.model_cache import require_model

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dlwidgets._keras_types import AnyLayer, KerasModel


@dataclass(frozen=True)
class LayerSummary:
    """One layer.

    Attributes:
        path: Its name, after those of the nested models around it.
        type: The class, such as "Conv2D".
        configuration: Its configuration in words.
        input_shapes: Shapes of the tensors that it takes, the batch first; () if unknown.
        output_shapes: Shapes of the tensors that it gives.
        formula: Parameters, trainable or not, with the calculation.
        trainable: Parameters that training changes.
        weight_bytes: Memory of the parameters.
        output_bytes: Memory of its output for one sample; None where a size is not fixed.
        multiply_adds: For one sample, over all its calls; None where unknown (see `multiply_adds`).
        receptive_field: The part of the input that one unit of its feature map depends on, `None`
            for other outputs.
        calls: How often it is called; more than once where it is shared.
        is_model: Whether it consists of layers, which follow: a nested model, or one's own layer.
    """

    path: str
    type: str
    configuration: str
    input_shapes: tuple[Shape, ...]
    output_shapes: tuple[Shape, ...]
    formula: Formula
    trainable: int
    weight_bytes: int
    output_bytes: int | None
    multiply_adds: int | None
    receptive_field: Field | None
    calls: int
    is_model: bool

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition(SEPARATOR)[2]

    @property
    def depth(self) -> int:
        """How many nested models it is in."""
        return self.path.count(SEPARATOR)

    @property
    def parameters(self) -> int:
        """Trainable or not."""
        return self.formula.value

    @property
    def field_words(self) -> str:
        """The receptive field in words, such as "7×7 pixels, one every 2 pixels"; "" for none."""
        field = self.receptive_field
        if field is None:
            return ""
        if field.whole:
            return tr("the whole input")
        size = times(field.size)
        step = {f"{s:g}" for s in field.step}
        every = "×".join(f"{s:g}" for s in field.step) if len(step) > 1 else step.pop()
        if len(field.size) > 1:
            if every == "1":
                return tr("{size} pixels, one at each pixel", size=size)
            return tr("{size} pixels, one every {step} pixels", size=size, step=every)
        if every == "1":
            return tr("{size} steps, one at each step", size=size)
        return tr("{size} steps, one every {step} steps", size=size, step=every)


@dataclass(frozen=True)
class ModelSummary:
    """All layers of a model and their totals.

    Attributes:
        name: The model's.
        layers: From input to output; those of a nested model after the model.
        graph: How they are connected.
        parameters: Trainable or not; weights that several layers share count once.
        trainable: Parameters that training changes.
        weight_bytes: Memory of the parameters.
        multiply_adds: For one sample; None where that of some layer is unknown.
        note: What couldn't be determined, as sentences; "" if nothing.
    """

    name: str
    layers: tuple[LayerSummary, ...]
    graph: Graph
    parameters: int
    trainable: int
    weight_bytes: int
    multiply_adds: int | None
    note: str

    @property
    def non_trainable(self) -> int:
        """Parameters that training doesn't change."""
        return self.parameters - self.trainable

    @property
    def layer_count(self) -> int:
        """How many layers there are: a wrapper counts as one, with the layers in it."""
        opened = {node.path for node in self.graph.nodes if node.kind == "model"}
        counted: list[str] = []
        for row in self.layers:
            inside = any(row.path.startswith(path + SEPARATOR) for path in counted)
            if not (row.is_model or row.path in opened or inside):
                counted.append(row.path)
        return len(counted)

    def layer(self, path: str) -> LayerSummary | None:
        """Return the row of a path, `None` if there is none."""
        return next((row for row in self.layers if row.path == path), None)

    def __str__(self) -> str:
        rows = [("layer", "type", "output", "parameters")]
        rows += [
            (
                "  " * row.depth + row.name,
                row.type,
                shapes_text(row.output_shapes) or "?",
                "(see its layers)" if row.is_model else str(row.formula),
            )
            for row in self.layers
        ]
        widths = [max(len(row[i]) for row in rows) for i in range(4)]
        lines = ["  ".join(c.ljust(w) for c, w in zip(r, widths, strict=True)) for r in rows]
        total = f"{self.parameters:,} parameters, {self.non_trainable:,} of them not trainable"
        return "\n".join([*(line.rstrip() for line in lines), total])


def summarize(model: KerasModel) -> ModelSummary:
    """Return a summary of a model.

    Args:
        model: A built Keras model: Sequential, functional or subclassed, nested models included.

    Returns:
        A row per layer; ``print(summarize(model))`` prints it as a table.

    Raises:
        TypeError: Not a Keras model.
        ValueError: A model that is not built.

    Example:
        >>> print(dl.inspect.summarize(dl.models.line_neuron()))
        layer   type   output  parameters
        neuron  Dense  1       (1+1)×1 = 2
        2 parameters, 0 of them not trainable
    """
    model = require_model(model, built=True)
    pairs = layers_of(model)
    layers = dict(pairs)
    wiring = graph(model)
    nodes = {node.path: node for node in wiring.nodes}
    fields = receptive_fields(wiring, layers)
    repeats = _repeats(nodes)
    work: dict[str, int | None] = {}
    for path, layer in pairs:
        outer = path.rpartition(SEPARATOR)[0]
        counted = outer in work and work[outer] != _OPEN  # with the layer around it
        calls, node = repeats.get(path, 1), nodes.get(path)
        work[path] = _INSIDE if counted else _work(layer, node, calls)
    rows = tuple(
        _row(path, layer, node=nodes.get(path), field=fields.get(path), work=_total(path, work))
        for path, layer in pairs
    )
    leaves = [count for count in work.values() if count not in (_OPEN, _INSIDE)]
    unknown = [path for path, count in work.items() if count is None]
    notes = [wiring.note]
    if unknown and not wiring.note:
        named = ", ".join(repr(path) for path in unknown[:3]) + (", …" if len(unknown) > 3 else "")
        notes.append(tr("The multiply-adds of {names} aren't known.", names=named))
    return ModelSummary(
        name=model.name,
        layers=rows,
        graph=wiring,
        parameters=_count(model.weights),
        trainable=_count(model.trainable_weights),
        weight_bytes=_bytes(model.weights),
        multiply_adds=None if unknown else sum(int(n) for n in leaves if n is not None),
        note=join_messages(notes),
    )


def shapes_text(shapes: Sequence[Shape]) -> str:
    """Return shapes without their batch, such as "28×28×1", separated by commas."""
    return ", ".join(times(shape[1:]) or "1" for shape in shapes)


_OPEN = -1
"""Stands for the multiply-adds of a nested model or block, which are those of its layers."""

_INSIDE = -2
"""Stands for those of a layer that are a part of another one's, such as of a wrapper's."""


def _repeats(nodes: dict[str, Node]) -> dict[str, int]:
    """How often each node is called for one sample, with the calls of the models around it."""
    found: dict[str, int] = {}
    for path, node in nodes.items():
        found[path] = node.calls * found.get(node.parent, 1)
    return found


def _work(layer: AnyLayer, node: Node | None, calls: int) -> int | None:
    if isinstance(layer, load_keras().Model):
        return _OPEN
    if node is not None and node.kind == "model":
        # Products with its own matrices are operations, of which only the shapes are known.
        return None if any(len(w.shape) > 1 for w in own_weights(layer)) else _OPEN
    if node is None:
        return None if layer.weights else 0
    once = multiply_adds(layer, node.input_shapes, node.output_shapes)
    return None if once is None else once * calls


def _total(path: str, work: dict[str, int | None]) -> int | None:
    if work[path] != _OPEN:
        return None if work[path] == _INSIDE else work[path]
    inside = [
        n for p, n in work.items() if p.startswith(path + SEPARATOR) and n not in (_OPEN, _INSIDE)
    ]
    return None if any(n is None for n in inside) else sum(n for n in inside if n is not None)


def _row(
    path: str, layer: AnyLayer, *, node: Node | None, field: Field | None, work: int | None
) -> LayerSummary:
    outputs = node.output_shapes if node else ()
    return LayerSummary(
        path=path,
        type=type(layer).__name__,
        configuration=describe_layer(layer),
        input_shapes=node.input_shapes if node else (),
        output_shapes=outputs,
        formula=formula(layer),
        trainable=_count(layer.trainable_weights),
        weight_bytes=_bytes(layer.weights),
        output_bytes=_output_bytes(layer, outputs),
        multiply_adds=work,
        receptive_field=field,
        calls=node.calls if node else 1,
        is_model=_is_open(layer),
    )


def _is_open(layer: AnyLayer) -> bool:
    """Return whether a layer is a model, or one's own layer whose weights are all in its layers."""
    return isinstance(layer, load_keras().Model) or (is_block(layer) and not own_weights(layer))


def _count(weights: Any) -> int:
    return sum(math.prod(w.shape) for w in weights)


def _bytes(weights: Any) -> int:
    return sum(math.prod(w.shape) * item_size(str(w.dtype)) for w in weights)


def _output_bytes(layer: AnyLayer, shapes: tuple[Shape, ...]) -> int | None:
    sizes: list[list[Any]] = [list(shape[1:]) for shape in shapes]
    if not shapes or any(None in size for size in sizes):
        return None
    dtype = getattr(layer, "compute_dtype", None) or "float32"
    numbers: int = sum(math.prod(size) for size in sizes)
    return numbers * item_size(str(dtype))


def item_size(dtype: str) -> int:
    """Return the bytes of one number of a Keras dtype, also of one that NumPy doesn't know."""
    if dtype in ("bfloat16",):
        return 2
    if "8" in dtype and "float" in dtype:
        return 1
    try:
        return np.dtype(dtype).itemsize
    except TypeError:  # such as "string"
        return 0


__all__ = ["LayerSummary", "ModelSummary", "item_size", "shapes_text", "summarize", "weight_name"]
