"""Decoding with a model that trains: its weights of a boundary, and never the model itself."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

import dlwidgets as dl
from dlwidgets import data
from dlwidgets.generate.latent_source import LatentSource
from dlwidgets.models.vae import VAE
from dlwidgets.models.vae_builders import dense_vae
from dlwidgets.training.model_parts import part_of
from tests.helpers.waiting import until


class Closed(VAE):
    """Cannot be copied: it does not say what it is made of."""

    def get_config(self) -> dict[str, Any]:
        raise NotImplementedError


@pytest.mark.parametrize("kind", [VAE, Closed])
def test_a_source_follows_a_run(kind: type[VAE]) -> None:
    digits = data.load("digits").normalized()
    keras.utils.set_random_seed(1)
    parts = dense_vae(hidden=(16,))
    model = kind(parts.encoder, parts.decoder, seed=1)
    model.compile("adam")
    run = dl.fit(model, digits.x_train, epochs=100_000, batch_size=64)
    try:
        until(lambda: run.step_count > 20)
        source = LatentSource(run)
        source.refresh()
        first = source.decode([[0.5, -0.5]])
        assert source.source.cloned is (kind is VAE)
        assert source.step > 0
        run.pause()
        until(lambda: run.state == "paused")
        source.refresh()
        assert source.step == run.step_count
        now = source.decode([[0.5, -0.5]])
        np.testing.assert_allclose(now, model.decoder(np.array([[0.5, -0.5]], "f4")), atol=1e-6)
        codes = source.encode(digits.x_test[:5])
        np.testing.assert_allclose(codes, model.encoder(digits.x_test[:5])[0], atol=1e-5)
        assert np.abs(now - first).max() > 0
    finally:
        run.stop()
        run.wait(60)


def test_what_counts_as_a_decoder() -> None:
    vae = dense_vae()
    parts = [(part_of(m, "decoder"), part_of(m, "encoder")) for m in (vae, vae.decoder)]
    assert parts == [(vae.decoder, vae.encoder), (vae.decoder, None)]
    both = LatentSource(vae.decoder, vae.encoder)
    images = np.random.default_rng(0).random((3, 8, 8, 1), np.float32)
    np.testing.assert_array_equal(both.encode(images), LatentSource(vae).encode(images))
    with pytest.raises(ValueError, match="has no encoder"):
        LatentSource(vae.decoder).encode(np.zeros((1, 8, 8, 1)))
    with pytest.raises(ValueError, match="Received: a model with input shape"):
        LatentSource(vae.encoder)
    with pytest.raises(ValueError, match="vectors of 3 numbers"):
        LatentSource(dense_vae(latent_dim=3).decoder, vae.encoder)
