"""Small classic models, built for the shape of the data."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from dlwidgets.models.builders import batch_norm_cnn, line_neuron, mlp, small_cnn
from dlwidgets.models.catalog import OPTIMIZERS, Choice, catalog, compiled
from dlwidgets.models.text import char_gru, char_lstm

if TYPE_CHECKING:
    from dlwidgets.models.gan import GAN as GAN
    from dlwidgets.models.gan_builders import dcgan as dcgan
    from dlwidgets.models.gan_builders import small_gan as small_gan
    from dlwidgets.models.vae import VAE as VAE
    from dlwidgets.models.vae import conv_vae as conv_vae
    from dlwidgets.models.vae import dense_vae as dense_vae

# Subclasses of keras.Model. Their modules import TensorFlow, so they are imported on first use.
_HOMES = {
    "GAN": "dlwidgets.models.gan",
    "dcgan": "dlwidgets.models.gan_builders",
    "small_gan": "dlwidgets.models.gan_builders",
    "VAE": "dlwidgets.models.vae",
    "conv_vae": "dlwidgets.models.vae",
    "dense_vae": "dlwidgets.models.vae",
}

__all__ = [
    "GAN",
    "OPTIMIZERS",
    "VAE",
    "Choice",
    "batch_norm_cnn",
    "catalog",
    "char_gru",
    "char_lstm",
    "compiled",
    "conv_vae",
    "dcgan",
    "dense_vae",
    "line_neuron",
    "mlp",
    "small_cnn",
    "small_gan",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)


def __dir__() -> list[str]:
    return sorted(__all__)
