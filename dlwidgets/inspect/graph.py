"""A model as nodes and edges: branches, shared layers, nested models, shapes on the edges."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from dlwidgets._messages import error_message, join_messages, tr
from dlwidgets._tensorflow import load_keras
from dlwidgets.inspect.blocks import is_block, known_graph
from dlwidgets.inspect.layers import SEPARATOR, layers_of
from dlwidgets.inspect.tracing import functional, trace

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dlwidgets._keras_types import AnyLayer, KerasModel

Shape = tuple[int | None, ...]
"""As in Keras: the batch first, None for what is not fixed."""

Kind = Literal["input", "layer", "operation", "model"]


@dataclass(frozen=True)
class Node:
    """A layer, an operation without weights such as ``x + y``, an input, or a nested model.

    One's own layer that uses other layers counts as a nested model if it can be opened.

    Attributes:
        path: Its name with those of the models around it, as in `layers_of`.
        type: The class, such as "Conv2D".
        kind: "input", "layer", "operation" or "model".
        calls: How often the model around it calls it; more than once where it is shared.
        input_shapes: Of its first call.
        output_shapes: Of its first call.
        inputs: Of a nested model that can be opened, the paths of its inputs, in order.
        outputs: Of such a model, the paths of the nodes that give its outputs, in order.
    """

    path: str
    type: str
    kind: Kind
    calls: int = 1
    input_shapes: tuple[Shape, ...] = ()
    output_shapes: tuple[Shape, ...] = ()
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition(SEPARATOR)[2]

    @property
    def parent(self) -> str:
        """The path of the nested model that it is a part of, "" for the model itself."""
        return self.path.rpartition(SEPARATOR)[0]


@dataclass(frozen=True)
class Edge:
    """A tensor on its way from one node to another in the same model.

    Attributes:
        source: The path of the node that makes it.
        target: The path of the node that takes it.
        shape: The tensor's.
        call: Which call of the target takes it, from 0.
        source_call: Which call of the source made it, from 0.
        output: Which of the source's outputs it is, from 0.
        input: Which of the target's inputs it is, from 0.
    """

    source: str
    target: str
    shape: Shape
    call: int = 0
    source_call: int = 0
    output: int = 0
    input: int = 0


@dataclass(frozen=True)
class Graph:
    """The nodes of a model, each after those that it takes tensors from, and its edges.

    Attributes:
        nodes: Those of nested models as well.
        edges: Both ends of an edge have the same parent.
        inputs: The paths of the model's inputs.
        outputs: The paths of the nodes that give its outputs.
        note: What could not be traced, as sentences; "" if nothing.
    """

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    note: str = ""

    def node(self, path: str) -> Node | None:
        """Return the node of a path, `None` if there is none."""
        return next((node for node in self.nodes if node.path == path), None)

    def children(self, parent: str = "") -> list[Node]:
        """Return the nodes of a nested model, or of the model itself."""
        return [node for node in self.nodes if node.parent == parent]


def graph(model: KerasModel) -> Graph:
    """Return the graph of a model.

    Args:
        model: A built Keras model: Sequential, functional with any number of inputs and outputs,
            or subclassed. If the `call` of a subclassed one can't be traced, its layers have no
            edges, and `Graph.note` says why.

    Returns:
        Nodes and edges.

    Raises:
        TypeError: Not a Keras model.

    Example:
        >>> [(e.target, e.shape) for e in dl.inspect.graph(dl.models.line_neuron()).edges]
        [('neuron', (None, 1))]
    """
    return _Builder().build(model)


@dataclass
class _Tensor:
    """The origin of a tensor in one model: node, call and output, by name."""

    source: str
    call: int
    output: int
    shape: Shape


@dataclass
class _Calls:
    """A node of one model, with the tensors that each of its calls takes."""

    name: str
    operation: Any
    takes: list[list[_Tensor]] = field(default_factory=list)


class _Builder:
    def __init__(self) -> None:
        self._keras = load_keras()
        self._nodes: list[Node] = []
        self._edges: list[Edge] = []
        self._notes: list[str] = []

    def build(self, model: KerasModel) -> Graph:
        if any(is_block(layer) for _, layer in layers_of(model)):
            with contextlib.suppress(ValueError):  # they then stay closed
                trace(model)
        try:
            inputs, outputs = self._scope(functional(model), "")
        except ValueError as error:
            # Its layers one by one; those that are models of their own can still be opened.
            for layer in model.layers:
                if self._kind(layer) != "input":
                    self._add(_Calls(layer.name, layer), {}, "")
            inputs, outputs = (), ()
            self._notes.insert(
                0, tr("No connections are shown. {reason}", reason=error_message(error))
            )
        note = join_messages(self._notes)
        return Graph(tuple(self._nodes), tuple(self._edges), inputs, outputs, note)

    def _kind(self, operation: Any) -> Kind:
        layers = self._keras.layers
        if isinstance(operation, layers.InputLayer):
            return "input"
        if isinstance(operation, self._keras.Model):
            return "model"
        return "layer" if isinstance(operation, layers.Layer) else "operation"

    def _scope(
        self, model: KerasModel, prefix: str, given: Sequence[Shape] = ()
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Add the nodes of one model, and return the paths of its inputs and outputs.

        Args:
            model: Sequential or functional.
            prefix: Of all paths.
            given: The shapes that a nested model is called with, where its own inputs leave sizes
                open.
        """
        if isinstance(model, self._keras.Sequential):
            everything, inputs, outputs = _chain(model, given)
        else:
            everything, inputs, outputs = _wiring(model, given)
        made: dict[str, dict[int, Shape]] = {}
        for tensor in [*outputs, *(t for c in everything for take in c.takes for t in take)]:
            made.setdefault(tensor.source, {}).setdefault(tensor.output, tensor.shape)
        for calls in everything:
            self._add(calls, made.get(calls.name, {}), prefix)
        return (
            tuple(prefix + name for name in inputs),
            tuple(prefix + tensor.source for tensor in outputs),
        )

    def _add(self, calls: _Calls, made: dict[int, Shape], prefix: str) -> None:
        path = prefix + calls.name
        kind: Kind = "input" if calls.operation is None else self._kind(calls.operation)
        node = Node(
            path,
            "Input" if kind == "input" else type(calls.operation).__name__,
            kind,
            calls=max(1, len(calls.takes)),
            input_shapes=tuple(t.shape for t in calls.takes[0]) if calls.takes else (),
            output_shapes=tuple(shape for _, shape in sorted(made.items())),
        )
        place = len(self._nodes)
        self._nodes.append(node)
        self._edges.extend(
            Edge(prefix + t.source, path, t.shape, call, t.call, t.output, index)
            for call, take in enumerate(calls.takes)
            for index, t in enumerate(take)
        )
        block = known_graph(calls.operation) if kind == "layer" else None
        if kind == "model" or block is not None:
            try:
                inner = functional(calls.operation) if block is None else block
                inputs, outputs = self._scope(inner, path + SEPARATOR, node.input_shapes)
            except ValueError as error:
                if block is not None:  # it stays a layer
                    return
                self._notes.append(
                    tr(
                        "{name} can't be opened. {reason}",
                        name=repr(path),
                        reason=error_message(error),
                    )
                )
                return
            made_inside = tuple(
                tuple(tensor.shape) for tensor in self._keras.tree.flatten(inner.outputs)
            )
            shapes = node.output_shapes or made_inside
            self._nodes[place] = replace(
                node, kind="model", inputs=inputs, outputs=outputs, output_shapes=shapes
            )


