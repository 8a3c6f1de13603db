"""The playground's network as a Keras model, and models of scikit-learn beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._tensorflow import load
from dlwidgets.concepts import _playground as engine
from dlwidgets.concepts._playground_points import REACH

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from dlwidgets._keras_types import KerasModel
    from dlwidgets.concepts._playground_points import Points

    Array = NDArray[np.float64]

REGION_SIDE = 64
REGION_FIELDS = (
    *("data", "noise", "samples", "test", "seed", "first", "second"),
    *("beside", "c", "gamma", "depth", "trees"),
)
"""What the regions follow from; `beside.ts` names the same."""
_STEEP = 2.0
"""How fast colors become full with the distance from the boundary of a support vector machine."""


@dataclass(frozen=True)
class Region:
    """What a model of scikit-learn answers.

    Attributes:
        name: One of `BESIDE`.
        training: The share of the points for training that it gets right.
        test: The same of the points for testing; `None` if there are none.
        values: How far each place is on the side of class 1, 0 to 255, with 127.5 in between; of
            shape (side, side), the first row at the top.
    """

    name: str
    training: float
    test: float | None
    values: NDArray[np.uint8]


def region_key(values: Mapping[str, Any]) -> str:
    """Return what the regions follow from, as the page writes it.

    Args:
        values: All values of the state.
    """
    return ";".join(engine.FIELDS[name].write(values[name]) for name in REGION_FIELDS)


def fitted(name: str, points: Points, values: Mapping[str, Any]) -> Region | None:
    """Return the region of a model that is fitted to the points; `None` without two classes.

    Args:
        name: One of `BESIDE`.
        points: The points.
        values: All values of the state.
    """
    x, y = points.x[: points.training], points.y[: points.training]
    if len(np.unique(y)) < 2:
        return None
    model = _MODELS[name](values).fit(x, y)
    test = (
        float(model.score(points.x[points.training :], points.y[points.training :]))
        if (points.training < len(points.y))
        else None
    )
    across = np.linspace(-REACH, REACH, REGION_SIDE)
    grid = np.stack(np.meshgrid(across, across[::-1]), axis=-1).reshape(-1, 2)
    share = _sides(model, grid).reshape(REGION_SIDE, REGION_SIDE)
    pixels = np.round(np.clip(share, 0, 1) * 255).astype(np.uint8)
    return Region(name, float(model.score(x, y)), test, pixels)


def _sides(model: Any, grid: Array) -> Array:
    """Return from 0 for class 0 to 1 for class 1; a tie counts as class 0, as in `predict`."""
    if hasattr(model, "predict_proba"):
        found: Array = model.predict_proba(grid)[:, 1]
        return found
    return np.asarray(1 / (1 + np.exp(-_STEEP * model.decision_function(grid))))


def _linear(values: Mapping[str, Any]) -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=values["c"], max_iter=1000)


def _svm(kernel: str) -> Callable[[Mapping[str, Any]], Any]:
    def make(values: Mapping[str, Any]) -> Any:
        from sklearn.svm import SVC

        # A limit of steps: on points that overlap, a large C would take minutes.
        return SVC(kernel=kernel, C=values["c"], gamma=values["gamma"], coef0=1, max_iter=200_000)

    return make


def _tree(values: Mapping[str, Any]) -> Any:
    from sklearn.tree import DecisionTreeClassifier

    return DecisionTreeClassifier(max_depth=values["depth"], random_state=values["seed"])


def _forest(values: Mapping[str, Any]) -> Any:
    from sklearn.ensemble import RandomForestClassifier

    return RandomForestClassifier(
        values["trees"], max_depth=values["depth"], random_state=values["seed"]
    )


def _boosting(values: Mapping[str, Any]) -> Any:
    from sklearn.ensemble import GradientBoostingClassifier

    return GradientBoostingClassifier(
        n_estimators=values["trees"], max_depth=values["depth"], random_state=values["seed"]
    )


_MODELS: dict[str, Callable[[Mapping[str, Any]], Any]] = {
    "linear": _linear,
    "svm_linear": _svm("linear"),
    "svm_poly": _svm("poly"),
    "svm_rbf": _svm("rbf"),
    "tree": _tree,
    "forest": _forest,
    "boosting": _boosting,
}


def keras_model(values: Mapping[str, Any], weights: Sequence[float]) -> KerasModel:
    """Return the network as a compiled Keras model.

    Args:
        values: All values of the state.
        weights: All weights in a row.
    """
    _, keras = load()
    layers, strength = keras.layers, values["strength"]
    penalty = {"none": None, "l1": keras.regularizers.L1, "l2": keras.regularizers.L2}[
        values["regularization"]
    ]
    rule = {"kernel_regularizer": penalty(strength)} if penalty else {}
    activation = values["activation"]
    sizes = engine.sizes_of(values)
    model: KerasModel = keras.Sequential(
        [
            keras.Input((sizes[0],)),
            *(layers.Dense(units, activation=activation, **rule) for units in sizes[1:-1]),
            layers.Dense(1, activation="sigmoid", **rule),
        ],
        name="playground",
    )
    model.set_weights(engine.as_arrays(weights, sizes))
    rate = values["learning_rate"]
    optimizers: dict[str, Callable[[], Any]] = {
        "sgd": lambda: keras.optimizers.SGD(rate),
        "momentum": lambda: keras.optimizers.SGD(rate, momentum=engine.MOMENTUM),
        "adam": lambda: keras.optimizers.Adam(rate),
    }
    model.compile(
        optimizer=optimizers[values["optimizer"]](),
        loss="binary_crossentropy",
        metrics=["accuracy"],
    )
    return model


def state_of_model(model: KerasModel) -> dict[str, Any]:
    """Return the values of the state that a Keras model has: units, activation and weights.

    Args:
        model: A chain of Dense layers with 2 inputs and 1 output.

    Raises:
        ValueError: It is another kind of model, or a larger one.
    """
    _, keras = load()
    inner = [layer for layer in model.layers if not isinstance(layer, keras.layers.InputLayer)]
    message = (
        "Expected `model` to be a chain of Dense layers with 2 inputs, 1 output with activation "
        "'sigmoid', and one activation of all hidden layers. "
    )
    if not inner or not all(isinstance(layer, keras.layers.Dense) for layer in inner):
        raise ValueError(message + f"Received: layers {[type(x).__name__ for x in inner]}.")
    names = [keras.activations.serialize(layer.activation) for layer in inner]
    units, shape = [layer.units for layer in inner], tuple(model.input_shape)
    biased = all(layer.use_bias for layer in inner)
    if shape != (None, 2) or units[-1] != 1 or names[-1] != "sigmoid" or not biased:
        raise ValueError(message + f"Received: input shape {shape}, units {units}, {names}.")
    if len(set(names[:-1])) > 1 or not set(names[:-1]) <= set(engine.ACTIVATIONS):
        raise ValueError(message + f"Received: activations {names}.")
    if len(units) - 1 > engine.MOST_LAYERS or max(units) > engine.MOST_UNITS:
        most = f"at most {engine.MOST_LAYERS} hidden layers of at most {engine.MOST_UNITS} units"
        raise ValueError(f"Expected `model` to have {most}. Received: units {units}.")
    flat = np.concatenate([np.ravel(array) for array in model.get_weights()])
    found = {"layers": units[:-1], "weights": np.clip(flat, -100, 100).tolist()}
    return {**found, **({"activation": names[0]} if len(names) > 1 else {})}
