"""The classic models: their numbers by hand, and that they can learn."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

from dlwidgets import models


def dense(inputs: int, units: int) -> int:
    return inputs * units + units


def conv(channels: int, filters: int, size: int = 3) -> int:
    return size * size * channels * filters + filters


def test_line_neuron_is_w_x_plus_b() -> None:
    model = models.line_neuron()
    assert model.count_params() == 2
    model.set_weights([np.array([[2.0]]), np.array([-1.0])])
    x = np.array([[-1.0], [0.0], [4.0]])
    np.testing.assert_allclose(model(x), [[-3.0], [-1.0], [7.0]])


@pytest.mark.parametrize(("shape", "classes"), [((8, 8, 1), 10), ((32, 32, 3), 7)])
def test_mlp_by_hand(shape: tuple[int, ...], classes: int) -> None:
    model = models.mlp(shape, classes)
    inputs = int(np.prod(shape))
    expected = dense(inputs, 200) + dense(200, 150) + dense(150, classes)
    assert model.count_params() == expected
    assert len([layer for layer in model.layers if isinstance(layer, keras.layers.Dense)]) == 3
    check_output(model, shape, classes)


def test_mlp_of_the_book() -> None:
    assert models.mlp((32, 32, 3), 10).count_params() == 646_260


@pytest.mark.parametrize(("shape", "classes"), [((8, 8, 1), 10), ((28, 28, 1), 4)])
def test_small_cnn_by_hand(shape: tuple[int, int, int], classes: int) -> None:
    model = models.small_cnn(shape, classes)
    flat = (shape[0] // 4) * (shape[1] // 4) * 64
    expected = conv(shape[2], 32) + conv(32, 64) + dense(flat, classes)
    assert model.count_params() == expected
    check_output(model, shape, classes)


def test_batch_norm_cnn_by_hand() -> None:
    model = models.batch_norm_cnn((32, 32, 3), 10)
    widths = [32, 32, 64, 64, 128]
    convolutions = conv(3, 32) + conv(32, 32) + conv(32, 64) + conv(64, 64)
    expected = convolutions + dense(8 * 8 * 64, 128) + dense(128, 10) + 4 * sum(widths)
    assert model.count_params() == expected == 592_554
    still = sum(int(np.prod(w.shape)) for w in model.non_trainable_weights)
    assert still == 2 * sum(widths) == 640
    check_output(model, (32, 32, 3), 10)


def check_output(model: Any, shape: tuple[int, ...], classes: int) -> None:
    out = np.asarray(model(np.random.default_rng(1).random((4, *shape), np.float32)))
    assert out.shape == (4, classes)
    assert out.dtype == np.float32
    np.testing.assert_allclose(out.sum(axis=1), 1, rtol=1e-5)


@pytest.mark.parametrize("build", [models.mlp, models.small_cnn, models.batch_norm_cnn])
def test_dropout_and_l2_are_there_only_if_asked_for(build: Any) -> None:
    plain = build((8, 8, 1), 3, dropout=0.0)
    assert not [layer for layer in plain.layers if isinstance(layer, keras.layers.Dropout)]
    assert plain.losses == []
    model = build((8, 8, 1), 3, dropout=0.4, l2=0.01)
    drops = [layer.rate for layer in model.layers if isinstance(layer, keras.layers.Dropout)]
    assert drops
    assert set(drops) == {0.4}
    kernels = [w for w in model.trainable_weights if w.path.endswith("kernel")]
    by_hand = 0.01 * sum(float((np.asarray(w) ** 2).sum()) for w in kernels)
    assert float(sum(model.losses)) == pytest.approx(by_hand, rel=1e-5)


@pytest.mark.parametrize("build", [models.mlp, models.small_cnn, models.batch_norm_cnn])
def test_half_precision_computes_in_half_and_answers_in_float32(build: Any) -> None:
    model = build((8, 8, 1), 3, dtype="mixed_bfloat16")
    assert keras.config.dtype_policy().name == "float32", "other models are not touched"
    hidden = [x for x in model.layers if isinstance(x, (keras.layers.Dense, keras.layers.Conv2D))]
    assert {layer.compute_dtype for layer in hidden[:-1]} == {"bfloat16"}
    assert hidden[-1].compute_dtype == "float32"
    check_output(model, (8, 8, 1), 3)


# -- what pages offer -----------------------------------------------------------------------------


@pytest.mark.parametrize("optimizer", models.OPTIMIZERS)
def test_optimizers_get_the_learning_rate(optimizer: str) -> None:
    model = models.compiled(
        "line", input_shape=(1,), classes=0, optimizer=optimizer, learning_rate=0.125
    )
    assert float(model.optimizer.learning_rate) == 0.125
    momentum = getattr(model.optimizer, "momentum", 0.0)
    assert momentum == (0.9 if optimizer == "momentum" else 0.0)
    assert model.loss == "mean_squared_error"


@pytest.mark.parametrize("name", [n for n in models.choices() if n != "line"])
def test_every_classifier_learns_a_batch_by_heart(name: str) -> None:
    keras.utils.set_random_seed(1)
    model = models.compiled(
        name, input_shape=(8, 8, 1), classes=4, learning_rate=0.003, dropout=0.0
    )
    rng = np.random.default_rng(1)
    x, y = rng.random((32, 8, 8, 1), np.float32), np.arange(32) % 4
    history = model.fit(x, y, epochs=40, verbose=0).history
    assert history["loss"][-1] < history["loss"][0] / 3


def test_every_choice_is_described() -> None:
    for name, choice in models.choices().items():
        assert choice.name == name
        assert choice.about.endswith(".")
        assert choice.task in ("classification", "regression")
        assert 0 < choice.learning_rate < 1
        assert choice.epochs >= 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": "gpt"}, "`name` to be one of line, mlp"),
        ({"optimizer": "lbfgs"}, "`optimizer` to be one of adam"),
        ({"learning_rate": 0}, "`learning_rate` above 0. Received: 0"),
        ({"learning_rate": float("nan")}, "`learning_rate` above 0"),
        ({"learning_rate": float("inf")}, "`learning_rate` above 0"),
        ({"dropout": 1.0}, "`dropout` of at least 0 and below 1. Received: 1.0"),
        ({"dropout": -0.1}, "`dropout` of at least 0 and below 1"),
        ({"l2": -1e-9}, "`l2` of at least 0"),
    ],
)
def test_wrong_settings_are_named(changes: dict[str, Any], words: str) -> None:
    settings = {"name": "mlp", "input_shape": (8, 8, 1), "classes": 10, **changes}
    with pytest.raises(ValueError, match=words.replace(".", r"\.")):
        models.compiled(**settings)