def _settled(own: Shape, given: Sequence[Shape], index: int) -> Shape:
    """An input's shape, with the sizes that it leaves open taken from what it is given."""
    other = given[index] if index < len(given) else own
    if len(other) != len(own):
        return own
    return tuple(b if a is None else a for a, b in zip(own, other, strict=True))


def _chain(
    model: KerasModel, given: Sequence[Shape]
) -> tuple[list[_Calls], list[str], list[_Tensor]]:
    """The connections of a Sequential model, which its configuration doesn't contain."""
    source = model.inputs[0]
    taken = {layer.name for layer in model.layers}
    name = str(source.name)
    while name in taken:
        name += "_"
    tensor = _Tensor(name, 0, 0, _settled(tuple(source.shape), given, 0))
    everything, counts = {name: _Calls(name, None)}, {name: 1}
    dtype = str(source.dtype)
    for layer in model.layers:
        calls = everything.setdefault(layer.name, _Calls(layer.name, layer))
        calls.takes.append([tensor])
        counts[layer.name] = counts.get(layer.name, -1) + 1
        shape, dtype = _after(layer, tensor.shape, dtype)
        tensor = _Tensor(layer.name, counts[layer.name], 0, shape)
    return list(everything.values()), [name], [tensor]


def _after(layer: AnyLayer, shape: Shape, dtype: str) -> tuple[Shape, str]:
    """Shape and dtype of what a layer gives out."""
    keras = load_keras()
    spec = layer.compute_output_spec(keras.KerasTensor(shape, dtype=dtype))
    first = keras.tree.flatten(spec)[0]
    return tuple(first.shape), str(first.dtype)


