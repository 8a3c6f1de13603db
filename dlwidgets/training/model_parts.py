"""The parts of a generative model."""

from __future__ import annotations

from typing import Any

_PARTS = {
    "decoder": ("decoder", "generator"),
    "generator": ("generator", "decoder"),
    "encoder": ("encoder",),
    "discriminator": ("discriminator",),
}


def part_of(model: Any, name: str) -> Any | None:
    """Return a part of a generative model.

    Args:
        model: A Keras model that has its parts as attributes, such as a VAE or a GAN.
        name: `"decoder"` or `"generator"`, which mean the same: what makes images of latent
            vectors; `"encoder"`; or `"discriminator"`.

    Returns:
        The part. A model without such an attribute is taken for a decoder itself, and has no
        encoder or discriminator: None.

    Example:
        >>> from dlwidgets.training.model_parts import part_of
        >>> vae = dl.models.dense_vae((8, 8, 1), 2)
        >>> part_of(vae, "generator") is vae.decoder
        True
    """
    found = (getattr(model, attribute, None) for attribute in _PARTS[name])
    part = next((one for one in found if one is not None), None)
    return model if part is None and name in ("decoder", "generator") else part
