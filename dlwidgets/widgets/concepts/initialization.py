"""What first weights do to activations and gradients, layer by layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from traitlets import Dict, Unicode

from dlwidgets._messages import tr
from dlwidgets.concepts import _initialization as engine
from dlwidgets.widgets._core.text import Text
from dlwidgets.widgets._core.worker import Worker
from dlwidgets.widgets.concepts._concept import Concept

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import ArrayLike

    from dlwidgets._keras_types import KerasModel, Nested
    from dlwidgets.concepts._initialization_models import OwnModel
    from dlwidgets.widgets._core.change import Change
    from dlwidgets.widgets.concepts._lesson import Step

_MEASURED = ("method", "scale", "distribution", "seed")
"""What a measurement of the user's model follows from; `model.ts` names the same."""


def _key(values: Mapping[str, Any]) -> str:
    """Return what a measurement belongs to, as the page writes it."""
    return ";".join(engine.FIELDS[name].write(values[name]) for name in _MEASURED)


class Initialization(Concept):
    """First weights and what becomes of signals, as `dl.concepts.initialization` makes it."""

    concept = "initialization"
    fields = engine.FIELDS
    parts = (
        *("method", "scale", "activation", "distribution", "depth", "units", "gradients"),
        *("residual", "seed", "activations", "signals", "notes"),
    )
    events = ()
    steps = ("he", "scale", "layer", "sigmoid", "zeros", "residual")

    _model_name = Unicode("InitializationModel").tag(sync=True)
    _view_name = Unicode("InitializationView").tag(sync=True)

    measured = Dict().tag(sync=True)
    note = Text()

    def __init__(self, *, own: OwnModel | None = None, **kwargs: Any) -> None:
        self._own = own
        self._measuring = Worker("dlwidgets-initialization", self._failed)
        super().__init__(**kwargs)
        self._measure()
        self.observe(self._on_state, "state")

    def close(self) -> None:
        """Close the widget, and stop measuring."""
        self._measuring.close()
        super().close()

    def _on_state(self, change: Change[str]) -> None:
        if self._own is not None and _key(self.read(change["old"])) != _key(self.values):
            self._measuring.submit(self._measure)

    def _measure(self) -> None:
        if self._own is None:
            return
        values = self.values
        found = self._own.measured(values)
        self.note = ""
        self.measured = {**found, "key": _key(values)}

    def _failed(self, error: Exception) -> None:
        self.note = tr("Your model couldn't be measured: {error}", error=str(error))

    def _check_values(self, values: Mapping[str, Any]) -> None:
        if values["method"] == "model" and self._own is None:
            message = "Expected a Keras model with method 'model'. Received: none. "
            raise ValueError(message + "Give your model as the first argument.")


def initialization(
    model: KerasModel | None = None,
    x: Nested = None,
    y: ArrayLike | None = None,
    *,
    method: str | None = None,
    scale: float | None = None,
    activation: str | None = None,
    depth: int | None = None,
    units: int | None = None,
    residual: bool | None = None,
    distribution: str | None = None,
    gradients: str | None = None,
    layer: int | None = None,
    seed: int | None = None,
    state: str = "",
    hide: Iterable[str] = (),
    lesson: bool | Sequence[str | Step] = False,
) -> Initialization:
    """Show how the first weights decide whether activations and gradients vanish or explode.

    A batch goes forward through a deep network, and the gradient of the loss comes back. Both are
    drawn on a log scale, with the histogram of each layer.

    Args:
        model: Your own built Keras model, which Keras measures with each choice. The model itself
            isn't changed. Default: a network of equal layers, which the page computes.
        x: A batch for your model; the first 128 samples are used.
        y: Targets. With a compiled model the gradients are those of its loss; otherwise those of
            the sum of all outputs, each times a random number.
        method: The first weights: `"zeros"`, `"small"` (standard deviation 0.01), `"large"` (1),
            `"glorot"`, `"he"`, `"lecun"`; or `"model"`, your model as it is, which is the default
            for a model of yours.
        scale: What the weights are multiplied by, from 0.1 to 10.
        activation: `"linear"`, `"sigmoid"`, `"tanh"`, `"relu"` or `"selu"`.
        depth: Hidden layers, from 1 to 30.
        units: Units of each layer, from 8 to 64.
        residual: Whether the input of each layer is added to its output.
        distribution: `"uniform"` or `"normal"`.
        gradients: By what the gradients are: `"activations"` or `"weights"`.
        layer: The layer whose numbers are written out; 0 for the input. By default the signal moves
            by itself.
        seed: Which random numbers, from 0 to 999.
        state: The state of another widget; the other arguments come on top.
        hide: Parts that aren't shown, such as `["distribution", "units"]`.
        lesson: `True` for a lesson of six steps; or some of its steps, and steps of your own. With
            a model of yours, `"sigmoid"` and `"residual"` are left out: its layers are as they are.

    Returns:
        The widget. `widget.state` follows what the user does, and can be set.

    Raises:
        TypeError: `model` isn't a Keras model.
        ValueError: An argument can't be used.

    Example:
        >>> dl.concepts.initialization(method="he", activation="tanh").state
        'method=he;activation=tanh'
        >>> digits = dl.data.load("digits").normalized()
        >>> model = dl.models.mlp((8, 8, 1), 10, hidden=(32,) * 6)
        >>> widget = dl.concepts.initialization(model, digits.x_test, digits.y_test)
        >>> widget.state
        'method=model'
    """
    values: dict[str, Any] = {
        "method": method,
        "scale": scale,
        "activation": activation,
        "depth": depth,
        "units": units,
        "residual": residual,
        "distribution": distribution,
        "gradients": gradients,
        "seed": seed,
    }
    if layer is not None:
        values["layer"] = [layer]
    own = None
    if model is not None:
        from dlwidgets.concepts._initialization_models import OwnModel

        if x is None:
            message = "Expected a batch `x` that `model` takes. Received: none. "
            raise ValueError(message + "Give some samples, such as `x_train[:100]`.")
        own = OwnModel(model, x, y)
        if method is None and "method=" not in state:
            values["method"] = "model"
    elif x is not None or y is not None:
        message = "Expected a Keras model with `x` and `y`. Received: none. "
        raise ValueError(message + "Give your model as the first argument.")
    return Initialization(state=state, hide=hide, lesson=lesson, values=values, own=own)