def _wiring(
    model: KerasModel, given: Sequence[Shape]
) -> tuple[list[_Calls], list[str], list[_Tensor]]:
    """The connections of a functional model, from its configuration."""
    try:
        config = model.get_config()
        if "layers" not in config:  # a subclass with inputs and outputs of its own making
            model = load_keras().Model(model.input, model.output)
            config = model.get_config()
    except (NotImplementedError, TypeError) as error:
        # A layer of the user's own without `get_config`.
        message = tr("The model has no complete configuration: {error}", error=str(error)[:300])
        raise ValueError(message) from error
    operations = {operation.name: operation for operation in model.operations}
    everything = []
    for entry in config["layers"]:
        name = entry["name"]
        takes = [list(_tensors(one)) for one in entry["inbound_nodes"]]
        everything.append(_Calls(name, operations[name], takes))
    tree = load_keras().tree
    shapes = [tuple(output.shape) for output in tree.flatten(model.outputs)]
    outputs = [
        _Tensor(source, call, output, shape)
        for (source, call, output), shape in zip(
            _places(config["output_layers"]), shapes, strict=True
        )
    ]
    names = [name for name, _, _ in _places(config["input_layers"])]
    own = [tuple(tensor.shape) for tensor in tree.flatten(model.inputs)]
    settled = [_settled(shape, given, i) for i, shape in enumerate(own)]
    if settled != own:
        known = {(name, 0, 0): shape for name, shape in zip(names, settled, strict=True)}
        _settle(config, operations, known)
        for tensor in [*outputs, *(t for c in everything for take in c.takes for t in take)]:
            tensor.shape = known.get((tensor.source, tensor.call, tensor.output), tensor.shape)
    return everything, names, outputs


def _settle(
    config: Any, operations: dict[str, Any], known: dict[tuple[str, int, int], Shape]
) -> None:
    """Follow shapes through a model that was built with open ones; some may stay open.

    Args:
        config: The model's configuration.
        operations: By name.
        known: Shapes by node, call and output: those of the inputs, to which all others are added.
    """
    keras = load_keras()

    def tensors(value: Any) -> Any:
        if isinstance(value, dict) and value.get("class_name") == "__keras_tensor__":
            inner = value["config"]
            source, call, output = inner["keras_history"]
            shape = known.get((source, call, output), tuple(inner["shape"]))
            return keras.KerasTensor(shape, dtype=inner["dtype"])
        if isinstance(value, dict):
            return {key: tensors(one) for key, one in value.items()}
        if isinstance(value, (list, tuple)):
            return type(value)(tensors(one) for one in value)
        return value

    for entry in config["layers"]:
        for call, one in enumerate(entry["inbound_nodes"]):
            try:
                spec = operations[entry["name"]].compute_output_spec(
                    *tensors(one["args"]), **tensors(one["kwargs"])
                )
            except (TypeError, ValueError, NotImplementedError, AttributeError):
                continue  # arguments that can't be read back from a configuration
            for output, made in enumerate(keras.tree.flatten(spec)):
                known[entry["name"], call, output] = tuple(made.shape)


def _tensors(value: Any) -> Iterator[_Tensor]:
    """The tensors in the description of a call, in order."""
    if isinstance(value, dict):
        if value.get("class_name") == "__keras_tensor__":
            inner = value["config"]
            source, call, output = inner["keras_history"]
            yield _Tensor(source, call, output, tuple(inner["shape"]))
            return
        value = value.values()
    if not isinstance(value, (str, bytes)) and hasattr(value, "__iter__"):
        for one in value:
            yield from _tensors(one)


def _places(value: Any) -> list[tuple[str, int, int]]:
    """Places of tensors, (node, call, output), out of lists and dictionaries of them."""
    if isinstance(value, dict):
        value = list(value.values())
    if len(value) == 3 and isinstance(value[0], str) and isinstance(value[1], int):
        return [(value[0], value[1], value[2])]
    return [place for one in value for place in _places(one)]
