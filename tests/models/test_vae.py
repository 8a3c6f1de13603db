"""The variational autoencoder: its loss by hand, its training as a Run, and what it learns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pytest

import dlwidgets as dl
from dlwidgets.models import vae as vae_module
from dlwidgets.models.vae import VAE, book_beta
from dlwidgets.models.vae_builders import conv_vae, dense_vae
from dlwidgets.training.cloning import clone
from dlwidgets.training.run_engine import engine_of
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from pathlib import Path

    from dlwidgets.data import Dataset


def made(beta: float = 1.0, seed: int | None = 5, **options: Any) -> VAE:
    keras.utils.set_random_seed(2)
    model = dense_vae((8, 8, 1), hidden=(32,), beta=beta, seed=seed, **options)
    model.compile(keras.optimizers.Adam(0.003))
    return model


# -- the loss ----------------------------------------------------------------------------------


def by_hand(
    x: np.ndarray, mean: np.ndarray, log_variance: np.ndarray, noise: np.ndarray, decode: Any
) -> tuple[float, float]:
    z = mean.astype("f8") + np.sqrt(np.exp(log_variance.astype("f8"))) * noise
    p = np.asarray(decode(z.astype("f4")), "f8").clip(1e-7, 1 - 1e-7)
    cross_entropy = -(x * np.log(p) + (1 - x) * np.log(1 - p)).reshape(len(x), -1).sum(axis=1)
    variance = np.exp(log_variance.astype("f8"))
    kl = 0.5 * (variance + mean.astype("f8") ** 2 - 1 - np.log(variance)).sum(axis=1)
    return float(cross_entropy.mean()), float(kl.mean())


def test_both_terms_against_numpy(digits: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    model = made(beta=2.5)
    # Weights with which neither the mean nor the variance is what it would be anyway.
    rng = np.random.default_rng(0)
    model.set_weights([w + rng.normal(0, 0.2, w.shape).astype("f4") for w in model.get_weights()])
    x = digits.x_test[:50]
    noise = rng.normal(size=(50, 2)).astype("f4")
    monkeypatch.setattr(keras.random, "normal", lambda *_, **__: keras.ops.array(noise))
    model.run_eagerly = True
    got = model.test_on_batch(x, return_dict=True)
    mean, log_variance = (np.asarray(part) for part in model.encoder(x))
    reconstruction, kl = by_hand(x, mean, log_variance, noise, model.decoder)
    assert got["reconstruction"] == pytest.approx(reconstruction, rel=1e-4)
    assert got["KL_divergence"] == pytest.approx(kl, rel=1e-4)
    assert got["loss"] == pytest.approx(reconstruction + 2.5 * kl, rel=1e-4)


def test_noise_has_the_standard_deviation_of_the_code() -> None:
    noise = np.random.default_rng(1).normal(size=(20_000, 1)).astype("f4")
    log_variance = np.full((20_000, 1), np.log(0.25), "f4")
    codes = np.asarray(vae_module.sample_code(np.full_like(noise, 3.0), log_variance, noise))
    # The book's exp(log variance) would give 0.25.
    assert codes.std() == pytest.approx(0.5, rel=0.02)
    assert codes.mean() == pytest.approx(3.0, abs=0.02)


def test_squared_error_and_sample_weights(digits: Dataset) -> None:
    x = digits.x_test[:6]
    output = np.clip(x + 0.25, None, None)
    got = np.asarray(vae_module.reconstruction_loss(x, output, "squared_error"))
    np.testing.assert_allclose(got, 64 * 0.25**2 / 2, rtol=1e-5)
    model = made(seed=1)
    zeros = model.test_on_batch(x, sample_weight=np.zeros(6), return_dict=True)
    assert zeros["loss"] == 0.0


def test_the_weights_of_the_book_as_a_beta() -> None:
    model = conv_vae()
    assert model.count_params() == 550_629
    assert (model.encoder.count_params(), model.decoder.count_params()) == (494_244, 56_385)
    # Listing 8.26 by hand: mean over pixels, and -5e-4 times the mean over latent dimensions.
    mean, log_variance = np.array([[0.3, -1.0]]), np.array([[0.1, -0.7]])
    inner = 1 + log_variance - mean**2 - np.exp(log_variance)
    book = -5e-4 * inner.mean()
    ours = book_beta(784, 2) * -0.5 * inner.sum() / 784
    assert ours == pytest.approx(book)


def test_the_same_seed_gives_the_same_weights(digits: Dataset) -> None:
    def trained(seed: int) -> list[np.ndarray]:
        model = made(seed=seed)
        model.fit(digits.x_train[:256], epochs=1, shuffle=False, verbose=0)
        return model.get_weights()

    one, same, other = trained(3), trained(3), trained(4)
    for a, b in zip(one, same, strict=True):
        np.testing.assert_array_equal(a, b)
    assert any((a != c).any() for a, c in zip(one, other, strict=True))


# -- as a Keras model --------------------------------------------------------------------------


def test_copies_and_files_hold_the_same_model(digits: Dataset, tmp_path: Path) -> None:
    model = made(beta=0.25)
    copy = clone(model)
    assert copy is not None
    copy.set_weights(model.get_weights())
    x = digits.x_test[:8]
    np.testing.assert_array_equal(copy(x), model(x))
    assert copy.beta == 0.25
    copy.beta = 3.0
    assert model.beta == 0.25
    model.save(tmp_path / "vae.keras")
    loaded = keras.models.load_model(tmp_path / "vae.keras")
    np.testing.assert_array_equal(loaded(x), model(x))
    assert isinstance(keras.models.clone_model(model), VAE)


def test_predict_is_the_reconstruction_without_noise(digits: Dataset) -> None:
    model, x = made(), digits.x_test[:4]
    once = model.predict(x, verbose=0)
    np.testing.assert_array_equal(once, model.predict(x, verbose=0))
    np.testing.assert_allclose(once, model.decoder(model.encoder(x)[0]), atol=1e-6)


@pytest.mark.parametrize("beta", [-1.0, float("nan"), float("inf")])
def test_a_beta_that_cannot_be(beta: float) -> None:
    with pytest.raises(ValueError, match="Expected a finite `beta` of at least 0"):
        dense_vae(beta=beta)
    model = dense_vae()
    with pytest.raises(ValueError, match="finite `beta`"):
        model.beta = beta
    assert model.beta == 1.0


def test_parts_that_do_not_fit_are_named() -> None:
    two, three = dense_vae(latent_dim=2), dense_vae(latent_dim=3)
    with pytest.raises(
        ValueError, match=r"\(None, 2\) and .* from the encoder, \(None, 3\) for the decoder"
    ):
        VAE(two.encoder, three.decoder)
    with pytest.raises(ValueError, match=r"with the outputs \[mean, log variance\]"):
        VAE(two.decoder, two.decoder)
    with pytest.raises(ValueError, match=r"whose images have shape .*, as for the encoder"):
        VAE(two.encoder, dense_vae((4, 4, 1)).decoder)
    with pytest.raises(ValueError, match=r"even height and width\. Received: 9×8"):
        conv_vae((9, 8, 1))
    with pytest.raises(ValueError, match="binary_crossentropy, squared_error"):
        VAE(two.encoder, two.decoder, reconstruction="mse")


# -- as a Run ----------------------------------------------------------------------------------


def test_a_run_pauses_steps_and_stops_with_exact_losses(digits: Dataset) -> None:
    model = made(beta=0.5)
    run = dl.fit(model, digits.x_train, epochs=100_000, batch_size=64)
    try:
        until(lambda: run.step_count > 40)
        run.pause()
        until(lambda: run.state == "paused")
        before = run.step_count
        run.step(3)
        until(lambda: run.step_count == before + 3)
        assert engine_of(run).recorder.exact >= {"loss", "reconstruction", "KL_divergence"}
        series = {name: run.metrics[name].value for name in engine_of(run).recorder.exact}
        assert {len(values) for values in series.values()} == {before + 3}
        np.testing.assert_allclose(
            series["loss"], series["reconstruction"] + 0.5 * series["KL_divergence"], rtol=1e-4
        )
    finally:
        run.stop()
    assert run.wait(60).state == "stopped"


def test_beta_acts_at_the_next_step_and_no_snapshot_sets_it_back(digits: Dataset) -> None:
    model = made(beta=1.0)
    run = dl.fit(model, digits.x_train, epochs=100_000, batch_size=64)
    try:
        until(lambda: run.step_count > 20)
        run.pause()
        until(lambda: run.state == "paused")
        run.snapshot()
        model.beta = 7.0
        before = run.step_count
        run.step(1)
        until(lambda: run.step_count == before + 1)
        loss, reconstruction, kl = (
            run.metrics[name].value for name in ("loss", "reconstruction", "KL_divergence")
        )
        factor = (loss - reconstruction) / kl
        np.testing.assert_allclose(factor[:-1], 1.0, rtol=1e-3)
        assert factor[-1] == pytest.approx(7.0, rel=1e-3)
        run.restore()
        assert model.beta == 7.0
    finally:
        run.stop()
        run.wait(60)


@pytest.mark.slow
def test_its_codes_separate_digits(digits: Dataset) -> None:
    from sklearn.neighbors import KNeighborsClassifier

    keras.utils.set_random_seed(1)
    model = dense_vae((8, 8, 1), 2, beta=0.2, seed=1)
    model.compile(keras.optimizers.Adam(0.002))
    model.fit(digits.x_train, epochs=200, batch_size=64, verbose=0)
    train, test = (np.asarray(model.encoder(x)[0]) for x in (digits.x_train, digits.x_test))
    right = KNeighborsClassifier(15).fit(train, digits.y_train).score(test, digits.y_test)
    assert right > 0.7
