"""A small network on points of the plane, which the hand and training change."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np
from traitlets import Dict, Unicode

from dlwidgets._messages import tr
from dlwidgets._tensorflow import TensorFlowMissingError, load
from dlwidgets.concepts import _playground as engine
from dlwidgets.concepts import _playground_models as models
from dlwidgets.concepts._playground_points import MOST_OWN, checked_points, features
from dlwidgets.widgets._core.text import Text
from dlwidgets.widgets._core.wire import raw_bytes
from dlwidgets.widgets._core.worker import Worker
from dlwidgets.widgets.concepts._concept import Concept

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import ArrayLike, NDArray

    from dlwidgets._keras_types import KerasModel
    from dlwidgets.training.run import Run
    from dlwidgets.widgets._core.change import Change
    from dlwidgets.widgets.concepts._lesson import Step

    Arrays = tuple[NDArray[np.float32], NDArray[np.uint8]]

_EPOCHS = 100
"""Epochs that the page's button trains."""
_LARGEST = 1e6  # of a weight that the page sends
_EVERY = 0.1  # s between weights on their way to the page
_STRUCTURE = ("data", "features", "layers", "activation", "seed", "weights")
"""What begins training anew when it changes; `model.ts` names the same."""


def _structure(values: Mapping[str, Any]) -> str:
    """Return what weights belong to, as the page writes it."""
    return ";".join(engine.FIELDS[name].write(values[name]) for name in _STRUCTURE)


