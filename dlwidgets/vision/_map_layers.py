"""The layers of a model whose outputs Grad-CAM can lay over the input."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from dlwidgets._messages import tr
from dlwidgets._tensorflow import load_keras
from dlwidgets.inspect.layers import SEPARATOR, LayerError, find_path, nearest
from dlwidgets.vision._block_ends import block_end

if TYPE_CHECKING:
    from dlwidgets.inspect.traced_model import LayerCall
    from dlwidgets.vision._score_target import Target


class MapLayers:
    """The layers with a map: height and width, or a length for a series or a text.

    For a volume or a film a map has a depth or frames as well.

    Args:
        target: What is explained.
        tokens: Whether the explained input is a row of word numbers.
    """

    def __init__(self, target: Target, *, tokens: bool) -> None:
        self._target, self._tokens = target, tokens
        self._series = tokens or len(target.shape) == 2

    @property
    def names(self) -> list[str]:
        """Their names, from input to output; none for a model that can't be traced."""
        return list(self._calls)

    def find(self, name: str | None) -> LayerCall:
        """Return the call of a layer.

        Args:
            name: Its name; `None` or "" for what the last convolution's block gives out, after
                normalization and activation.

        Raises:
            LayerError: There is no such layer, or it has no map; the message names the nearest.
        """
        if self._target.traced is None:
            message = tr(
                "Grad-CAM needs access to this model's layers, which isn't available: {reason}",
                reason=self._target.why_not,
            )
            raise LayerError(message)
        if not name:
            return block_end(self._target.traced, self._last_convolution())
        others = {call.name for call in self._target.traced.calls} - set(self._calls)
        if name in others:
            raise LayerError(self._no_map(name, {name}))
        try:
            return self._calls[find_path(name, self._calls, self._target.traced.closed)]
        except LayerError:
            same = {path for path in others if path.rpartition(SEPARATOR)[2] == name}
            if not same:
                raise
            raise LayerError(self._no_map(name, same)) from None

    @cached_property
    def _calls(self) -> dict[str, LayerCall]:
        traced = self._target.traced
        if traced is None or (len(self._target.shape) < 2 and not self._tokens):
            return {}  # a vector has no places to lay a map over
        rank = len(self._target.shape) + (2 if self._tokens else 1)
        return {
            name: call
            for name, call in traced.layers.items()
            # The map of another input's tower says nothing about this input.
            if len(call.output.shape) == rank and self._sees_input(call)
        }

    def _sees_input(self, call: LayerCall) -> bool:
        assert self._target.traced is not None
        return call.output is None or self._target.input in self._target.traced.inputs_of(call)

    def _sees_only_input(self, call: LayerCall) -> bool:
        assert self._target.traced is not None
        return self._target.traced.inputs_of(call) <= {self._target.input}

    def _last_convolution(self) -> LayerCall:
        found = [call for call in self._calls.values() if _convolves(call)]
        if not found:
            raise LayerError(self._no_convolution())
        # Of several towers, that of the explained input; a shared part only if it has none.
        own = [call for call in found if self._sees_only_input(call)]
        return (own or found)[-1]

    def _no_convolution(self) -> str:
        if self._tokens:
            return tr(
                "Grad-CAM needs a convolutional layer, and this model has none with a length. "
                "Choose occlusion, or another layer, such as the Embedding."
            )
        if self._series:
            return tr(
                "Grad-CAM needs a convolutional layer, and this model has none with a length. "
                "Choose another layer, or a method that needs none, such as saliency."
            )
        if len(self._target.shape) == 4:
            return tr(
                "Grad-CAM needs a convolutional layer, and this model has none whose output still "
                "has frames (or a depth), height and width. Choose another layer, or a method that "
                "needs none, such as saliency."
            )
        return tr(
            "Grad-CAM needs a convolutional layer, and this model has none with height and width. "
            "Choose another layer, or a method that needs none, such as saliency."
        )

    def _no_map(self, name: str, same: set[str]) -> str:
        """The message for a layer that exists, but has no map of the explained input."""
        assert self._target.traced is not None
        near = nearest(name, list(self._calls)) if self._calls else ""
        calls = [call for call in self._target.traced.calls if call.name in same]
        if not any(self._sees_input(call) for call in calls):
            message = tr(
                "Layer {name} doesn't depend on input {index}, which is explained.",
                name=repr(name),
                index=self._target.input,
            )
        elif self._series:
            message = tr(
                "The output of layer {name} has no length, which Grad-CAM needs.", name=repr(name)
            )
        elif len(self._target.shape) == 4:
            message = tr(
                "The output of layer {name} hasn't frames (or a depth), height and width, all of "
                "which Grad-CAM needs.",
                name=repr(name),
            )
        else:
            message = tr(
                "The output of layer {name} has no height and width, which Grad-CAM needs.",
                name=repr(name),
            )
        if not near:
            return message
        return tr("{message} The nearest is {nearest}.", message=message, nearest=repr(near))


def _convolves(call: LayerCall) -> bool:
    """Return whether a layer, or a block of layers, has a kernel of its output's rank.

    Of a film it may also be one for each frame: by ConvLSTM, or TimeDistributed.
    """
    rank = len(call.output.shape)
    if rank >= 4:
        return any(4 <= len(w.shape) <= rank for w in call.layer.weights)
    layers = load_keras().layers
    return isinstance(call.layer, (layers.Conv1D, layers.SeparableConv1D, layers.DepthwiseConv1D))
