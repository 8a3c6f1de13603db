"""What must hold for any Keras model: the same numbers as a direct computation, or a refusal."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from unittest import mock

import keras
import numpy as np
import tensorflow as tf

import dlwidgets as dl
from dlwidgets import widgets
from dlwidgets._messages import Message
from dlwidgets.training.model_source import ModelSource
from tests.helpers.page import parts, seen
from tests.helpers.predictions import counts
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.helpers.random_models import Made

_LONGEST = 400  # characters of a refusal
_FITS = 4  # more calls of `fit`, where one and `dl.fit` differ
_RAW = ("Error", "{{node", "Traceback", "object has no attribute", "\n")
"""What no text of ours contains, unless it passes on a text of TensorFlow or Python."""
TOLERANCE = {"float16": 2e-2, "float32": 1e-4, "float64": 1e-6}


def close(found: Any, expected: Any) -> None:
    """Fail unless two arrays have the same shape and, up to rounding, the same numbers."""
    found, expected = np.asarray(found), np.asarray(expected)
    assert found.shape == expected.shape, f"{found.shape} instead of {expected.shape}"
    half = "float16" in (found.dtype.name, expected.dtype.name) or _half()
    limit = TOLERANCE["float16" if half else "float32"]
    np.testing.assert_allclose(
        found.astype("float64"), expected.astype("float64"), rtol=limit, atol=limit
    )


def _half() -> bool:
    return keras.config.dtype_policy().name == "mixed_float16"


def says_why(error: Exception) -> None:
    """Raise an error again, unless it is one of ours, in a sentence or two."""
    text = error.args[0] if error.args else None
    ours = isinstance(text, Message) and isinstance(error, ValueError | TypeError)
    if not ours or len(text) > _LONGEST or any(raw in text for raw in _RAW):
        raise error


def allowed(compute: Callable[[], Any]) -> Any:
    """What a function returns; `None` if it refuses in a sentence."""
    try:
        return compute()
    except Exception as error:  # noqa: BLE001 - judged there
        says_why(error)
        return None


# -- training ------------------------------------------------------------------------------------


def trained(make: Callable[[], Made]) -> tuple[Made, Any] | None:
    """Train a model by `fit` and its twin by `dl.fit`; fail unless they agree to the bit.

    Where they differ, it is allowed only if `fit` does not repeat its own bits: some kernels add up
    in another order each time, such as the updates of one row of an `Embedding` by many samples.

    Returns:
        The trained twin and its run; `None` for a model that Keras can't train, or not to a finite
        loss.
    """
    plain, twin = make(), make()
    try:
        result = _fitted(plain)
    except Exception as error:  # noqa: BLE001 - such as a shared layer that fits one of its inputs
        _fails_too(twin, error)
        return None
    run = _run(twin)
    if not np.isfinite(result.history["loss"]).all():
        assert isinstance(run.error, dl.training.NonFiniteLossError | None), repr(run.error)
        return None
    if run.error is not None:
        raise run.error
    ours = _Result(_values(twin), dict(run.history))
    if not _equal(ours, result):
        for one, other in zip(ours.values, result.values, strict=True):
            close(one, other)
        if all(_equal(_fitted(make()), result) for _ in range(_FITS)):
            _same(ours, result)
    return twin, run


@dataclass(frozen=True)
class _Result:
    """What a training leaves: weights and the optimizer's variables, and the history."""

    values: list[np.ndarray]
    history: dict[str, list[float]]


def _same(ours: _Result, theirs: _Result) -> None:
    """Fail unless two trainings agree to the bit."""
    for index, (one, other) in enumerate(zip(ours.values, theirs.values, strict=True)):
        np.testing.assert_array_equal(one, other, err_msg=f"variable {index}")
    assert ours.history == theirs.history


def _equal(one: _Result, other: _Result) -> bool:
    try:
        _same(one, other)
    except AssertionError:
        return False
    return True


def _values(made: Made) -> list[np.ndarray]:
    return [v.numpy() for v in (*made.model.variables, *made.model.optimizer.variables)]


def _fitted(made: Made) -> _Result:
    keras.utils.set_random_seed(1)
    history = made.model.fit(made.x, made.y, verbose=0, **_settings(made)).history
    return _Result(_values(made), history)