class Playground(Concept):
    """A small network on points of the plane, as `dl.concepts.playground` makes it.

    Attributes:
        run: The Run of `fit`, or of the page's button; `None` before.
    """

    concept = "playground"
    fields = engine.FIELDS
    parts = (
        *("mode", "data", "noise", "samples", "test", "features", "layers", "activation"),
        *("optimizer", "learning_rate", "regularization", "strength", "batch_size", "seed"),
        *("network", "unit_card", "map", "loss", "keras", "beside", "coordinates", "drawing"),
        "notes",
    )
    events = ("point", "separated")
    steps = ("line", "units", "unit", "weight", "activation", "hand")

    _model_name = Unicode("PlaygroundModel").tag(sync=True)
    _view_name = Unicode("PlaygroundView").tag(sync=True)
    _messages = frozenset({"train", "stop", "weights"})

    points = Dict().tag(sync=True)
    points_note = Text()
    trained = Dict().tag(sync=True)
    regions = Dict().tag(sync=True)
    note = Text()
    keras_note = Text()

    run: Run | None = None

    def __init__(self, *, own: NDArray[np.float32] | None = None, **kwargs: Any) -> None:
        self._own = own
        self._weights: list[float] | None = None
        self._fitting = Worker("dlwidgets-playground", self._failed)
        self._training = Worker("dlwidgets-playground-keras", self._keras_failed)
        super().__init__(**kwargs)
        self.observe(self._on_state, "state")
        self._fit_beside()

    # -- in code --------------------------------------------------------------------------------

    @property
    def data(self) -> tuple[Arrays, Arrays]:
        """The points as the network gets them: (x, y) for training, and (x, y) for testing."""
        values = self.values
        found = engine.points_of(values, self._own)
        x = features(found.x, values["features"]).astype("float32")
        n = found.training
        return (x[:n], found.y[:n]), (x[n:], found.y[n:])

    def model(self) -> KerasModel:
        """Return the network as a compiled Keras model, with the weights that the page shows.

        While the page trains, they are those of the last pause.
        """
        values = self.values
        return models.keras_model(values, self._weights or engine.weights_of(values))

    def fit(self, epochs: int = _EPOCHS) -> Run:
        """Train the network as a Keras model through `dl.fit`; its weights appear in the page.

        Args:
            epochs: How many epochs.

        Returns:
            The Run, already training.

        Raises:
            ValueError: There are no points to learn from, or too few epochs.
        """
        from dlwidgets.training import fit

        self._stop()
        model, (training, test) = self.model(), self.data
        if not len(training[0]):
            message = (
                "Expected at least 1 point to learn from. Received: none. Draw some on the map."
            )
            raise ValueError(message)
        _, keras = load()
        keras.utils.set_random_seed(self.values["seed"])
        self.keras_note = ""
        self.run = fit(
            model,
            *training,
            batch_size=self.values["batch_size"],
            epochs=epochs,
            validation_data=test if len(test[0]) else None,
            callbacks=[self._sender(model, epochs)],
        )
        return self.run

    def close(self) -> None:
        """Close the widget, and stop the training that it began."""
        self._stop()
        self._fitting.close()
        self._training.close()
        super().close()

    # -- Keras ----------------------------------------------------------------------------------

    def _sender(self, model: KerasModel, epochs: int) -> Any:
        """Return a callback that sends the weights to the page, at most ten times a second."""
        _, keras = load()
        sent, last = 0.0, 0
        key = _structure(self.values)

        def send(*, running: bool) -> None:
            message = {"key": key, "epoch": last, "epochs": epochs, "running": running}
            self._send_weights(model, message)

        def on_epoch_end(epoch: int, _logs: Any) -> None:
            nonlocal sent, last
            last = epoch + 1
            if time.monotonic() - sent >= _EVERY:
                sent = time.monotonic()
                send(running=True)

        def on_train_end(_logs: Any) -> None:
            send(running=False)

        return keras.callbacks.LambdaCallback(on_epoch_end=on_epoch_end, on_train_end=on_train_end)

    def _send_weights(self, model: KerasModel, message: dict[str, Any]) -> None:
        flat = np.concatenate([np.ravel(array) for array in model.get_weights()]).astype("<f4")
        # The page may show another network by now.
        if message["key"] == _structure(self.values):
            self._weights = flat.tolist()
        self.trained = {**message, "weights": raw_bytes(flat)}

    def _stop(self) -> None:
        if self.run is not None and self.run.state in {"running", "paused"}:
            self.run.stop()

    def _on_train(self, content: dict[str, Any]) -> None:
        if self._take_weights(content):
            self._training.submit(self._fit_for_page)

    def _fit_for_page(self) -> None:
        self.keras_note = tr("Building the Keras model…")
        self.fit()

    def _on_stop(self, _content: dict[str, Any]) -> None:
        self._stop()

    def _on_weights(self, content: dict[str, Any]) -> None:
        self._take_weights(content)

    def _take_weights(self, content: dict[str, Any]) -> bool:
        """Keep the weights that the page shows, if they fit the network."""
        given = content.get("weights")
        wanted = engine.weight_count(engine.sizes_of(self.values))
        if not isinstance(given, list) or len(given) != wanted:
            return False
        # Also false for NaN.
        if not all(type(one) in {int, float} and abs(one) <= _LARGEST for one in given):
            return False
        self._weights = [float(one) for one in given]
        return True

    def _keras_failed(self, error: Exception) -> None:
        hint = isinstance(error, TensorFlowMissingError)
        self.keras_note = error.args[0] if hint else str(error)

    # -- scikit-learn ---------------------------------------------------------------------------

    def _on_state(self, change: Change[str]) -> None:
        before, now = self.read(change["old"]), self.values
        if any(before[name] != now[name] for name in _STRUCTURE):
            self._weights = None
        if models.region_key(before) != models.region_key(now):
            self._fit_beside()

    def _fit_beside(self) -> None:
        if self.values["beside"]:
            self._fitting.submit(self._fit_now)

    def _fit_now(self) -> None:
        values = self.values
        key, found = models.region_key(values), engine.points_of(values, self._own)
        regions = [models.fitted(name, found, values) for name in values["beside"]]
        maps = [
            {
                "name": one.name,
                "training": one.training,
                "test": one.test,
                "data": raw_bytes(one.values),
            }
            for one in regions
            if one is not None
        ]
        missing = None in regions
        self.note = tr("These models need points of both classes.") if missing else ""
        self.regions = {"key": key, "maps": maps}

    def _failed(self, error: Exception) -> None:
        self.note = str(error)

    def _check_values(self, values: Mapping[str, Any]) -> None:
        if not values["features"]:
            message = "Expected `features` to have at least one name. "
            raise ValueError(message + "Received: none.")
        wanted, given = engine.weight_count(engine.sizes_of(values)), len(values["weights"])
        if given and given != wanted:
            message = (
                f"Expected `weights` to have {wanted} numbers, kernel and bias of each layer. "
            )
            raise ValueError(message + f"Received: {given} numbers.")


