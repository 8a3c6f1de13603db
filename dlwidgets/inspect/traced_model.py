"""A Keras model as one graph, with nested models opened: every call of every layer."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from dlwidgets._messages import tr
from dlwidgets._tensorflow import load_keras
from dlwidgets.inspect._final_activation import activation_before, probability_activation
from dlwidgets.inspect._model_inputs import in_order, input_names
from dlwidgets.inspect.layers import SEPARATOR, LayerError, find_path

if TYPE_CHECKING:
    from dlwidgets._keras_types import KerasModel, Nested
    from dlwidgets.inspect._final_activation import FinalActivation


@dataclass(frozen=True, eq=False)
class LayerCall:
    """One call of a layer.

    Attributes:
        name: Names of the nested models and of the layer, joined by "/"; the second call of
            a shared layer ends in ":2".
        layer: The layer, or an operation of `keras.ops`.
        input: What goes in, a symbolic tensor; the first of several; `None` for no tensor.
        output: What comes out, a symbolic tensor; `None` where it isn't one tensor.
        merges: Whether several tensors go in.
        inputs: All symbolic tensors that go in.
        outputs: All symbolic tensors that come out.
    """

    name: str
    layer: Any
    input: Any
    output: Any
    merges: bool = False
    inputs: tuple[Any, ...] = ()
    outputs: tuple[Any, ...] = ()

    @property
    def is_layer(self) -> bool:
        """Whether `layer` is a layer, not an operation such as ``x + y``."""
        return isinstance(self.layer, load_keras().layers.Layer)

    @property
    def probability(self) -> Literal["softmax", "sigmoid", ""]:
        """Whether it ends in a softmax or a sigmoid."""
        return probability_activation(self.layer)


@dataclass(frozen=True, eq=False)
class TracedModel:
    """The graph of a model and all calls in it; `trace` makes it, once per model.

    It shares the layers of the model, and so has the model's weights as they are now. It holds no
    reference to the model itself.

    Attributes:
        name: The model's name.
        inputs: The symbolic inputs, in the structure that the model takes.
        outputs: The symbolic outputs, in the structure that the model gives.
        calls: Every call, from input to output.
        heads: For each output the call that it comes from, `None` for none.
        closed: Path names of layers that aren't in the graph, because they are inside a layer that
            can't be traced into.

    Example:
        >>> from dlwidgets.inspect.tracing import trace
        >>> traced = trace(dl.models.mlp((4,), 3, hidden=(5,)))
        >>> [tuple(call.output.shape) for call in traced.layers.values()]
        [(None, 4), (None, 5), (None, 3)]
        >>> traced.activation()
        'softmax'
    """

    name: str
    inputs: Nested
    outputs: Nested
    calls: tuple[LayerCall, ...]
    heads: tuple[LayerCall | None, ...]
    closed: tuple[str, ...] = ()
    _nested_outputs: tuple[tuple[Any, LayerCall], ...] = field(default=(), repr=False)
    """Outputs of nested models as the model around them sees them, and where they come from."""

    @cached_property
    def input_tensors(self) -> list[Any]:
        """The symbolic inputs as a list."""
        return list(load_keras().tree.flatten(self.inputs))

    @cached_property
    def output_tensors(self) -> list[Any]:
        """The symbolic outputs as a list."""
        return list(load_keras().tree.flatten(self.outputs))

    @cached_property
    def input_names(self) -> list[str]:
        """The names of the inputs: the keys of a dict of inputs, else their own."""
        return input_names(self.inputs)

    @cached_property
    def layers(self) -> dict[str, LayerCall]:
        """The calls of layers that give one tensor, by name, from input to output.

        A nested model isn't listed: its output is that of its last layer. One's own layer that uses
        other layers comes after these.
        """
        found: dict[str, LayerCall] = {}
        for call in self.calls:
            if call.output is not None and call.is_layer:
                found.setdefault(call.name, call)
        return found

    def find(self, name: str) -> LayerCall:
        """Return the call of a layer or operation by its name.

        Args:
            name: A name as in `layers`. The layer's own name is enough if no other layer has it;
                a nested model's name stands for its last layer.

        Raises:
            LayerError: There is no such layer, and the message names the nearest; or several have
                the name; or it doesn't give one tensor.
        """
        same = [call for call in self.calls if call.name == name]
        exact = next((call for call in same if call.output is not None), None)
        if exact is not None:
            return exact
        if same:
            message = tr(
                "Layer {name} has several outputs, which isn't supported.", name=repr(name)
            )
            raise LayerError(message)
        return self.layers[find_path(name, self.layers, self.closed)]

    def call_before(self, call: LayerCall) -> LayerCall | None:
        """Return the call that a call's input comes from; `None` for an input of the model."""
        return self._makers.get(id(call.input))

    def inner_call_before(self, call: LayerCall) -> LayerCall | None:
        """Return the same as `call_before`, but of one's own layer the last call inside it."""
        return self._insides.get(id(call.input)) or self.call_before(call)

    def calls_after(self, call: LayerCall) -> list[LayerCall]:
        """Return the calls that take what a call gives out, from input to output."""
        return self._users.get(id(call), [])

    @cached_property
    def _users(self) -> dict[int, list[LayerCall]]:
        users: dict[int, list[LayerCall]] = {}
        for call in self.calls:
            for maker in {id(t): self._makers.get(id(t)) for t in call.inputs}.values():
                if maker is not None:
                    users.setdefault(id(maker), []).append(call)
        return users

    def block_around(self, call: LayerCall) -> LayerCall | None:
        """Return the call of one's own layer in which a call happens; `None` for none."""
        return self.layers.get(call.name.rpartition(SEPARATOR)[0])

    @cached_property
    def _makers(self) -> dict[int, LayerCall]:
        return self._insides | {id(tensor): call for call in self.calls for tensor in call.outputs}

    @cached_property
    def _insides(self) -> dict[int, LayerCall]:
        return {id(tensor): call for tensor, call in self._nested_outputs}

    def activation(self, index: int = 0) -> FinalActivation:
        """Return the last activation on the way to an output; see `final_activation`.

        Args:
            index: Its place in `output_tensors`.
        """
        return activation_before(self.heads[index], self.inner_call_before)

    def inputs_of(self, call: LayerCall) -> frozenset[int]:
        """Return which of the model's inputs a call's output depends on.

        Args:
            call: A call of this model that gives one tensor.

        Returns:
            Places in `input_tensors`.
        """
        if len(self.input_tensors) == 1:
            return frozenset({0})
        if call.name not in self._inputs_of:
            count = range(len(self.input_tensors))
            needed = frozenset(i for i in count if not self._can_do_without(i, call))
            self._inputs_of[call.name] = needed
        return self._inputs_of[call.name]

    @cached_property
    def _inputs_of(self) -> dict[str, frozenset[int]]:
        return {}

    def _can_do_without(self, index: int, call: LayerCall) -> bool:
        rest = [t for i, t in enumerate(self.input_tensors) if i != index]
        try:
            load_keras().Model(rest, call.output)
        except ValueError:  # how Keras says that an input is missing
            return False
        return True

    def submodel(self, outputs: Nested) -> KerasModel:
        """Return a model from the inputs to other outputs, sharing the layers and weights.

        Args:
            outputs: Symbolic tensors of this model, such as `LayerCall.output`.
        """
        model: KerasModel = load_keras().Model(self.inputs, outputs)
        return model

    def in_order(self, x: Nested) -> list[Any]:
        """Return the given arrays as a list, one per input, in the model's order.

        Args:
            x: One array, a list or tuple of arrays in the model's order, or a dict by
                `input_names`, which may hold more than these.

        Raises:
            ValueError: Another number of arrays, or a dict that lacks an input.
        """
        return in_order(self.inputs, x)

    def packed(self, tensors: list[Any]) -> Nested:
        """Return a list of inputs in the structure that the model takes."""
        return load_keras().tree.pack_sequence_as(self.inputs, tensors)