def _run(made: Made) -> Any:
    keras.utils.set_random_seed(1)
    run = dl.fit(made.model, made.x, made.y, **_settings(made))
    until(lambda: run.state.ended, "the end of the run", 120)
    return run


def _fails_too(twin: Made, error: Exception) -> None:
    """Fail unless `dl.fit` fails as `fit` did, or refuses in a sentence."""
    run = allowed(lambda: _run(twin))
    assert run is None or type(run.error) is type(error), f"{run.error!r} instead of {error!r}"


def _settings(made: Made) -> dict[str, int]:
    """Arguments of `fit`; in an eighth of the models the last batch is smaller than others.

    A smaller batch is traced once more, which takes most of the time of a small training.
    """
    return {"batch_size": 4 if len(made.code) % 8 == 0 else 5, "epochs": 1}


# -- engines -------------------------------------------------------------------------------------


def outputs_of(made: Made) -> list[np.ndarray]:
    """What the model gives for the samples, computed by Keras alone."""
    return [np.asarray(a) for a in keras.tree.flatten(made.model(_tensors(made.x), training=False))]


def _tensors(x: Any) -> Any:
    return keras.tree.map_structure(tf.convert_to_tensor, x)


def check_totals(made: Made, _run: Any) -> None:
    summary = allowed(lambda: dl.inspect.summarize(made.model))
    if summary is None:
        return
    assert summary.parameters == made.model.count_params()
    trainable = sum(int(np.prod(w.shape)) for w in made.model.trainable_weights)
    assert summary.trainable == trainable
    if len({id(w) for row in made.model.layers for w in row.weights}) == len(made.model.weights):
        rows = [row for row in summary.layers if not row.is_model]
        inside = [f"{row.path}/" for row in rows]  # such as the layer in a wrapper
        outer = [row for row in rows if not row.path.startswith(tuple(inside))]
        own = sum(row.parameters for row in outer)
        assert own == made.model.count_params(), "rows and total differ"


def check_predictions(made: Made, run: Any) -> None:
    source = ModelSource(run)
    source.refresh()
    for index, expected in enumerate(outputs_of(made)):

        def look(model: Any, index: int = index) -> Any:
            return allowed(lambda: dl.inspect.predict(model, made.x, output=index))

        for found in (look(made.model), source.use(look)):
            if found is not None:
                close(found, expected)


def _outputs_in_model(made: Made, names: list[str]) -> dict[str, Any]:
    """What layers give in the model's own call; `layer.output` may be of a call outside of it."""
    outputs: dict[str, Any] = {}

    def recording(name: str, call: Any) -> Any:
        def recorded(*args: Any, **kwargs: Any) -> Any:
            outputs[name] = call(*args, **kwargs)
            return outputs[name]

        return recorded

    layers = {name: made.model.get_layer(name) for name in names}
    with ExitStack() as patches:
        for name, layer in layers.items():
            patches.enter_context(mock.patch.object(layer, "call", recording(name, layer.call)))
        made.model(_tensors(made.x), training=False)
    return outputs


def check_activations(made: Made, run: Any) -> None:
    found = allowed(lambda: dl.vision.activations(made.model, made.x))
    if found is None:
        return
    names = [name for name in found if "/" not in name and ":" not in name]
    direct = _outputs_in_model(made, [name for name in names if f"{name}:2" not in found])
    for name, values in direct.items():
        close(found[name], values)
    source = ModelSource(run)
    source.refresh()
    of_run = allowed(lambda: source.use(lambda model: dl.vision.activations(model, made.x)))
    assert of_run is not None
    for name, values in of_run.items():
        close(values, found[name])


def check_hidden(made: Made, _run: Any) -> None:
    for index, expected in enumerate(outputs_of(made)):
        found = allowed(
            lambda index=index: dl.inspect.hidden_vectors(made.model, made.x, output=index)
        )
        if found is not None:
            close(found[1], expected)


def _expected_classes(made: Made) -> np.ndarray:
    output = outputs_of(made)[0].astype("float64")
    if output.shape[-1] > 1:
        return output.argmax(axis=-1)
    logit = made.model.layers[-1].activation is keras.activations.linear
    return (output[:, 0] >= (0.0 if logit else 0.5)).astype(int)


