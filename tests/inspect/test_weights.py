"""Statistics of weights, dead units, and how layers move while a model trains."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

import dlwidgets as dl
from dlwidgets.inspect import (
    GradientProbe,
    LayerHistory,
    dead_units,
    layers_of,
    update_ratio,
    weight_stats,
)
from dlwidgets.inspect.tracking import MAX_MOMENTS

L = keras.layers


def test_numbers_of_a_known_array() -> None:
    weights = np.array([[-2.0, 0.0], [0.001, 2.0]])
    stats = weight_stats([weights, np.array([1.0])], bins=4)
    values = np.array([-2.0, 0.0, 0.001, 2.0, 1.0])
    assert stats.counts.tolist() == [1, 0, 2, 2]
    assert stats.edges.tolist() == [-2, -1, 0, 1, 2]
    assert (stats.size, stats.minimum, stats.maximum) == (5, -2, 2)
    assert stats.mean == pytest.approx(values.mean())
    assert stats.std == pytest.approx(values.std())
    assert stats.near_zero == pytest.approx(2 / 5)


def test_the_histogram_of_a_normal_distribution() -> None:
    weights = np.random.default_rng(0).normal(0, 0.05, (64, 64, 8)).astype("float32")
    stats = weight_stats(weights, bins=10, limits=(-0.1, 0.1))
    inside = (np.abs(weights) <= 0.1).sum()
    assert stats.counts.sum() == inside
    assert stats.near_zero == pytest.approx(0.008, abs=0.002)  # 2·Φ(0.01) − 1


@pytest.mark.parametrize("value", [0.0, 0.5, -3e-12])
def test_weights_that_are_all_the_same(value: float) -> None:
    stats = weight_stats(np.full(7, value))
    assert stats.counts.sum() == 7
    assert (stats.std, stats.near_zero) == (pytest.approx(0, abs=1e-12), float(value == 0))


def test_nan_and_infinity_are_counted_by_themselves() -> None:
    stats = weight_stats(np.array([np.nan, 1.0, np.inf, 3.0]))
    assert (stats.not_finite, stats.mean, stats.counts.sum()) == (2, 2.0, 2)
    nothing = weight_stats(np.full(3, np.nan))
    assert (nothing.not_finite, nothing.counts.sum()) == (3, 0)
    assert np.isnan(nothing.mean)
    assert weight_stats([]).size == 0


def test_bad_arguments_are_named() -> None:
    with pytest.raises(ValueError, match=r"`bins` of at least 1\. Received: 0"):
        weight_stats(np.ones(3), bins=0)
    with pytest.raises(ValueError, match=r"the smaller value first\. Received: \(1, 1\)"):
        weight_stats(np.ones(3), limits=(1, 1))


# -- dead units --------------------------------------------------------------------------------


def test_units_made_dead_by_hand_are_found() -> None:
    x = keras.Input((8, 8, 1))
    y = L.Conv2D(4, 3, activation="relu", name="conv")(x)
    base = keras.Sequential([keras.Input((144,)), L.Dense(5), L.ReLU(name="relu")], name="base")
    z = L.Dense(3, activation="softmax", name="top")(base(L.Flatten()(y)))
    model = keras.Model(x, z)
    kernel, bias = model.get_layer("conv").get_weights()
    kernel[..., 2] = -np.abs(kernel[..., 2])
    bias[2] = -0.1
    model.get_layer("conv").set_weights([kernel, bias])
    dense = base.layers[0]
    kernel, bias = dense.get_weights()
    kernel[:, 0], bias[0] = 0, -1
    bias[1:] = 100
    dense.set_weights([kernel, bias])
    batch = np.random.default_rng(0).uniform(size=(20, 8, 8, 1)).astype("float32")
    found = dead_units(model, batch)
    assert list(found) == ["conv", "base/relu"]
    assert found["conv"].dead[2]
    expected = (np.asarray(keras.Model(x, y)(batch)).max((0, 1, 2)) <= 0).tolist()
    assert found["conv"].dead.tolist() == expected
    assert found["base/relu"].dead.tolist() == [True, False, False, False, False]
    assert found["base/relu"].share == pytest.approx(0.2)


def test_a_unit_that_answers_in_one_use_of_a_shared_layer_lives() -> None:
    left, right = keras.Input((1,)), keras.Input((1,))
    dense = L.Dense(3, activation="relu", name="dense")
    model = keras.Model([left, right], L.Concatenate()([dense(left), dense(right)]))
    dense.set_weights([np.array([[1.0, -1.0, 1.0]]), np.array([0.0, 0.0, -5.0])])
    ones = np.ones((2, 1), "float32")
    assert dead_units(model, [ones, -ones])["dense"].dead.tolist() == [False, False, True]
    assert dead_units(model, [ones, ones])["dense"].dead.tolist() == [False, True, True]


def test_a_unit_that_lives_in_one_use_of_a_nested_tower_is_not_dead() -> None:
    inner = L.Dense(2, activation="relu", kernel_initializer="ones", name="d")
    source = keras.Input((1,))
    tower = keras.Model(source, inner(source), name="tower")
    left, right = keras.Input((1,)), keras.Input((1,))
    model = keras.Model([left, right], L.Add()([tower(left), tower(right)]))
    ones = np.ones((4, 1), "float32")
    assert dead_units(model, [-ones, ones])["tower/d"].dead.tolist() == [False, False]
    assert dead_units(model, [ones, -ones])["tower/d"].dead.tolist() == [False, False]
    assert dead_units(model, [-ones, -ones])["tower/d"].dead.tolist() == [True, True]


def test_leaky_units_do_not_die() -> None:
    model = keras.Sequential(
        [keras.Input((2,)), L.Dense(3), L.LeakyReLU(), L.ReLU(negative_slope=0.1)]
    )
    assert dead_units(model, np.ones((1, 2), "float32")) == {}


# -- while it trains ---------------------------------------------------------------------------


def test_the_update_ratio_of_plain_descent_is_rate_times_gradient() -> None:
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(16, 5)).astype("float32"), rng.integers(0, 3, 16)
    model = dl.models.mlp((5,), 3, hidden=(4,))
    model.compile(keras.optimizers.SGD(0.1), "sparse_categorical_crossentropy")
    history, probe = LayerHistory(), GradientProbe(x, y, model.loss)
    norms = probe.norms(model)
    sizes = {
        path: np.sqrt(sum((w**2).sum() for w in layer.get_weights()))
        for path, layer in layers_of(model)
    }
    history.add(0, model, norms)
    model.train_on_batch(x, y)
    history.add(1, model, probe.norms(model))
    for path, norm in norms.items():
        first, second = history.moments(path)
        assert np.isnan(first.update_ratio)
        assert first.gradient_norm == norm
        assert second.update_ratio == pytest.approx(0.1 * norm / sizes[path], rel=1e-3)


def test_the_update_ratio_is_per_step() -> None:
    before, after = [np.array([3.0, 4.0]), np.zeros(1)], [np.array([3.0, 4.0]), np.array([2.0])]
    assert update_ratio(before, after, 4) == pytest.approx(2 / 5 / 4)
    assert np.isnan(update_ratio([np.zeros(2)], [np.ones(2)]))
    assert np.isnan(update_ratio([np.ones(2)], [np.array([np.nan, 1])]))


def two_heads() -> Any:
    x = keras.Input((4,))
    heads = {
        "a": L.Dense(2, name="a", kernel_regularizer=keras.regularizers.L2(0.1))(x),
        "b": L.Dense(3, name="b", activation="softmax")(x),
    }
    return keras.Model(x, heads)


def test_gradients_of_several_outputs_are_those_of_the_compiled_loss() -> None:
    rng = np.random.default_rng(1)
    x = rng.normal(size=(8, 4)).astype("float32")
    y = {"a": rng.normal(size=(8, 2)).astype("float32"), "b": rng.integers(0, 3, 8)}
    model = two_heads()
    loss = {"a": "mse", "b": "sparse_categorical_crossentropy"}
    weights = {"a": 2.0, "b": 0.5}
    norms = GradientProbe(x, y, loss, weights).norms(model)
    model.compile("sgd", loss, loss_weights=weights)
    with tf.GradientTape() as tape:
        total = model.compute_loss(x, y, model(x))
    gradients = tape.gradient(total, [w.value for w in model.trainable_weights])
    parts = [float(tf.norm(g)) for g in gradients]
    names = [w.path.split("/")[0] for w in model.trainable_weights]
    for name in ("a", "b"):
        own = [p for p, n in zip(parts, names, strict=True) if n == name]
        assert norms[name] == pytest.approx(np.sqrt(np.square(own).sum()), rel=1e-5)


def test_gradients_follow_the_weights() -> None:
    x, y = np.ones((4, 1), "float32"), np.ones((4, 1), "float32")
    model = dl.models.line_neuron()
    probe = GradientProbe(x, y, "mse")
    for w, b in ((3.0, 0.0), (1.0, 0.0), (0.0, 5.0)):
        model.set_weights([np.array([[w]]), np.array([b])])
        assert probe.norms(model)["neuron"] == pytest.approx(
            abs(2 * (w + b - 1)) * 2**0.5, abs=1e-6
        )


def test_without_a_loss_there_is_no_gradient() -> None:
    with pytest.raises(ValueError, match="Gradients need a loss"):
        GradientProbe(np.ones(1), np.ones(1), None)


def test_the_history_stays_short_and_keeps_the_first_and_the_newest() -> None:
    model, history = dl.models.line_neuron(), LayerHistory()
    for step in range(500):
        history.add(step, model)
    steps = [moment.step for moment in history.moments("neuron")]
    assert MAX_MOMENTS / 2 <= len(steps) <= MAX_MOMENTS
    assert (steps[0], steps[-1]) == (0, 499)
    assert steps == sorted(set(steps))


def test_a_second_look_at_a_step_replaces_and_an_earlier_step_begins_anew() -> None:
    model, history = dl.models.line_neuron(), LayerHistory()
    history.add(0, model)
    model.set_weights([np.array([[2.0]]), np.array([0.0])])
    history.add(5, model)
    ratio = history.moments("neuron")[-1].update_ratio
    history.add(5, model, {"neuron": 1.5})
    moments = history.moments("neuron")
    assert [m.step for m in moments] == [0, 5]
    assert (moments[-1].gradient_norm, moments[-1].update_ratio) == (1.5, ratio)
    history.add(2, model)
    assert [m.step for m in history.moments("neuron")] == [2]
    assert history.moments("none") == []


def test_a_large_layer_is_looked_at_by_lot() -> None:
    model = keras.Sequential([keras.Input((1000,)), L.Dense(400, name="wide")])
    history = LayerHistory()
    history.add(0, model)
    kernel, bias = model.get_weights()
    model.set_weights([kernel * 1.01, bias])
    history.add(1, model)
    first, second = history.moments("wide")
    assert first.stats.size == 65_536
    assert first.stats.std == pytest.approx(kernel.std(), rel=0.02)
    assert second.update_ratio == pytest.approx(0.01, rel=1e-3)


def test_histories_have_nested_and_frozen_layers() -> None:
    base = keras.Sequential([keras.Input((4,)), L.Dense(3, name="inner")], name="base")
    base.trainable = False
    model = keras.Sequential([base, L.Dense(2, name="top")])
    model.build((None, 4))
    history = LayerHistory()
    history.add(0, model)
    history.add(1, model)
    assert history.moments("base/inner")[0].stats.size == 12
    assert np.isnan(history.moments("base/inner")[1].update_ratio)
    assert history.moments("base") == []
