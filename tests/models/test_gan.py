"""The GAN as a Keras model: its losses by hand, who changes when, and that a Run steers it."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pytest

import dlwidgets as dl
from dlwidgets import models
from dlwidgets.training.cloning import clone
from dlwidgets.training.model_source import ModelSource
from dlwidgets.training.prediction import predict_batch
from dlwidgets.training.run_engine import engine_of
from tests.helpers.slow import slow

if TYPE_CHECKING:
    from pathlib import Path

SHAPE = (8, 8, 1)


class Fixed(keras.layers.Layer):
    """Gives the logits that its weight holds: the first for generated images, the last for real."""

    def build(self, _shape: Any) -> None:
        self.low = self.add_weight(shape=(), initializer=keras.initializers.Constant(-1.5))
        self.high = self.add_weight(shape=(), initializer=keras.initializers.Constant(0.5))

    def call(self, x: Any) -> Any:
        # Real images here are 1 everywhere, generated ones 0.
        mean = keras.ops.mean(x, axis=(1, 2, 3))[:, None]
        return self.low + (self.high - self.low) * mean

    def compute_output_shape(self, shape: Any) -> Any:
        return (shape[0], 1)


def fixed_gan(label_noise: float) -> Any:
    """Its discriminator gives -1.5 to generated images, 0.5 to real ones."""
    generator = keras.Sequential(
        [
            keras.Input((3,)),
            keras.layers.Dense(64, kernel_initializer="zeros"),
            keras.layers.Reshape(SHAPE),
        ]
    )
    discriminator = keras.Sequential([keras.Input(SHAPE), Fixed()])
    gan = models.GAN(discriminator, generator, label_noise=label_noise, seed=1)
    gan.compile(keras.optimizers.SGD(0.0), keras.optimizers.SGD(0.0))
    return gan


def cross_entropy(label: Any, logit: float) -> np.ndarray:
    p = 1 / (1 + np.exp(-logit))
    return -(np.asarray(label) * np.log(p) + (1 - np.asarray(label)) * np.log(1 - p))


def step(gan: Any, x: np.ndarray) -> dict[str, float]:
    run = dl.fit(gan, x, batch_size=len(x), epochs=1, shuffle=False).wait(60)
    return {name: float(series.value[-1]) for name, series in run.metrics.items()}


def test_losses_and_accuracies_of_known_logits() -> None:
    values = step(fixed_gan(0.0), np.ones((5, *SHAPE), "float32"))
    d_loss = np.mean([cross_entropy(0, -1.5), cross_entropy(1, 0.5)])
    assert values["d_loss"] == pytest.approx(d_loss, rel=1e-6)
    assert values["g_loss"] == pytest.approx(float(cross_entropy(1, -1.5)), rel=1e-6)
    assert values["real_accuracy"] == 1.0
    assert values["fake_accuracy"] == 1.0


def test_accuracy_counts_each_side_apart() -> None:
    gan = fixed_gan(0.0)
    gan.discriminator.set_weights([np.array(0.2), np.array(-0.1)])
    x = np.ones((4, *SHAPE), "float32")
    x[0] = -2.0  # logit 0.2 + 0.3·2 is above 0
    values = step(gan, x)
    assert values["real_accuracy"] == 0.25
    assert values["fake_accuracy"] == 0.0


def test_label_noise_stays_between_the_labels() -> None:
    noise = 0.3
    values = [step(fixed_gan(noise), np.ones((400, *SHAPE), "float32"))["d_loss"]]
    # A uniform label moves the loss by its mean, here half of the noise towards the other label.
    mean = np.mean([cross_entropy(noise / 2, -1.5), cross_entropy(1 - noise / 2, 0.5)])
    assert values[0] == pytest.approx(mean, abs=0.02)
    outward = np.mean([cross_entropy(noise / 2, -1.5), cross_entropy(1 + noise / 2, 0.5)])
    assert abs(values[0] - outward) > 0.05, "the printed code's labels above 1"


def test_label_noise_can_be_changed_in_the_middle(gan_digits: np.ndarray) -> None:
    gan = models.small_gan(label_noise=0.0, dropout=0.0, seed=3)
    run = dl.fit(gan, gan_digits, batch_size=64, epochs=10_000)
    run.pause()
    run.at_boundary(lambda: setattr(gan, "label_noise", 0.4)).result(60)
    assert gan.label_noise == pytest.approx(0.4)
    before = run.step_count
    run.step(30)
    while run.step_count < before + 30:
        run.at_boundary(lambda: None).result(60)
    run.stop()
    run.wait(60)
    # No discriminator can be surer than such labels: their mean is 0.2 or 0.8.
    assert run.metrics["d_loss"].value[-10:].mean() > 0.4


def changed(before: list[np.ndarray], model: Any) -> bool:
    after = model.get_weights()
    return not all(np.array_equal(a, b) for a, b in zip(before, after, strict=True))


@pytest.mark.parametrize(("d_rate", "g_rate"), [(0.0, 0.1), (0.1, 0.0), slow(0.1, 0.1)])
def test_each_optimizer_changes_its_own_network_only(
    gan_digits: np.ndarray, d_rate: float, g_rate: float
) -> None:
    gan = models.small_gan(seed=5)
    gan.compile(keras.optimizers.SGD(d_rate), keras.optimizers.SGD(g_rate))
    d_before = gan.discriminator.get_weights()
    g_before = [v.numpy() for v in gan.generator.trainable_variables]
    step(gan, gan_digits[:16])
    assert changed(d_before, gan.discriminator) is (d_rate > 0)
    g_after = [v.numpy() for v in gan.generator.trainable_variables]
    same = all(np.array_equal(a, b) for a, b in zip(g_before, g_after, strict=True))
    assert same is (g_rate == 0)


def test_the_generator_moves_towards_what_is_held_for_real() -> None:
    gan = fixed_gan(0.0)
    gan.compile(keras.optimizers.SGD(0.0), keras.optimizers.SGD(1.0))
    x = np.ones((5, *SHAPE), "float32")
    first, second = step(gan, x), step(gan, x)
    assert second["g_loss"] < first["g_loss"]
    assert gan.discriminator.get_weights() == [np.float32(-1.5), np.float32(0.5)]


def test_clipping_bounds_each_step(gan_digits: np.ndarray) -> None:
    gan = models.small_gan(seed=5, dropout=0.0)
    sgd = keras.optimizers.SGD
    gan.compile(sgd(1.0, clipvalue=1e-4), sgd(0.0))
    before = gan.discriminator.get_weights()
    step(gan, gan_digits[:16])
    moved = [
        np.abs(a - b).max() for a, b in zip(before, gan.discriminator.get_weights(), strict=True)
    ]
    assert max(moved) == pytest.approx(1e-4, rel=1e-2)


@pytest.mark.slow
def test_same_seed_same_result(gan_digits: np.ndarray) -> None:
    weights = []
    for seed in (4, 4, 5):
        gan = models.small_gan(seed=seed)
        keras.utils.set_random_seed(1)  # of the order of the batches
        dl.fit(gan, gan_digits[:128], batch_size=32, epochs=2).wait(60)
        weights.append(gan.get_weights())
    assert all(np.array_equal(a, b) for a, b in zip(weights[0], weights[1], strict=True))
    assert not all(np.array_equal(a, b) for a, b in zip(weights[0], weights[2], strict=True))


def test_a_run_and_plain_fit_train_the_same_weights(gan_digits: np.ndarray) -> None:
    results = []
    for fit in (dl.fit, lambda model, *a, **k: model.fit(*a, verbose=0, **k)):
        gan = models.small_gan(seed=2)
        done = fit(gan, gan_digits[:200], batch_size=32, epochs=3, shuffle=False)
        if hasattr(done, "wait"):
            done.wait(60)
        results.append(gan.get_weights())
    for mine, plain in zip(*results, strict=True):
        np.testing.assert_array_equal(mine, plain)


def test_a_run_pauses_steps_and_stops_it(gan_digits: np.ndarray) -> None:
    gan = models.small_gan(seed=2)
    run = dl.fit(gan, gan_digits, batch_size=32, epochs=10_000)
    while run.step_count < 20:
        run.at_boundary(lambda: None).result(60)
    run.pause()
    run.at_boundary(lambda: None).result(60)
    before = run.step_count
    run.step(3)
    while run.step_count < before + 3:
        run.at_boundary(lambda: None).result(60)
    run.stop()
    assert run.wait(60).state == "stopped"
    names = {"d_loss", "g_loss", "real_accuracy", "fake_accuracy"}
    assert set(run.metrics) == names
    assert engine_of(run).recorder.exact == names, "each step's own values, not running means"
    assert run.step_count == before + 3


def test_a_loss_that_is_nan_stops_the_run_and_it_can_go_on(gan_digits: np.ndarray) -> None:
    gan = models.small_gan(seed=2)
    x = gan_digits[:96].copy()
    x[64:] = np.nan
    run = dl.fit(gan, x, batch_size=32, epochs=1, shuffle=False)
    with pytest.raises(Exception, match="d_loss became NaN at step 3"):
        run.wait(60)
    assert run.state == "failed"
    run.restore()
    again = dl.fit(gan, gan_digits[:64], batch_size=32, epochs=1).wait(60)
    assert again.state == "finished"
    assert all(np.isfinite(w).all() for w in gan.get_weights())


def test_views_get_a_copy(gan_digits: np.ndarray) -> None:
    gan = models.small_gan(seed=2)
    run = dl.fit(gan, gan_digits, batch_size=32, epochs=1).wait(60)
    source = ModelSource(run)
    z = np.random.default_rng(0).normal(size=(4, gan.latent_dim)).astype("float32")
    source.refresh()
    images = source.use(lambda model: predict_batch(model, z))
    np.testing.assert_allclose(images, np.asarray(gan(z)), atol=1e-6)
    assert source.cloned
    copy = clone(gan)
    assert copy is not None
    assert copy.label_noise == gan.label_noise
    assert copy.data_range == gan.data_range


def test_saved_and_loaded(gan_digits: np.ndarray, tmp_path: Path) -> None:
    gan = models.small_gan(seed=2, label_noise=0.1, d_learning_rate=0.003)
    dl.fit(gan, gan_digits[:64], batch_size=32, epochs=1).wait(120)
    gan.save(tmp_path / "gan.keras")
    loaded = keras.models.load_model(tmp_path / "gan.keras", safe_mode=True)
    z = np.ones((2, gan.latent_dim), "float32")
    np.testing.assert_allclose(np.asarray(loaded(z)), np.asarray(gan(z)), atol=1e-6)
    assert float(loaded.d_optimizer.learning_rate) == pytest.approx(0.003)
    assert loaded.label_noise == pytest.approx(0.1)
    dl.fit(loaded, gan_digits[:64], batch_size=32, epochs=1).wait(120)


def test_dcgan_by_hand() -> None:
    gan = models.dcgan(seed=1)

    def conv(channels: int, filters: int, size: int) -> int:
        return (size * size * channels + 1) * filters

    generator = (
        33 * 128 * 16 * 16
        + conv(128, 256, 5)
        + conv(256, 256, 4)
        + 2 * conv(256, 256, 5)
        + conv(256, 3, 7)
    )
    discriminator = conv(3, 128, 3) + 3 * conv(128, 128, 4) + 2 * 2 * 128 + 1
    assert gan.generator.count_params() == generator == 6_264_579
    assert gan.discriminator.count_params() == discriminator == 790_913
    assert gan.image_shape == (32, 32, 3)
    images = np.asarray(gan(np.ones((1, 32), "float32")))
    assert images.shape == (1, 32, 32, 3)
    assert np.abs(images).max() <= 1
    drops = [v for v in gan.discriminator.layers if isinstance(v, keras.layers.Dropout)]
    assert [layer.rate for layer in drops] == [0.4]
    assert float(gan.d_optimizer.learning_rate) == pytest.approx(8e-4)
    assert float(gan.optimizer.learning_rate) == pytest.approx(4e-4)
    assert gan.d_optimizer.clipvalue == gan.optimizer.clipvalue == 1.0


def test_switches_of_the_small_gan() -> None:
    plain = models.small_gan(dropout=0.0, clip=None, output="sigmoid", label_noise=0.0)
    assert plain.data_range == (0.0, 1.0)
    assert plain.optimizer.clipvalue is plain.d_optimizer.clipvalue is None
    images = np.asarray(plain(np.random.default_rng(1).normal(size=(50, 16)).astype("float32")))
    assert images.min() >= 0
    assert models.small_gan((12, 10, 3)).image_shape == (12, 10, 3)
    assert models.small_gan().generator.count_params() == 53_184


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"label_noise": 0.5}, "`label_noise` .* Received: 0.5"),
        ({"label_noise": float("nan")}, "`label_noise` .* Received: nan"),
        ({"dropout": 1.0}, "`dropout` .* Received: 1.0"),
        ({"output": "relu"}, "`output` .* tanh, sigmoid. Received: 'relu'"),
    ],
)
def test_numbers_out_of_range_are_named(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        models.small_gan(**settings)


def test_networks_that_do_not_fit_together_are_named() -> None:
    one, other = models.small_gan(), models.small_gan((4, 4, 1))
    with pytest.raises(ValueError, match=r"images \(8, 8, 1\), discriminator from \(4, 4, 1\)"):
        models.GAN(other.discriminator, one.generator)
    with pytest.raises(ValueError, match="`generator` to be a built Keras model"):
        models.GAN(one.discriminator, keras.Sequential([keras.layers.Dense(64)]))


def test_importing_the_packages_does_not_import_tensorflow() -> None:
    code = (
        "import sys, dlwidgets.models, dlwidgets.generate.gan\n"
        "print('GAN' in dir(dlwidgets.models), 'tensorflow' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ
    )
    assert done.stdout.split() == ["True", "False"]
