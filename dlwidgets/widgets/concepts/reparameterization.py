"""The cloud of a variational autoencoder, and how a gradient passes through chance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from traitlets import Dict, Float, List, Unicode

from dlwidgets.concepts import _reparameterization as engine
from dlwidgets.concepts import _reparameterization_models as models
from dlwidgets.concepts._digit_networks import SIDE, keras_model
from dlwidgets.widgets._core.wire import raw_bytes
from dlwidgets.widgets.concepts._concept import Concept

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import ArrayLike

    from dlwidgets._keras_types import KerasModel
    from dlwidgets.widgets.concepts._lesson import Step


class Reparameterization(Concept):
    """The cloud of a VAE, as `dl.concepts.reparameterization` makes it."""

    concept = "reparameterization"
    fields = engine.FIELDS
    parts = (
        *("image", "encode", "path", "beta", "seed", "numbers"),
        *("plane", "images", "samples", "kl", "gradients", "notes"),
    )
    events = ("sample",)
    steps = ("drag", "deviation", "sampled", "collapse", "beta")

    _model_name = Unicode("ReparameterizationModel").tag(sync=True)
    _view_name = Unicode("ReparameterizationView").tag(sync=True)

    picture = Dict().tag(sync=True)
    decoder = Dict().tag(sync=True)
    encoded: List[float] = List(Float()).tag(sync=True)

    def model(self) -> KerasModel:
        """Return the decoder of the page as a Keras model, latent vectors in, 784 pixels out.

        Example:
            >>> dl.concepts.reparameterization().model().output_shape
            (None, 784)
        """
        return keras_model("decoder", activation="sigmoid")

    def _check_values(self, values: Mapping[str, Any]) -> None:
        for name in ("mean", "deviation", "epsilon"):
            if len(values[name]) == 1:
                message = f"Expected `{name}` to have 2 numbers, one for each dimension. "
                raise ValueError(message + "Received: 1.")


def reparameterization(
    image: str | ArrayLike | None = None,
    *,
    model: KerasModel | None = None,
    encoder: KerasModel | None = None,
    digit: int | None = None,
    mean: Sequence[float] | None = None,
    deviation: Sequence[float] | None = None,
    path: str | None = None,
    beta: float | None = None,
    epsilon: Sequence[float] | None = None,
    seed: int | None = None,
    state: str = "",
    hide: Iterable[str] = (),
    lesson: bool | Sequence[str | Step] = False,
) -> Reparameterization:
    """Show the cloud that a variational autoencoder makes of an image, and how it is learned.

    Drag mean and standard deviation in the latent plane: z = μ + σ·ε moves along. Play trains
    them for the image, with the gradient that passes through z, or without it.

    Args:
        image: `"digit"`, `"drawing"`, or your own array of the size that the decoder makes, uint8
            or from 0 to 1.
        model: Your own VAE with 2 latent dimensions and a decoder of Dense layers, such as
            `dl.models.dense_vae`: a built Keras model that has a `decoder` (and an `encoder`) as
            attribute, or a decoder itself.
        encoder: A Keras model that gives μ and log σ², for a decoder without.
        digit: Which handwritten digit is shown, from 0 to 9.
        mean: μ, two numbers from -4 to 4.
        deviation: σ, two numbers from 0.01 to 3.
        path: `"reparameterized"`, z = μ + σ·ε; or `"sampled"`, drawn directly.
        beta: The weight of the KL divergence, from 0 to 20.
        epsilon: ε, two numbers that stay. By default they are drawn.
        seed: Of ε and the cloud, from 0 to 999.
        state: The state of another widget; the other arguments come on top.
        hide: Parts that aren't shown, such as `["samples"]`.
        lesson: `True` for a lesson of five steps; or some of its steps, and steps of your own.

    Returns:
        The widget. `widget.state` follows what the user does, and can be set. `widget.model()` is
        the decoder of the page as a Keras model.

    Raises:
        TypeError: `model` isn't a Keras model.
        ValueError: An argument can't be used.

    Example:
        >>> dl.concepts.reparameterization(digit=7, mean=(0, 1), beta=4).state
        'digit=7;mean=0,1;beta=4'
    """
    values: dict[str, Any] = {
        "digit": digit,
        "mean": mean,
        "deviation": deviation,
        "path": path,
        "beta": beta,
        "epsilon": epsilon,
        "seed": seed,
    }
    extra: dict[str, Any] = {}
    shape = (SIDE, SIDE, 1)
    if model is not None:
        decoder, own = models.parts_of(model)
        encoder = encoder or own
        shape = models.image_shape(decoder)
        extra["decoder"] = _sent(models.dense_layers(decoder), shape)
    if image is None or isinstance(image, str):
        values["image"] = image
        if shape != (SIDE, SIDE, 1):
            message = f"Expected `image` to be an array of shape {shape}, as the decoder makes "
            raise ValueError(message + f"them. Received: {image!r}. Give one of your images.")
    else:
        values["image"] = "own"
        target = models.checked_target(image, shape)
        height, width, channels = target.shape
        extra["picture"] = {
            "height": height,
            "width": width,
            "channels": channels,
            "kind": "float32",
            "data": raw_bytes(target),
        }
        if encoder is not None:
            extra["encoded"] = models.encoded(encoder, target) or []
    return Reparameterization(state=state, hide=hide, lesson=lesson, values=values, **extra)


def _sent(layers: Sequence[tuple[Any, Any, str]], shape: tuple[int, int, int]) -> dict[str, Any]:
    """Return a decoder as the page gets it."""
    height, width, channels = shape
    return {
        "height": height,
        "width": width,
        "channels": channels,
        "layers": [
            {
                "units": len(biases),
                "activation": activation,
                "kernel": {"data": raw_bytes(np.asarray(kernel, "<f4"))},
                "biases": {"data": raw_bytes(np.asarray(biases, "<f4"))},
            }
            for kernel, biases, activation in layers
        ],
    }
