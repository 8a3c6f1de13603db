"""A small network that computes its gradients step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from traitlets import Unicode

from dlwidgets.concepts import _backpropagation as engine
from dlwidgets.concepts import _networks as networks
from dlwidgets.concepts._fields import read_state
from dlwidgets.widgets.concepts._concept import Concept

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import ArrayLike

    from dlwidgets.widgets.concepts._lesson import Step


class Backpropagation(Concept):
    """A small network that computes its gradients, as `dl.concepts.backpropagation` makes it."""

    concept = "backpropagation"
    fields = engine.FIELDS
    parts = (
        *("layers", "hidden_activation", "output_activation", "loss", "learning_rate", "l2"),
        *("mistake", "epsilon", "pace", "seed"),
        *("phases", "network", "chain", "chart", "check", "notes"),
    )
    events = ("phase", "pass", "loss_seen", "backward", "fail")
    steps = ("step", "edit", "backward", "chain", "check", "train")

    _model_name = Unicode("BackpropagationModel").tag(sync=True)
    _view_name = Unicode("BackpropagationView").tag(sync=True)

    def _check_values(self, values: Mapping[str, Any]) -> None:
        engine.check(values)


def backpropagation(
    network: Any = None,
    *,
    x: ArrayLike | None = None,
    y: ArrayLike | None = None,
    activations: str | Sequence[str] | None = None,
    loss: str | None = None,
    learning_rate: float | None = None,
    l2: float | None = None,
    mistake: str | None = None,
    epsilon: float | None = None,
    seed: int | None = None,
    focus: Sequence[int] | None = None,
    pace: str | None = None,
    at: Sequence[int] | None = None,
    state: str = "",
    hide: Iterable[str] = (),
    lesson: bool | Sequence[str | Step] = False,
) -> Backpropagation:
    """Show how a small network computes its gradients: forward, loss, backward, update.

    Each step writes out its numbers. Click a weight, an input or a target to change it, and compare
    the gradients with finite differences.

    Args:
        network: Units by layer, such as `[2, 3, 1]`; your own weights, `[W1, b1, W2, b2]` or
            `[W1, W2]` with kernels of shape (inputs, units); or a small Keras model of Dense
            layers, whose activations, loss and learning rate are taken over. At most 5 layers, the
            inputs among them, of at most 5 units each.
        x: Your own inputs, of shape (inputs,) or (samples, inputs). Each pass takes one sample.
        y: Their targets, of shape (outputs,) or (samples, outputs), or class numbers.
        activations: Of each layer, or one for all: `"linear"`, `"sigmoid"`, `"tanh"`, `"relu"`; for
            the last one also `"softmax"`.
        loss: `"squared"`, half the sum of squares; `"mse"` and `"binary_crossentropy"`, as in
            Keras; or `"crossentropy"`, the sum of the outputs' cross-entropies, with softmax
            Keras's categorical cross-entropy.
        learning_rate: From 0.0001 to 10.
        l2: The loss gets half of this times the sum of all squared weights, from 0 to 1.
        mistake: A mistake for the gradient check to find: `"no_slope"`, δ without the slope of the
            activation; or `"new_weights"`, δ with weights that have already been updated.
        epsilon: By how much the gradient check changes a weight, from 1e-12 to 0.1.
        seed: Of the weights where you give none, from 0 to 999.
        focus: The weight whose chain rule is drawn: layer, from which unit (0 for the bias), to
            which unit.
        pace: Whether it plays `"steps"` or whole `"passes"`.
        at: The pass and the step that are shown at first. By default they are played.
        state: The state of another widget; the other arguments come on top.
        hide: Parts that aren't shown, such as `["chart", "l2"]`.
        lesson: `True` for a lesson of six steps; or some of its steps, and steps of your own.

    Returns:
        The widget. `widget.state` follows what the user does, and can be set.

    Raises:
        TypeError: `network` is of another type.
        ValueError: An argument can't be used.

    Example:
        >>> widget = dl.concepts.backpropagation([2, 3, 1], activations=["tanh", "sigmoid"])
        >>> widget.state
        'layers=2,3,1;activations=tanh,sigmoid'
        >>> kernel = np.array([[0.5], [-1.0]])
        >>> dl.concepts.backpropagation([kernel], x=[1, 2], y=[0]).state
        'layers=2,1;weights=0.5,-1,0;x=1,2;y=0'
    """
    values: dict[str, Any] = {
        "loss": loss,
        "learning_rate": learning_rate,
        "l2": l2,
        "mistake": mistake,
        "epsilon": epsilon,
        "seed": seed,
        "focus": focus,
        "pace": pace,
        "at": at,
    }
    if network is not None:
        own = networks.checked_network(network)
        given = {name: value for name, value in values.items() if value is not None}
        values = {**values, **own, **given}
    layers = values.get("layers") or read_state(state, engine.FIELDS)["layers"]
    if activations is not None:
        names = [activations] * (len(layers) - 1) if isinstance(activations, str) else activations
        values["activations"] = names
    values |= networks.checked_samples(x, y, layers[0], layers[-1])
    return Backpropagation(state=state, hide=hide, lesson=lesson, values=values)