def _table(made: Made) -> np.ndarray:
    table = np.zeros((made.classes, made.classes), int)
    np.add.at(table, (np.ravel(made.y), _expected_classes(made)), 1)
    return table


def check_confusion(made: Made, _run: Any) -> None:
    if not made.classes:
        return
    activation = dl.inspect.final_activation(made.model)
    found = dl.inspect.confusion(
        made.y, dl.inspect.predict(made.model, made.x), classes=made.classes, activation=activation
    )
    np.testing.assert_array_equal(found, _table(made))


def check_heat_maps(made: Made, _run: Any) -> None:
    first = keras.tree.map_structure(lambda a: a[:2], made.x)
    for method in ("saliency", "grad_cam", "occlusion"):
        maps = allowed(lambda method=method: getattr(dl.vision, method)(made.model, first))
        if maps is not None and np.isfinite(outputs_of(made)[0]).all():
            assert np.isfinite(maps.maps).all(), method


# -- views ---------------------------------------------------------------------------------------


def _settled(view: Any) -> Any:
    follower = view.judging.follower if hasattr(view, "judging") else view.follower
    until(lambda: follower.drawn or follower.told, "an update", 60)
    until(lambda: not follower.busy, "rest", 60)
    for error in follower.told:
        says_why(error)
    return view


def _view(make: Callable[[], Any], check: Callable[[Any], None]) -> None:
    view = allowed(make)
    if view is None:
        return
    try:
        follower = view.judging.follower if hasattr(view, "judging") else view.follower
        until(lambda: not follower.busy or follower.drawn, "its beginning", 60)
        _settled(view)
        if not follower.told:
            check(view)
    finally:
        view.close()


def _labels(made: Made) -> Any:
    return made.y if made.classes else None


def check_matrix(made: Made, run: Any) -> None:
    if made.classes:
        for source in (run, made.model):
            _view(
                lambda source=source: widgets.ConfusionMatrix(source, made.x, made.y),
                lambda view: np.testing.assert_array_equal(counts(view), _table(made)),
            )


def check_browser(made: Made, run: Any) -> None:
    if made.classes:
        right = int((np.ravel(made.y) == _expected_classes(made)).sum())

        def check(view: Any) -> None:
            assert int(view.judging.judged.right.sum()) == right
            assert view.cards.total == len(_expected_classes(made))

        _view(lambda: widgets.PredictionBrowser(run, made.x, made.y), check)


def check_activation_viewer(made: Made, run: Any) -> None:
    def check(view: Any) -> None:
        if view.result is None:
            return
        direct = dl.vision.activations(made.model, made.x, [view.result.layer])
        # The steps of a film, or the slices of a volume, are shown one above the other.
        close(np.ravel(view.result.values), direct[view.result.layer][view.index].ravel())

    _view(lambda: widgets.ActivationViewer(run, made.x, _labels(made)), check)


def check_inspector(made: Made, run: Any) -> None:
    def check(view: Any) -> None:
        total = f"{made.model.count_params():,} parameter"
        texts = [str(getattr(one, "value", "")) for one in parts(view)]
        assert any(text.startswith(total) for text in texts), total

    _view(lambda: widgets.LayerInspector(run, made.x, made.y), check)


def check_embedding(made: Made, run: Any) -> None:
    def check(view: Any) -> None:
        assert view.plane.points["count"] == 10 or view.message

    _view(lambda: widgets.EmbeddingView(run, made.x, _labels(made)), check)


def check_heatmap_viewer(made: Made, run: Any) -> None:
    _view(
        lambda: widgets.HeatmapViewer(run, made.x, _labels(made), methods=("saliency",)),
        lambda view: None,
    )


def check_graph(made: Made, run: Any) -> None:
    view = widgets.ModelGraph(run)
    seen(view)
    until(lambda: not view.busy, "the graph", 60)
    assert not view.empty_text.startswith("No graph") or view.empty_text.endswith(".")
    total = f"{made.model.count_params():,} parameter"
    assert total in view.title or view.empty_text.startswith("No graph"), view.title
    view.close()


CHECKS = (
    check_totals,
    check_predictions,
    check_activations,
    check_hidden,
    check_confusion,
    check_heat_maps,
    check_matrix,
    check_browser,
    check_activation_viewer,
    check_inspector,
    check_embedding,
    check_heatmap_viewer,
    check_graph,
)