def playground(
    x: ArrayLike | None = None,
    y: ArrayLike | None = None,
    *,
    data: str | None = None,
    noise: float | None = None,
    samples: int | None = None,
    test: float | None = None,
    model: KerasModel | None = None,
    features: Sequence[str] | None = None,
    layers: Sequence[int] | None = None,
    activation: str | None = None,
    weights: Sequence[ArrayLike] | None = None,
    optimizer: str | None = None,
    learning_rate: float | None = None,
    regularization: str | None = None,
    strength: float | None = None,
    batch_size: int | None = None,
    seed: int | None = None,
    beside: str | Sequence[str] | None = None,
    c: float | None = None,
    gamma: float | None = None,
    depth: int | None = None,
    trees: int | None = None,
    mode: str | None = None,
    angle: int | None = None,
    shift: Sequence[float] | None = None,
    polar: bool | None = None,
    state: str = "",
    hide: Iterable[str] = (),
    lesson: bool | Sequence[str | Step] = False,
) -> Playground:
    """Show how a small network learns to tell two classes of points apart.

    The page trains it, with the numbers of a Keras model with the same weights and batches; every
    unit's answer and the boundary are drawn as they change. Click a line to set its weight.

    Args:
        x: Your own points, shape (n, 2). Each coordinate is centered and scaled.
        y: Their labels of two classes, shape (n,).
        data: `"rings"`, `"moons"`, `"xor"`, `"spirals"`, `"clouds"`, or `"drawn"` for points that
            the user draws.
        noise: Standard deviation that is added to the coordinates, from 0 to 0.5.
        samples: How many points, from 20 to 500.
        test: The share of points for testing, from 0 to 0.8.
        model: Your own Keras model, a chain of Dense layers with 2 inputs and a sigmoid output:
            its units, activation and weights.
        features: What the network gets: some of `"x1"`, `"x2"`, `"x1_squared"`, `"x2_squared"`,
            `"x1_x2"`, `"sin_x1"`, `"sin_x2"`.
        layers: Units of each hidden layer: at most 5 layers of at most 8 units.
        activation: Of the hidden layers: `"tanh"`, `"relu"`, `"sigmoid"` or `"linear"`.
        weights: What training begins with, as `model.get_weights()` has it. Random by default.
        optimizer: `"sgd"`, `"momentum"` or `"adam"`.
        learning_rate: From 0.0001 to 10.
        regularization: `"none"`, `"l1"` or `"l2"`, of all kernels.
        strength: The factor of the penalty, from 0.0001 to 1.
        batch_size: From 1 to 500.
        seed: Of points, first weights and batches, from 0 to 999.
        beside: Models of scikit-learn on the same points: some of `"linear"`, `"svm_linear"`,
            `"svm_poly"`, `"svm_rbf"`, `"tree"`, `"forest"`, `"boosting"`.
        c: Inverse regularization of linear model and support vector machines.
        gamma: Of the RBF and the polynomial kernel.
        depth: The largest depth of a tree.
        trees: How many trees.
        mode: `"network"`, or `"coordinates"` for new axes that the hand turns and moves.
        angle: By how many degrees the axes are turned.
        shift: Where the new axes begin, two numbers.
        polar: Whether distance and direction are the new coordinates.
        state: The state of another widget; the other arguments come on top.
        hide: Parts that aren't shown, such as `["regularization", "beside"]`.
        lesson: `True` for a lesson of six steps; or some of its steps, and steps of your own.

    Returns:
        The widget. `widget.state` follows what the user does, and can be set. `widget.model()` is
        the network as a Keras model, `widget.data` its points, and `widget.fit()` trains it through
        `dl.fit` while the page shows its weights.

    Raises:
        ValueError: An argument can't be used.

    Example:
        >>> widget = dl.concepts.playground(data="xor", layers=[4], beside=["svm_rbf", "tree"])
        >>> widget.state
        'data=xor;layers=4;beside=svm_rbf,tree'
        >>> (x, y), test = widget.data
        >>> x.shape
        (140, 2)
        >>> model = widget.model()
        >>> model.count_params()
        17
    """
    values: dict[str, Any] = {
        "data": data,
        "noise": noise,
        "samples": samples,
        "test": test,
        "features": features,
        "layers": layers,
        "activation": activation,
        "optimizer": optimizer,
        "learning_rate": learning_rate,
        "regularization": regularization,
        "strength": strength,
        "batch_size": batch_size,
        "seed": seed,
        "beside": beside,
        "c": c,
        "gamma": gamma,
        "depth": depth,
        "trees": trees,
        "mode": mode,
        "angle": angle,
        "shift": shift,
        "polar": polar,
    }
    if model is not None:
        values |= models.state_of_model(model)
    if weights is not None:
        values["weights"] = np.concatenate([np.ravel(np.asarray(w)) for w in weights]).tolist()
    extra: dict[str, Any] = {}
    if x is not None or y is not None:
        if x is None or y is None or data not in (None, "own"):
            message = "Expected points as `x` and `y`, or the name of some as `data`. "
            raise ValueError(message + "Give both `x` and `y`, and no `data`.")
        own = checked_points(x, y)
        values["data"] = "own"
        extra = {"own": own, "points": {"data": raw_bytes(own)}}
        count = len(np.asarray(x))
        if count > MOST_OWN:
            extra["points_note"] = tr(
                "There are {count} points. {kept} of them are shown, evenly chosen.",
                count=count,
                kept=MOST_OWN,
            )
    return Playground(state=state, hide=hide, lesson=lesson, values=values, **extra)
