"""Networks that create: characters, digits from a latent space, images from noise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dlwidgets._messages import tr
from dlwidgets.models.named.model import PYTHON, NamedModel
from dlwidgets.models.text import char_lstm

if TYPE_CHECKING:
    from dlwidgets._keras_types import KerasModel

CHARACTERS = 57
"""Different characters of the Nietzsche corpus in lower case."""


def _char_lstm() -> KerasModel:
    model: KerasModel = char_lstm(CHARACTERS)
    return model


def _vae() -> Any:
    from dlwidgets.models.vae_builders import conv_vae

    return conv_vae()


def _gan() -> Any:
    from dlwidgets.models.gan_builders import dcgan

    return dcgan()


_STANDARD_DEVIATION = tr(
    "The source samples with the variance in place of the standard deviation. Here it is corrected."
)

MODELS = (
    NamedModel(
        name="char_lstm",
        title=tr("Next character: LSTM 128"),
        source=f"{PYTHON}, 8.1.4",
        task="generation",
        input_shape=(60, CHARACTERS),
        parameters=102_585,
        note=tr("The source doesn't print how many characters its text has: 57, in lower case."),
        build=_char_lstm,
    ),
    NamedModel(
        name="vae",
        title=tr("Variational autoencoder of digits"),
        source=f"{PYTHON}, 8.4",
        task="generation",
        input_shape=(28, 28, 1),
        parameters=550_629,
        note=_STANDARD_DEVIATION,
        build=_vae,
    ),
    NamedModel(
        name="vae_encoder",
        title=tr("Its encoder"),
        source=f"{PYTHON}, 8.4",
        task="features",
        input_shape=(28, 28, 1),
        parameters=494_244,
        build=lambda: _vae().encoder,
    ),
    NamedModel(
        name="vae_decoder",
        title=tr("Its decoder"),
        source=f"{PYTHON}, 8.4",
        task="generation",
        input_shape=(2,),
        parameters=56_385,
        build=lambda: _vae().decoder,
    ),
    NamedModel(
        name="dcgan_generator",
        title=tr("DCGAN of frogs: generator"),
        source=f"{PYTHON}, 8.5",
        task="generation",
        input_shape=(32,),
        parameters=6_264_579,
        note=tr("Its images are from −1 to 1. The source trains it with real images from 0 to 1."),
        build=lambda: _gan().generator,
    ),
    NamedModel(
        name="dcgan_discriminator",
        title=tr("DCGAN of frogs: discriminator"),
        source=f"{PYTHON}, 8.5",
        task="binary",
        input_shape=(32, 32, 3),
        parameters=790_913,
        note=tr("It gives a logit, where the source ends in a sigmoid."),
        build=lambda: _gan().discriminator,
    ),
)
