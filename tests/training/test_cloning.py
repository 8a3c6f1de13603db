"""Clones that answer as their models do, whatever state the models' layers hold."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

import dlwidgets as dl
from dlwidgets.inspect import predict
from dlwidgets.training.cloning import clone, set_weights_often
from dlwidgets.training.model_source import ModelSource
from tests.helpers.slow import slow
from tests.helpers.stateful_layers import (
    CLONED,
    FLOATS,
    LABELS,
    Attributed,
    Case,
    Scaled,
    compiled,
)
from tests.helpers.training import settled, stepped
from tests.helpers.waiting import until

STATE = ("adapt", "finalize_state", "load_assets", "get_vocabulary", "load_own_variables")
"""Methods of a layer that holds more than weights."""


def trained(case: Case, **settings: Any) -> Any:
    return dl.fit(case.model, case.x, LABELS, batch_size=12, **settings)


# Names with a comma or arguments are variants of a kind that has a case of its own.
@pytest.mark.parametrize("name", [slow(name) if set(name) & set(",(") else name for name in CLONED])
def test_a_clone_answers_as_its_model(name: str) -> None:
    case = CLONED[name]()
    run = trained(case, epochs=2).wait(60)
    source = ModelSource(run)
    source.refresh()
    assert source.cloned
    if name == "noise in prediction":
        mean = lambda model: np.mean([predict(model, case.x) for _ in range(50)], axis=0)  # noqa: E731
        np.testing.assert_allclose(source.use(mean), mean(case.model), atol=0.05)
        return
    seen = source.use(lambda model: predict(model, case.x))
    np.testing.assert_allclose(seen, predict(case.model, case.x), atol=1e-6)
    assert np.ptp(seen) > 1e-4, "the samples tell the answers apart"


def test_every_layer_of_keras_with_such_state_is_among_them() -> None:
    plain = keras.layers.Layer
    found = {
        name
        for name, kind in vars(keras.layers).items()
        if isinstance(kind, type)
        and issubclass(kind, plain)
        and any(getattr(kind, m, None) is not getattr(plain, m, None) for m in STATE)
    }
    names = {name.split(",")[0].split("(")[0] for name in CLONED}
    # Their own ways of saving are about quantized and LoRA weights, of which Dense stands for all.
    dense = {n for n in found if n.startswith(("Dense", "EinsumDense", "Embedding", "Conv"))}
    dense |= {n for n in found if issubclass(getattr(keras.layers, n), keras.layers.Dense)}
    convolutions = {n for n in found if "Conv" in n}
    of_others = {"ReversibleEmbedding", "TorchModuleWrapper"}  # an Embedding; another backend's
    assert found - dense - convolutions - of_others <= names


@pytest.mark.parametrize("kind", [Scaled, Attributed])
def test_state_that_nothing_saves_rules_a_clone_out(kind: Any) -> None:
    case = compiled(kind(), x=FLOATS / 50)
    case.model.layers[0].move(3.0)
    run = trained(case, epochs=2).wait(60)
    source = ModelSource(run)
    source.refresh()
    assert source.cloned is False
    seen = source.use(lambda model: predict(model, case.x))
    np.testing.assert_allclose(seen, predict(case.model, case.x), atol=1e-6)


@pytest.mark.parametrize("kind", [Scaled, Attributed])
def test_state_that_moves_later_is_noticed(kind: Any) -> None:
    case = compiled(kind(), x=FLOATS / 50)
    run = trained(case, epochs=100_000)
    source = ModelSource(run)
    try:
        until(lambda: run.step_count > 0, "a step")
        source.refresh()
        assert source.cloned
        run.at_boundary(lambda: case.model.layers[0].move(3.0)).result(60)
        until(lambda: source.refresh() or source.cloned is False, "that it differs")
    finally:
        run.stop()
        until(lambda: run.state.ended, "the end")
    source.refresh()
    seen = source.use(lambda model: np.asarray(model(case.x)))
    np.testing.assert_allclose(seen, np.asarray(case.model(case.x)), atol=1e-6)


def test_state_that_moved_at_the_very_end_is_noticed() -> None:
    case = compiled(Scaled(), x=FLOATS / 50)
    move = keras.callbacks.LambdaCallback(on_train_end=lambda logs: case.model.layers[0].move(3.0))
    run = trained(case, epochs=2, callbacks=[move], start=False)
    source = ModelSource(run)
    source.refresh()
    assert source.cloned
    run.start().wait(60)
    source.refresh()
    assert source.cloned is False


def test_a_layer_adapted_during_training_gets_another_clone() -> None:
    case = CLONED["Normalization"]()
    adapt = keras.callbacks.LambdaCallback(
        on_train_end=lambda logs: case.model.layers[0].adapt(FLOATS + 10)
    )
    run = trained(case, epochs=2, callbacks=[adapt], start=False)
    source = ModelSource(run)
    source.refresh()
    run.start().wait(60)
    source.refresh()
    seen = source.use(lambda model: np.asarray(model(case.x)))
    np.testing.assert_allclose(seen, np.asarray(case.model(case.x)), atol=1e-6)


def test_a_model_that_gets_weights_between_two_steps_gets_another_clone() -> None:
    x = np.random.default_rng(1).random((64, 5)).astype("float32")
    model = keras.Sequential([keras.Input((5,)), keras.layers.Dense(3)])
    model.compile("sgd", "mse")

    def adapt() -> None:
        model.layers[0].enable_lora(2)
        model.compile("sgd", "mse")

    def shown() -> np.ndarray:
        source.refresh()
        assert source.cloned
        assert source.step == run.step_count
        return source.use(lambda copy: np.asarray(copy(x)))

    run = dl.fit(model, x, x[:, :3], batch_size=8, start=False)
    source = ModelSource(run)
    run.pause()
    stepped(settled(run.start()), 1)
    shown()
    run.at_boundary(adapt).result(60)
    for _ in range(2):
        stepped(run, 1)
        np.testing.assert_allclose(shown(), np.asarray(model(x)), atol=1e-6)
    run.stop()
    run.wait(60)


def test_a_model_that_gets_weights_at_the_end_gets_another_clone() -> None:
    case = CLONED["Normalization"]()
    adapt = keras.callbacks.LambdaCallback(
        on_train_end=lambda logs: case.model.layers[-1].enable_lora(2)
    )
    run = trained(case, callbacks=[adapt], start=False)
    source = ModelSource(run)
    source.refresh()
    run.start().wait(60)
    source.refresh()
    seen = source.use(lambda model: np.asarray(model(case.x)))
    np.testing.assert_allclose(seen, np.asarray(case.model(case.x)), atol=1e-6)


@pytest.mark.parametrize("cloned", [True, False])
def test_looking_leaves_training_as_it_is(cloned: bool) -> None:
    """A layer that draws random numbers in prediction draws the same ones in training."""

    class AlwaysDropping(keras.layers.Dropout):
        def call(self, inputs: Any, training: bool | None = None) -> Any:
            return super().call(inputs, training=True)

    def weights(*, watched: bool) -> list[np.ndarray]:
        scaled = Scaled()
        scaled.move(1.0 if cloned else 2.0)
        case = compiled(AlwaysDropping(0.5, seed=4), scaled, x=FLOATS / 50)
        run = trained(case, epochs=20, start=False)
        source = ModelSource(run)
        run.start()
        while watched and not run.state.ended:
            source.refresh()
            source.use(lambda model: model(case.x))
        run.wait(60)
        source.refresh()
        assert source.cloned is cloned
        return [np.asarray(w) for w in case.model.get_weights()]

    for one, other in zip(weights(watched=True), weights(watched=False), strict=True):
        np.testing.assert_array_equal(one, other)


def test_weights_that_are_set_often_are_those_given_and_layers_take_them_over() -> None:
    normalization = keras.layers.Normalization()
    normalization.adapt(np.arange(12.0).reshape(4, 3))
    model = keras.Sequential([keras.Input((3,)), normalization, keras.layers.Dense(2)])
    copy, x = clone(model), np.ones((1, 3))
    assert copy is not None
    for factor in (2.0, 0.5):
        weights = [(w * factor).astype(w.dtype) for w in model.get_weights()]
        model.set_weights(weights)
        normalization.finalize_state()
        set_weights_often(copy, weights)
        for given, taken in zip(weights, copy.get_weights(), strict=True):
            np.testing.assert_array_equal(given, taken)
        np.testing.assert_array_equal(copy(x), model(x))
