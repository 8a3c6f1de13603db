"""The fields of a GAN's view."""

from __future__ import annotations

import ipywidgets

from dlwidgets._messages import tr


def frame_slider() -> ipywidgets.IntSlider:
    """Return the slider that goes back to earlier frames."""
    return ipywidgets.IntSlider(
        description=tr("Frame"),
        min=0,
        max=0,
        disabled=True,
        tooltip=tr("Show earlier images of the same latent vectors."),
        layout={"flex": "1 1 220px"},
    )


def seed_field(seed: int) -> ipywidgets.BoundedIntText:
    """Return the field of the seed of the latent vectors, with its first value."""
    return ipywidgets.BoundedIntText(
        description=tr("Latent seed"),
        value=seed,
        min=0,
        max=2**31 - 1,
        style={"description_width": "initial"},
        layout={"width": "160px"},
        tooltip=tr("Another seed gives other latent vectors and starts the frames again."),
    )
